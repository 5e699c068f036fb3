"""Draws docs/search.svg, the picture in the README, from a real search of the sample stories.

python scripts/picture.py
"""

from __future__ import annotations

import io
import re
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

from index.build import build_index
from search.opening import open_index
from search.render import page_lines

ROOT = Path(__file__).resolve().parent.parent
QUESTION = "troops South Korea"


def main() -> None:
    """Index the samples into a folder that goes, search, and write the picture."""
    console = Console(record=True, width=92, file=io.StringIO(), force_terminal=True)
    with tempfile.TemporaryDirectory() as folder:
        build_index([ROOT / "sample_corpus"], Path(folder))
        with open_index(folder) as stories:
            page = stories.search(QUESTION, limit=3, columns=console.width - len("1. "))
            console.print(Text(f'$ newsq search "{QUESTION}" --limit 3\n', "bold green"))
            for line in page_lines(page, console):
                # The folder of this checkout is nobody's business.
                shown = re.sub(r"[^ ]*/(?=pages/)", "sample_corpus/", line.plain)
                console.print(Text(shown, "dim") if shown != line.plain else line)
    svg = console.export_svg(title="newsq")
    # Rich names a web font; the viewer's own monospace will do, without a request.
    svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    target = ROOT / "docs" / "search.svg"
    target.parent.mkdir(exist_ok=True)
    target.write_text(svg, "utf-8")
    print(target.relative_to(ROOT))


if __name__ == "__main__":
    main()

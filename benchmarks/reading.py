"""How fast stories are read, datelines and dates included, on one core.

    python benchmarks/reading.py [FOLDER]

FOLDER holds Reuters-21578 files; without it, the one beside the repository, or the sample
feeds over and over. The peer is the least that any reader must do: find the records and
decode them. Figures are stories a second of processor time, the median of five runs.
"""

from __future__ import annotations

import re
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from index.read import read_stories

ROOT = Path(__file__).resolve().parent.parent
RUNS = 5


def corpus() -> list[Path]:
    """The SGML files to read."""
    folders = [Path(arg) for arg in sys.argv[1:]]
    folders += [ROOT.parent / "shared" / "data" / "reuters21578", ROOT / "sample_corpus" / "feeds"]
    return next(files for folder in folders if (files := sorted(folder.glob("*.sgm"))))


def read(paths: list[Path]) -> int:
    """Every story, read as newsq reads it."""
    return sum(1 for path in paths for _ in read_stories(path, path.name))


def split(paths: list[Path]) -> int:
    """Every record, found and decoded, nothing more."""
    pattern = re.compile(rb"<REUTERS.*?</REUTERS>", re.DOTALL)
    return sum(
        len(record.decode("latin-1")) > 0
        for path in paths
        for record in pattern.findall(path.read_bytes())
    )


def rate(work: Callable[[list[Path]], int], paths: list[Path]) -> float:
    """Stories a second of processor time."""
    rates = []
    for _ in range(RUNS):
        started = time.process_time()
        count = work(paths)
        rates.append(count / (time.process_time() - started))
    return statistics.median(rates)


def main() -> None:
    """Print the table."""
    paths = corpus()
    read(paths[:1])  # tables and gazetteer are loaded once
    print(f"{'reader':34} {'stories/s':>10}")
    print(f"{'newsq: story, dateline, date':34} {rate(read, paths):10,.0f}")
    print(f"{'records found and decoded only':34} {rate(split, paths):10,.0f}")


if __name__ == "__main__":
    main()

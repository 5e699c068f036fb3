"""Pictures of the web pages, as Chromium shows them: python scripts/screenshots.py FOLDER

They are of the sample stories, by day and by night, on a desk, on a phone and on paper.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from index.build import build_index
from serve.app import make_app
from serve.run import running

SAMPLES = Path(__file__).resolve().parents[1] / "sample_corpus"
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
NIGHT: dict[str, Any] = {**DESK, "color_scheme": "dark"}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 800}, "device_scale_factor": 2}
FIRST_STORY, RUNNING_STORY = "first story", "running story"
_FOUND_BY = {FIRST_STORY: "/search?q=troops+korea", RUNNING_STORY: "/search?q=vesterport+bridge"}
SHOTS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("front", "/", DESK),
    ("front-night", "/", NIGHT),
    ("result", "/search?q=troops+south+korea", DESK),
    ("result-night", "/search?q=troops&country=KR", NIGHT),
    ("result-phone", "/search?q=troops", PHONE),
    ("span", "/search?q=troops&since=2003&until=2020-06", DESK),
    ("nothing", "/search?q=zzyzx&country=KR", DESK),
    ("corrected", "/search?q=koera", DESK),
    ("mistake", "/search?q=oil+country:Ruritania", DESK),
    ("story", FIRST_STORY, DESK),
    ("story-night", FIRST_STORY, NIGHT),
    ("story-phone", FIRST_STORY, PHONE),
    ("versions", RUNNING_STORY, DESK),
    ("versions-night", RUNNING_STORY, NIGHT),
    ("help", "/help", DESK),
    ("save", "/saved/new?q=troops&country=KR", DESK),
    ("saved", "/saved", DESK),
)


def main(folder: Path) -> None:
    """Write every picture to ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    with _site() as base, sync_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=path, args=["--disable-gpu"])
        for name, address, options in SHOTS:
            context = browser.new_context(base_url=base, **options)
            page = context.new_page()
            page.goto(_FOUND_BY.get(address, address))
            if address in _FOUND_BY:
                page.locator(".hits h2 a").first.click()
                page.wait_for_selector(".story")
                for summary in page.locator("summary").all():
                    summary.click()
                page.evaluate("scrollTo(0, 0)")
            page.screenshot(path=folder / f"{name}.png", full_page=True)
            if name == "story":
                page.pdf(path=folder / "story-paper.pdf", format="A4")
            context.close()
            print(folder / f"{name}.png")
        browser.close()


@contextmanager
def _site() -> Iterator[str]:
    """The address of a server of the sample stories."""
    with tempfile.TemporaryDirectory() as folder:
        where = Path(folder) / "index"
        build_index([SAMPLES], where)
        _save_searches(where)
        with running(make_app(where)) as address:
            yield address


def _save_searches(where: Path) -> None:
    from search import open_index

    with open_index(where) as stories:
        stories.saved.save("Korea", "troops OR missiles", country=["KR"])
        stories.saved.save("ferries", "ferry", since="2018")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "screenshots"))

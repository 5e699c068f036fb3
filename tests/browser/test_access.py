"""Whether everybody can use the pages: WCAG 2.2, level AA, as far as axe-core can tell."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PAGES = {
    "front": "/",
    "result": "/search?q=troops+south+korea",
    "narrowed": "/search?q=troops&country=KR&since=1990&certain=true&page=1",
    "copies": "/search?q=vesterport+bridge",
    "nothing": "/search?q=troops&country=KR&place=Tokyo&words=all",
    "beyond": "/search?q=troops&page=99",
    "mistake": "/search?since=soon&q=oil",
    "story": "/search?q=troops",
    "versions": "/search?q=vesterport+bridge",
    "help": "/help",
    "saved": "/saved",
    "save": "/saved/new?q=troops",
}
DESK: Any = {"viewport": {"width": 1280, "height": 800}}
LOOKS: dict[str, tuple[Any, list[str]]] = {
    "light": (DESK, list(PAGES)),
    "dark": ({**DESK, "color_scheme": "dark"}, ["narrowed", "copies", "story", "versions", "help"]),
    "phone": ({"viewport": {"width": 360, "height": 740}}, ["result"]),
}


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing(browser: Any, site: str, look: str) -> None:
    options, names = LOOKS[look]
    context = browser.new_context(base_url=site, **options)
    page = context.new_page()
    found = []
    for name in names:
        page.goto(PAGES[name])
        if name in ("story", "versions"):
            with page.expect_navigation():
                page.locator(".hits h2 a").first.click()
            for summary in page.locator("summary").all():
                summary.click()
        told = Axe().run(page, options={"runOnly": RULES, "resultTypes": ["violations"]})
        found += [
            (name, one["id"], node["html"], node.get("failureSummary"))
            for one in told.response["violations"]
            for node in one["nodes"]
        ]
    context.close()
    assert found == []

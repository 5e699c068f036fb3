"""The pages in use: asked, narrowed, read, by hand and by keys, with and without a script."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

PHONE: Any = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
DESK: Any = {"viewport": {"width": 1280, "height": 800}}


def total(page: Page) -> int:
    return int((page.locator("h1").text_content() or "").split()[0].replace(",", ""))


def follow(page: Page, link: Locator) -> None:
    """Click, and wait until what it leads to is there."""
    with page.expect_navigation():
        link.click()


def search_for(page: Page, query: str) -> None:
    page.get_by_role("searchbox").fill(query)
    with page.expect_navigation():
        page.get_by_role("searchbox").press("Enter")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_search_narrow_read_and_back(new_page: Any, script: bool) -> None:
    page = new_page("/", java_script_enabled=script, **DESK)
    expect(page.get_by_role("searchbox")).to_be_focused()
    search_for(page, "troops")
    whole = total(page)
    facets = page.get_by_role("complementary")
    follow(page, facets.get_by_role("link", name="South Korea"))
    narrow = total(page)
    assert 0 < narrow < whole
    follow(page, facets.get_by_role("link", name="Japan"))
    assert narrow < total(page) < whole
    follow(page, page.get_by_role("link", name="Take back: Japan"))
    assert total(page) == narrow

    title = page.locator(".hits h2 a").first
    headline = title.text_content()
    follow(page, title)
    expect(page.locator("h1")).to_have_text(headline or "")
    follow(page, page.get_by_role("navigation", name="Matches").get_by_role("link").first)
    assert page.url.endswith("#m1")
    expect(page.locator("#m1")).to_be_in_viewport()
    follow(page, page.get_by_role("link", name="Back to the result"))
    assert total(page) == narrow
    page.go_back()
    page.go_back()
    page.go_back()
    assert total(page) == narrow


def test_a_bar_and_a_span_of_the_time_line(new_page: Any) -> None:
    page = new_page("/search?q=troops", **DESK)
    whole = total(page)
    chart = page.locator(".timeline svg")
    box = chart.bounding_box()
    count = chart.locator(".room").count()
    step = box["width"] / count
    page.mouse.move(box["x"] + step * 0.5, box["y"] + 30)
    page.mouse.down()
    page.mouse.move(box["x"] + step * (count // 2 + 0.5), box["y"] + 30, steps=4)
    with page.expect_navigation():
        page.mouse.up()
    part = total(page)
    assert 0 < part < whole
    assert "since=1994-01-01" in page.url
    follow(page, page.locator(".timeline a").last)
    assert "on=" in page.url
    assert 0 < total(page) <= part
    page.go_back()
    assert total(page) == part
    assert page.get_by_label("From").input_value() == "1994-01-01"


def test_a_span_is_typed_too(new_page: Any) -> None:
    page = new_page("/search?q=troops", java_script_enabled=False)
    whole = total(page)
    page.get_by_label("From").fill("2018")
    follow(page, page.get_by_role("button", name="Show"))
    assert 0 < total(page) < whole


def test_keys(new_page: Any) -> None:
    page = new_page("/search?q=troops+korea", **DESK)
    titles = page.locator(".hits h2 a")
    page.keyboard.press("j")
    expect(titles.nth(0)).to_be_focused()
    page.keyboard.press("j")
    expect(titles.nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(titles.nth(0)).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.press("j")
    expect(page.get_by_role("searchbox")).to_have_value("j")
    page.keyboard.press("Escape")
    expect(page.get_by_role("searchbox")).not_to_be_focused()
    page.keyboard.press("j")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("mark.here")).to_have_id("m2")
    page.keyboard.press("k")
    expect(page.locator("mark.here")).to_have_id("m1")
    with page.expect_navigation():
        page.keyboard.press("Escape")
    assert "/search?q=troops+korea" in page.url


def test_the_first_key_leads_past_the_head(new_page: Any) -> None:
    page = new_page("/search?q=troops")
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_a_search_is_saved_and_dropped(new_page: Any) -> None:
    page = new_page("/search?q=ferry&agency=Reuters")
    follow(page, page.get_by_role("link", name="Save this search"))
    page.get_by_label("Call it").fill("ferries")
    follow(page, page.get_by_role("button", name="Save"))
    follow(page, page.get_by_role("link", name="ferries"))
    assert "q=ferry&agency=Reuters" in page.url
    follow(page, page.get_by_role("link", name="Saved"))
    follow(page, page.get_by_role("button", name="Drop"))
    expect(page.get_by_text("None yet.")).to_be_visible()


def test_a_phone_shows_it_all_without_scrolling_aside(new_page: Any) -> None:
    page = new_page("/help", **PHONE)
    for address in ("/", "/saved", "/search?q=troops+south+korea&country=KR", "story"):
        if address == "story":
            follow(page, page.locator(".hits h2 a").first)
        else:
            page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, address
        assert page.get_by_role("searchbox").bounding_box()["width"] > 200


def test_doubt_is_told_to_all(new_page: Any) -> None:
    page = new_page("/search?q=troops+deal")
    doubt = page.locator(".hits .doubtful").first
    assert "no year" in (doubt.get_attribute("title") or "")
    expect(doubt).to_contain_text("not certain: the dateline has no year")


def test_on_paper_the_story_is_all(new_page: Any) -> None:
    page = new_page("/search?q=troops")
    follow(page, page.locator(".hits h2 a").first)
    page.emulate_media(media="print")
    expect(page.locator(".body")).to_be_visible()
    for gone in (".top", ".steps", ".like", ".back"):
        expect(page.locator(gone)).to_be_hidden()

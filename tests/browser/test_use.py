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


@pytest.mark.parametrize("look", [DESK, PHONE], ids=["mouse", "touch"])
def test_a_span_shows_its_days_while_it_is_dragged(new_page: Any, look: Any) -> None:
    page = new_page("/search?q=troops", **look)
    chart = page.locator(".timeline svg")
    box = chart.bounding_box()
    middle, height = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    since = page.get_by_label("From")
    touch = Touch(page) if look is PHONE else None
    (touch or page.mouse).move(middle, height)
    (touch or page.mouse).down()
    (touch or page.mouse).move(middle + box["width"] / 3, height, steps=4)
    expect(since).not_to_have_value("")
    dragged = since.input_value(), page.get_by_label("to", exact=True).input_value()
    assert dragged[0] < dragged[1]
    if touch is None:
        page.keyboard.press("Escape")
        expect(since).to_have_value("")
        page.mouse.up()
        assert page.url.endswith("/search?q=troops")
    else:
        with page.expect_navigation():
            touch.up()
        assert page.url.endswith("&since={}&until={}".format(*dragged))


def test_a_bar_that_is_touched_is_followed(new_page: Any) -> None:
    page = new_page("/search?q=troops", **PHONE)
    with page.expect_navigation():
        page.locator(".timeline svg a").first.tap()
    assert "on=1994" in page.url


class Touch:
    """A finger, with the methods of a mouse."""

    def __init__(self, page: Page) -> None:
        self._send = page.context.new_cdp_session(page).send
        self._at = (0.0, 0.0)
        self._is_down = False

    def move(self, x: float, y: float, steps: int = 1) -> None:
        left, top = self._at
        for step in range(1, steps + 1):
            part = step / steps
            self._at = left + (x - left) * part, top + (y - top) * part
            if self._is_down:
                self._touch("touchMove")

    def down(self) -> None:
        self._is_down = True
        self._touch("touchStart")

    def up(self) -> None:
        self._is_down = False
        self._send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    def _touch(self, kind: str) -> None:
        point = {"x": self._at[0], "y": self._at[1]}
        self._send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})


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


@pytest.mark.parametrize("way", ["Escape", "link"])
def test_who_comes_back_goes_on_from_there(new_page: Any, way: str) -> None:
    page = new_page("/search?q=troops", **DESK)
    titles = page.locator(".hits h2 a")
    for _time in range(3):
        page.keyboard.press("j")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    with page.expect_navigation():
        if way == "Escape":
            page.keyboard.press("Escape")
        else:
            page.get_by_role("link", name="Back to the result").click()
    expect(titles.nth(2)).to_be_focused()
    expect(titles.nth(2)).to_be_in_viewport()
    page.keyboard.press("j")
    expect(titles.nth(3)).to_be_focused()


def test_keys_begin_where_the_page_is_looked_at(new_page: Any) -> None:
    page = new_page("/search?q=troops", **DESK)
    titles = page.locator(".hits h2 a")
    titles.nth(4).evaluate("title => title.scrollIntoView({block: 'start', behavior: 'instant'})")
    page.keyboard.press("j")
    expect(titles.nth(4)).to_be_focused()


def test_steps_through_what_matched_are_told(new_page: Any) -> None:
    # What moves is not where it was when it is clicked.
    page = new_page("/search?q=troops+korea", reduced_motion="reduce", **DESK)
    follow(page, page.locator(".hits h2 a").first)
    steps = page.get_by_role("navigation", name="Matches")
    told = steps.get_by_role("status")
    count = page.locator("mark[id]").count()
    expect(told).to_have_text(f"{count} matches")
    steps.get_by_role("button", name="Next match").click()
    expect(told).to_have_text(f"1 of {count}")
    steps.get_by_role("button", name="Match before").click()
    expect(told).to_have_text(f"{count} of {count}")
    steps.get_by_role("link", name="Match 3", exact=True).click()
    expect(told).to_have_text(f"3 of {count}")
    steps.get_by_role("button", name="Next match").click()
    steps.get_by_role("link", name="Match 3", exact=True).click()
    expect(told).to_have_text(f"3 of {count}")
    page.keyboard.press("j")
    expect(told).to_have_text(f"4 of {count}")
    expect(page.locator("#m4")).to_be_focused()
    page.goto(page.url.partition("#")[0] + "#m2")
    expect(told).to_have_text(f"2 of {count}")
    page.keyboard.press("j")
    expect(page.locator("mark.here")).to_have_id("m3")


def test_keys_can_be_turned_off(new_page: Any) -> None:
    """WCAG 2.2, 2.1.4: a key that is a letter may be pressed by mistake, or by speech."""
    page = new_page("/help", **DESK)
    page.get_by_label("Use these keys").uncheck()
    page.goto("/search?q=troops")
    for key in ("/", "j"):
        page.keyboard.press(key)
        expect(page.locator("body")).to_be_focused()
    page.goto("/help")
    page.get_by_label("Use these keys").check()
    page.goto("/search?q=troops")
    page.keyboard.press("j")
    expect(page.locator(".hits h2 a").first).to_be_focused()


@pytest.mark.parametrize(("system", "wanted"), [("dark", "light"), ("light", "dark")])
def test_colours_are_the_systems_or_those_that_are_chosen(
    new_page: Any, system: str, wanted: str
) -> None:
    page = new_page("/help", color_scheme=system, **DESK)
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    night, day = "rgb(22, 21, 20)", "rgb(251, 250, 247)"
    assert page.evaluate(ground) == (night if system == "dark" else day)
    page.get_by_label("Colours").select_option(wanted)
    chosen = night if wanted == "dark" else day
    assert page.evaluate(ground) == chosen
    page.goto("/search?q=troops")
    assert page.evaluate(ground) == chosen
    page.emulate_media(media="print")
    assert page.evaluate(ground) in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")


def test_a_key_leads_past_the_time_line(new_page: Any) -> None:
    page = new_page("/search?q=troops", **DESK)
    page.get_by_text("Skip past the time line").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="best first")).to_be_focused()


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
        for width in (360, 320):  # 320 is 1280 at four times its size (WCAG 2.2, 1.4.10)
            page.set_viewport_size({"width": width, "height": 640})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, address
            assert page.get_by_role("searchbox").bounding_box()["width"] > 160


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

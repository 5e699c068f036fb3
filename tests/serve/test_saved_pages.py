"""Saved searches on pages, and who may change them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from starlette.testclient import TestClient

from index.direct import index_stories
from index.story import DateBasis, Story, StoryDate
from search import open_index
from serve.app import make_app

OURS = "the token of the page"


def storm(number: int) -> Story:
    date = StoryDate(2018, 11, number, DateBasis.METADATA, True, "the test says so")
    return Story(f"{number:012x}", f"/{number}.txt", "text", f"Storm {number}", "Wind.", date=date)


@pytest.fixture
def index(tmp_path: Path) -> Path:
    index_stories([storm(1), storm(2)], tmp_path / "index")
    return tmp_path / "index"


@pytest.fixture
def client(index: Path) -> Iterator[TestClient]:
    app = make_app(index, look_every=0.01)
    with TestClient(app, base_url="http://localhost", follow_redirects=False) as client:
        yield client


def fields(client: TestClient, address: str, action: str = "save") -> dict[str, str]:
    """The fields of a form, as a browser would send them."""
    page: Any = html.document_fromstring(client.get(address).content)
    (form,) = page.xpath(f'//form[@action="/saved/{action}"]')
    return dict(form.form_values())


def saved(index: Path) -> dict[str, tuple[str, object]]:
    with open_index(index) as stories:
        return {one.name: (one.query, one.filters) for one in stories.saved.all()}


def test_a_search_is_saved_told_of_and_dropped(client: TestClient, index: Path) -> None:
    sent = fields(client, "/saved/new?q=storm&since=2018&certain=true&sort=newest")
    assert sent["name"] == "storm"
    told = client.post("/saved/save", data={**sent, "name": "storms of 2018"})
    assert (told.status_code, told.headers["location"]) == (303, "/saved")
    assert saved(index) == {"storms of 2018": ("storm", {"since": "2018", "certain": True})}
    page = client.get("/saved").text
    assert "Nothing new" in page
    assert "storm, from 2018, certain dates only" in page

    before = client.get("/api/v1/stats").headers["etag"]
    index_stories([storm(3)], index)
    while client.get("/api/v1/stats").headers["etag"] == before:
        pass
    page = client.get("/saved").text
    assert "<strong>1 new</strong>" in page
    assert "/search?q=storm&amp;since=2018&amp;certain=true" in page
    assert client.post("/saved/seen", data=fields(client, "/saved", "seen")).status_code == 303
    assert "Nothing new" in client.get("/saved").text
    dropped = client.post("/saved/drop", data=fields(client, "/saved", "drop"))
    assert dropped.status_code == 303
    assert saved(index) == {}
    page = client.get(dropped.headers["location"]).text
    assert "Dropped: storm, from 2018, certain dates only." in page
    again: Any = html.document_fromstring(page).xpath('//a[text()="Save it again"]/@href')
    assert client.post("/saved/save", data=fields(client, again[0])).status_code == 303
    assert saved(index) == {"storm": ("storm", {"since": "2018", "certain": True})}


@pytest.mark.parametrize(
    ("token", "headers"),
    [
        ("", {}),
        ("x", {}),
        (OURS, {"Origin": "http://evil.example"}),
        (OURS, {"Origin": "null"}),
        (OURS, {"Origin": "http://localhost:81"}),
        (OURS, {"Origin": "file://localhost"}),
        (OURS, {"Origin": "localhost"}),
        (OURS, {"Sec-Fetch-Site": "cross-site"}),
        (OURS, {"Sec-Fetch-Site": "same-site"}),
        ("\u00fc\udc80", {}),
    ],
)
def test_nobody_else_can_make_a_browser_save(
    client: TestClient, index: Path, token: str, headers: dict[str, str]
) -> None:
    sent = fields(client, "/saved/new?q=storm")
    if token != OURS:
        sent["token"] = token.encode("utf-8", "replace").decode()
    told = client.post("/saved/save", data=sent, headers=headers)
    assert told.status_code == 403
    assert "did not come from a page of this server" in told.text
    assert saved(index) == {}


def test_our_own_page_can(client: TestClient, index: Path) -> None:
    headers = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    sent = fields(client, "/saved/new?q=storm")
    assert client.post("/saved/save", data=sent, headers=headers).status_code == 303
    assert list(saved(index)) == ["storm"]


def test_our_own_page_can_behind_a_proxy_that_encrypts(client: TestClient, index: Path) -> None:
    headers = {"Origin": "https://localhost", "Sec-Fetch-Site": "same-origin"}
    sent = fields(client, "/saved/new?q=storm")
    assert client.post("/saved/save", data=sent, headers=headers).status_code == 303
    assert list(saved(index)) == ["storm"]


def test_looking_changes_nothing(client: TestClient, index: Path) -> None:
    for action in ("save", "drop", "seen"):
        assert client.get(f"/saved/{action}?name=storm&q=storm").status_code == 405
    assert saved(index) == {}


def test_mistakes_are_told(client: TestClient) -> None:
    sent = fields(client, "/saved/new?q=storm")
    assert client.post("/saved/save", data=sent).status_code == 303
    again = client.post("/saved/save", data=sent)
    assert again.status_code == 409
    assert "There is a saved search" in again.text
    assert "--" not in re.sub("<!--.*?-->", "", again.text)
    assert client.post("/saved/save", data={**sent, "name": "-"}).status_code == 409
    assert client.post("/saved/save", data={**sent, "q": "country:Nowhere"}).status_code == 400
    assert client.post("/saved/drop", data={**sent, "name": "gales"}).status_code == 409


def test_a_mistake_leaves_the_form_as_it_was(client: TestClient, index: Path) -> None:
    sent = fields(client, "/saved/new?q=storm&since=2018")
    assert client.post("/saved/save", data=sent).status_code == 303
    again = client.post("/saved/save", data={**sent, "q": "wind"})
    page: Any = html.document_fromstring(again.content)
    (form,) = page.xpath('//form[@action="/saved/save"]')
    assert dict(form.form_values()) == {**sent, "q": "wind"}
    assert page.get_element_by_id("name").get("aria-describedby") == "mistake"
    (button,) = page.xpath('//button[@name="replace"]')
    assert saved(index) == {"storm": ("storm", {"since": "2018"})}
    replaced = {**sent, "q": "wind", "replace": button.get("value")}
    assert client.post("/saved/save", data=replaced).status_code == 303
    assert saved(index) == {"storm": ("wind", {"since": "2018"})}
    renamed = {**sent, "q": "gale", "name": "other", "replace": "storm"}
    assert client.post("/saved/save", data=renamed).status_code == 303
    assert set(saved(index)) == {"storm", "other"}


def test_what_holds_the_token_is_never_kept_or_packed(client: TestClient) -> None:
    for address in ("/saved", "/saved/new?q=storm"):
        headers = client.get(address).headers
        assert headers["cache-control"] == "no-store"
        assert "etag" not in headers
        assert "content-encoding" not in headers

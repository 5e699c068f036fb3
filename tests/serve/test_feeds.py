"""Any search as a feed, and newsq as a browser's search engine."""

from __future__ import annotations

from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest
from lxml import etree, html
from starlette.testclient import TestClient

from index.direct import index_stories
from index.read import read_stories
from index.story import Story
from serve.app import make_app

ATOM = "{http://www.w3.org/2005/Atom}"
OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"


def feed(client: TestClient, address: str, kind: str) -> Any:
    told = client.get(address)
    assert told.status_code == 200
    assert told.headers["content-type"] == f"application/{kind}+xml; charset=utf-8"
    return etree.fromstring(told.content)


def test_a_search_as_atom(client: TestClient) -> None:
    root = feed(client, "/feed.atom?q=troops&country=KR", "atom")
    assert root.tag == f"{ATOM}feed"
    assert root.findtext(f"{ATOM}title") == "newsq: troops, South Korea"
    links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
    assert links == {
        "self": "http://localhost/feed.atom?q=troops&country=KR",
        "alternate": "http://localhost/search?q=troops&country=KR",
    }
    entries = root.findall(f"{ATOM}entry")
    assert len(entries) == 6
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(set(ids)) == 6
    for element in (root, *entries):
        assert datetime.fromisoformat(element.findtext(f"{ATOM}updated") or "").tzinfo
    updated = [entry.findtext(f"{ATOM}updated") for entry in entries]
    assert updated == sorted(updated, reverse=True)
    summary: Any = html.fragments_fromstring(entries[0].findtext(f"{ATOM}summary") or "")
    assert "troops" in [mark.text.lower() for part in summary for mark in part.iter("mark")]
    address = entries[0].find(f"{ATOM}link").get("href")
    assert client.get(address.removeprefix("http://localhost")).status_code == 200


def test_a_search_as_rss(client: TestClient) -> None:
    root = feed(client, "/feed.rss?q=troops&country=KR", "rss")
    assert root.get("version") == "2.0"
    items = root.findall("channel/item")
    assert len(items) == 6
    assert len({item.findtext("guid") for item in items}) == 6
    days = [parsedate_to_datetime(item.findtext("pubDate") or "") for item in items]
    assert days == sorted(days, reverse=True)


def test_without_a_question_it_is_of_all_stories(client: TestClient) -> None:
    assert len(feed(client, "/feed.atom", "atom").findall(f"{ATOM}entry")) == 50


def test_newsq_reads_its_own_feeds(client: TestClient, tmp_path: Path) -> None:
    for name in ("feed.atom", "feed.rss"):
        file = tmp_path / f"{name}.xml"
        file.write_bytes(client.get(f"/{name}?q=troops").content)
        headlines = [story.headline for story in read_stories(file, name)]
        assert "US walks out of base-cost talks in Seoul" in headlines


def test_a_date_that_is_not_known_is_not_made_up(client: TestClient) -> None:
    root = feed(client, "/feed.rss?q=troops", "rss")
    undated = [one for one in root.findall("channel/item") if one.find("pubDate") is None]
    assert [one.findtext("title") for one in undated] == [
        "US, Seoul reach deal on cost of keeping troops in South Korea"
    ]


def test_mistakes_are_told(client: TestClient) -> None:
    assert client.get("/feed.atom?since=soon").status_code == 400


def test_what_no_document_may_hold_is_replaced(tmp_path: Path) -> None:
    text = "Storm \x00\x0b\ufffe ]]> <b> &"
    story = Story("0" * 12, "/a.txt", "text", text, text, agency=text)
    index_stories([story], tmp_path / "index")
    with TestClient(make_app(tmp_path / "index"), base_url="http://localhost") as client:
        for kind in ("atom", "rss"):
            root = feed(client, f"/feed.{kind}?q=storm", kind)
            titles = [one.text for one in root.iter("{*}title") if "Storm" in (one.text or "")]
            assert titles == ["Storm \ufffd\ufffd\ufffd ]]> <b> &"]


def test_browsers_can_take_it_as_a_search_engine(client: TestClient) -> None:
    root = feed(client, "/opensearch.xml", "opensearchdescription")
    templates = {url.get("type"): url.get("template") for url in root.findall(f"{OPENSEARCH}Url")}
    assert templates["text/html"] == "http://localhost/search?q={searchTerms}"
    front: Any = html.document_fromstring(client.get("/").content)
    assert front.xpath('//link[@rel="search"]/@href') == ["/opensearch.xml"]
    assert templates["application/opensearchdescription+xml"] == "http://localhost/opensearch.xml"
    image = root.findtext(f"{OPENSEARCH}Image")
    for template in (*templates.values(), image):
        address = template.replace("{searchTerms}", "troops").removeprefix("http://localhost")
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("host", ["localhost:8080", "127.0.0.1"])
def test_addresses_are_those_of_the_server_that_was_asked(client: TestClient, host: str) -> None:
    told = client.get("/feed.atom?q=troops", headers={"Host": host})
    assert f"http://{host}/story/" in told.text


def test_addresses_are_encrypted_where_a_proxy_is_asked_so(client: TestClient) -> None:
    plain = client.get("/feed.atom?q=troops")
    told = client.get("/feed.atom?q=troops", headers={"X-Forwarded-Proto": "https"})
    assert "https://localhost/story/" in told.text
    assert "http://localhost" not in told.text
    assert "https://localhost" not in plain.text
    assert told.headers["etag"] != plain.headers["etag"]

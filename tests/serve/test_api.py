"""The API: the command line's objects and sentences, over HTTP."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from index.direct import index_stories
from index.story import Story
from search.cli import app
from serve.app import make_app

API = "/api/v1"
LINK = re.compile(r'<([^>]+)>; rel="(\w+)"')


def printed(index: Path, *command: str) -> Any:
    """What the command line prints with ``--json``."""
    result = CliRunner().invoke(app, [*command, "--index", str(index), "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def timeless(value: dict[str, Any]) -> dict[str, Any]:
    return {name: one for name, one in value.items() if name != "took_ms"}


def first_id(client: TestClient, query: str = "troops") -> str:
    found: str = client.get(f"{API}/search", params={"q": query}).json()["hits"][0]["id"]
    return found


@pytest.mark.parametrize(
    ("address", "command"),
    [
        ("search?q=troops+south+korea&limit=3", "search troops south korea --limit 3"),
        (
            "search?country=KR&country=JP&sort=oldest",
            "search --country KR --country JP --sort oldest",
        ),
        (
            "search?q=troops&since=2018&certain=true&words=all",
            "search troops --since 2018 --certain --all",
        ),
        ("facets?q=troops&by=year", "facets troops --by year"),
        ("facets?place=Seoul", "facets --place Seoul"),
        ("timeline?q=troops&by=month", "timeline troops --by month"),
        ("stats", "stats"),
    ],
)
def test_the_objects_are_those_of_the_command_line(
    client: TestClient, sample_index: Path, address: str, command: str
) -> None:
    told = client.get(f"{API}/{address}")
    assert told.headers["content-type"] == "application/json"
    assert timeless(told.json()) == timeless(printed(sample_index, *command.split()))


def test_a_story_and_those_like_it(client: TestClient, sample_index: Path) -> None:
    identity = first_id(client)
    assert client.get(f"{API}/story/{identity}").json() == printed(sample_index, "show", identity)
    told = client.get(f"{API}/story/{identity}?q=troops").json()
    assert told == printed(sample_index, "show", identity, "--query", "troops")
    told = client.get(f"{API}/similar/{identity}?limit=2").json()
    assert timeless(told) == timeless(printed(sample_index, "similar", identity, "--limit", "2"))


def test_the_versions_of_a_story(client: TestClient, sample_index: Path) -> None:
    identity = first_id(client, "vesterport swing bridge")
    told = client.get(f"{API}/versions/{identity}").json()
    assert told == printed(sample_index, "versions", identity)
    assert len(told["versions"]) == 3
    folded, apart = (
        client.get(f"{API}/search?q=vesterport+bridge&words=all&ungroup={flag}").json()
        for flag in ("false", "true")
    )
    assert folded["total"] == apart["total"]
    assert len(folded["hits"]) < len(apart["hits"])


def test_what_may_be_meant(client: TestClient) -> None:
    told = client.get(f"{API}/suggest?q=troops+koera").json()
    assert told == {
        "version": 1,
        "query": "troops koera",
        "suggestions": [{"word": "koera", "words": ["Korea"]}],
    }


@pytest.mark.parametrize(
    ("address", "status", "sentence"),
    [
        ("search", 400, "There is nothing to search for. Give a word or a filter."),
        ("search?q=a&limit=0", 400, "limit is a number from 1 to 100, not '0'."),
        ("search?q=a&limit=x", 400, "limit is a number from 1 to 100, not 'x'."),
        ("search?q=a&q=b", 400, "q is given 2 times. Give it once."),
        ("search?q=a&sort=size", 400, "sort is one of relevance, newest, oldest, not 'size'."),
        ("search?q=a&certain=yes", 400, "certain is true or false, not 'yes'."),
        ("stats?q=a", 400, "There is no parameter 'q' here. Use: snapshot."),
        ("search?country=Ruritania", 400, "'Ruritania' is no country known here."),
        ("story/ffffffffffff", 404, "No story here is called 'ffffffffffff'."),
        ("story/..%2F..%2Fetc%2Fpasswd", 404, "There is nothing at this address."),
        ("story/..%5Cpasswd", 404, "No story has the id"),
        ("nothing", 404, "There is nothing at this address. What can be asked is described at"),
    ],
)
def test_mistakes_are_told_as_problems(
    client: TestClient, address: str, status: int, sentence: str
) -> None:
    told = client.get(f"{API}/{address}")
    assert told.status_code == status
    assert told.headers["content-type"] == "application/problem+json"
    assert told.json()["status"] == status
    assert told.json()["detail"].startswith(sentence)


def test_a_mistake_in_a_query_is_pointed_at(client: TestClient) -> None:
    told = client.get(f"{API}/search", params={"q": "oil country:Ruritania"}).json()
    start, end = told["place"]
    assert told["query"][start:end] == "Ruritania"


def test_a_method_that_an_address_does_not_take(client: TestClient) -> None:
    told = client.post(f"{API}/search?q=a")
    assert (told.status_code, told.json()["title"]) == (405, "Method Not Allowed")
    assert "GET" in told.headers["allow"]


def test_pages_are_linked_and_are_of_one_snapshot(client: TestClient) -> None:
    whole = client.get(f"{API}/search?q=korea&limit=100").json()
    seen: list[str] = []
    address: str | None = f"{API}/search?q=korea&limit=4&facets=false"
    while address:
        told = client.get(address)
        seen += [hit["id"] for hit in told.json()["hits"]]
        links = {rel: link for link, rel in LINK.findall(told.headers["link"])}
        address = links.get("next")
        assert address is None or "snapshot=" in address
    assert whole["total"] > 8
    assert seen == [hit["id"] for hit in whole["hits"]]


def test_who_has_the_answer_is_not_sent_it_again(client: TestClient) -> None:
    first = client.get(f"{API}/search?q=troops")
    tag = first.headers["etag"]
    again = client.get(f"{API}/search?q=troops", headers={"If-None-Match": f'"x", {tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    for known, status in ((tag.removeprefix("W/"), 304), ("*", 304), ('"x"', 200), ("", 200)):
        asked = client.get(f"{API}/search?q=troops", headers={"If-None-Match": known})
        assert asked.status_code == status, known
    assert client.get(f"{API}/search?q=ferry").headers["etag"] != tag


def test_answers_are_packed_for_those_who_take_it(client: TestClient) -> None:
    packed = client.get(f"{API}/search?q=troops")
    plain = client.get(f"{API}/search?q=troops", headers={"Accept-Encoding": "gzip;q=0"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 2
    assert packed.json()["hits"] == plain.json()["hits"]


def test_head_tells_the_same_without_the_answer(client: TestClient) -> None:
    head, whole = (client.request(m, f"{API}/search?q=troops") for m in ("HEAD", "GET"))
    assert head.content == b""
    for name in ("etag", "content-length", "link", "content-type"):
        assert head.headers[name] == whole.headers[name]


def test_an_index_that_is_gone_is_told(tmp_path: Path) -> None:
    where = tmp_path / "index"
    index_stories([Story("0" * 12, "/a.txt", "text", "Storm", "Wind.")], where)
    with TestClient(make_app(where), base_url="http://localhost") as client:
        shutil.rmtree(where)
        told = client.get("/api/v1/stats")
        assert client.get("/api/v1/search?q=storm").json()["total"] == 1
    assert told.status_code == 503
    assert told.json()["detail"].startswith(f"The index at {where} cannot be read: ")

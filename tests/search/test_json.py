"""The JSON of the commands, held against search/schemas/."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from search import StoryIndex
from search.cli import app
from search.jsonout import (
    alerts_json,
    differences_json,
    dumps,
    facets_json,
    kwic_json,
    marked_html,
    page_json,
    saved_json,
    stats_json,
    story_json,
    timeline_json,
    versions_json,
)
from search.outputs.hits import json_lines
from search.query import parse
from search.saved.searches import Alert
from search.saved.state import SavedSearch
from search.versions.takes import Take, Versions, differences

TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}


def _schema(name: str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(
        (files("search") / f"schemas/{name}.json").read_text("utf-8")
    )
    return schema


def check(value: Any, schema: dict[str, Any], where: str = "$") -> None:
    """The part of JSON Schema that the schemas here use."""
    if "const" in schema:
        assert value == schema["const"], where
    if "enum" in schema:
        assert value in schema["enum"], where
    if "type" in schema:
        named = schema["type"]
        kinds = [
            kind for name in ([named] if isinstance(named, str) else named) for kind in TYPES[name]
        ]
        assert isinstance(value, tuple(kinds)), f"{where}: {value!r}"
        assert not isinstance(value, bool) or bool in kinds, where
    if isinstance(value, int | float) and not isinstance(value, bool):
        assert schema.get("minimum", value) <= value <= schema.get("maximum", value), where
    if isinstance(value, str) and "pattern" in schema:
        assert re.search(schema["pattern"], value), f"{where}: {value!r}"
    if isinstance(value, list):
        for place, item in enumerate(value):
            check(item, schema.get("items", {}), f"{where}[{place}]")
    if isinstance(value, dict):
        assert set(schema.get("required", ())) <= set(value), where
        properties = schema.get("properties", {})
        rest = schema.get("additionalProperties", True)
        for name, item in value.items():
            assert name in properties or rest is not False, f"{where}.{name}"
            check(
                item,
                properties.get(name, rest if isinstance(rest, dict) else {}),
                f"{where}.{name}",
            )


def _through_text(value: dict[str, Any]) -> Any:
    return json.loads(dumps(value))


@pytest.mark.parametrize(
    "query", ["storm", "oil OR korea OR markup", "holiday", "zzyzx", "trops", "trops oil"]
)
def test_search(golden: StoryIndex, query: str) -> None:
    check(_through_text(page_json(golden.search(query, limit=50))), _schema("search"))


def test_hits_line_by_line(golden: StoryIndex) -> None:
    lines = list(json_lines(golden.search("storm OR oil", limit=50).hits))
    assert len(lines) > 3
    for line in lines:
        check(json.loads(line), _schema("hit"))


def test_what_may_be_meant(golden: StoryIndex) -> None:
    page = page_json(golden.search("trops"))
    assert (page["corrected"], page["total"]) == ("troops", 4)
    assert page["suggestions"] == [{"word": "trops", "words": ["troops"]}]
    page = page_json(golden.search("troops"))
    assert (page["corrected"], page["suggestions"]) == (None, [])


def test_search_without_facets(golden: StoryIndex) -> None:
    check(_through_text(page_json(golden.search("oil", facets=False))), _schema("search"))


def test_the_promised_shape(golden: StoryIndex) -> None:
    page = page_json(golden.search('"28,500 troops"'))
    assert (page["version"], page["total"], page["relaxed"]) == (1, 1, False)
    (hit,) = page["hits"]
    assert {name: hit[name] for name in ("id", "headline", "place", "country", "date")} == {
        "id": "a001",
        "headline": "Pentagon keeps 28,500 troops in South Korea",
        "place": "Washington",
        "country": "US",
        "date": "2018-11-01",
    }
    assert (hit["date_basis"], hit["date_certain"]) == ("metadata", True)
    assert (hit["agency"], hit["path"], hit["copies"]) == ("IANS", "/corpus/a001.txt", 0)
    assert "that <mark>28,500 troops</mark> will stay" in hit["snippets"][0]
    assert page["facets"]["date"] == [{"value": "2018-11", "count": 1}]


def test_facets(golden: StoryIndex) -> None:
    check(_through_text(facets_json("", 25, golden.facets())), _schema("facets"))


def test_kwic(golden: StoryIndex) -> None:
    found = golden.kwic("korea OR storm")
    assert found.lines
    check(_through_text(kwic_json(found)), _schema("kwic"))


def test_timeline(golden: StoryIndex) -> None:
    for by in ("day", "week", "month", "year", "fit"):
        line = golden.timeline(by=by)
        check(_through_text(timeline_json(line)), _schema("timeline"))
        assert line.total == len(golden)


def test_saved_searches_and_alerts(golden: StoryIndex) -> None:
    search = SavedSearch("oil", "oil", {"country": ["US"], "certain": True}, "2018-11-01", 3)
    check(_through_text(saved_json([search])), _schema("saved"))
    alert = Alert(search, 9, golden.search("oil OR storm").hits, 7)
    check(_through_text(alerts_json([alert])), _schema("alerts"))


def test_show(golden: StoryIndex) -> None:
    for name in ("a001", "a015", "a017", "a025"):
        story = golden.story(name)
        check(_through_text(story_json(story, 0)), _schema("show"))
        check(_through_text(story_json(story, 0, parse("markets"))), _schema("show"))


def test_versions(golden: StoryIndex) -> None:
    found = golden.versions("a001")
    check(_through_text(versions_json(found)), _schema("versions"))
    old, new = golden.story("a007"), golden.story("a009")
    changed = differences(old, new)
    check(_through_text(differences_json(old, new, changed)), _schema("differences"))
    take = Take((new,), changed)
    found = Versions((*found.takes, take), new.id)
    check(_through_text(versions_json(found)), _schema("versions"))


def test_stats(golden: StoryIndex) -> None:
    check(_through_text(stats_json(golden.stats())), _schema("stats"))


@pytest.mark.parametrize("dateline", ["SEOUL, Nov. 1 (Yonhap) -- ", ""])
def test_inspect(tmp_path: Path, dateline: str) -> None:
    page = tmp_path / "page.txt"
    page.write_text(f"Troops stay\n\n{dateline}The troops stay, the minister said.\n", "utf-8")
    ran = CliRunner().invoke(app, ["inspect", str(page), "--json"])
    assert ran.exit_code == 0
    (line,) = ran.stdout.splitlines()
    check(json.loads(line), _schema("inspect"))


def test_snippets_are_html(golden: StoryIndex) -> None:
    (hit,) = page_json(golden.search("postponed AND visit"))["hits"]
    assert hit["snippets"] == [
        "The minister's <mark>visit</mark> was &lt;script&gt;alert(1)&lt;/script&gt; "
        "<mark>postponed</mark> &amp; moved to Friday, officials said."
    ]
    assert "&lt;b&gt;<mark>postponed</mark>&lt;/b&gt;" in hit["headline_html"]
    assert marked_html("<a&b>", ((1, 2), (3, 4))) == "&lt;<mark>a</mark>&amp;<mark>b</mark>&gt;"


def test_a_file_name_that_is_no_text_is_still_json() -> None:
    text = dumps({"path": "caf\udce9.txt", "headline": "café"})
    assert text.encode("utf-8")
    assert json.loads(text) == {"path": "caf\udce9.txt", "headline": "café"}

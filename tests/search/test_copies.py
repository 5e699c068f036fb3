"""One story in several printings: one hit, and its versions in order."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from index.errors import NoSuchStoryError
from search import StoryIndex, open_index
from search.cli import app
from tests.search.corpora import MORE, copies_index


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copies_index(tmp_path_factory.mktemp("copies") / "index")


@pytest.fixture(scope="module")
def printed(folder: Path) -> Iterator[StoryIndex]:
    with open_index(folder) as stories:
        yield stories


def test_one_hit_for_all_printings(printed: StoryIndex) -> None:
    page = printed.search("karsholm")
    assert [(hit.id, hit.copies, hit.versions) for hit in page.hits] == [
        ("other", 0, 1),
        ("later", 3, 2),
    ]
    assert (page.total, page.distinct, page.pages) == (5, 2, 1)
    assert sum(count.count for count in page.facets["agency"]) == 5, "facets count all"
    assert [hit.id for hit in printed.search("karsholm", limit=1, page=2).hits] == ["later"]
    assert printed.top("karsholm").ids == ("other", "later")
    assert printed.top("karsholm").total == 5


def test_every_printing_where_they_are_wanted(printed: StoryIndex) -> None:
    page = printed.search("freighter", ungroup=True)
    assert {hit.id for hit in page.hits} == {"first", "paper", "later", "later2"}
    assert {(hit.copies, hit.versions) for hit in page.hits} == {(3, 2)}
    assert page.distinct == page.total == 4
    assert len(printed.top("freighter", ungroup=True).ids) == 4


def test_of_one_day_the_later_version_comes_first(printed: StoryIndex) -> None:
    page = printed.search(place="Karsholm", ungroup=True)
    assert [hit.id for hit in page.hits] == ["later2", "later", "first", "paper"]


def test_the_front_of_those_that_match(printed: StoryIndex) -> None:
    (hit,) = printed.search("freighter", agency=["Star", "Gazette"]).hits
    assert hit.id == "later2", "the newest version of those that pass the filter"
    (hit,) = printed.search("freighter", agency="Star").hits
    assert (hit.id, hit.copies) == ("paper", 3)
    (hit,) = printed.search('"two sailors"').hits
    assert hit.id in ("first", "paper"), "only the first version says so"
    (hit,) = printed.search("two sailors insurers ashore", sort="newest").hits
    assert hit.id == "later"


def test_a_printing_with_all_the_words_stands_for_one_without(printed: StoryIndex) -> None:
    page = printed.search('"two sailors" karsholm hawsers')
    assert page.relaxed
    assert page.total == 4
    (hit,) = page.hits
    assert hit.id in ("first", "paper")


def test_versions_in_order(printed: StoryIndex) -> None:
    found = printed.versions("paper")
    assert found == printed.versions("later2")
    assert found.front == "later"
    first, second = found.takes
    assert {story.id for story in first.stories} == {"first", "paper"}
    assert {story.id for story in second.stories} == {"later", "later2"}
    assert first.since_last is None
    assert second.since_last is not None
    removed, added = (
        [run.text for run in second.since_last.body if run.kind == kind]
        for kind in ("removed", "added")
    )
    assert removed == ["two"]
    assert added == ["three", MORE.strip()]
    assert [run.kind.value for run in second.since_last.headline] == ["kept"]
    (alone,) = printed.versions("other").takes
    assert [story.id for story in alone.stories] == ["other"]
    with pytest.raises(NoSuchStoryError):
        printed.versions("gone")


def test_similar_stories_are_other_stories(printed: StoryIndex) -> None:
    page = printed.similar(printed.story("first"))
    assert [hit.id for hit in page.hits] == ["other"]
    outside = replace(printed.story("first"), id="not-here")
    assert next(hit.id for hit in printed.similar(outside).hits) == "later"


def run(folder: Path, *words: str) -> str:
    result = CliRunner().invoke(app, [*words, "--index", str(folder)])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_what_the_terminal_shows(folder: Path) -> None:
    out = run(folder, "search", "freighter")
    assert "Reuters · later · 4 copies, 2 versions" in out
    assert out.endswith("4 stories, 1 without copies and other versions\n")
    assert "\n4 stories\n" in run(folder, "search", "freighter", "--ungroup")
    assert "copy or version of this: newsq versions first" in run(folder, "show", "first")


def test_versions_on_the_terminal(folder: Path) -> None:
    out = run(folder, "versions", "first")
    text = " ".join(out.split())
    assert "lead 1" in text
    assert "old swing bridge, and at least [-two-] {+three+} sailors drowned, harbour" in text
    assert "hawsers" not in text, "only what stands beside a change is shown"
    assert text.count("shown in a search") == 1
    assert text.endswith("2 versions, printed 4 times")
    assert "{+three+}" in run(folder, "versions", "paper", "later2")
    assert "No word differs." in run(folder, "versions", "later", "later2")
    coloured = CliRunner().invoke(
        app, ["versions", "first", "--index", str(folder)], env={"FORCE_COLOR": "1"}
    )
    assert "[-two-]" not in coloured.stdout
    assert json.loads(run(folder, "versions", "first", "--json"))["front"] == "later"
    compared = json.loads(run(folder, "versions", "first", "other", "--json"))
    assert (compared["old"]["id"], compared["new"]["id"]) == ("first", "other")

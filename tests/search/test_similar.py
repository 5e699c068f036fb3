"""More like this: stories that share what tells one from others."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from index.errors import QueryError
from index.story import Story
from search import StoryIndex, open_index
from search.cli import app

MakeStory = Callable[..., Story]
WriteIndex = Callable[..., Path]
FERRY = "The ferry sank off Busan after its engine failed, and divers searched for the crew."
COMMON = "It was said on the day that more would be told later."


@pytest.fixture
def stories(tmp_path: Path, make_story: MakeStory, write_index: WriteIndex) -> StoryIndex:
    """Two stories about a ferry, a word-for-word copy of one, and others about other things."""
    made = [
        make_story("ferry1", "Ferry sinks", f"{FERRY}\n\n{COMMON}", date="2018-04-02"),
        make_story("copy", "Ship lost", f"{FERRY}\n\n{COMMON}", date="2018-04-03"),
        make_story(
            "ferry2", None, f"Divers found the ferry's engine room. {COMMON}", date="2018-04-05"
        ),
        make_story("old", None, f"An older ferry burned at Busan in spring. {COMMON}", date="2011"),
        make_story("wheat", "Wheat prices rise", f"Wheat rose again. {COMMON}", date="2018-04-02"),
        make_story("undated", None, f"Divers trained with a ferry. {COMMON}", no_year=[4, 1]),
        *(make_story(f"x{n}", None, f"Parliament met, hour {n}. {COMMON}") for n in range(9)),
    ]
    return open_index(write_index(tmp_path / "index", [made[:4], made[4:]]))


def test_what_tells_a_story_from_others_is_asked(stories: StoryIndex) -> None:
    found = stories.similar(stories.story("ferry1"))
    ids = [hit.id for hit in found.hits]
    assert ids[:3] == ["ferry2", "old", "undated"]
    assert "wheat" not in ids[:3]
    assert not {"ferry1", "copy"} & set(ids)
    marked = {part.text[a:b].lower() for part in found.hits[0].snippets for a, b in part.marks}
    assert marked == {"ferry's", "engine"}


def test_what_is_shown_is_no_list_of_shreds(
    tmp_path: Path, make_story: MakeStory, write_index: WriteIndex
) -> None:
    names = [f"{first}{second}" for first in ("lor", "mir", "tas", "vel") for second in "abdefgk"]
    one, other = (
        ". ".join(f"{order} was told of {name} at the port that day" for name in names)
        for order in ("Much", "Little")
    )
    made = [make_story("one", None, one), make_story("other", None, other)]
    with open_index(write_index(tmp_path / "index", [made])) as both:
        (hit,) = both.similar(made[0]).hits
    marked = {part.text[a:b] for part in hit.snippets for a, b in part.marks}
    assert 0 < len(marked) <= 8


def test_newer_and_older(stories: StoryIndex) -> None:
    ferry = stories.story("ferry1")
    newer = [hit.id for hit in stories.similar(ferry, newer=True).hits]
    older = [hit.id for hit in stories.similar(ferry, older=True).hits]
    assert (newer, older) == (["ferry2"], ["old"])
    with pytest.raises(QueryError, match="both newer and older"):
        stories.similar(ferry, newer=True, older=True)
    with pytest.raises(QueryError, match="day of this story is not known"):
        stories.similar(stories.story("undated"), newer=True)


def test_filters_and_pages(stories: StoryIndex) -> None:
    ferry = stories.story("ferry1")
    assert [hit.id for hit in stories.similar(ferry, until="2012").hits] == ["old"]
    whole = [hit.id for hit in stories.similar(ferry).hits]
    second = stories.similar(ferry, limit=1, page=2)
    assert [hit.id for hit in second.hits] == whole[1:2]


def test_a_story_without_words_is_like_none(stories: StoryIndex, make_story: MakeStory) -> None:
    assert stories.similar(make_story("empty", None, "...")).total == 0


def test_the_command(golden_folder: Path, tmp_path: Path) -> None:
    with open_index(golden_folder) as golden:
        one = golden.search("troops", limit=1).hits[0].story
        expected = [hit.id for hit in golden.similar(one).hits]

    def run(name: str, *options: str) -> Any:
        words = ["similar", name, "--index", str(golden_folder), *options]
        return CliRunner().invoke(app, words)

    ran = run(one.id, "--json")
    assert [hit["id"] for hit in json.loads(ran.stdout)["hits"]] == expected
    outside = tmp_path / "page.txt"
    outside.write_text(f"SEOUL, Nov. 1 (Yonhap) -- {one.body}\n", "utf-8")
    assert set(expected) & set(run(str(outside), "--ids").stdout.split())
    for name in ("nothing-of-that-name", "too-long-for-a-file" * 30):
        lost = run(name)
        assert (lost.exit_code, lost.stdout) == (2, "")
        assert "No story here is called" in lost.stderr

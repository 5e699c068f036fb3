"""Keyword in context: every place, aligned, sorted, bounded."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from rich.cells import cell_len
from typer.testing import CliRunner

from index.errors import QueryError
from index.story import Story
from search import StoryIndex, open_index
from search.cli import app

BODIES = {
    "k1": ("2018-11-01", "Some troops left. Old troops\n\nstayed; zebra troops went."),
    "k2": ("2019-01-02", "The troop's camp was for troops, not tourists."),
    "k3": (None, "Armed forces and armed men. The forces armed a troop."),
}


@pytest.fixture(scope="module")
def folder(
    tmp_path_factory: pytest.TempPathFactory,
    make_story: Callable[..., Story],
    write_index: Callable[..., Path],
) -> Path:
    found = [
        make_story(name, f"News {name}", body, date=date) for name, (date, body) in BODIES.items()
    ]
    return write_index(tmp_path_factory.mktemp("kwic") / "index", [found[:1], found[1:]])


@pytest.fixture(scope="module")
def stories(folder: Path) -> Iterator[StoryIndex]:
    with open_index(folder) as opened:
        yield opened


def test_every_place_is_a_line(stories: StoryIndex) -> None:
    found = stories.kwic("troops")
    assert (found.total, found.read, found.stories, len(found.lines)) == (6, 3, 3, 6)
    assert sorted(line.match for line in found.lines) == ["troop", "troop's", *["troops"] * 4]


def test_what_stands_around_it(stories: StoryIndex) -> None:
    (line,) = (line for line in stories.kwic("troops").lines if line.left.endswith("Old "))
    assert (line.id, line.field) == ("k1", "body")
    assert line.left == "Some troops left. Old "
    assert line.right == " stayed; zebra troops went."


@pytest.mark.parametrize(
    ("sort", "first"),
    [
        ("left", [("forces armed a", "."), ("camp was for", ", not"), ("Old", " stayed")]),
        ("right", [("forces armed a", "."), ("The", " camp was"), ("Some", " left.")]),
        ("date", [("The", " camp was"), ("camp was for", ", not"), ("Some", " left.")]),
    ],
)
def test_the_order(stories: StoryIndex, sort: str, first: list[tuple[str, str]]) -> None:
    lines = stories.kwic("troops", sort=sort, limit=3).lines
    assert len(lines) == 3
    for line, (left, right) in zip(lines, first, strict=True):
        assert line.left.strip().endswith(left)
        assert line.right.startswith(right)


def test_several_words_are_a_phrase(stories: StoryIndex) -> None:
    assert [line.match for line in stories.kwic("armed forces").lines] == ["Armed forces"]
    assert stories.kwic("armed OR forces").total == 5
    assert stories.kwic("arm*").total == 3
    assert {line.field for line in stories.kwic("headline:news").lines} == {"headline"}


def test_filters(stories: StoryIndex) -> None:
    assert stories.kwic("troops", since="2019").total == 2
    assert stories.kwic("troops", until="2018").total == 3


def test_what_is_read_is_bounded(stories: StoryIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.kwic.lines.MAX_READ", 1)
    found = stories.kwic("troops")
    assert (found.read, found.stories, found.total) == (1, 3, 2)
    assert {line.id for line in found.lines} == {"k2"}


@pytest.mark.parametrize("most", ["MAX_CHARACTERS", "MAX_FOUND"])
def test_no_further_story_is_read_than_time_allows(
    stories: StoryIndex, monkeypatch: pytest.MonkeyPatch, most: str
) -> None:
    monkeypatch.setattr(f"search.kwic.lines.{most}", 3)
    found = stories.kwic("troops")
    read = {"MAX_CHARACTERS": 1, "MAX_FOUND": 2}[most]
    assert (found.read, found.stories, len(found.lines)) == (read, 3, found.total)


@pytest.mark.parametrize(("sort", "limit"), [("middle", 5), ("left", 0), ("left", 10_001)])
def test_mistakes(stories: StoryIndex, sort: str, limit: int) -> None:
    with pytest.raises(QueryError):
        stories.kwic("troops", sort=sort, limit=limit)


@pytest.mark.parametrize("width", ["60", "100", "160"])
def test_the_keyword_is_in_a_column(
    folder: Path, stories: StoryIndex, monkeypatch: pytest.MonkeyPatch, width: str
) -> None:
    monkeypatch.setenv("NEWSQ_INDEX", str(folder))
    ran = CliRunner().invoke(app, ["kwic", "troops"], env={"COLUMNS": width})
    assert ran.exit_code == 0
    lines = ran.stdout.splitlines()
    assert lines[-1] == "6 places in 3 stories"
    matches = [line.match for line in stories.kwic("troops").lines]
    starts = (
        {place for place in range(len(line)) if line.startswith(match, place)}
        for line, match in zip(lines[:-2], matches, strict=True)
    )
    assert len(set.intersection(*starts)) == 1
    assert max(map(cell_len, lines)) <= int(width)
    assert all(line == line.rstrip() for line in lines)


def test_nothing_matches(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSQ_INDEX", str(folder))
    assert CliRunner().invoke(app, ["kwic", "zzyzx"]).exit_code == 1
    ran = CliRunner().invoke(app, ["kwic", "zzyzx", "--json"])
    assert (ran.exit_code, json.loads(ran.stdout)["lines"]) == (1, [])

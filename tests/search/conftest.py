"""Small indexes for the tests of search/: one of the golden corpus, others built on demand."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from index.direct import delete_stories, index_stories
from index.story import DateBasis, Dateline, PartialDate, Story, StoryDate, Version
from search import StoryIndex, open_index

GOLDEN = Path(__file__).parent / "golden"
WriteIndex = Callable[..., Path]


def _story(
    id: str,  # noqa: A002 - the field's name
    headline: str | None = None,
    body: str = "",
    places: Iterable[str] = (),
    country: str | None = None,
    agency: str | None = None,
    date: str | None = None,
    certain: bool = True,
    byline: str | None = None,
    credits: Iterable[str] = (),  # noqa: A002 - the field's name
    no_year: list[int] | None = None,
    slug: str | None = None,
) -> Story:
    """A story as a line of golden/corpus.jsonl gives it."""
    if date:
        known = PartialDate(*(int(part) for part in date.split("-")))
        basis = DateBasis.METADATA if certain else DateBasis.YEAR_INFERRED
        told = StoryDate(known.year, known.month, known.day, basis, certain, "the test says so")
    elif no_year:
        month, day = no_year
        told = StoryDate(None, month, day, DateBasis.NO_YEAR, False, "nothing tells the year")
    else:
        told = StoryDate()
    named = tuple(places)
    line = Dateline(f"{'/'.join(named)} ({agency})", named, country=country, agency=agency)
    return Story(
        id=id,
        path=f"/corpus/{id}.txt",
        format="text",
        headline=headline,
        body=body,
        byline=byline,
        dateline=line if named else None,
        agency=agency,
        credits=tuple(credits),
        date=told,
        version=Version(slug=slug) if slug else None,
    )


def _source(story: Story) -> str:
    return story.path.lstrip("/")


def _write_index(
    where: Path, batches: Iterable[Iterable[Story]], deleted: Iterable[str] = ()
) -> Path:
    """An index of ``batches``, one segment for each; then ``deleted`` ids are taken out."""
    index_stories([], where)  # without a first commit a folder is no index
    for batch in batches:
        index_stories(batch, where, source=_source, merge=False)
    delete_stories(deleted, where)
    return where


def _lines(name: str) -> list[dict[str, Any]]:
    """The rows of a data file in golden/."""
    return [json.loads(line) for line in (GOLDEN / name).read_text("utf-8").splitlines()]


@pytest.fixture(scope="session")
def make_story() -> Callable[..., Story]:
    """A story from a few fields."""
    return _story


@pytest.fixture(scope="session")
def write_index() -> WriteIndex:
    """(folder, batches of stories, deleted ids) -> the folder, one segment for each batch."""
    return _write_index


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Folders that are not there yet, one after the other."""
    where = tmp_path_factory.mktemp("folders")
    return (where / str(number) for number in range(1_000_000))


@pytest.fixture(scope="session")
def golden_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an index of the golden corpus, in three segments."""
    stories = [_story(**row) for row in _lines("corpus.jsonl")]
    batches = [stories[start::3] for start in range(3)]
    return _write_index(tmp_path_factory.mktemp("golden") / "index", batches)


@pytest.fixture(scope="session")
def golden(golden_folder: Path) -> Iterator[StoryIndex]:
    """The golden index, open."""
    with open_index(golden_folder) as stories:
        yield stories


@pytest.fixture(scope="session")
def newsroom_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an index of the stories that the query language is tried on."""
    stories = [_story(**row) for row in _lines("newsroom.jsonl")]
    batches = [stories[start::2] for start in range(2)]
    return _write_index(tmp_path_factory.mktemp("newsroom") / "index", batches)


@pytest.fixture(scope="session")
def newsroom(newsroom_folder: Path) -> Iterator[StoryIndex]:
    """That index, open."""
    with open_index(newsroom_folder) as stories:
        yield stories

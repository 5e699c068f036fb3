"""Small indexes for the tests of search/: one of the golden corpus, others built on demand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.story import Story
from search import StoryIndex, open_index
from tests.search.corpora import golden_index, newsroom_index, story_of
from tests.search.corpora import write_index as write_index_of

WriteIndex = Callable[..., Path]


@pytest.fixture(scope="session")
def make_story() -> Callable[..., Story]:
    """A story from a few fields."""
    return story_of


@pytest.fixture(scope="session")
def write_index() -> WriteIndex:
    """(folder, batches of stories, deleted ids) -> the folder, one segment for each batch."""
    return write_index_of


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Folders that are not there yet, one after the other."""
    where = tmp_path_factory.mktemp("folders")
    return (where / str(number) for number in range(1_000_000))


@pytest.fixture(scope="session")
def golden_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an index of the golden corpus, in three segments."""
    return golden_index(tmp_path_factory.mktemp("golden") / "index")


@pytest.fixture(scope="session")
def golden(golden_folder: Path) -> Iterator[StoryIndex]:
    """The golden index, open."""
    with open_index(golden_folder) as stories:
        yield stories


@pytest.fixture(scope="session")
def newsroom_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an index of the stories that the query language is tried on."""
    return newsroom_index(tmp_path_factory.mktemp("newsroom") / "index")


@pytest.fixture(scope="session")
def newsroom(newsroom_folder: Path) -> Iterator[StoryIndex]:
    """That index, open."""
    with open_index(newsroom_folder) as stories:
        yield stories

"""What is saved beside an index: the searches, and how far each has been looked at.

One JSON file in the index's folder, ``newsq-saved.json``, replaced whole. A run of ``newsq
index`` leaves it as it is, a rebuild too.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from index.durable import write_whole
from index.errors import SavedSearchError
from index.files import ensure_own, read_whole
from index.value import Value

VERSION = 1
_FILE, _LOCK = "newsq-saved.json", "newsq-saved.lock"
_LARGEST = 1 << 24


class SavedSearch(Value):
    """A question with a name. ``filters`` are as `search.page.StoryIndex.search` takes them.

    Dates among them are text, and mean what they do on the day they are asked. ``since`` is
    the day it was saved, ISO; ``mark`` the number of stories that had arrived when it was
    last looked at (`search.saved.arrivals`).
    """

    name: str
    query: str
    filters: dict[str, Any]
    since: str
    mark: int


class State(Value):
    """All saved searches, by name, in the order saved.

    ``arrived`` is the number of stories known to have arrived, ``segments`` names the
    segments whose stories all are among them. ``log`` is the number of the log they stand in,
    which grows when it is made anew.
    """

    searches: dict[str, SavedSearch]
    arrived: int
    segments: tuple[str, ...]
    log: int = 0


def load(folder: Path) -> State:
    """What is saved in ``folder``. Raises SavedSearchError if that cannot be understood."""
    path = folder / _FILE
    try:
        stored = json.loads(read_whole(path, _LARGEST))
        if stored["version"] != VERSION:
            raise SavedSearchError(
                f"The saved searches in {path} are of another version of newsq. "
                "Use that one, or move the file away and save them again."
            )
        searches = [search_of(row) for row in stored["searches"]]
        segments = tuple(map(str, stored["segments"]))
        named = {one.name: one for one in searches}
        return State(named, int(stored["arrived"]), segments, int(stored.get("log", 0)))
    except FileNotFoundError:
        return State({}, 0, ())
    except OSError as error:
        raise SavedSearchError(f"{path} cannot be read: {error.strerror or error}.") from error
    except (
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        RecursionError,
        OverflowError,
    ) as error:
        raise SavedSearchError(
            f"The saved searches in {path} are damaged ({error}). Mend the file, or move it "
            "away and save them again; the index itself is sound."
        ) from error


def search_of(row: Any) -> SavedSearch:
    """The saved search that `SavedSearch.as_dict` made ``row`` of. Raises KeyError, TypeError."""
    name, query, since, mark = row["name"], row["query"], row["since"], row["mark"]
    if not (isinstance(name, str) and isinstance(query, str) and isinstance(mark, int)):
        raise TypeError("a search without name, query or mark")
    return SavedSearch(name, query, dict(row["filters"]), str(since), mark)


def store(state: State, folder: Path) -> None:
    """Put ``state`` in ``folder``, whole or not at all. Raises SavedSearchError if it cannot."""
    stored = {
        "version": VERSION,
        "arrived": state.arrived,
        "log": state.log,
        "segments": state.segments,
        "searches": [search.as_dict() for search in state.searches.values()],
    }
    path = folder / _FILE
    with writing(folder):
        write_whole(path, json.dumps(stored, indent=1).encode())


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Tell as a SavedSearchError what cannot be written in ``folder``."""
    try:
        yield
    except OSError as error:
        raise SavedSearchError(
            f"Nothing can be saved beside the index in {folder}: {error.strerror or error}. "
            "Check disk space and permissions, or index into a folder of your own."
        ) from error


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep others from changing what is saved in ``folder``; wait while another does.

    The system lets go of the lock if the process ends.
    """
    with writing(folder):
        ensure_own(folder / _LOCK)
        file = (folder / _LOCK).open("a+b")
    with file:
        with writing(folder):
            _hold(file.fileno())
        yield


if sys.platform == "win32":
    import msvcrt

    def _hold(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)
else:
    import fcntl

    def _hold(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)

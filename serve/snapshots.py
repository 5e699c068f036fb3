"""The index, kept open: new generations are picked up, and each request has one to itself."""

from __future__ import annotations

import logging
import math
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from index.errors import NewsqError, QueryError
from search.generations import Source, source_of
from search.stories import Stories

if TYPE_CHECKING:
    from cluster.access import Access

KEPT = 8
"""Snapshots that stay open after newer ones have come, for those who are paging through them."""
KEPT_SECONDS = 300.0
_NAME = re.compile("[0-9a-f]{16}")

_log = logging.getLogger("newsq.serve")


class SnapshotGoneError(NewsqError):
    """A page was asked of a snapshot of the index that is no longer open."""


class Snapshot:
    """The index as it was at one moment.

    ``name`` is the same for the same generation of the same index, and for no other;
    ``made`` is when that was written, in seconds since 1970.
    """

    def __init__(self, stories: Stories, name: str, made: float) -> None:
        self.stories = stories
        self.name = name
        self.made = made
        self.users = 0
        self.replaced = math.inf
        """When a newer one came, by `time.monotonic`."""


class Snapshots:
    """The newest snapshot of the index at ``where``, and a few that it took the place of.

    A snapshot is closed when a newer one has come, its last user has let go of it, and it
    is neither among the last `KEPT` nor younger than `KEPT_SECONDS` as a replaced one.
    Raises IndexFolderError or ClusterError at the beginning if there is no index.
    """

    def __init__(self, where: Path | Access, clock: Callable[[], float] = time.monotonic) -> None:
        self._source = source_of(where)
        self._clock = clock
        self._lock = Lock()
        self._replaced: list[Snapshot] = []
        self._newest = _opened(self._source)

    @contextmanager
    def held(self, name: str | None = None) -> Iterator[Snapshot]:
        """The newest snapshot, or the one called ``name``, open until the end of the block.

        Raises SnapshotGoneError if there is none of that name any more, QueryError if there
        cannot have been one.
        """
        with self._lock:
            found = self._find(name)
            found.users += 1
        try:
            yield found
        finally:
            with self._lock:
                found.users -= 1
                gone = self._outdated()
            _close(gone)

    def is_newest(self, snapshot: Snapshot) -> bool:
        """Whether no other has taken its place."""
        return snapshot is self._newest

    def refresh(self) -> bool:
        """Pick up a newer generation, if there is one; whether there was.

        If it cannot be opened, the one before stays, and a warning is logged.
        """
        try:
            if self._source.newest().name == self._newest.name:
                self._tidy()
                return False
            newest = _opened(self._source)
        except FileNotFoundError:
            return False  # another generation has come meanwhile, or none is there any more
        except (NewsqError, OSError) as error:
            _log.warning("The index stays as it was: %s", error)
            return False
        with self._lock:
            self._newest.replaced = self._clock()
            self._replaced.append(self._newest)
            self._newest = newest
        self._tidy()
        return True

    def close(self) -> None:
        """Let go of all snapshots. Nobody may use one afterwards."""
        with self._lock:
            gone, self._replaced = [*self._replaced, self._newest], []
        _close(gone)

    def _find(self, name: str | None) -> Snapshot:
        if name is None or name == self._newest.name:
            return self._newest
        for snapshot in self._replaced:
            if snapshot.name == name:
                return snapshot
        if not _NAME.fullmatch(name):
            raise QueryError(
                f"{name!r} is no snapshot. Take it from a Link header, or leave it out."
            )
        raise SnapshotGoneError(
            "The index has changed since the first page was asked for. Begin again with the "
            "first page, without a snapshot."
        )

    def _tidy(self) -> None:
        with self._lock:
            gone = self._outdated()
        _close(gone)

    def _outdated(self) -> list[Snapshot]:
        """Take out the snapshots that nobody can ask for any more. The caller has the lock."""
        oldest = self._clock() - KEPT_SECONDS
        last = self._replaced[-KEPT:]
        gone = [
            one
            for one in self._replaced
            if not one.users and (one not in last or one.replaced < oldest)
        ]
        self._replaced = [one for one in self._replaced if one not in gone]
        return gone


def _opened(source: Source) -> Snapshot:
    stories, generation = source.opened()
    return Snapshot(stories, generation.name, generation.made)


def _close(snapshots: list[Snapshot]) -> None:
    for one in snapshots:
        one.stories.close()

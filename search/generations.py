"""Which generation of an index is the newest, and how does it come to be read?"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from index.errors import IndexFolderError
from index.toc import latest_generation, toc_path
from index.value import Value
from search.opening import open_index

if TYPE_CHECKING:
    from cluster.access import Access
    from search.stories import Stories

_TRIES = 20


class Generation(Value):
    """An index as it was at one moment.

    ``name``, 16 hexadecimal digits, is the same for the same generation of the same index, and
    for no other; ``made`` is when it was written, or first seen, in seconds since 1970.
    """

    name: str
    made: float


class Source(Protocol):
    """An index that is looked at again and again."""

    def newest(self) -> Generation:
        """The generation that there is now.

        Raises NewsqError, or FileNotFoundError where it is gone as it is looked at.
        """

    def opened(self) -> tuple[Stories, Generation]:
        """That generation, open and warm. Raises NewsqError."""


def source_of(where: Path | Access) -> Source:
    """The index at ``where``, to be looked at."""
    if isinstance(where, Path):
        return FolderSource(where)
    from cluster.generations import ClusterSource

    return ClusterSource(where)


class FolderSource:
    """The index in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def newest(self) -> Generation:
        """As `Source` has it."""
        return self._told(latest_generation(self._folder))

    def opened(self) -> tuple[Stories, Generation]:
        """As `Source` has it: what every search needs has been read once."""
        for _try in range(_TRIES):
            number = latest_generation(self._folder)
            stories = open_index(self._folder)
            try:
                generation = self._told(number)
            except FileNotFoundError:
                stories.close()
                continue
            if latest_generation(self._folder) == number:
                stories.facets()
                stories.timeline()
                return stories, generation
            stories.close()
        raise IndexFolderError(
            f"The index at {self._folder} changes too fast to be opened. Try again."
        )

    def _told(self, number: int) -> Generation:
        """An index that is removed and made anew counts from 1 again."""
        toc = toc_path(self._folder, number).stat()
        told = f"{number} {toc.st_mtime_ns} {toc.st_ino} {toc.st_size}"
        name = hashlib.blake2b(told.encode(), digest_size=8).hexdigest()
        return Generation(name, toc.st_mtime)

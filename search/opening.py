"""Where does an index lie, and who reads it there?"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, overload

if TYPE_CHECKING:
    from cluster.access import Access
    from search.page import StoryIndex
    from search.stories import Stories

_URL = re.compile(r"https?://", re.IGNORECASE)


@overload
def open_index(where: Path) -> StoryIndex: ...


@overload
def open_index(where: str | Path | Access) -> Stories: ...


def open_index(where: str | Path | Access) -> Stories:
    """The index at ``where``, for a ``with`` statement or until its `close`.

    ``where`` is a folder; or an index on a cluster, ``https://host:9200/NAME``, or the Access to
    one that wants a password. Raises IndexFolderError or ClusterError if there is none, or it
    cannot be read.
    """
    if isinstance(where, str):
        where = located(where)
    if isinstance(where, Path):
        from search.page import StoryIndex

        return StoryIndex(where)
    from cluster.stories import ClusterStories

    return ClusterStories(where)


def located(where: str, password: str | None = None, ca: Path | None = None) -> Path | Access:
    """The folder that ``where`` names, or the cluster whose address it is.

    ``password`` and ``ca``, a file of certificates to trust, are the cluster's. Raises
    ClusterError for an address that cannot be one.
    """
    if not _URL.match(where):
        return Path(where).expanduser()
    from cluster.access import Access
    from cluster.location import ClusterLocation

    return Access(ClusterLocation.parsed(where), password, ca)

"""Where does an index lie, and who reads it there?"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, overload

from index.errors import NewsqError

if TYPE_CHECKING:
    from search.page import StoryIndex
    from search.stories import Stories

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")


@overload
def open_index(where: Path) -> StoryIndex: ...


@overload
def open_index(where: str) -> Stories: ...


def open_index(where: str | Path) -> Stories:
    """The index in the folder ``where``, for a ``with`` statement or until its `close`.

    Raises IndexFolderError if there is none, or it cannot be read.
    """
    from search.page import StoryIndex

    return StoryIndex(located(where) if isinstance(where, str) else where)


def located(where: str) -> Path:
    """The folder that ``where`` names. Raises NewsqError for the URL of a cluster."""
    if _URL.match(where):
        raise NewsqError(
            f"{where} is the address of a cluster, which this version does not support. "
            "Name a folder with --index."
        )
    return Path(where).expanduser()

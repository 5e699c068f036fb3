"""Where is the index that a command works on?"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import NewsqError
from search.opening import located

if TYPE_CHECKING:
    from cluster.access import Access

PASSWORD = "NEWSQ_PASSWORD"  # noqa: S105 - where it stands, not what it is


def index_location(where: str | None, ca: Path | None = None, *, ask: bool = True) -> Path | Access:
    """What ``--index`` names, or the environment, or this user's own folder.

    A cluster that knows users wants a password: $NEWSQ_PASSWORD, or else what is typed, if it
    may be asked for. ``ca`` is ``--ca``. Raises ClusterError for an address that cannot be one.
    """
    named = where or os.environ.get("NEWSQ_INDEX")
    if not named:
        from platformdirs import user_data_path

        return user_data_path("newsq", appauthor=False)
    found = located(named, os.environ.get(PASSWORD), ca)
    if isinstance(found, Path) or found.location.user is None or found.password is not None:
        return found
    return located(named, _typed(found.location.user, ask), ca)


def _typed(user: str, ask: bool) -> str:
    import sys

    if not ask or not sys.stdin.isatty():
        raise NewsqError(f"The cluster wants {user}'s password. Put it into ${PASSWORD}.")
    from getpass import getpass

    return getpass(f"Password of {user}: ")

"""Which folder is the index in?"""

from __future__ import annotations

import os
import re
from pathlib import Path

from index.errors import NewsqError

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")


def index_folder(where: str | None) -> Path:
    """The folder that ``--index`` names, or the environment, or this user's own.

    Raises NewsqError for the URL of a cluster.
    """
    named = where or os.environ.get("NEWSQ_INDEX")
    if not named:
        from platformdirs import user_data_path

        return user_data_path("newsq", appauthor=False)
    if _URL.match(named):
        raise NewsqError(
            f"{named} is the address of a cluster, which this version does not support. "
            "Name a folder with --index."
        )
    return Path(named).expanduser()

"""Where is the index that a command works on?"""

from __future__ import annotations

import os
from pathlib import Path

from search.opening import located


def index_location(where: str | None) -> Path:
    """What ``--index`` names, or the environment, or this user's own folder.

    Raises NewsqError for the URL of a cluster.
    """
    named = where or os.environ.get("NEWSQ_INDEX")
    if named:
        return located(named)
    from platformdirs import user_data_path

    return user_data_path("newsq", appauthor=False)

"""Full-text search over an index of wire news stories.

    >>> from search import open_index                              # doctest: +SKIP
    >>> with open_index("stories") as stories:                     # doctest: +SKIP
    ...     page = stories.search("troops South Korea", since="2018-10")

A question goes ``query`` (text to a Whoosh query tree) -> ``rank`` (which stories, in
what order) -> ``facets`` and ``snippets`` -> ``page`` (what a caller gets); ``cli`` and
``render`` show it. The library never prints, never reads the environment, never exits.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from search.opening import open_index
    from search.page import StoryIndex
    from search.results import Hit, Page
    from search.stories import Stories

_HOMES = {
    "Hit": "search.results",
    "Page": "search.results",
    "Stories": "search.stories",
    "StoryIndex": "search.page",
    "open_index": "search.opening",
}
__all__ = ["Hit", "Page", "Stories", "StoryIndex", "open_index"]


def __getattr__(name: str) -> object:
    # NumPy and Whoosh take a fifth of a second to import, which `newsq --help` does not owe.
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

"""From a corpus of wire news to a Whoosh index.

``story`` holds the values, ``formats`` reads files, ``furniture``, ``dateline``,
``places``, ``agencies`` and ``dating`` read wire copy, ``build`` writes the index.
Nothing in here imports ``search``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.errors import NewsqError
    from index.story import Dateline, Story, StoryDate

__all__ = ["Dateline", "NewsqError", "Story", "StoryDate"]


def __getattr__(name: str) -> object:
    # The values of a story take a hundredth of a second to import, which not every command owes.
    if name in __all__:
        from index import errors, story

        return getattr(errors if name == "NewsqError" else story, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

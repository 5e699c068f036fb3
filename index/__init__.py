"""From a corpus of wire news to a Whoosh index.

``story`` holds the values, ``formats`` reads files, ``furniture``, ``dateline``,
``places``, ``agencies`` and ``dating`` read wire copy, ``build`` writes the index.
Nothing in here imports ``search``.
"""

from index.errors import NewsqError
from index.story import Dateline, Story, StoryDate

__all__ = ["Dateline", "NewsqError", "Story", "StoryDate"]

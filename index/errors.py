"""Every error newsq raises on purpose.

::

    NewsqError                 the root; its text is a sentence that says what to do next
    ├── CorpusError            a corpus that cannot be read at all
    ├── StoryFileError         one file that cannot be read; the run reports it and goes on
    ├── IndexFolderError       no index there, or a folder that is not one
    ├── IndexBusyError         another process is writing the index
    ├── QueryError             a question that cannot mean anything
    └── NoSuchStoryError       an id that the index does not hold
"""

from __future__ import annotations


class NewsqError(Exception):
    """The root of newsq's errors."""


class CorpusError(NewsqError):
    """A corpus that is missing, unreadable or empty."""


class StoryFileError(NewsqError):
    """One file that cannot be read as stories; the text is the reason alone."""


class IndexFolderError(NewsqError):
    """A folder that holds no index, or holds something else."""


class IndexBusyError(NewsqError):
    """Another process holds the index's write lock."""


class QueryError(NewsqError):
    """A query, date or filter that cannot mean anything."""


class NoSuchStoryError(NewsqError):
    """An id that names no story of the index."""

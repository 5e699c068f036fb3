"""Every error newsq raises on purpose.

::

    NewsqError                 the root; its text is a sentence that says what to do next
    ├── CorpusError            a corpus that cannot be read at all
    ├── StoryFileError         one file that cannot be read; the run reports it and goes on
    ├── IndexFolderError       no index there, or a folder that is not one
    │   └── IndexVersionError  an index of another version of newsq, or of another program
    ├── IndexBusyError         another process is writing the index
    ├── ClusterError           a cluster that cannot be reached, or does not do as asked
    ├── StoppedError           a run that was told to stop, and did
    ├── QueryError             a question that cannot mean anything
    ├── NoSuchStoryError       an id that the index does not hold
    ├── SavedSearchError       a saved search that is not there, or cannot be kept
    └── OutputError            something that cannot be written as asked
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


class IndexVersionError(IndexFolderError):
    """An index that another version of newsq has made, or another program."""


class IndexBusyError(NewsqError):
    """Another process holds the index's write lock."""


class ClusterError(NewsqError):
    """A cluster that cannot be reached, is not fit, or does not do what it is asked.

    ``passing`` tells that the same may be well in a while: it is busy, or a node is gone.
    ``status`` is what it answered by HTTP, 0 where it did not.
    """

    def __init__(self, sentence: str, passing: bool = False, status: int = 0) -> None:
        super().__init__(sentence)
        self.passing = passing
        self.status = status


class StoppedError(NewsqError):
    """A run has stopped because it was told to; the text says what has become of the index."""


class QueryError(NewsqError):
    """A query, date or filter that cannot mean anything.

    ``query`` is the text and ``place`` where in it the mistake stands (characters, the end
    exclusive), where that is known.
    """

    def __init__(
        self, sentence: str, query: str | None = None, place: tuple[int, int] = (0, 0)
    ) -> None:
        super().__init__(sentence)
        self.query = query
        self.place = place


class NoSuchStoryError(NewsqError):
    """An id that names no story of the index."""


class SavedSearchError(NewsqError):
    """A saved search that is missing or in the way, or their file is damaged."""


class OutputError(NewsqError):
    """Stories or a picture that cannot be written where, or as, it was asked."""

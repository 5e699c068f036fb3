"""What an indexer is told, and what it tells: all that passes between processes of a run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.corpus import StoryFile
from index.formats.hints import Hints
from index.limits import USUAL_LIMITS, Limits
from index.manifest import FileEntry
from index.toc import LiveSegment

FULL = 32_000_000
"""Characters of stories from which a segment is written."""


Stopping = Callable[[], bool]
"""Whether a run is to stop: asked again and again, from one part of a file to the next."""


def never() -> bool:
    """Goes on to the end."""
    return False


@dataclass(frozen=True, slots=True)
class PartRead:
    """So many more stories of a file have been read."""

    stories: int


@dataclass(frozen=True, slots=True)
class FileIndexed:
    """A file has been read to its end: what is noted of it, and what changed in the index.

    ``kept`` says that it could not be read now, and what the index held of it stays.
    """

    file: StoryFile
    entry: FileEntry
    added: int
    changed: int
    dropped: int
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """The last word of an indexer: its segments, and what it deletes of those held, by name."""

    segments: tuple[LiveSegment, ...]
    deleted: dict[str, NDArray[np.uint32]]


Message = PartRead | FileIndexed | Written


@dataclass(frozen=True, slots=True)
class Setup:
    """What an indexer needs to know: the index's folder, the segments that are live in it,
    from how many characters a segment is written, and what a file may take."""

    folder: Path
    held: tuple[LiveSegment, ...] = ()
    full: int = FULL
    limits: Limits = USUAL_LIMITS


@dataclass(frozen=True, slots=True)
class Task:
    """Files of one folder, for one process to index."""

    files: tuple[StoryFile, ...]
    hints: Hints

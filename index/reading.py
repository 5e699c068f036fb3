"""Files -> readings; one bad file never stops a run."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from index.corpus import StoryFile, printable
from index.errors import StoryFileError
from index.formats.hints import NO_HINTS, Hints
from index.raw import Unread
from index.read import read_items
from index.story import Story

PART = 1000
"""Stories of a file that are held in memory at once."""


@dataclass(frozen=True, slots=True)
class FileReading:
    """Stories read from a file, and what could not be read: (path, reason) of each.

    A large file is read in parts, and all but the stories comes with the ``last``.
    ``no_text`` counts the items that are no stories (photos, events). ``transient`` says
    that another try may do better: the file could not be opened, not: it is broken.
    """

    file: StoryFile
    stories: tuple[Story, ...]
    no_text: int
    skipped: tuple[tuple[str, str], ...]
    transient: bool
    read_ns: int
    last: bool = True


def read_parts(file: StoryFile, hints: Hints = NO_HINTS) -> Iterator[FileReading]:
    """Read ``file``, `PART` stories at a time; what is wrong becomes the reason for a skip."""
    read_ns = time.time_ns()
    stories: list[Story] = []
    skipped: list[tuple[str, str]] = []
    no_text = 0
    transient = False
    path = printable(file.path)
    try:
        for item in read_items(file.path, file.source, hints):
            if isinstance(item, Story):
                stories.append(item)
            elif isinstance(item, Unread):
                skipped.append((f"{path}/{item.name}", item.reason))
            else:
                no_text += 1
            if len(stories) >= PART:
                yield FileReading(file, tuple(stories), 0, (), False, read_ns, last=False)
                stories = []
    except StoryFileError as error:
        skipped.append((path, str(error)))
    except OSError as error:
        transient = error.errno is not None
        skipped.append((path, error.strerror or str(error)))
    except Exception as error:  # noqa: BLE001 - the per-file boundary: reported, never silent
        skipped.append((path, f"the reader failed on it ({type(error).__name__}: {error})"))
    yield FileReading(file, tuple(stories), no_text, tuple(skipped), transient, read_ns)


def inspect_file(path: Path, hints: Hints = NO_HINTS) -> Iterator[FileReading]:
    """Read one file that belongs to no corpus, part by part, for a look at what comes of it."""
    return read_parts(StoryFile(path.name, path, 0, 0), hints)

"""Files -> readings; one bad file never stops a run."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from index.corpus import StoryFile, printable
from index.errors import StoryFileError
from index.formats.hints import NO_HINTS, Hints
from index.limits import USUAL_LIMITS, Clock, Limits, OutOfTimeError
from index.raw import NoText, Unread
from index.read import read_items
from index.story import Story

PART = 1000
"""Stories of a file that are held in memory at once."""
MOST_NAMED = 100
"""Packed files of one that are named where they cannot be read; of more the number is told."""


@dataclass(frozen=True, slots=True)
class FileReading:
    """Stories read from a file, and what could not be read: (path, reason) of each.

    A large file is read in parts, and all but the stories comes with the ``last``.
    ``no_text`` counts the items that are no stories (photos, events). ``transient`` says
    that another try may do better: the file could not be opened, not: it is broken.
    ``seconds`` is the limit that it ran out of, for each MiB; 0 if it did not.
    """

    file: StoryFile
    stories: tuple[Story, ...]
    no_text: int
    skipped: tuple[tuple[str, str], ...]
    transient: bool
    read_ns: int
    last: bool = True
    seconds: float = 0.0


@dataclass(slots=True)
class _Found:
    """What has been read of a file and is still to be told."""

    stories: list[Story] = field(default_factory=list)
    no_text: int = 0
    skipped: list[tuple[str, str]] = field(default_factory=list)
    unnamed: int = 0
    """Packed files that could not be read, beyond those named."""

    def skip(self, path: str, reason: str) -> None:
        if len(self.skipped) < MOST_NAMED:
            self.skipped.append((path, reason))
        else:
            self.unnamed += 1


def read_parts(
    file: StoryFile, hints: Hints = NO_HINTS, limits: Limits = USUAL_LIMITS
) -> Iterator[FileReading]:
    """Read ``file``, `PART` stories at a time; what is wrong becomes the reason for a skip."""
    read_ns = time.time_ns()
    path = printable(file.path)
    items = read_items(file.path, file.source, hints, limits)
    clock = Clock(limits.time_for(file.size))
    found = _Found()
    wrong = ""
    transient, seconds = False, 0.0
    while not wrong:
        try:
            if _read_on(items, found, path, clock):
                break
        except OutOfTimeError:
            seconds = limits.seconds
            wrong = (
                f"not read to its end within {limits.time_for(file.size):,g} s (--max-file-time)"
            )
        except StoryFileError as error:
            wrong = sys.intern(str(error))  # of a million files, many are alike
        except OSError as error:
            transient = error.errno is not None
            wrong = error.strerror or str(error)
        except Exception as error:  # noqa: BLE001 - the per-file boundary: reported, never silent
            wrong = f"the reader failed on it ({type(error).__name__}: {error})"
        else:
            yield FileReading(file, tuple(found.stories), 0, (), False, read_ns, last=False)
            found.stories.clear()
    told = [*found.skipped, *([(path, wrong)] if wrong else ())]
    if found.unnamed:
        told.append((path, f"{found.unnamed:,} more of the files packed in it cannot be read"))
    yield FileReading(
        file,
        tuple(found.stories),
        found.no_text,
        tuple(told),
        transient,
        read_ns,
        seconds=seconds,
    )


def _read_on(
    items: Iterator[Story | NoText | Unread], found: _Found, path: str, clock: Clock
) -> bool:
    """Read until a part is full; whether that was the last."""
    with clock.running() as began:
        for item in items:
            if isinstance(item, Story):
                found.stories.append(item)
            elif isinstance(item, Unread):
                found.skip(f"{path}/{item.name}", item.reason)
            else:
                found.no_text += 1
            if len(found.stories) >= PART:
                return False
            clock.check(began)
    return True


def inspect_file(path: Path, hints: Hints = NO_HINTS) -> Iterator[FileReading]:
    """Read one file that belongs to no corpus, part by part, for a look at what comes of it."""
    size = path.stat().st_size if path.exists() else 0
    return read_parts(StoryFile(path.name, path.parent, path.name, size, 0), hints)

"""Files -> readings, in this process or in several; one bad file never stops a run."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from threading import Thread

from index.corpus import StoryFile, printable
from index.errors import CorpusError, StoryFileError
from index.formats.hints import NO_HINTS, Hints
from index.read import read_items
from index.story import Story, Unread

PART = 1000
"""Stories of a file that are held in memory at once."""
LARGE = 32 * 2**20
"""Bytes from which a file's stories are not sent between processes."""


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
        transient = True
        skipped.append((path, error.strerror or str(error)))
    except Exception as error:  # noqa: BLE001 - the per-file boundary: reported, never silent
        skipped.append((path, f"the reader failed on it ({type(error).__name__}: {error})"))
    yield FileReading(file, tuple(stories), no_text, tuple(skipped), transient, read_ns)


def read_file(file: StoryFile, hints: Hints = NO_HINTS) -> list[FileReading]:
    """All parts of a file, for another process to send back at once."""
    return list(read_parts(file, hints))


def read_files(
    files: Sequence[StoryFile], jobs: int, hints: Callable[[StoryFile], Hints]
) -> Iterator[FileReading]:
    """The parts of each file, in order; ``jobs`` processes read ahead, a few files each.

    Files larger than `LARGE` are read here, part by part, whatever ``jobs`` is. Raises
    CorpusError if a process dies while it reads.
    """
    if jobs <= 1 or len(files) <= 1:
        for file in files:
            yield from read_parts(file, hints(file))
        return
    from concurrent.futures import Future, ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    waiting = iter(files)
    ahead: deque[tuple[StoryFile, Future[list[FileReading]] | None]] = deque()
    with ProcessPoolExecutor(
        jobs, mp_context=get_context("spawn"), initializer=_die_with, initargs=(os.getpid(),)
    ) as pool:

        def send(count: int) -> None:
            for file in islice(waiting, count):
                small = file.size <= LARGE
                ahead.append((file, pool.submit(read_file, file, hints(file)) if small else None))

        send(4 * jobs)
        try:
            while ahead:
                file, reading = ahead.popleft()
                yield from reading.result() if reading else read_parts(file, hints(file))
                send(1)
        except BrokenProcessPool as error:
            raise CorpusError(
                "A process that read stories was killed, perhaps for want of memory. "
                "The index was left as it is; run again with --jobs 1."
            ) from error


def _die_with(parent: int) -> None:
    """Let this process end when ``parent`` does, however that is; it would wait for ever."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    Thread(target=watch, daemon=True).start()


def inspect_file(path: Path, hints: Hints = NO_HINTS) -> Iterator[FileReading]:
    """Read one file that belongs to no corpus, part by part, for a look at what comes of it."""
    return read_parts(StoryFile(path.name, path, 0, 0), hints)

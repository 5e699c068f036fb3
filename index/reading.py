"""Files -> readings, in this process or in several; one bad file never stops a run."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from index.corpus import StoryFile, printable
from index.errors import CorpusError, StoryFileError
from index.formats.hints import NO_HINTS, Hints
from index.read import read_items
from index.story import Story, Unread


@dataclass(frozen=True, slots=True)
class FileReading:
    """The stories read from a file, and what could not be read: (path, reason) of each.

    ``no_text`` counts the items that are no stories (photos, events). ``transient`` says
    that another try may do better: the file could not be opened, not: it is broken.
    """

    file: StoryFile
    stories: tuple[Story, ...]
    no_text: int
    skipped: tuple[tuple[str, str], ...]
    transient: bool
    read_ns: int


def read_file(file: StoryFile, hints: Hints = NO_HINTS) -> FileReading:
    """Read ``file``; whatever is wrong with it becomes the reason it was skipped."""
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
    except StoryFileError as error:
        skipped.append((path, str(error)))
    except OSError as error:
        transient = True
        skipped.append((path, error.strerror or str(error)))
    except Exception as error:  # noqa: BLE001 - the per-file boundary: reported, never silent
        skipped.append((path, f"the reader failed on it ({type(error).__name__}: {error})"))
    return FileReading(file, tuple(stories), no_text, tuple(skipped), transient, read_ns)


def read_files(
    files: Sequence[StoryFile], jobs: int, hints: Callable[[StoryFile], Hints]
) -> Iterator[FileReading]:
    """A reading of each file, in order; ``jobs`` processes read ahead, a few files each.

    Raises CorpusError if a process dies while it reads.
    """
    if jobs <= 1 or len(files) <= 1:
        yield from (read_file(file, hints(file)) for file in files)
        return
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    waiting = iter(files)
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        ahead = deque(
            pool.submit(read_file, file, hints(file)) for file in islice(waiting, 4 * jobs)
        )
        try:
            while ahead:
                reading = ahead.popleft().result()
                ahead.extend(
                    pool.submit(read_file, file, hints(file)) for file in islice(waiting, 1)
                )
                yield reading
        except BrokenProcessPool as error:
            raise CorpusError(
                "A process that read stories was killed, perhaps for want of memory. "
                "The index was left as it is; run again with --jobs 1."
            ) from error


def inspect_file(path: Path, hints: Hints = NO_HINTS) -> FileReading:
    """Read one file that belongs to no corpus, for a look at what is made of it."""
    return read_file(StoryFile(path.name, path, 0, 0), hints)

"""Files -> readings, in this process or in several; one bad file never stops a run."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from index.corpus import StoryFile
from index.errors import CorpusError, StoryFileError
from index.read import read_items
from index.story import Story


@dataclass(frozen=True, slots=True)
class FileReading:
    """The stories read from a file, and why the rest of it could not be, if so.

    ``no_text`` counts the items that are no stories (photos, events).
    """

    file: StoryFile
    stories: tuple[Story, ...]
    no_text: int
    skipped: str | None
    read_ns: int


def read_file(file: StoryFile) -> FileReading:
    """Read ``file``; whatever is wrong with it becomes the reason it was skipped."""
    read_ns = time.time_ns()
    stories: list[Story] = []
    no_text = 0
    reason = None
    try:
        for item in read_items(file.path, file.source):
            if isinstance(item, Story):
                stories.append(item)
            else:
                no_text += 1
    except StoryFileError as error:
        reason = str(error)
    except OSError as error:
        reason = error.strerror or str(error)
    except Exception as error:  # noqa: BLE001 - the per-file boundary: reported, never silent
        reason = f"the reader failed on it ({type(error).__name__}: {error})"
    return FileReading(file, tuple(stories), no_text, reason, read_ns)


def read_files(files: Sequence[StoryFile], jobs: int) -> Iterator[FileReading]:
    """A reading of each file, in order; ``jobs`` processes read ahead, a few files each.

    Raises CorpusError if a process dies while it reads.
    """
    if jobs <= 1 or len(files) <= 1:
        yield from map(read_file, files)
        return
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    waiting = deque(files)
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        ahead = deque(pool.submit(read_file, waiting.popleft()) for _ in files[: 4 * jobs])
        try:
            while ahead:
                reading = ahead.popleft().result()
                if waiting:
                    ahead.append(pool.submit(read_file, waiting.popleft()))
                yield reading
        except BrokenProcessPool as error:
            raise CorpusError(
                "A process that read stories was killed, perhaps for want of memory. "
                "The index was left as it is; run again with --jobs 1."
            ) from error


def inspect_file(path: Path) -> FileReading:
    """Read one file that belongs to no corpus, for a look at what is made of it."""
    absolute = path.absolute()
    reading = read_file(StoryFile(path.name, absolute, 0, 0))
    shown = tuple(replace(story, path=str(path)) for story in reading.stories)
    return replace(reading, stories=shown)

"""Files indexed in this process, or in several: who reads what.

Stories never pass between processes, only the names of the segments that were written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from index.corpus import StoryFile
from index.formats.hints import Hints
from index.indexer import Indexer, Message, Setup, Task
from index.processes import in_processes
from index.recurring import folder_of

SHARE = 4 * 2**20
"""Bytes of files that are worth a process of their own: it takes a while to start."""
TASKS = 16
"""Tasks for each process: few enough to cost nothing, and enough to end together."""
MOST_BYTES = 4 * 2**20
MOST_FILES = 500


def index_files(
    files: Sequence[StoryFile], jobs: int, hints: Callable[[StoryFile], Hints], setup: Setup
) -> Iterator[Message]:
    """Index ``files`` in as many as ``jobs`` processes, and tell of it as it is done.

    Raises CorpusError if a process dies, OSError if segments cannot be written.
    """
    total = sum(file.size for file in files)
    jobs = min(jobs, len(files), total // SHARE)
    if jobs <= 1:
        indexer = Indexer(setup)
        for file in files:
            yield from indexer.do(Task((file,), hints(file)))
        yield indexer.finish()
    else:
        tasks = _tasks(files, total // (jobs * TASKS), hints)
        yield from in_processes(tasks, jobs, Indexer, setup)


def _tasks(
    files: Sequence[StoryFile], share: int, hints: Callable[[StoryFile], Hints]
) -> list[Task]:
    """``files`` in tasks of about ``share`` bytes, the largest first, so that none ends late."""
    most = min(share, MOST_BYTES)
    tasks: list[tuple[int, Task]] = []
    for _, inside in groupby(files, key=lambda file: folder_of(file.source)):
        held: list[StoryFile] = []
        size = 0
        for file in inside:
            if held and (size + file.size > most or len(held) >= MOST_FILES):
                tasks.append((size, Task(tuple(held), hints(held[0]))))
                held, size = [], 0
            held.append(file)
            size += file.size
        tasks.append((size, Task(tuple(held), hints(held[0]))))
    return [task for _, task in sorted(tasks, key=lambda sized: -sized[0])]

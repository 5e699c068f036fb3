"""Files indexed in this process, or in several: who reads what.

Stories never pass between processes, only the names of the segments that were written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from index.corpus import StoryFile, folder_of
from index.formats.hints import Hints
from index.messages import Message, Setup, Stopping, Task, never
from index.processes import Worker, in_processes

if TYPE_CHECKING:
    from index.indexer import Indexer

SHARE = 4 * 2**20
"""Bytes of files that are worth a process of their own: it takes a while to start."""
TASKS = 16
"""Tasks for each process: few enough to cost nothing, and enough to end together."""
MOST_BYTES = 4 * 2**20
MOST_FILES = 500


Prepared = tuple[Sequence[StoryFile], Callable[[StoryFile], Hints]]


def index_files(
    known: Sequence[StoryFile],
    jobs: int,
    prepare: Callable[[], Prepared],
    setup: Setup,
    stopping: Stopping = never,
) -> Iterator[Message]:
    """Index files in as many as ``jobs`` processes, and tell of it as it is done.

    As `read_files` does, by `Indexer`s. Raises OSError if segments cannot be written.
    """
    yield from read_files(known, jobs, prepare, _indexer, setup, stopping)


def read_files(
    known: Sequence[StoryFile],
    jobs: int,
    prepare: Callable[[], Prepared],
    make: Callable[[Any], Worker],
    setup: Any,
    stopping: Stopping = never,
) -> Iterator[Any]:
    """Hand files to workers, each made of ``setup``, in as many as ``jobs`` processes, and give
    what they tell.

    ``known`` are those that are known to be read; ``prepare`` gives them all, and the hints
    for each. It is called while the processes start, which takes them a while. When it is
    ``stopping``, files that are not read to their end are left out. Raises
    CorpusError if a process dies, and what a worker raises.
    """
    total = sum(file.size for file in known)
    jobs = min(jobs, len(known), total // SHARE)
    if jobs > 1:
        yield from in_processes(_tasks(prepare, jobs), jobs, make, setup, stopping)
        return
    worker = make(setup)
    files, hints = prepare()
    for file in files:
        yield from worker.do(Task((file,), hints(file)), stopping)
    yield worker.finish()


def _indexer(setup: Setup) -> Indexer:
    from index.indexer import Indexer  # many modules, which are for those who read alone

    return Indexer(setup)


def _tasks(prepare: Callable[[], Prepared], jobs: int) -> Iterator[Task]:
    files, hints = prepare()
    share = sum(file.size for file in files) // (jobs * TASKS)
    yield from tasks_of(files, share, hints)


def tasks_of(
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

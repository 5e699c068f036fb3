"""Indexers at work: one in this process, or several in processes of their own.

Processes are started afresh (spawned) and handed a few files at a time; stories never pass
between them. One that dies is noticed at once, for the other end of its pipe closes, and
ends the run; none outlives it.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess

from index.corpus import StoryFile
from index.errors import CorpusError
from index.formats.hints import Hints
from index.indexer import Indexer, Message, Setup, Written
from index.recurring import folder_of

SHARE = 4 * 2**20
"""Bytes of files that are worth a process of their own: it takes a while to start."""
TASKS = 16
"""Tasks for each process: few enough to cost nothing, and enough to end together."""
MOST_BYTES = 4 * 2**20
MOST_FILES = 500


@dataclass(frozen=True, slots=True)
class Task:
    """Files of one folder, for one process to index."""

    files: tuple[StoryFile, ...]
    hints: Hints


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
            yield from indexer.index(file, hints(file))
        yield indexer.finish()
    else:
        yield from _in_processes(_tasks(files, total // (jobs * TASKS), hints), jobs, setup)


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


def _in_processes(tasks: list[Task], jobs: int, setup: Setup) -> Iterator[Message]:
    context = get_context("spawn")
    processes: list[SpawnProcess] = []
    pipes: list[Connection] = []
    waiting = iter(tasks)
    try:
        for _ in range(jobs):
            here, there = context.Pipe()
            process = context.Process(target=_work, args=(there, setup), daemon=True)
            process.start()
            there.close()
            processes.append(process)
            pipes.append(here)
        while pipes:
            for pipe in [pipe for pipe in wait(pipes) if isinstance(pipe, Connection)]:
                message = pipe.recv()
                if message is None:
                    pipe.send(next(waiting, None))
                elif isinstance(message, Exception):
                    raise message
                else:
                    yield message
                    if isinstance(message, Written):
                        pipes.remove(pipe)
    except (EOFError, ConnectionError) as error:
        raise CorpusError(
            "A process that read stories was killed, perhaps for want of memory. "
            "The index was left as it is; run again with --jobs 1."
        ) from error
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.join()
            process.close()


def _work(pipe: Connection, setup: Setup) -> None:
    """What a process does: ask for a task (None) and tell of it, until there is none."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that waits for this one is told
    try:
        indexer = Indexer(setup)
        pipe.send(None)
        while (task := pipe.recv()) is not None:
            for file in task.files:
                for message in indexer.index(file, task.hints):
                    pipe.send(message)
            pipe.send(None)
        pipe.send(indexer.finish())
    except (EOFError, ConnectionError):
        return  # nobody waits for it any more
    except Exception as error:  # noqa: BLE001 - the process boundary: raised again on the other side
        pipe.send(error)

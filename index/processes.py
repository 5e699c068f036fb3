"""Work in several processes, handed out a task at a time.

Processes are started afresh (spawned). One that dies is noticed at once, for the other end of
its pipe closes, and ends all; none outlives the work, nor the process that handed it out.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from enum import Enum
from itertools import chain, islice
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from threading import Thread
from typing import Any, Protocol

from index.errors import CorpusError


class Worker(Protocol):
    """What a process is made for."""

    def do(self, task: Any) -> Iterator[Any]:
        """Do a task, and tell of it."""

    def finish(self) -> Any:
        """Do what is left when there are no more tasks, and give the last message."""


class _Kind(Enum):
    """What a process sends."""

    FREE = "it asks for a task"
    MESSAGE = "a message"
    LAST = "its last message"
    FAILED = "what was raised"


def in_processes(
    tasks: Iterable[Any], jobs: int, make: Callable[[Any], Worker], setup: Any
) -> Iterator[Any]:
    """Do ``tasks`` in ``jobs`` processes, and give their messages as they come.

    In each process a worker is made of ``setup``; a task goes to the first that is free.
    Raises CorpusError if a process dies, and whatever a worker raises.
    """
    with _started(jobs, make, setup) as pipes:
        # The first tasks are made while the processes start.
        coming = iter(tasks)
        waiting = chain(list(islice(coming, jobs)), coming)
        try:
            while pipes:
                for pipe in [pipe for pipe in wait(pipes) if isinstance(pipe, Connection)]:
                    kind, message = pipe.recv()
                    if kind is _Kind.FREE:
                        pipe.send(next(waiting, None))
                    elif kind is _Kind.FAILED:
                        raise message
                    else:
                        yield message
                    if kind is _Kind.LAST:
                        pipes.remove(pipe)
        except (EOFError, ConnectionError) as error:
            raise CorpusError(
                "A process that read stories was killed, perhaps for want of memory. "
                "The index was left as it is; run again with --jobs 1."
            ) from error


@contextmanager
def _started(jobs: int, make: Callable[[Any], Worker], setup: Any) -> Iterator[list[Connection]]:
    """The near ends of the pipes to ``jobs`` processes, which are gone afterwards."""
    context = get_context("spawn")
    processes: list[SpawnProcess] = []
    pipes: list[Connection] = []
    try:
        for _ in range(jobs):
            here, there = context.Pipe()
            process = context.Process(target=_work, args=(there, make, setup), daemon=True)
            process.start()
            there.close()
            processes.append(process)
            pipes.append(here)
        yield list(pipes)
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.join()
            process.close()
        for pipe in pipes:
            pipe.close()


def _work(pipe: Connection, make: Callable[[Any], Worker], setup: Any) -> None:
    """What a process does: ask for tasks and do them, until there are none."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that waits for this one is told
    Thread(target=_end_with_parent, daemon=True).start()
    try:
        worker = make(setup)
        while True:
            pipe.send((_Kind.FREE, None))
            task = pipe.recv()
            if task is None:
                break
            for message in worker.do(task):
                pipe.send((_Kind.MESSAGE, message))
        pipe.send((_Kind.LAST, worker.finish()))
    except (EOFError, ConnectionError):
        return  # nobody waits for it any more
    except Exception as error:  # noqa: BLE001 - the process boundary: raised again on the other side
        pipe.send((_Kind.FAILED, error))


def _end_with_parent() -> None:
    """End this process, in the middle of whatever it does, when the one that started it ends."""
    if (parent := parent_process()) is not None:
        parent.join()
        os._exit(1)

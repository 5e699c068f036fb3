"""Work in several processes, handed out a task at a time.

Processes are started afresh (spawned). One that dies is noticed at once, for the other end of
its pipe closes, and ends all; none outlives the work, nor the process that handed it out.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from enum import Enum
from itertools import chain, islice
from multiprocessing import Pipe, get_context, parent_process
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from threading import Thread
from typing import Any, Protocol

from index.errors import CorpusError
from index.messages import Stopping, never

LOOK = 0.2
"""Seconds after which it is asked again whether all is to stop."""


class Worker(Protocol):
    """What a process is made for."""

    def do(self, task: Any, stopping: Stopping) -> Iterator[Any]:
        """Do a task, and tell of it; when it is ``stopping``, leave the rest of it."""

    def finish(self) -> Any:
        """Do what is left when there are no more tasks, and give the last message."""


class _Kind(Enum):
    """What a process sends."""

    FREE = "it asks for a task"
    MESSAGE = "a message"
    LAST = "its last message"
    FAILED = "what was raised"


def in_processes(
    tasks: Iterable[Any],
    jobs: int,
    make: Callable[[Any], Worker],
    setup: Any,
    stopping: Stopping = never,
) -> Iterator[Any]:
    """Do ``tasks`` in ``jobs`` processes, and give their messages as they come.

    In each process a worker is made of ``setup``; a task goes to the first that is free. When it
    is ``stopping``, all are told so and come to their last messages.
    Raises CorpusError if a process dies, and whatever a worker raises.
    """
    with _started(jobs, make, setup) as pipes:
        # The first tasks are made while the processes start.
        coming = iter(tasks)
        waiting = chain(list(islice(coming, jobs)), coming)
        stopped = False
        try:
            while pipes:
                if not stopped and stopping():
                    stopped = True
                    _send_nothing(pipes)
                ready = wait(pipes, LOOK)
                for pipe in [pipe for pipe in ready if isinstance(pipe, Connection)]:
                    kind, message = pipe.recv()
                    if kind is _Kind.FREE:
                        if not stopped:
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


def _send_nothing(pipes: list[Connection]) -> None:
    """Tell workers, busy or free, that no task is left for them."""
    for pipe in pipes:
        with suppress(ConnectionError):  # its last message is on its way
            pipe.send(None)


@contextmanager
def _started(jobs: int, make: Callable[[Any], Worker], setup: Any) -> Iterator[list[Connection]]:
    """The near ends of the pipes to ``jobs`` processes, which are gone afterwards."""
    processes: list[SpawnProcess] = []
    pipes: list[Connection] = []
    try:
        for _ in range(jobs):
            here, there = Pipe()
            processes.append(started_process(_work, there, make, setup))
            there.close()
            pipes.append(here)
        yield list(pipes)
    finally:
        for process in processes:
            process.kill()
        for process in processes:
            process.join()
            process.close()
        for pipe in pipes:
            pipe.close()


def started_process(target: Callable[..., None], *given: Any) -> SpawnProcess:
    """A process started afresh for ``target``, which has to call `follow_parent` first.

    It does not hear the signals that ask a command to stop.
    """
    process = get_context("spawn").Process(target=target, args=given, daemon=True)
    with _deaf():
        process.start()
    return process


def follow_parent() -> None:
    """Have this process end when the one that started it ends, and no sooner for Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # where `_deaf` can do nothing
    Thread(target=_end_with_parent, daemon=True).start()


@contextmanager
def _deaf() -> Iterator[None]:
    """Have processes that are started now not hear the signals that ask a run to stop.

    A terminal sends them to all of its processes; the one that waits for the others is told.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    from multiprocessing.resource_tracker import ensure_running

    ensure_running()  # it comes with the first process, and would have this one hear again
    asking = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, asking)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work(pipe: Connection, make: Callable[[Any], Worker], setup: Any) -> None:
    """What a process does: ask for tasks and do them, until there are none."""
    follow_parent()
    try:
        worker = make(setup)
        while True:
            pipe.send((_Kind.FREE, None))
            task = pipe.recv()
            if task is None:
                break
            # What comes while there is a task is that no other will follow.
            for message in worker.do(task, pipe.poll):
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

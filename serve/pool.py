"""Processes that answer questions, each one at a time: as many at once as there are cores.

A search holds Python's lock nearly all of its time, so the threads of one process take turns.
The server's own process speaks HTTP and hands questions out in the order in which they came. A
process that dies is followed by another, and one that takes too long is ended.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import pickle
import selectors
import socket
import struct
import traceback
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from io import BufferedRWPair
from multiprocessing.process import BaseProcess
from typing import Any, Protocol

from index.errors import NewsqError
from index.processes import follow_parent, started_process

IDLE_SECONDS = 0.5
"""How long a process waits for a question before it sees after its index."""
_PAUSE = 1.0
"""Seconds before another process follows one that has not answered anything."""
_SIZE = struct.Struct("!Q")

_log = logging.getLogger("newsq.serve")


class AnsweringError(NewsqError):
    """The processes that were to answer a question have died."""


class UnforeseenError(RuntimeError):
    """What nobody foresaw, in another process: its traceback as text."""


class Answerer(Protocol):
    """What a process is made for."""

    def answer(self, task: Any) -> Any:
        """The answer to a question; both are pickled on their way."""

    def idle(self) -> None:
        """There is no question just now."""


@dataclass(frozen=True, slots=True)
class _Job:
    """A question, pickled. ``until`` is when nobody waits for its answer any more.

    ``again`` says that a process has died of it.
    """

    task: bytes
    answer: asyncio.Future[Any]
    until: float
    again: bool = False


class Pool:
    """``count`` processes, in each of which ``make`` makes an `Answerer` of ``setup``.

    An answer may take so many ``seconds``. All methods are for the event loop alone.
    """

    def __init__(
        self, count: int, make: Callable[[Any], Answerer], setup: Any, seconds: float
    ) -> None:
        self._count = count
        self._made_of = make, setup
        self._seconds = seconds
        self._jobs: asyncio.Queue[_Job] = asyncio.Queue()
        self._keepers: list[asyncio.Task[None]] = []
        self.ready = 0
        """Processes that can answer now."""

    def start(self) -> None:
        """Start the processes; it takes a while until they are `ready`."""
        self._keepers = [asyncio.create_task(self._keep()) for _ in range(self._count)]

    async def close(self) -> None:
        """End the processes, whatever they do."""
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)

    def ask(self, task: Any) -> asyncio.Future[Any]:
        """The answer to ``task``, to come.

        It raises the `NewsqError` that the `Answerer` raises, UnforeseenError for anything
        else, TimeoutError for what takes too long, AnsweringError where two processes die of it.
        """
        loop = asyncio.get_running_loop()
        told = pickle.dumps(task, pickle.HIGHEST_PROTOCOL)
        job = _Job(told, loop.create_future(), loop.time() + self._seconds)
        self._jobs.put_nowait(job)
        return job.answer

    async def _keep(self) -> None:
        """Keep one process at work; when it is gone, another."""
        while True:
            answered = 0
            try:
                async with _process(*self._made_of) as (reader, writer):
                    self.ready += 1
                    try:
                        while True:
                            await self._done(await self._jobs.get(), reader, writer)
                            answered += 1
                    finally:
                        self.ready -= 1
            except (EOFError, OSError):
                _log.warning("A process that answers has ended. Another takes its place.")
            if not answered:
                await asyncio.sleep(_PAUSE)

    async def _done(
        self, job: _Job, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """See a question answered. Raises EOFError or OSError if the process has to go."""
        if asyncio.get_running_loop().time() > job.until:
            _fail(job, TimeoutError())
            return
        try:
            writer.write(_SIZE.pack(len(job.task)) + job.task)
            async with asyncio.timeout(self._seconds):
                good, told = await _received(reader)
        except TimeoutError:
            _fail(job, TimeoutError())
            raise
        except (EOFError, OSError):
            if job.again:
                _fail(job, AnsweringError(_DIED))
            else:  # it may have ended before it was asked
                self._jobs.put_nowait(replace(job, again=True))
            raise
        if not good:
            _fail(job, told if isinstance(told, NewsqError) else UnforeseenError(told))
        elif not job.answer.done():
            job.answer.set_result(told)


_DIED = (
    "What was to answer this has ended, perhaps for want of memory. Ask for less, or start the "
    "server with --workers 1."
)


def _fail(job: _Job, error: Exception) -> None:
    if not job.answer.done():
        job.answer.set_exception(error)
        job.answer.exception()  # that nobody waits for it is no mistake


@asynccontextmanager
async def _process(
    make: Callable[[Any], Answerer], setup: Any
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """The way to a process that is ready; it is ended afterwards."""
    here, there = socket.socketpair()
    with there:
        process = started_process(_work, there, make, setup)
    reader, writer = await asyncio.open_connection(sock=here)
    try:
        await _received(reader)
        yield reader, writer
    finally:
        writer.close()
        process.kill()
        await asyncio.to_thread(_gone, process)


def _gone(process: BaseProcess) -> None:
    process.join()
    process.close()


async def _received(reader: asyncio.StreamReader) -> Any:
    (size,) = _SIZE.unpack(await reader.readexactly(_SIZE.size))
    return pickle.loads(await reader.readexactly(size))  # noqa: S301 - a process of our own


def _work(door: socket.socket, make: Callable[[Any], Answerer], setup: Any) -> None:
    """What a process does: answer, until nobody is at the other end of ``door``."""
    follow_parent()
    try:
        answerer = make(setup)
        gc.freeze()  # all that is there now stays: to look whether it is garbage takes a while
        with door, door.makefile("rwb") as stream, selectors.DefaultSelector() as waiting:
            waiting.register(door, selectors.EVENT_READ)
            _tell(stream, None)
            while True:
                while not waiting.select(IDLE_SECONDS):
                    answerer.idle()
                (size,) = _SIZE.unpack(stream.read(_SIZE.size) or _NOBODY)
                if size == 0:
                    return
                _tell(stream, _answer(answerer, stream.read(size)))
    except (NewsqError, OSError):
        return  # there is no index any more, or no server


_NOBODY = bytes(_SIZE.size)


def _answer(answerer: Answerer, task: bytes) -> tuple[bool, Any]:
    """Whether it was answered, and the answer; or what was raised."""
    try:
        return True, answerer.answer(pickle.loads(task))  # noqa: S301 - of the process that made this
    except NewsqError as error:
        return False, error
    except Exception:  # noqa: BLE001 - the process boundary: raised again on the other side
        return False, traceback.format_exc()


def _tell(stream: BufferedRWPair, value: Any) -> None:
    data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    stream.write(_SIZE.pack(len(data)) + data)
    stream.flush()

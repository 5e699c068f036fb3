"""Requests to answers: each asked of one snapshot, in another process or thread, within bounds.

An answer depends on the snapshot, the day and the address alone, so these make its entity tag
(RFC 9110, section 8.8.3); what was answered once is kept for those who ask the same, and those
who ask it at once wait for one answer.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import secrets
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from index.analysis import terms
from search.stories import Stories
from serve.calls import Answer, Asked, Call, View
from serve.kept import Kept, Key
from serve.parameters import read
from serve.pool import Pool
from serve.problems import problem
from serve.snapshots import SnapshotGoneError, Snapshots

SECONDS = 20.0
"""How long a request may take, the wait for a free thread included."""
THREADS = 4
WARM_UP, WARM_UP_SECONDS = 100, 1.0
"""The most questions that a process asks before it answers any, and how long it may take."""
_ASKED = tuple(one.name for one in fields(Asked))
_SMALLEST = 1_000
"""Bytes from which it pays to compress an answer."""


@dataclass(frozen=True, slots=True)
class Task:
    """A question for another process: what answers it, of which snapshot, packed or not."""

    answer: Callable[[Call], Answer]
    snapshot: str
    packed: bool
    asked: dict[str, Any]
    """The fields of `Asked`."""


class IndexAnswerer:
    """Answers tasks about the index in a folder, in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self._snapshots = Snapshots(folder)
        with self._snapshots.held() as snapshot:
            _warm_up(snapshot.stories)

    def answer(self, task: Task) -> Answer:
        """The answer. Raises SnapshotGoneError if the snapshot is not to be had here."""
        try:
            return self._answer(task)
        except SnapshotGoneError:
            self._snapshots.refresh()
            return self._answer(task)

    def idle(self) -> None:
        """Pick up a newer generation, so that the next question need not wait for it."""
        self._snapshots.refresh()

    def _answer(self, task: Task) -> Answer:
        with self._snapshots.held(task.snapshot) as snapshot:
            answer = task.answer(Call(**task.asked, snapshot=snapshot))
            return _packed(answer) if task.packed else answer


class Answers:
    """Answers questions about the index that ``snapshots`` hold, within so many ``seconds``.

    Processes of a ``pool`` of `IndexAnswerer` are asked about the newest snapshot, which nearly
    everyone wants. All else is answered in threads, and everything while none of them is ready.
    """

    def __init__(
        self, snapshots: Snapshots, seconds: float = SECONDS, pool: Pool | None = None
    ) -> None:
        self._snapshots = snapshots
        self._seconds = seconds
        self._pool = pool
        self._threads = ThreadPoolExecutor(THREADS, "search")
        self._kept = Kept()
        self._making: dict[Key, asyncio.Future[Answer]] = {}
        self._run = secrets.token_hex(4)
        """Another version of newsq may answer otherwise, and comes with another run."""

    def close(self) -> None:
        """Wait for the questions that are answered here; those still waiting are dropped."""
        self._threads.shutdown(cancel_futures=True)

    async def answer(self, request: Request, view: View) -> Response:
        """The response to ``request``, as ``view`` has it.

        What it raises is raised here. A request that takes too long is told so. The process that
        answers it is ended; a thread goes on until it is done, and no other takes its place.
        """
        form = QueryParams(await request.body()) if view.live else QueryParams()
        given = _forgiven(request, view) if view.forgiving else request.query_params
        options = read(given, view.parameters)
        with self._snapshots.held(options.pop("snapshot", None)) as snapshot:
            call = Call(
                path=request.scope["path"],
                names={name: str(value) for name, value in request.path_params.items()},
                parameters=given,
                options=options,
                base=f"{_scheme(request)}://{request.headers['host']}",
                today=date.today(),
                snapshot=snapshot,
                headers=request.headers,
                form=form,
            )
            try:
                async with asyncio.timeout(self._seconds):
                    return await self._response(request, view, call)
            except TimeoutError:
                sentence = (
                    f"This took longer than {self._seconds:g} seconds. Ask for less, such as a "
                    "shorter query or fewer patterns, or try again later."
                )
                return problem(call.path, 503, sentence, {"Retry-After": "10"})

    async def _response(self, request: Request, view: View, call: Call) -> Response:
        if view.live:
            answer = await self._made_here(view, call, packed=False)
            headers = {"Cache-Control": "no-store", **answer.headers}
            return Response(answer.body, answer.status, headers, answer.kind)
        tag = self._tag(request, call)
        if _has(request, tag):
            return Response(None, 304, _headers(tag))
        packed = _takes_gzip(request.headers.get("accept-encoding", ""))
        key = tag, packed
        answer = self._kept.get(key) or await self._shared(key, view, call)
        return Response(
            answer.body, answer.status, {**_headers(tag), **answer.headers}, answer.kind
        )

    async def _shared(self, key: Key, view: View, call: Call) -> Answer:
        """The answer that is being made for whoever asked the same first, or a new one."""
        making = self._making.get(key)
        if making is None:
            making = self._making[key] = asyncio.ensure_future(self._made(view, call, key[1]))
            making.add_done_callback(lambda made: self._is_made(key, made))
        answer = await asyncio.shield(making)
        self._kept.keep(key, answer)
        return answer

    def _is_made(self, key: Key, made: asyncio.Future[Answer]) -> None:
        del self._making[key]
        if not made.cancelled():
            made.exception()  # that nobody waits for it any more is no mistake

    async def _made(self, view: View, call: Call, packed: bool) -> Answer:
        """The answer to ``call``, from wherever it is made."""
        pool = self._pool
        if pool is not None and pool.ready and self._snapshots.is_newest(call.snapshot):
            asked = {name: getattr(call, name) for name in _ASKED}
            task = Task(view.answer, call.snapshot.name, packed, asked)
            with suppress(SnapshotGoneError):  # another has come meanwhile, and gone
                answer: Answer = await pool.ask(task)
                return answer
        return await self._made_here(view, call, packed)

    def _made_here(self, view: View, call: Call, packed: bool) -> asyncio.Future[Answer]:
        """The answer to ``call``, being made in a thread."""

        def made() -> Answer:
            with self._snapshots.held(call.snapshot.name):
                answer = view.answer(call)
                return _packed(answer) if packed else answer

        return asyncio.get_running_loop().run_in_executor(self._threads, made)

    def _tag(self, request: Request, call: Call) -> str:
        asked = (self._run, call.snapshot.name, str(call.today), call.base, call.path)
        query = request.scope["query_string"].decode("latin-1")
        told = "\n".join((*asked, query)).encode("utf-8", "surrogatepass")
        return f'W/"{hashlib.blake2b(told, digest_size=12).hexdigest()}"'


def _warm_up(stories: Stories) -> None:
    """Ask for what stories are called, so that the first who ask wait no longer than others.

    Common words are met so, and where they stand is read.
    """
    until = time.monotonic() + WARM_UP_SECONDS
    for story in islice(stories.every().stories, WARM_UP):
        words = terms(story.title)[:3]
        if words and time.monotonic() < until:
            stories.search(" ".join(words))


def _packed(answer: Answer) -> Answer:
    if len(answer.body) < _SMALLEST:
        return answer
    headers = {**answer.headers, "Content-Encoding": "gzip"}
    return replace(answer, body=gzip.compress(answer.body, 5, mtime=0), headers=headers)


def _forgiven(request: Request, view: View) -> QueryParams:
    known = {parameter.name for parameter in view.parameters}
    pairs = request.query_params.multi_items()
    return QueryParams([(name, text) for name, text in pairs if text and name in known])


def _has(request: Request, tag: str) -> bool:
    """Whether whoever asks has the answer already, weakly compared (RFC 9110, section 8.8.3.2)."""
    known = request.headers.get("if-none-match")
    if known is None:
        return False
    told = [one.strip().removeprefix("W/") for one in known.split(",")]
    return told == ["*"] or tag.removeprefix("W/") in told


def _headers(tag: str) -> dict[str, str]:
    return {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}


def _scheme(request: Request) -> str:
    """How whoever asks has come: a proxy that encrypts tells so, and others fool themselves."""
    encrypted = request.headers.get("x-forwarded-proto") == "https"
    return "https" if encrypted else str(request.scope["scheme"])


def _takes_gzip(accepted: str) -> bool:
    """Whether an Accept-Encoding allows gzip (RFC 9110, section 12.5.3)."""
    for one in accepted.lower().split(","):
        coding, _, weight = one.partition(";")
        if coding.strip() in ("gzip", "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False

"""Requests to answers: each asked of one snapshot in a thread of its own, within bounded time.

An answer depends on the snapshot, the day and the address alone, so these make its entity tag
(RFC 9110, section 8.8.3); what was answered once is kept for those who ask the same, and those
who ask it at once wait for one answer.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from starlette.datastructures import Headers, QueryParams
from starlette.requests import Request
from starlette.responses import Response

from serve.parameters import Parameter, read
from serve.problems import problem
from serve.snapshots import Snapshot, Snapshots

SECONDS = 20.0
"""How long a request may take, the wait for a free thread included."""
THREADS = 4
KEPT_BYTES = 32 * 2**20
"""Bytes of answers that are kept."""
_SMALLEST = 1_000
"""Bytes from which it pays to compress an answer."""


@dataclass(frozen=True, slots=True)
class Call:
    """What is asked: of which snapshot, where and with which parameters, on which day.

    ``options`` are what the parameters say, by the library's names (`serve.parameters.read`).
    ``base`` is where the server is, as the request has it: ``http://127.0.0.1:8000``. ``form``
    is what was posted.
    """

    snapshot: Snapshot
    path: str
    names: dict[str, str]
    parameters: QueryParams
    options: dict[str, Any]
    base: str
    today: date
    headers: Headers
    form: QueryParams


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent: bytes of a media type, with headers of their own."""

    body: bytes
    kind: str
    headers: dict[str, str] = field(default_factory=dict)
    status: int = 200
    packed: bytes | None = None


@dataclass(frozen=True, slots=True)
class View:
    """What stands at an address: the parameters that it takes, and how it is answered.

    Forms send every field that they have, and those who pass an address on may add to it: a
    ``forgiving`` view takes what is empty for none, and leaves out what it does not know. What
    is ``live`` depends on more than the snapshot: it is answered anew each time, and nobody
    keeps it.
    """

    parameters: tuple[Parameter, ...]
    answer: Callable[[Call], Answer]
    forgiving: bool = False
    live: bool = False


class Answers:
    """Answers questions about the index that ``snapshots`` hold."""

    def __init__(self, snapshots: Snapshots, seconds: float = SECONDS) -> None:
        self._snapshots = snapshots
        self._seconds = seconds
        self._pool = ThreadPoolExecutor(THREADS, "search")
        self._kept = _Kept()
        self._making: dict[str, asyncio.Future[Answer]] = {}
        self._run = secrets.token_hex(4)
        """Another version of newsq may answer otherwise, and comes with another run."""

    def close(self) -> None:
        """Wait for the questions that are being answered; those still waiting are dropped."""
        self._pool.shutdown(cancel_futures=True)

    async def answer(self, request: Request, view: View) -> Response:
        """The response to ``request``, as ``view`` has it.

        What it raises is raised here. A request that takes too long is told so; its thread
        goes on until it is done, and no other takes its place before.
        """
        form = QueryParams(await request.body())
        given = _forgiven(request, view) if view.forgiving else request.query_params
        options = read(given, view.parameters)
        with self._snapshots.held(options.pop("snapshot", None)) as snapshot:
            call = Call(
                snapshot=snapshot,
                path=request.url.path,
                names={name: str(value) for name, value in request.path_params.items()},
                parameters=given,
                options=options,
                base=f"{request.url.scheme}://{request.url.netloc}",
                today=date.today(),
                headers=request.headers,
                form=form,
            )
            try:
                return await asyncio.wait_for(self._response(request, view, call), self._seconds)
            except TimeoutError:
                sentence = (
                    f"This took longer than {self._seconds:g} seconds. Ask for less, such as a "
                    "shorter query or fewer patterns, or try again later."
                )
                return problem(request.url.path, 503, sentence, {"Retry-After": "10"})

    async def _response(self, request: Request, view: View, call: Call) -> Response:
        if view.live:
            answer = await self._made(view, call)
            headers = {"Cache-Control": "no-store", **answer.headers}
            return Response(answer.body, answer.status, headers, answer.kind)
        tag = self._tag(request, call)
        if _has(request, tag):
            return Response(None, 304, _headers(tag))
        found = self._kept.get(tag) or await self._shared(tag, view, call)
        return _response(request, found, tag)

    async def _shared(self, tag: str, view: View, call: Call) -> Answer:
        """The answer that is being made for whoever asked the same first, or a new one."""
        making = self._making.get(tag)
        if making is None:
            making = self._making[tag] = self._made(view, call)
            making.add_done_callback(lambda _made: self._making.pop(tag))
        answer = await asyncio.shield(making)
        self._kept.keep(tag, answer)
        return answer

    def _made(self, view: View, call: Call) -> asyncio.Future[Answer]:
        """The answer to ``call``, being made in a thread."""

        def made() -> Answer:
            with self._snapshots.held(call.snapshot.name):
                answer = view.answer(call)
                return answer if view.live else _packed(answer)

        return asyncio.get_running_loop().run_in_executor(self._pool, made)

    def _tag(self, request: Request, call: Call) -> str:
        asked = (self._run, call.snapshot.name, str(call.today), call.base, call.path)
        query = request.scope["query_string"].decode("latin-1")
        told = "\n".join((*asked, query)).encode("utf-8", "surrogatepass")
        return f'W/"{hashlib.blake2b(told, digest_size=12).hexdigest()}"'


class _Kept:
    """The last answers, up to `KEPT_BYTES`. Only the event loop asks for them."""

    def __init__(self) -> None:
        self._answers: OrderedDict[str, Answer] = OrderedDict()
        self._bytes = 0

    def get(self, tag: str) -> Answer | None:
        found = self._answers.get(tag)
        if found is not None:
            self._answers.move_to_end(tag)
        return found

    def keep(self, tag: str, answer: Answer) -> None:
        if tag in self._answers:
            return
        self._answers[tag] = answer
        self._bytes += _size(answer)
        while self._bytes > KEPT_BYTES:
            self._bytes -= _size(self._answers.popitem(last=False)[1])


def _size(answer: Answer) -> int:
    return len(answer.body) + len(answer.packed or b"") + 1_000


def _packed(answer: Answer) -> Answer:
    if len(answer.body) < _SMALLEST:
        return answer
    packed = gzip.compress(answer.body, 5, mtime=0)
    return replace(answer, packed=packed)


def _forgiven(request: Request, view: View) -> QueryParams:
    known = {parameter.name for parameter in view.parameters}
    pairs = request.query_params.multi_items()
    return QueryParams([(name, text) for name, text in pairs if text and name in known])


def _has(request: Request, tag: str) -> bool:
    """Whether whoever asks has the answer already."""
    known = request.headers.get("if-none-match", "")
    return known.strip() == "*" or tag in (one.strip() for one in known.split(","))


def _headers(tag: str) -> dict[str, str]:
    return {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}


def _response(request: Request, answer: Answer, tag: str) -> Response:
    headers = {**_headers(tag), **answer.headers}
    body = answer.body
    if answer.packed is not None and _takes_gzip(request.headers.get("accept-encoding", "")):
        body = answer.packed
        headers["Content-Encoding"] = "gzip"
    return Response(body, answer.status, headers, answer.kind)


def _takes_gzip(accepted: str) -> bool:
    """Whether an Accept-Encoding allows gzip (RFC 9110, section 12.5.3)."""
    for one in accepted.lower().split(","):
        coding, _, weight = one.partition(";")
        if coding.strip() in ("gzip", "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False

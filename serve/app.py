"""The application: which address is answered by what, and what lives as long as it does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from index.errors import NewsqError
from serve import problems
from serve.answering import SECONDS, Answers, IndexAnswerer
from serve.api import OPERATIONS, PREFIX
from serve.assets import ASSETS, asset
from serve.calls import View
from serve.feeds import FEEDS
from serve.guard import LOCAL, Guard
from serve.helppage import HELP
from serve.openapi import ADDRESS, openapi
from serve.pool import Pool
from serve.resultpage import FRONT, RESULT
from serve.savedpages import SavedPages
from serve.snapshots import Snapshots
from serve.storypage import STORY

if TYPE_CHECKING:
    from cluster.access import Access

LOOK_EVERY = 0.5
"""Seconds between looks for a new generation."""


def make_app(
    where: Path | Access,
    hosts: Iterable[str] = LOCAL,
    seconds: float = SECONDS,
    look_every: float = LOOK_EVERY,
    workers: int = 1,
) -> Starlette:
    """The application for the index at ``where``, known by the names ``hosts``.

    A request may take so many ``seconds``; with more ``workers`` than one, that many processes
    answer what is asked of a folder. Raises IndexFolderError or ClusterError if there is no index.
    """
    snapshots = Snapshots(where)
    saved = SavedPages()
    pool = None
    if workers > 1 and isinstance(where, Path):  # a cluster has processes of its own
        pool = Pool(workers, IndexAnswerer, where, seconds)
    answers = Answers(snapshots, seconds, pool)

    def asked(path: str, view: View, method: str = "GET") -> Route:
        async def endpoint(request: Request) -> Response:
            return await answers.answer(request, view)

        return Route(path, endpoint, methods=[method])

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        if pool is not None:
            pool.start()
        watching = asyncio.create_task(_watch(snapshots, look_every))
        try:
            yield
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching
            if pool is not None:
                await pool.close()
            answers.close()
            snapshots.close()

    routes = [
        asked("/", FRONT),
        asked("/search", RESULT),
        *(asked(PREFIX + one.path, one.view) for one in OPERATIONS),
        asked("/story/{id}", STORY),
        asked("/help", HELP),
        *(asked(path, view) for path, view in FEEDS.items()),
        *(asked(path, view) for path, view in saved.views().items()),
        *(asked(path, view, "POST") for path, view in saved.actions().items()),
        asked(ADDRESS, View((), openapi)),
        *(Route(address, asset) for address in ASSETS),
    ]
    return Starlette(
        routes=routes,
        middleware=[Middleware(Guard, hosts=hosts)],
        exception_handlers=_HANDLERS,
        lifespan=lifespan,
    )


_HANDLERS: dict[Any, Callable[[Request, Exception], Awaitable[Response]]] = {
    NewsqError: problems.on_newsq_error,
    HTTPException: problems.on_http_error,
    Exception: problems.on_any_error,
}


async def _watch(snapshots: Snapshots, every: float) -> None:
    while True:
        await asyncio.sleep(every)
        await asyncio.to_thread(snapshots.refresh)

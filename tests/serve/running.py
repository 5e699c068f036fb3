"""Coroutines, run to their end, and requests without a server."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from starlette.requests import Request

Result = TypeVar("Result")


def finished(work: Coroutine[Any, Any, Result]) -> Result:
    """What ``work`` gives, in a thread of its own: a browser's loop may run in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def asking(query: str = "", headers: dict[str, str] | None = None, path: str = "/x") -> Request:
    """A request at some address, with a query."""
    raw = [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()]

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": query.encode(),
        "headers": [(b"host", b"localhost"), *raw],
        "server": ("localhost", 80),
        "scheme": "http",
    }
    return Request(scope, receive)

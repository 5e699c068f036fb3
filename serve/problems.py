"""What went wrong, as an answer: a sentence on a page, or as JSON (RFC 9457) for programs."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from index.errors import (
    ClusterError,
    IndexFolderError,
    NewsqError,
    NoSuchStoryError,
    QueryError,
    SavedSearchError,
)
from serve.pool import AnsweringError
from serve.rendering import rendered
from serve.snapshots import SnapshotGoneError


class ForgedError(NewsqError):
    """A request to change something that did not come from a page of this server."""


API = "/api/"
PROBLEM_TYPE = "application/problem+json"
_STATUS: tuple[tuple[type[NewsqError], int], ...] = (
    (NoSuchStoryError, 404),
    (SnapshotGoneError, 410),
    (ForgedError, 403),
    (SavedSearchError, 409),
    (IndexFolderError, 503),
    (ClusterError, 503),
    (AnsweringError, 503),
)
_SENTENCES = {
    404: "There is nothing at this address.",
    405: "This address is not for that method. It takes: {allowed}.",
}
_NO_CALL = (
    "There is nothing at this address. What can be asked is described at /api/v1/openapi.json"
)
_TITLES = {
    400: "This cannot be asked",
    403: "This is not done",
    409: "This cannot be done",
    410: "This is gone",
    503: "Not just now",
}
"""What a page is called that tells what went wrong; else as HTTP has it."""

UNFORESEEN = "Something unforeseen happened. The server's log tells more."


def problem(
    path: str,
    status: int,
    sentence: str,
    headers: dict[str, str] | None = None,
    **more: Any,
) -> Response:
    """The answer to a request for ``path`` that cannot be met, and why."""
    title = HTTPStatus(status).phrase
    headers = {"Cache-Control": "no-store", **(headers or {})}
    if path.startswith(API):
        told = {"type": "about:blank", "title": title, "status": status, "detail": sentence, **more}
        return Response(json.dumps(told), status, headers, PROBLEM_TYPE)
    shown = _TITLES.get(status, title)
    page = rendered("problem.html", title=shown, status=status, sentence=sentence, **more)
    return Response(page, status, headers, "text/html")


def status_of(error: NewsqError) -> int:
    """The HTTP status that says what kind of mistake ``error`` is."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 400)


async def on_newsq_error(request: Request, error: Exception) -> Response:
    """The library's own sentence; for a query, where in it the mistake stands, too."""
    assert isinstance(error, NewsqError)  # noqa: S101 - it is registered for these
    more: dict[str, Any] = {}
    if isinstance(error, QueryError) and error.query is not None:
        more = {"query": error.query, "place": list(error.place)}
    status = status_of(error)
    headers = {"Retry-After": "5"} if status == 503 else None
    return problem(request.url.path, status, str(error), headers, **more)


async def on_http_error(request: Request, error: Exception) -> Response:
    """What the routing refuses: no such address, no such method."""
    assert isinstance(error, HTTPException)  # noqa: S101 - it is registered for these
    headers = dict(error.headers or {})
    sentence = _SENTENCES.get(error.status_code, error.detail)
    if error.status_code == 404 and request.url.path.startswith(API):
        sentence = _NO_CALL
    sentence = sentence.format(allowed=headers.get("Allow", "GET"))
    return problem(request.url.path, error.status_code, sentence, headers)


async def on_any_error(request: Request, error: Exception) -> Response:
    """What nobody foresaw; the server logs it."""
    return problem(request.url.path, 500, UNFORESEEN)

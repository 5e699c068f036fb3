"""What every request and every answer passes: whose host it names, how large it is, what a
browser may do with the answer.

A page elsewhere can make a browser ask a server on this machine, by a name that it lets point
here (DNS rebinding); so a request must name this server by one of its own names. Answers allow
no script, style or frame but the server's own (Content Security Policy Level 3, W3C).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serve.problems import problem

LOCAL = ("127.0.0.1", "localhost", "[::1]")
MAX_BODY = 64 * 1024
"""Bytes of a request's body: a saved search is far smaller."""
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[\w.-]+)(?::[0-9]{1,5})?", re.ASCII)


class Guard:
    """The application ``app`` behind these checks; ``hosts`` are the names it is known by."""

    def __init__(self, app: ASGIApp, hosts: Iterable[str] = LOCAL) -> None:
        self._app = app
        self._hosts = {host.lower().rstrip(".") for host in hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it (ASGI 3)."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        if (refused := self._refused(scope)) is not None:
            response = problem(scope["path"], *refused)
            await response(scope, receive, guarded)
            return
        await self._app(scope, receive, guarded)

    def _refused(self, scope: Scope) -> tuple[int, str] | None:
        headers = Headers(scope=scope)
        if not self._is_here(headers.get("host", "")):
            return 421, (
                "This server does not go by the name in the request. If it should, start it "
                "with --allow-host NAME."
            )
        if "transfer-encoding" in headers:
            return 411, "The request does not tell its length. Send it with a Content-Length."
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > MAX_BODY:
            return 413, f"The request holds more than {MAX_BODY:,} bytes. Send less."
        return None

    def _is_here(self, host: str) -> bool:
        found = _HOST.fullmatch(host)
        return bool(found) and found[1].lower().rstrip(".") in self._hosts  # type: ignore[index]

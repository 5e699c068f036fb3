"""What every request and every answer passes: whose host it names, how large it is, what a
browser may do with the answer.

A page elsewhere can make a browser ask a server on this machine, by a name that it lets point
here (DNS rebinding); so a request must name this server by one of its own names. Answers allow
no script, style or frame but the server's own (Content Security Policy Level 3, W3C).
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable
from ipaddress import ip_address

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serve.problems import problem

LOCAL = ("127.0.0.1", "localhost", "[::1]")
MAX_BODY = 64 * 1024
"""Bytes of a request's body: a saved search is far smaller."""
BODY_SECONDS = 10.0
"""How long a client may take to send it."""
ANY_ADDRESS = "*"
"""A name that stands for all addresses in numbers."""
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
_RAW_HEADERS = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[\w.-]+)(?::[0-9]{1,5})?", re.ASCII)


class Guard:
    """The application ``app`` behind these checks; ``hosts`` are the names it is known by.

    With `ANY_ADDRESS` among them, any address in numbers will do: no page elsewhere can have one
    of those for a name of its own.
    """

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
                given = {name for name, _ in message["headers"]}
                more = [one for one in _RAW_HEADERS if one[0] not in given]
                message = {**message, "headers": [*message["headers"], *more]}
            await send(message)

        if (refused := self._refused(scope)) is not None:
            response = problem(scope["path"], *refused)
            await response(scope, receive, guarded)
            return
        if Headers(scope=scope).get("content-length", "0") != "0":
            try:
                async with asyncio.timeout(BODY_SECONDS):
                    receive = await _whole(receive)
            except TimeoutError:
                late = problem(scope["path"], 408, _LATE, {"Connection": "close"})
                await late(scope, receive, guarded)
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
        if found is None:
            return False
        name = found[1].lower().rstrip(".")
        return name in self._hosts or (ANY_ADDRESS in self._hosts and _is_address(name))


_LATE = f"The rest of the request did not come within {BODY_SECONDS:g} seconds. Send it again."


def _is_address(name: str) -> bool:
    try:
        ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


async def _whole(receive: Receive) -> Receive:
    """The same, with all of the body in the first message; or what ends it."""
    body = b""
    while True:
        message = await receive()
        if message["type"] != "http.request":
            first = message
            break
        body += message.get("body", b"")
        if not message.get("more_body", False):
            first = {"type": "http.request", "body": body, "more_body": False}
            break
    waiting = [first]

    async def again() -> Message:
        return waiting.pop() if waiting else await receive()

    return again

"""The server around the application: its socket, and the bounds that no application sees."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from index.errors import NewsqError
from serve.answering import SECONDS
from serve.app import make_app
from serve.guard import ANY_ADDRESS, LOCAL

if TYPE_CHECKING:
    from cluster.access import Access

MAX_CONNECTIONS = 900
"""Fewer than the files that a process may usually have open."""
MAX_HEAD = 64 * 1024
"""Bytes of a request's head: an address may hold several long values, in three bytes a byte."""
HEAD_SECONDS = 10.0
"""How long a client may take to send it."""
READ_SECONDS = 60.0
"""How long it may take to read an answer."""
IDLE_SECONDS = 30
_EVERYWHERE = ("0.0.0.0", "::", "")  # noqa: S104 - to tell these from a name


class Protocol(H11Protocol):
    """HTTP/1.1 of clients that have to come to the point.

    Those whose heads dribble in, and those who do not read what they asked for, are cut off.
    """

    _impatience: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        transport.set_write_buffer_limits(high=0)  # whatever waits to be read is told of
        self._expect()

    def pause_writing(self) -> None:
        """Something waits to be read: begin to wait for that."""
        super().pause_writing()
        self._unread = self.loop.call_later(READ_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """All of it has been read."""
        self._all_read()
        super().resume_writing()

    def data_received(self, data: bytes) -> None:
        """Take what came; a head that is complete ends the wait for it."""
        if self._impatience is None and not self._is_answering():
            self._expect()
        super().data_received(data)
        if self._is_answering():
            self._relax()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        self._relax()
        self._all_read()
        super().connection_lost(exc)

    def _is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _expect(self) -> None:
        self._impatience = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _all_read(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _relax(self) -> None:
        if self._impatience is not None:
            self._impatience.cancel()
            self._impatience = None


def serve(
    where: Path | Access,
    host: str,
    port: int,
    also: Iterable[str] = (),
    workers: int = 1,
    told: Callable[[str], None] = lambda _address: None,
) -> None:
    """Serve the index at ``where`` at ``host`` and ``port`` (0: any free one) until it is ended.

    Requests may name the host so, as this machine, or as one of ``also``; where it listens at
    every address, by any address in numbers, too. ``workers`` are as
    `make_app` has them. ``told`` is given the address when it is open. Raises NewsqError if that
    cannot be had, IndexFolderError or ClusterError if there is no index.
    """
    bracketed = f"[{host}]" if ":" in host else host
    own = ANY_ADDRESS if host in _EVERYWHERE else bracketed
    app = make_app(where, (*LOCAL, own, *also), workers=workers)
    door = bound(host, port)
    shown = "127.0.0.1" if host in _EVERYWHERE else bracketed
    told(f"http://{shown}:{door.getsockname()[1]}/")
    with door, suppress(KeyboardInterrupt):  # which is how it is ended
        make_server(app).run(sockets=[door])


@contextmanager
def running(app: ASGIApp) -> Iterator[str]:
    """A server of ``app`` in a thread of its own: its address, without the slash at its end."""
    with bound("127.0.0.1", 0) as door:
        server = make_server(app)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{door.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def make_server(app: ASGIApp) -> uvicorn.Server:
    """A server of ``app``, to be run with a socket that is bound."""
    return uvicorn.Server(uvicorn.Config(app, **_SETTINGS))


_SETTINGS: dict[str, Any] = {
    "http": Protocol,
    "ws": "none",
    "lifespan": "on",
    "log_level": "error",
    "access_log": False,
    "server_header": False,
    "proxy_headers": False,
    "limit_concurrency": MAX_CONNECTIONS,
    "h11_max_incomplete_event_size": MAX_HEAD,
    "timeout_keep_alive": IDLE_SECONDS,
    "timeout_graceful_shutdown": int(SECONDS) + 1,
}


def bound(host: str, port: int) -> socket.socket:
    """A socket that listens there. Raises NewsqError if it cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        both = host == "::" and socket.has_dualstack_ipv6()  # every address, the short ones too
        return socket.create_server((host, port), family=family, backlog=2048, dualstack_ipv6=both)
    except OSError as error:
        # Python adds to what the system says of an address.
        number = error.errno or 0
        reason = os.strerror(number) if number > 0 else error.strerror
        raise NewsqError(
            f"The server cannot be opened at {host}, port {port}: {reason or error}. "
            "Choose another with --port; --port 0 takes any that is free."
        ) from error

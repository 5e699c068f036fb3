"""Servers that are not what they should be, and authorities whose certificates nobody knows."""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from threading import Event, Thread
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

OPENSEARCH = {"version": {"distribution": "opensearch", "number": "2.19.1"}}


class Authority:
    """An authority of its own, whose certificates are in ``folder``: ``ca`` is its own."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name = folder, name
        self._key = ec.generate_private_key(ec.SECP256R1())
        self.ca = folder / f"{name}.pem"
        self._own = self._signed(name, self._key, x509.BasicConstraints(ca=True, path_length=0))
        self.ca.write_bytes(self._own.public_bytes(serialization.Encoding.PEM))

    def context(self, host: str) -> ssl.SSLContext:
        """How a server speaks TLS as ``host``, a name or an address."""
        key = ec.generate_private_key(ec.SECP256R1())
        try:
            known: x509.GeneralName = x509.IPAddress(ip_address(host))
        except ValueError:
            known = x509.DNSName(host)
        certificate = self._signed(host, key, x509.SubjectAlternativeName([known]))
        both = self._folder / f"{self._name}-{host}.pem"
        both.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(both)
        return context

    def _signed(
        self, name: str, key: ec.EllipticCurvePrivateKey, extension: x509.ExtensionType
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(_called(name))
            .issuer_name(_called(self._name))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
            .sign(self._key, hashes.SHA256())
        )


def _called(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


@dataclass
class Answer:
    """An answer, of whose ``body`` the server says that it has ``size`` bytes."""

    body: bytes
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    size: int | None = None
    after: Event | None = None
    """What it waits for."""


def as_json(value: Any, status: int = 200) -> Answer:
    return Answer(json.dumps(value).encode(), status, {"Content-Type": "application/json"})


@dataclass
class Server:
    """A server that runs: its port, and the headers of what it was asked."""

    port: int
    asked: list[dict[str, str]] = field(default_factory=list)


@contextmanager
def serving(
    answer: Callable[[str], Answer], context: ssl.SSLContext | None = None
) -> Iterator[Server]:
    """A server that gives for each path an ``answer``, over TLS if there is a ``context``."""
    server = Server(0)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.asked.append({name.lower(): value for name, value in self.headers.items()})
            told = answer(self.path)
            if told.after is not None:
                told.after.wait(30)
            self.send_response(told.status)
            for name, value in told.headers.items():
                self.send_header(name, value)
            size = len(told.body) if told.size is None else told.size
            self.send_header("Content-Length", str(size))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(told.body)

        do_HEAD = do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815 - as above

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as it is called
            pass

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            """Clients that hang up are what the tests are about."""

    http = Quiet(("127.0.0.1", 0), Handler)
    if context is not None:
        http.socket = context.wrap_socket(
            http.socket, server_side=True, do_handshake_on_connect=False
        )
    server.port = http.server_address[1]
    thread = Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
        thread.join()

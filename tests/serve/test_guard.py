"""What is refused before anything is asked, and what a browser is told with each answer."""

from __future__ import annotations

import socket
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.testclient import TestClient

from serve import guard, run
from serve.answering import Answers
from serve.app import make_app
from serve.calls import Answer, View
from serve.guard import ANY_ADDRESS, MAX_BODY
from serve.snapshots import Snapshots

STATS = "/api/v1/stats"


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.0.0.1:8000", "localhost", "LOCALHOST.:80", "[::1]:8000"]
)
def test_its_own_names_are_answered(client: TestClient, host: str) -> None:
    assert client.get(STATS, headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1.evil.example",
        "localhost@evil.example",
        "",
        "[::2]",
        "a b",
        "10.0.0.1",
    ],
)
def test_another_name_is_refused(client: TestClient, host: str) -> None:
    told = client.get(STATS, headers={"Host": host})
    assert told.status_code == 421
    assert "--allow-host" in told.json()["detail"]


def test_a_name_that_is_allowed(sample_index: Path) -> None:
    app = make_app(sample_index, ("archive.example",))
    with TestClient(app, base_url="http://archive.example") as client:
        assert client.get(STATS).status_code == 200
        assert client.get(STATS, headers={"Host": "localhost"}).status_code == 421


@pytest.mark.parametrize(
    ("host", "status"),
    [("10.0.0.1:8000", 200), ("[fe80::1]", 200), ("10.0.0.1.evil.example", 421), ("evil", 421)],
)
def test_where_it_listens_everywhere_any_address_in_numbers_will_do(
    sample_index: Path, host: str, status: int
) -> None:
    app = make_app(sample_index, ("localhost", ANY_ADDRESS))
    with TestClient(app, base_url="http://localhost") as client:
        assert client.get(STATS, headers={"Host": host}).status_code == status


@pytest.mark.parametrize("address", [STATS, "/nothing", "/api/v1/search"])
def test_every_answer_tells_browsers_what_is_allowed(client: TestClient, address: str) -> None:
    headers = client.get(address).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "access-control-allow-origin" not in headers


def test_no_header_comes_out_of_an_address(client: TestClient) -> None:
    told = client.get("/api/v1/search?q=a%0d%0aSet-Cookie:%20x=1&limit=1")
    assert "set-cookie" not in told.headers
    assert "\n" not in told.headers.get("link", "")


def test_large_bodies_are_refused(client: TestClient) -> None:
    told = client.post(STATS, content=b"x" * (MAX_BODY + 1))
    assert told.status_code == 413


def test_a_question_that_takes_too_long_is_given_up(sample_index: Path) -> None:
    def slow(_call: object) -> Answer:
        time.sleep(0.2)
        return Answer(b"late", "text/plain")

    app = make_app(sample_index)
    snapshots = Snapshots(sample_index)
    answers = Answers(snapshots, seconds=0.01)

    async def endpoint(request: Request) -> Response:
        return await answers.answer(request, View((), slow))

    app.add_route("/api/slow", endpoint)
    with TestClient(app, base_url="http://localhost") as client:
        told = client.get("/api/slow")
    answers.close()
    assert (told.status_code, told.headers["retry-after"]) == (503, "10")
    assert told.json()["detail"].startswith("This took longer than 0.01 seconds.")


def connected(server: str) -> socket.socket:
    address = urlsplit(server)
    assert address.hostname
    return socket.create_connection((address.hostname, address.port or 80), timeout=10)


def test_a_head_that_dribbles_in_is_cut_off(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "HEAD_SECONDS", 0.05)
    with connected(server) as client:
        client.sendall(b"GET /api/v1/stats HTTP/1.1\r\nHost: local")
        assert client.recv(1_000) == b""


@pytest.mark.parametrize("line", ["POST /saved/save", "GET /api/v1/stats"])
def test_a_body_that_does_not_come_is_not_waited_for(
    server: str, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    monkeypatch.setattr(guard, "BODY_SECONDS", 0.05)
    with connected(server) as client:
        client.sendall(f"{line} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\nq".encode())
        told = b""
        while part := client.recv(10_000):
            told += part
    assert told.startswith(b"HTTP/1.1 408 ")
    assert b"did not come within" in told


def test_who_does_not_read_is_cut_off(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "READ_SECONDS", 0.05)
    request = b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"

    def ask_on(client: socket.socket) -> None:
        while True:
            client.sendall(request * 100)

    with connected(server) as client, pytest.raises(ConnectionError):
        ask_on(client)


def test_a_body_in_pieces_is_whole(server: str) -> None:
    head = b"POST /saved/drop HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\n"
    with connected(server) as client:
        for piece in (head, b"name=", b"none"):
            client.sendall(piece)
        assert client.recv(1_000).startswith(b"HTTP/1.1 403 ")


def test_a_head_that_does_not_end_is_refused(server: str) -> None:
    with connected(server) as client:
        client.sendall(b"GET / HTTP/1.1\r\nX: " + b"x" * (run.MAX_HEAD + 10_000))
        assert client.recv(1_000).startswith(b"HTTP/1.1 400")


def test_a_connection_is_used_again(server: str) -> None:
    request = b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    with connected(server) as client:
        for _time in range(3):
            client.sendall(request)
            told = client.recv(100)
            assert told.startswith(b"HTTP/1.1 200 OK")
            length = int(_header(client, told))
            assert length > 1_000


def _header(client: socket.socket, begun: bytes) -> str:
    """Read the rest of an answer; its length, as its head has it."""
    while b"\r\n\r\n" not in begun:
        begun += client.recv(10_000)
    head, _, body = begun.partition(b"\r\n\r\n")
    length = next(
        line.partition(b":")[2].strip()
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length")
    ).decode()
    while len(body) < int(length):
        body += client.recv(100_000)
    return length

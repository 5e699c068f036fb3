"""``newsq serve``, the command."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx2 as httpx
import pytest
from typer.testing import CliRunner

from search.cli import app
from serve.run import bound


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["serve", *arguments])
    return result.exit_code, result.stdout, result.stderr


def test_it_says_where_it_is(sample_index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[int] = []

    def serve(_server: object, sockets: list[socket.socket]) -> None:
        served.extend(door.getsockname()[1] for door in sockets)

    monkeypatch.setattr("uvicorn.Server.run", serve)
    code, shown, _ = run("--index", str(sample_index), "--port", "0")
    assert code == 0
    assert [shown] == [f"http://127.0.0.1:{port}/\n" for port in served]


def test_a_port_that_is_taken(sample_index: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        code, _, told = run("--index", str(sample_index), "--port", str(taken.getsockname()[1]))
    assert code == 2
    assert ": Address already in use. Choose another with --port" in told


def test_who_else_can_ask_is_told(sample_index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("uvicorn.Server.run", lambda _server, sockets: None)
    asked = ("--index", str(sample_index), "--port", "0")
    assert run(*asked)[2] == ""
    _, shown, told = run(*asked, "--host", "0.0.0.0")  # noqa: S104 - nothing listens
    assert shown.startswith("http://127.0.0.1:")
    assert told.startswith("Whoever reaches this machine can read the stories")


def test_no_index(tmp_path: Path) -> None:
    code, _, told = run("--index", str(tmp_path / "none"), "--port", "0")
    assert code == 2
    assert told.startswith("newsq: There is no index at")


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="there is no IPv6 here")
def test_everywhere_is_everywhere() -> None:
    with bound("::", 0) as door:
        socket.create_connection(("127.0.0.1", door.getsockname()[1]), timeout=5).close()


@pytest.mark.parametrize("missing", ["starlette", "uvicorn"])
def test_what_it_needs_is_named_where_it_is_missing(
    missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] in ("serve", missing)]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, missing, None)
    code, _, told = run()
    assert code == 2
    assert told == (
        f"newsq: The web server needs {missing}, which is not installed. "
        "Add it: pip install 'newsq[serve]'\n"
    )


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")
@pytest.mark.parametrize(("asking", "code"), [(signal.SIGINT, 0), (signal.SIGTERM, -15)])
def test_several_processes_answer_until_it_is_ended(
    sample_index: Path, asking: int, code: int
) -> None:
    command = [sys.executable, "-m", "search", "serve", "--index", str(sample_index)]
    with subprocess.Popen(  # noqa: S603 - our own command
        [*command, "--port", "0", "--workers", "2"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout is not None
        assert server.stderr is not None
        base = server.stdout.readline().strip()
        totals = [
            httpx.get(f"{base}api/v1/search?q=troops&limit={n}", timeout=60).json()["total"]
            for n in range(1, 21)
        ]
        server.send_signal(asking)
        # Whoever still held these open would keep the test waiting.
        told = server.stdout.read() + server.stderr.read()
    assert (set(totals), told, server.returncode) == ({totals[0]}, "", code)

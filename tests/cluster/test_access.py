"""How a command comes to a cluster: address, password, certificates."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from cluster.access import Access
from index.errors import ClusterError, NewsqError
from search import open_index
from search.cli import app
from search.cli.location import PASSWORD, index_location

WHERE = "https://ann@search.example/wire"


def test_a_password_comes_from_the_environment_and_is_shown_nowhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(PASSWORD, "open sesame")
    access = index_location(WHERE, Path("ca.pem"))
    assert isinstance(access, Access)
    assert (access.password, access.ca) == ("open sesame", Path("ca.pem"))
    assert "sesame" not in f"{access} {access!r} {[access]}"


def test_a_password_that_cannot_be_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(PASSWORD, raising=False)
    for ask in (True, False):  # a test has no terminal either
        with pytest.raises(NewsqError, match=r"wants ann's password.*\$NEWSQ_PASSWORD"):
            index_location(WHERE, ask=ask)


def test_a_password_is_typed_where_there_is_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(PASSWORD, raising=False)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("getpass.getpass", lambda prompt: f"typed for {prompt}")
    access = index_location(WHERE)
    assert isinstance(access, Access)
    assert access.password == "typed for Password of ann: "  # noqa: S105 - made up


def test_folders_and_clusters_are_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert index_location(str(tmp_path)) == tmp_path
    monkeypatch.setenv("NEWSQ_INDEX", "http://localhost:1/wire")
    assert str(index_location(None)) == "http://localhost:1/wire"
    with pytest.raises(ClusterError, match="password"):
        index_location("https://ann:secret@search.example/wire")


def test_nobody_answers() -> None:
    with pytest.raises(ClusterError, match="cannot be reached"):
        open_index("http://127.0.0.1:9/wire")
    told = CliRunner().invoke(app, ["search", "troops", "--index", "http://127.0.0.1:9/wire"])
    assert told.exit_code == 2
    assert told.stderr.startswith("newsq: http://127.0.0.1:9/wire cannot be reached")

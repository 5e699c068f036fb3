"""The commands, on a cluster: each says what it says of a folder."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cluster.location import ClusterLocation
from search.cli import app
from tests.cluster.placed import clear, place
from tests.search.corpora import golden_index


@pytest.fixture(scope="module")
def where(
    cluster_address: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, str]]:
    folder = golden_index(tmp_path_factory.mktemp("commanded") / "index")
    location = ClusterLocation.parsed(f"{cluster_address}/t{secrets.token_hex(6)}")
    access = place(folder, location)
    yield str(folder), str(location)
    clear(access)


def _run(at: str, *arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, [*arguments, "--index", at])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.stdout


@pytest.mark.parametrize(
    "command",
    [
        "search troops korea --facets",
        "search troops --json --explain",
        "search zzxqj",
        "search troops --csv",
        "show a003",
        "show none",
        "facets troops --by year",
        "timeline troops",
        "kwic troops",
        "similar a003 --json",
        "versions a003",
    ],
)
def test_a_command_says_the_same(where: tuple[str, str], command: str) -> None:
    (one, folder), (other, cluster) = (_run(at, *command.split()) for at in where)
    assert other == one
    if "--json" in command:
        assert _plain(json.loads(cluster)) == _plain(json.loads(folder))
    else:
        assert cluster == folder


def _plain(value: Any) -> Any:
    """JSON without what differs from run to run, numbers but for their last digits."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items() if name != "took_ms"}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return round(value, 3) if isinstance(value, float) else value


def test_searches_are_saved_and_stories_exported(where: tuple[str, str], tmp_path: Path) -> None:
    at = where[1]
    assert _run(at, "save", "troops", "troops") == (
        0,
        "Saved as troops. To see what is new for it: newsq alerts\n",
    )
    assert _run(at, "saved")[1].startswith("troops\n")
    assert _run(at, "alerts") == (1, "")
    assert _run(at, "alerts", "--catch-up")[0] == 0
    assert _run(at, "unsave", "troops")[0] == 0
    assert _run(at, "export", "troops", "--to", str(tmp_path / "out"))[0] == 0
    assert len(list((tmp_path / "out").iterdir())) == 4
    code, told = _run(at, "stats", "--json")
    assert (code, json.loads(told)["stories"]) == (0, 25)

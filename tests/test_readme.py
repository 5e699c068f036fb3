"""Every command that the README shows runs, and says what the README says it does."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from search.cli import app
from search.cli.main import COMMANDS
from serve.run import bound

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def blocks() -> list[list[str]]:
    """The ``newsq`` lines of each of the README's blocks, in order."""
    found = re.findall(r"^```sh\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    lines = [[line for line in block.splitlines() if line.startswith("newsq ")] for block in found]
    return [block for block in lines if block]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where: Path = tmp_path_factory.mktemp("readme") / "index"
    result = CliRunner().invoke(app, ["index", str(ROOT / "sample_corpus"), "--index", str(where)])
    assert result.exit_code == 0, result.output
    return where


@pytest.mark.parametrize("block", blocks(), ids=lambda block: block[0])
def test_the_shown_commands_run(
    block: list[str], index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sample_corpus").symlink_to(ROOT / "sample_corpus")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEWSQ_INDEX", str(index))
    # A server would go on for ever, at a port that may be taken.
    monkeypatch.setattr("serve.run.bound", lambda host, _port: bound(host, 0))
    monkeypatch.setattr("mcp.server.mcpserver.MCPServer.run", lambda *_server: typer.echo("{}"))
    monkeypatch.setattr("uvicorn.Server.run", lambda *_server, **_sockets: None)
    for line in block:
        printed = ""
        for command in line.split(" | "):
            result = CliRunner().invoke(app, shlex.split(command)[1:], input=printed)
            printed = result.stdout
            assert result.exit_code == 0, f"{command}: {result.output}"
            assert printed.strip()


def test_the_guide_shows_every_command() -> None:
    shown = {line.split()[1] for block in blocks() for line in block}
    listed = CliRunner().invoke(app, ["--help"]).stdout
    for name in COMMANDS:
        assert name in shown
        assert re.search(rf"^\W*{name}\b", listed, re.MULTILINE), listed


def test_the_lines_that_set_up_are_one_line_each() -> None:
    for marker in ("try", "test"):
        found = re.search(rf"<!-- command: {marker} -->\n```sh\n(.*?)\n```", README, re.DOTALL)
        assert found
        assert "\n" not in found[1]
    assert 'search "troops South Korea"' in README
    assert "pytest" in README


def test_the_python_example_runs(index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    example = re.search(r"^```python\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    assert example
    exec(example[1].replace('"my-index"', repr(str(index))), {})  # noqa: S102 - the README's own
    assert len(capsys.readouterr().out.splitlines()) >= 3


def test_the_version_is_in_the_changes() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert f"## {project['version']}" in (ROOT / "CHANGELOG.md").read_text("utf-8")

"""Every command that the README shows runs, and says what the README says it does."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from search.cli import app

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def commands() -> list[str]:
    """The ``newsq`` lines of the README's blocks, in order."""
    blocks = re.findall(r"^```sh\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.startswith("newsq ")]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where: Path = tmp_path_factory.mktemp("readme") / "index"
    result = CliRunner().invoke(app, ["index", str(ROOT / "sample_corpus"), "--index", str(where)])
    assert result.exit_code == 0, result.output
    return where


@pytest.mark.parametrize("command", commands())
def test_a_shown_command_runs(command: str, index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("NEWSQ_INDEX", str(index))
    result = CliRunner().invoke(app, shlex.split(command)[1:])
    assert result.exit_code == 0, result.output
    assert len(result.stdout) > 40


def test_the_guide_shows_every_command() -> None:
    shown = {command.split()[1] for command in commands()}
    listed = CliRunner().invoke(app, ["--help"]).stdout
    for name in ("index", "search", "show", "facets", "inspect", "stats"):
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

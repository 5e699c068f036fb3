"""``newsq index --watch`` and shell completion, as processes and as shells call them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from index.build import build_index
from search import open_index
from search.cli import app, completing

ROOT = Path(__file__).parents[2]
STORY = "A ferry sinks\n\nSEOUL, Nov. 3, 2018 (Yonhap) -- A ferry sank, soldiers said.\n"


@pytest.mark.skipif(sys.platform == "win32", reason="a process there gets no Ctrl-C of its own")
@pytest.mark.skipif(
    signal.getsignal(signal.SIGINT) is signal.SIG_IGN, reason="no Ctrl-C in the background"
)
def test_watching_until_it_is_ended(tmp_path: Path) -> None:
    corpus, where = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    (corpus / "one.txt").write_text(STORY.replace("ferry", "bus"), "utf-8")
    build_index([corpus], where)
    with open_index(where) as stories:
        stories.saved.save("ships", "ferry")
    words = ["index", str(corpus), "--index", str(where), "--watch", "--json"]
    with subprocess.Popen(  # noqa: S603 - our own command line
        [sys.executable, "-m", "search", *words],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            assert json.loads(process.stdout.readline())["added"] == 0
            written = time.monotonic()
            (corpus / "two.txt").write_text(STORY, "utf-8")
            assert json.loads(process.stdout.readline())["added"] == 1
            (alert,) = json.loads(process.stdout.readline())["alerts"]
            took = time.monotonic() - written
            assert (alert["name"], alert["total"]) == ("ships", 1)
            assert took < 10  # two seconds where nothing else runs; a machine of tests has no time
            process.send_signal(signal.SIGINT)
            rest, wrong = process.communicate(timeout=30)
        finally:
            process.kill()  # or it is waited for without end where something here is wrong
    assert (process.returncode, rest, wrong) == (0, "", "")


Complete = Callable[..., list[str]]


@pytest.fixture
def complete(golden_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Complete:
    """What is offered for the last of some words."""
    monkeypatch.setenv("NEWSQ_INDEX", str(golden_folder))

    def call(*words: str, of: str = "bash") -> list[str]:
        env = {
            completing.VARIABLE: f"complete_{of}",
            "COMP_WORDS": " ".join(["newsq", *words]),
            "COMP_CWORD": str(len(words)),
            "_TYPER_COMPLETE_ARGS": " ".join(["newsq", *words]),
            "_TYPER_COMPLETE_FISH_ACTION": "get-args",
        }
        ran = CliRunner().invoke(app, [], env=env)
        assert ran.exit_code == 0, ran.output
        return ran.stdout.split("\n")[:-1]

    return call


def test_commands_and_options_are_completed(complete: Complete) -> None:
    assert complete("sea") == ["search"]
    assert {"--since", "--sort"} <= set(complete("search", "--s"))
    assert complete("completion", "z") == ["zsh"]


@pytest.mark.parametrize(
    ("asked", "offered"),
    [
        (("search", "--sort", ""), ["relevance", "newest", "oldest"]),
        (("kwic", "--sort", "r"), ["right"]),
        (("timeline", "--by", "m"), ["month"]),
        (("export", "--format", ""), ["text", "json", "md"]),
        (("help", "qu"), ["query"]),
        (("help", "ti"), ["timeline"]),
    ],
    ids=lambda words: " ".join(words),
)
def test_what_an_option_takes_is_completed(
    complete: Complete, asked: tuple[str, ...], offered: list[str]
) -> None:
    assert complete(*asked) == offered


def test_places_agencies_and_countries_are_completed(complete: Complete) -> None:
    assert complete("search", "--place", "Wash") == ["Washington"]
    assert complete("search", "--place", "wash") == ["washington"]
    assert "sao\\ Paulo" in complete("search", "--place", "sao")
    assert "São Paulo" in complete("search", "--place", "São", of="fish")
    assert complete("facets", "--agency", "Reu") == ["Reuters"]
    assert complete("search", "--country", "South") == ["South\\ Korea"]


def test_saved_searches_are_completed(
    tmp_path: Path, complete: Complete, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "one.txt").write_text(STORY, "utf-8")
    build_index([tmp_path / "corpus"], tmp_path / "index")
    with open_index(tmp_path / "index") as stories:
        stories.saved.save("ships", "ferry")
    monkeypatch.setenv("NEWSQ_INDEX", str(tmp_path / "index"))
    assert complete("unsave", "s") == ["ships"]
    assert complete("alerts", "s") == ["ships"]


def test_without_an_index_nothing_is_offered(
    tmp_path: Path, complete: Complete, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSQ_INDEX", str(tmp_path / "none"))
    assert complete("search", "--place", "wash") in ([], [""])


@pytest.mark.parametrize("shell", completing.SHELLS)
def test_a_script_for_each_shell(shell: str) -> None:
    ran = CliRunner().invoke(app, ["completion", shell])
    assert ran.exit_code == 0
    assert completing.VARIABLE in ran.stdout
    assert f"complete_{shell}" in ran.stdout


def test_another_shell_is_a_mistake() -> None:
    ran = CliRunner().invoke(app, ["completion", "csh"])
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert "bash, zsh, fish, powershell" in ran.stderr


@pytest.mark.skipif(not os.path.exists("/bin/bash"), reason="there is no bash")
def test_bash_takes_the_script() -> None:
    checked = f"{completing.script('bash')}\ncomplete -p newsq"
    ran = subprocess.run(  # noqa: S603 - our own script
        ["/bin/bash", "--norc", "-c", checked], capture_output=True, text=True, check=True
    )
    assert ran.stdout == "complete -o default -F _newsq_completion newsq\n"

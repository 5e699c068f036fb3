"""The command line: exit codes, plain output, errors in one sentence."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from search.cli import app

ROOT = Path(__file__).parents[2]
CODES = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

Run = Callable[..., "Ran"]


class Ran:
    """What a command printed, and its exit status."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err


@pytest.fixture
def run(golden_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command over the golden index, in this process, in a pipe 80 columns wide."""
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE", "NO_COLOR", "PAGER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NEWSQ_INDEX", str(golden_folder))
    monkeypatch.setenv("COLUMNS", "80")

    def call(*words: str, **env: str) -> Ran:
        result = CliRunner().invoke(app, list(words), env=env)
        return Ran(result.exit_code, result.stdout, result.stderr)

    return call


def _process(*words: str, env: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own command line
        [sys.executable, "-m", "search", *words],
        cwd=ROOT,
        env={**os.environ, **env},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_found(run: Run) -> None:
    ran = run("search", "troops", "south", "korea", "--limit", "1")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        "Only 2 stories have all 3 words; the other has at least 2.",
        "",
        "1. Pentagon keeps 28,500 troops in South Korea",
        "   Washington (US) · 1 Nov 2018 · IANS · a001",
        "   The US Defense Secretary said on Wednesday that 28,500 troops will stay in",
        "   South Korea. The troops train with South Korean forces every autumn, he said.",
        "   /corpus/a001.txt",
        "",
        "3 stories, page 1 of 3 (more: --page 2)",
    ]


def test_nothing_matched(run: Run) -> None:
    ran = run("search", "zzyzx")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("No story matches.")
    ran = run("search", "zzyzx", "--json")
    assert (ran.code, json.loads(ran.out)["total"]) == (1, 0)
    assert run("facets", "zzyzx").code == 1


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["search"], "nothing to search for"),
        (["search", "?!"], "no word"),
        (["search", "x", "--since", "soon"], "is not a date"),
        (["search", "x", "--since", "\x1b[31m"], "is not a date"),
        (["search", "x", "--country", "Ruritania"], "Ruritania"),
        (["search", "x", "--sort", "best"], "relevance, newest, oldest"),
        (["search", "x", "--limit", "0"], "1 to 1,000"),
        (["search", "x", "--limit", "many"], "no whole number. Try: newsq search --help"),
        (["search", "x", "--limt", "5"], "Try: newsq search --help"),
        (["search", "-korea"], "put -- before the query"),
        (["search", "x", "--index", "https://cluster:9200"], "names no index"),
        (["search", "x", "--index", "/none/such"], "newsq index FOLDER"),
        (["show", "zzzz"], "newsq search"),
        (["show"], "Try: newsq show --help"),
        (["show", "a001", "--query", "?!"], "no word"),
        (["facets", "--by", "decade"], "year, month or day"),
        (["searchh", "x"], "Did you mean 'search'?"),
        (["--nonsense"], "Try: newsq --help"),
    ],
)
def test_mistakes_are_one_sentence(run: Run, words: list[str], says: str) -> None:
    ran = run(*words)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("newsq: ")
    assert says in ran.err
    assert ran.err.count("\n") == 1
    assert "Traceback" not in ran.err
    assert not CODES.search(ran.err.rstrip("\n"))


@pytest.mark.parametrize(
    ("query", "carets"),
    [
        ("troops country:Atlantis", "                 ^^^^^^^^"),
        ("北京 troops w/5", "              ^^^"),
        ("date:soon\x1b[31m", "       ^^^^^^^^^"),
    ],
)
def test_a_mistake_in_a_query_is_pointed_at(run: Run, query: str, carets: str) -> None:
    ran = run("search", query)
    sentence, shown, below = ran.err.splitlines()
    assert sentence.startswith("newsq: ")
    assert (ran.code, ran.out, below) == (2, "", carets)
    assert shown == f"  {query}".replace("\x1b", "\ufffd")


def test_a_mistake_in_a_long_query_is_shown_with_what_stands_around_it(run: Run) -> None:
    ran = run("search", f"{'troops ' * 60}country:Atlantis{' troops' * 60}")
    _sentence, shown, below = ran.err.splitlines()
    start = below.index("^")
    assert shown[start : len(below)] == "Atlantis"
    assert len(shown) <= 80


def test_all_and_any(run: Run) -> None:
    assert run("search", "storm", "telescope", "--all").code == 1
    assert run("search", "storm", "telescope", "--any").out.endswith("3 stories\n")
    assert "both hold" in run("search", "storm", "--any", "--all").err
    assert run("facets", "storm", "telescope", "--any").code == 0


def test_help_breaks_lines_where_the_terminal_ends(run: Run) -> None:
    shown = run("help", "versions").out
    assert "each is listed with all" in " ".join(shown.split())
    assert not re.search(r"each is listed *\n +with all that printed it", shown)


def test_help_on_the_query_language_and_on_commands(run: Run) -> None:
    ran = run("help", "query")
    assert ran.code == 0
    assert "troops w/5 border" in ran.out
    assert "Find stories" in run("help", "search").out
    assert "Commands" in run("help").out
    assert "query, index" in run("help", "nothing").err


def test_a_corrected_query_is_told(run: Run) -> None:
    out = run("search", "trops").out
    assert out.startswith("No story has the word trops. These are for: troops\n")


def test_the_unforeseen_is_a_sentence_too(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("so it goes")

    monkeypatch.setattr("search.opening.open_index", broken)
    ran = run("search", "x")
    assert ran.code == 2
    assert ran.err == (
        "newsq: Something unforeseen happened (ZeroDivisionError: so it goes). "
        "Run it with --debug to see where.\n"
    )
    for words in (["--debug", "search", "x"], ["search", "x", "--debug"]):
        assert "Traceback" in run(*words).err
    assert "Traceback" not in run("search", "--", "x", "--debug").err


def test_an_interruption_is_quiet(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("search.opening.open_index", interrupted)
    ran = run("search", "x")
    assert (ran.code, ran.out, ran.err) == (130, "", "")


@pytest.mark.parametrize("words", [["stats", "--json"], ["search", "korea OR oil"], ["facets"]])
def test_a_closed_pipe_is_quiet(golden_folder: Path, words: list[str]) -> None:
    with _process(*words, env={"NEWSQ_INDEX": str(golden_folder)}) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


def test_a_minus_sign_behind_two(run: Run) -> None:
    assert run("search", "--limit", "3", "--", "-troops", "korea").code == 0


@pytest.mark.parametrize("width", ["80", "200"])
@pytest.mark.parametrize(
    "words",
    [
        ("search", "the korea OR oil", "--facets"),
        ("search", "markup"),
        ("search", "minister's", "visit"),
        ("show", "a019", "--query", "codes"),
        ("show", "a024", "--query", "drought"),
        ("show", "a017"),
        ("show", "a025"),
        ("facets",),
        ("stats",),
    ],
    ids=" ".join,
)
def test_output_is_plain_and_fits(run: Run, words: tuple[str, ...], width: str) -> None:
    ran = run(*words, COLUMNS=width)
    assert (ran.code, ran.err) == (0, "")
    assert not CODES.search(ran.out)
    assert max(len(line) for line in ran.out.splitlines()) <= int(width)
    assert all(line == line.rstrip() for line in ran.out.splitlines())


def test_what_a_story_prints_is_not_markup(run: Run) -> None:
    out = run("search", "markup").out
    assert "Korea story with [red]markup[/red] and \ufffd[31mescape\ufffd[0m" in out
    assert "<b>postponed</b>" in run("search", "postponed").out


def test_dots_where_the_story_has_more(run: Run) -> None:
    out = run("search", "harvests", "drought", "seed").out
    assert "   Harvests were good in the north." in out
    assert " ... " in out
    assert "   ... " not in out
    assert "   ... " in run("search", "drought").out


def test_dates_show_what_is_not_known(run: Run) -> None:
    out = run("search", "storm OR train OR oil").out
    for date in ("1 Nov, year unknown", "~12 Nov 2013", " · 2012 · ", " · Nov 2018 · "):
        assert date in out


def test_a_whole_story(run: Run) -> None:
    out = run("show", "corpus/a008.txt").out
    assert out.startswith("Oil prices slip on supply fears\nNew York (US) · 5 Nov 2018 · Reuters\n")
    for line in (
        "File      /corpus/a008.txt",
        "Format    text",
        "Dateline  New York (Reuters)",
        "Date      2018-11-05 (certain; basis: metadata): the test says so",
    ):
        assert line in out.splitlines()


@pytest.mark.parametrize("lines", [0, 1, 2])
def test_as_many_lines_as_asked_for(run: Run, lines: int) -> None:
    out = run("search", "troops korea train", "--limit", "1", "--lines", str(lines)).out
    hit = out[: out.index("   /corpus")].splitlines()
    assert len(hit) - hit.index(next(one for one in hit if "· a001" in one)) - 1 == lines
    assert run("search", "troops", "--lines", "-1").code == 2


def test_colour_only_where_wanted(run: Run) -> None:
    terminal = {"FORCE_COLOR": "1", "TERM": "xterm-256color"}
    coloured = run("search", "troops", **terminal).out
    assert "\x1b[1;35mtroops\x1b[0m" in coloured
    sober = run("search", "troops", **terminal, NO_COLOR="1").out
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]", sober)


def test_help_is_friendly(run: Run) -> None:
    for words in ([], ["search"], ["show"], ["facets"], ["stats"]):
        ran = run(*words, "--help")
        assert ran.code == 0
        assert "Example: newsq " in ran.out
    bare = run()
    assert (bare.code, bare.err) == (2, "")
    assert run("--version").out.startswith("newsq ")


def test_help_imports_nothing_heavy() -> None:
    process = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "search", "--help"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    imported = {line.rpartition(b"|")[2].strip() for line in process.stderr.splitlines()}
    assert not imported & {b"numpy", b"whoosh", b"Stemmer", b"platformdirs"}


def test_an_ascii_terminal_gets_ascii(golden_folder: Path) -> None:
    env = {"NEWSQ_INDEX": str(golden_folder), "PYTHONIOENCODING": "ascii", "COLUMNS": "80"}
    out, err = _process("search", "paulo", "--facets", env=env).communicate()
    assert err == b""
    assert out.isascii()
    assert b"S?o Paulo queued" in out
    out, err = _process("search", "paulo", "--json", env=env).communicate()
    assert json.loads(out)["total"] == 2


def test_json_is_nothing_but_json(golden_folder: Path) -> None:
    env = {"NEWSQ_INDEX": str(golden_folder), "FORCE_COLOR": "1"}
    for words in (["search", "korea"], ["show", "a019"], ["facets"], ["stats"]):
        out, err = _process(*words, "--json", env=env).communicate()
        assert err == b""
        assert json.loads(out)["version"] == 1

"""One hostile story through every command: nothing of it reaches a terminal but as text."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from index.story import Story
from search.cli import app

HOSTILE = (
    "=cmd|'/c calc'!A0 [bold red]x[/] <script>alert(1)</script> `id` $(touch x) [a](javascript:b)"
    "\x1b[31m\x1b]8;;http://x.test\x07\x9b2J\x07\x08\x7f\u202e\u2066\u2028\u2029\U000e0041\rTY  - X"
    "\r\nER  - "
)
ACTS = re.compile(
    "[\x00-\x09\x0b-\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
CALLS = [
    ["search", "storm"],
    ["search", "storm", "--explain"],
    ["search", HOSTILE],
    ["search", "storm", "--json"],
    ["search", "storm", "--jsonl"],
    ["search", "storm", "--csv"],
    ["search", "storm", "--md"],
    ["search", "storm", "--ris"],
    ["search", "storm", "--ids"],
    ["search", "storm", "--place", HOSTILE],
    ["search", "storm", "--since", HOSTILE],
    ["search", "storm", "--sort", HOSTILE],
    ["show", "bad000000001", "--query", "storm"],
    ["show", HOSTILE],
    ["show", "bad000000001", "--json"],
    ["kwic", "storm"],
    ["kwic", "storm", "--json"],
    ["kwic", HOSTILE],
    ["similar", "bad000000001"],
    ["similar", HOSTILE],
    ["versions", "bad000000001"],
    ["facets", "storm"],
    ["facets", "storm", "--json"],
    ["facets", "storm", "--by", HOSTILE],
    ["timeline", "storm"],
    ["timeline", "storm", "--svg", HOSTILE + "/x.svg"],
    ["stats"],
    ["save", "bad", HOSTILE],
    ["save", HOSTILE, "storm"],
    ["saved"],
    ["saved", "--json"],
    ["alerts", "--keep"],
    ["unsave", HOSTILE],
    ["check"],
]


@pytest.fixture(scope="module")
def where(
    tmp_path_factory: pytest.TempPathFactory,
    make_story: Callable[..., Story],
    write_index: Callable[..., Path],
) -> Path:
    def bad(number: int) -> Story:
        body = f"The storm {HOSTILE} went on and on, {number}.\n\nIt {HOSTILE} went on."
        return make_story(
            f"bad00000000{number}", f"{HOSTILE} storm {number}", body, [f"{HOSTILE} {number}"],
            country="US", agency=HOSTILE, byline=HOSTILE, credits=[HOSTILE], date="2018-11-01",
        )  # fmt: skip

    return write_index(tmp_path_factory.mktemp("bad") / "index", [[bad(1), bad(2), bad(3)]])


@pytest.mark.parametrize("call", CALLS, ids=lambda call: " ".join(call)[:24].replace("=", "_"))
def test_nothing_of_a_hostile_story_acts(where: Path, call: list[str]) -> None:
    command, *rest = call
    done = CliRunner().invoke(app, [command, "--index", str(where), *rest])
    shown = (done.stdout + done.stderr).replace("\r\n", "\n")
    assert done.exit_code in (0, 1, 2)
    assert shown.strip()
    assert "unforeseen" not in shown
    assert "Traceback" not in shown
    assert ACTS.search(shown) is None
    assert "\r" not in shown


@pytest.mark.parametrize("call", [["search", "storm"], ["show", "bad000000001"], ["kwic", "storm"]])
def test_on_a_terminal_only_styles_and_links_act(
    where: Path, call: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    command, *rest = call
    shown = CliRunner().invoke(app, [command, "--index", str(where), *rest]).stdout
    assert "\x1b[" in shown
    assert shown.count("[31m") == shown.count("\ufffd[31m")
    styled = re.compile(r"\x1b\[[0-9;]*m|\x1b\]8;[^;\x1b]*;[!-~]*\x1b\\")
    assert ACTS.search(styled.sub("", shown)) is None


def test_an_export_stays_in_its_folder_under_plain_names(where: Path, tmp_path: Path) -> None:
    for kind in ("text", "md", "json"):
        to = tmp_path / kind
        call = ["export", "storm", "--to", str(to), "--format", kind, "--index", str(where)]
        assert CliRunner().invoke(app, call).exit_code == 0
        made = list(to.iterdir())
        assert len(made) == 3
        for path in made:
            assert re.fullmatch(r"[a-z0-9-]{1,100}\.(txt|md|json)", path.name)
            assert ACTS.search(path.read_text("utf-8")) is None


def test_a_skip_is_one_line(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "good.txt").write_text("LAGOS, March 3 (Reuters) - The ferry sailed, officials said.")
    (corpus / f"bad\x1b[31m\nskipped: nothing\x9b{HOSTILE.replace('/', '-')}").write_bytes(
        b"\0" * 99
    )
    done = CliRunner().invoke(app, ["index", str(corpus), "--index", str(tmp_path / "index")])
    assert done.exit_code == 0
    assert ACTS.search(done.output) is None
    assert done.output.count("\nskipped: ") == 1

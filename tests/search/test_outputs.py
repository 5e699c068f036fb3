"""Hits for other programs: safe tables, Markdown, RIS, folders of files, pipes."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from index.errors import OutputError
from index.story import Story
from search import Hit, StoryIndex, open_index
from search.cli import app
from search.outputs.folder import export, file_name
from search.outputs.hits import WRITERS
from search.outputs.markdown import escaped
from search.outputs.ris import ris
from search.outputs.table import COLUMNS, cell

MakeStory = Callable[..., Story]


def _hits(golden: StoryIndex, query: str) -> tuple[Hit, ...]:
    return golden.search(query, limit=100).hits


def _text(golden: StoryIndex, kind: str, query: str = "oil OR markup OR storm") -> str:
    return "".join(WRITERS[kind](_hits(golden, query)))


def test_ids_and_json_lines(golden: StoryIndex) -> None:
    ids = [hit.id for hit in _hits(golden, "oil OR markup OR storm")]
    assert len(ids) > 3
    assert _text(golden, "ids").split() == ids
    rows = [json.loads(line) for line in _text(golden, "jsonl").splitlines()]
    assert [row["id"] for row in rows] == ids
    assert _text(golden, "jsonl").isascii()


def test_csv_is_read_back(golden: StoryIndex) -> None:
    header, *rows = csv.reader(io.StringIO(_text(golden, "csv"), newline=""))
    assert tuple(header) == COLUMNS
    hits = _hits(golden, "oil OR markup OR storm")
    assert [row[0] for row in rows] == [hit.id for hit in hits]
    assert {len(row) for row in rows} == {len(COLUMNS)}
    assert all(not re.search(r"[\x00-\x1f\x7f]", field) for row in rows for field in row)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+44 20", "'+44 20"),
        ("-cmd", "'-cmd"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1+1", "'=1+1"),
        ("\r\n=1+1", "'=1+1"),
        ("  =1+1", "'=1+1"),
        ("＝1+1", "'＝1+1"),
        ("a=1\tb\x1b[0m", "a=1 b\ufffd[0m"),
        ("", ""),
    ],
)
def test_a_cell_is_never_computed(text: str, shown: str) -> None:
    assert cell(text) == shown


@given(st.text())
def test_no_cell_begins_a_formula(text: str) -> None:
    assert not re.match(r"[=+\-@＝＋－＠\s]", cell(text))


def test_markdown_shows_what_matched(golden: StoryIndex) -> None:
    shown = _text(golden, "md", "28,500")
    assert shown.startswith(
        "1. **Pentagon keeps 28,500 troops in South Korea**  \n   Washington (US)"
    )
    assert "   > The US Defense Secretary said on Wednesday that **28,500** troops" in shown
    assert "\\[red\\]markup\\[/red\\]" in _text(golden, "md", "markup")


def test_dots_stand_where_the_story_has_more(golden: StoryIndex) -> None:
    (row,) = csv.DictReader(io.StringIO(_text(golden, "csv", "drought"), newline=""))
    assert row["snippet"].startswith("... ")
    assert row["snippet"].endswith(" ...")
    assert "   > ... " in _text(golden, "md", "drought")
    (row,) = csv.DictReader(io.StringIO(_text(golden, "csv", "holiday"), newline=""))
    assert row["snippet"] == "Markets were closed for the holiday."


def test_markdown_is_escaped() -> None:
    assert escaped("a *b* <c> [d](e) `f` _g_") == (r"a \*b\* \<c\> \[d\](e) \`f\` \_g\_")
    assert escaped("1. First") == r"1\. First"
    assert escaped("- dash\n# no heading") == r"\- dash \# no heading"
    assert escaped("oil & gas", ((0, 3),)) == r"**oil** \& gas"


def test_ris_has_the_tags_of_a_newspaper(make_story: MakeStory) -> None:
    story = make_story(
        "a1",
        "Deal\r\nER  - ",
        "Lead\nhere.\n\nMore.",
        ["Seoul"],
        "KR",
        "IANS*",
        "2018-11",
        byline="Roe",
    )
    (record,) = ris([story])
    assert record.split("\r\n") == [
        "TY  - NEWS",
        "TI  - Deal ER -",
        "AU  - Roe",
        "T2  - IANS",
        "PY  - 2018",
        "DA  - 2018/11//",
        "CY  - Seoul",
        "AB  - Lead here.",
        "AN  - a1",
        "L1  - file:///corpus/a1.txt",
        "DB  - newsq",
        "ER  - ",
        "",
    ]


def test_every_record_of_ris_is_whole(golden: StoryIndex) -> None:
    records = list(WRITERS["ris"](_hits(golden, "korea OR oil OR storm OR markup")))
    assert len(records) > 5
    for record in records:
        assert re.fullmatch(r"TY  - NEWS\r\n([A-Z][A-Z0-9]  - [^\r\n]+\r\n)+ER  - \r\n", record)
    uncertain = "".join(record for record in records if "N1  - " in record)
    assert "DA  - 2013/11/12/" in uncertain


def test_all_that_match_come_once(golden: StoryIndex) -> None:
    found = golden.every("korea OR oil")
    ids = [story.id for story in found.stories]
    assert found.total == len(ids) == len(set(ids))
    assert set(ids) == {hit.id for hit in _hits(golden, "korea OR oil")}
    assert golden.every().total == len(golden)


def test_a_story_is_read_when_it_is_taken(
    golden: StoryIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = golden.every()
    next(found.stories)
    monkeypatch.setattr(golden, "_story", lambda doc: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        next(found.stories)


@pytest.mark.parametrize(("kind", "suffix"), [("text", ".txt"), ("json", ".json"), ("md", ".md")])
def test_export_writes_each_and_overwrites_none(
    golden: StoryIndex, tmp_path: Path, kind: str, suffix: str
) -> None:
    folder = tmp_path / "a" / "b"
    done = export(golden.every("korea").stories, folder, kind)
    files = sorted(folder.iterdir())
    assert (done.written, done.kept) == (len(files), 0)
    assert {file.suffix for file in files} == {suffix}
    files[0].write_text("mine", "utf-8")
    files[1].unlink()
    done = export(golden.every("korea").stories, folder, kind)
    assert (done.written, done.kept) == (1, len(files) - 1)
    assert files[0].read_text("utf-8") == "mine"
    done = export(golden.every("korea").stories, folder, kind, force=True)
    assert (done.written, done.kept) == (len(files), 0)
    assert files[0].read_text("utf-8") != "mine"
    assert sorted(folder.iterdir()) == files


def test_export_follows_no_link_out_of_the_folder(golden: StoryIndex, tmp_path: Path) -> None:
    (story,) = (story for story in golden.every("28,500 AND pentagon").stories)
    folder, other = tmp_path / "to", tmp_path / "other"
    folder.mkdir()
    other.write_text("mine", "utf-8")
    (folder / f"{file_name(story)}.txt").symlink_to(other)
    assert export([story], folder).kept == 1
    export([story], folder, force=True)
    assert other.read_text("utf-8") == "mine"


def test_export_where_it_cannot_be(golden: StoryIndex, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="text, json, md"):
        export(golden.every().stories, tmp_path, "pdf")
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="is a file"):
        export(golden.every().stories, tmp_path / "file")


@given(st.text(), st.text(min_size=1))
def test_names_are_safe(headline: str, identity: str) -> None:
    name = file_name(Story(identity, "", "", headline, ""))
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]*[a-z0-9]", name)
    assert name.startswith("undated")


@pytest.fixture
def run(
    golden_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, str, str]]:
    monkeypatch.setenv("NEWSQ_INDEX", str(golden_folder))

    def call(*words: str, stdin: str | None = None) -> tuple[int, str, str]:
        result = CliRunner().invoke(app, list(words), input=stdin)
        return result.exit_code, result.stdout, result.stderr

    return call


Run = Callable[..., tuple[int, str, str]]


def test_pipes_compose(run: Run) -> None:
    code, ids, _ = run("search", "oil", "--ids", "--limit", "3")
    assert (code, len(ids.split())) == (0, 3)
    code, shown, err = run("show", "-", stdin=ids)
    assert (code, err) == (0, "")
    assert [f"Id        {name}" in shown for name in ids.split()] == [True] * 3
    assert shown.count("-" * 72) == 2
    code, shown, _ = run("show", "-", "--json", stdin=f"\n{ids}\n")
    assert [json.loads(line)["id"] for line in shown.splitlines()] == ids.split()
    assert run("show", "-", stdin="zzzz\n")[0] == 2


def test_several_outputs_are_a_mistake(run: Run) -> None:
    code, out, err = run("search", "oil", "--ids", "--csv")
    assert (code, out) == (2, "")
    assert err == "newsq: --csv and --ids cannot both be printed. Give one of them.\n"
    assert run("search", "oil", "--ids", "--facets")[0] == 2


@pytest.mark.parametrize("kind", sorted(WRITERS))
def test_outputs_where_nothing_matches(run: Run, kind: str) -> None:
    code, out, err = run("search", "zzyzx", f"--{kind}")
    assert (code, err) == (1, "")
    assert out.rstrip() == (",".join(COLUMNS) if kind == "csv" else "")


def test_the_export_command(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("export", "oil", "--to", str(tmp_path / "to"), "--format", "md")
    assert code == 0
    assert re.match(r"\d stories written to ", out)
    code, out, _ = run("export", "oil", "--to", str(tmp_path / "to"), "--format", "md")
    assert "0 stories written" in out
    assert "stay as they are (--force)" in out
    assert run("export", "zzyzx", "--to", str(tmp_path / "none"))[0] == 1
    assert not (tmp_path / "none").exists()
    assert "--to" in run("export", "oil")[2]


@pytest.fixture(scope="module")
def odd(
    tmp_path_factory: pytest.TempPathFactory,
    make_story: MakeStory,
    write_index: Callable[..., Path],
) -> Iterator[StoryIndex]:
    """An index of a story whose every part is out to act on what shows it."""
    story = make_story("b1", '=HYPERLINK("x")\x1b]0;', "-oil\x07 @x\n\n+y", ["@Seoul"], agency="+1")
    where = write_index(tmp_path_factory.mktemp("odd") / "index", [[story]])
    with open_index(where) as stories:
        yield stories


@pytest.mark.parametrize("kind", sorted(WRITERS))
def test_nothing_acts(odd: StoryIndex, kind: str) -> None:
    shown = "".join(WRITERS[kind](odd.search("oil").hits))
    assert not re.search(r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f]", shown)
    if kind == "csv":
        row = next(iter(list(csv.reader(io.StringIO(shown, newline="")))[1:]))
        assert all(not field or field[0] not in "=+-@" for field in row)

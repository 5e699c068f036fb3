"""An index of every released version is read, or refused with what to do; so is a newer one."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from index.build import build_index
from index.check.whole import check_index
from index.direct import index_stories
from index.errors import IndexVersionError
from index.store import has_index
from index.story import Story
from index.version import FORMAT
from search import open_index
from search.cli import app

RELEASED = Path(__file__).parent / "released"
KEPT = sorted(path.stem for path in RELEASED.glob("*.zip"))


def headlines(where: Path, query: str) -> list[str | None]:
    with open_index(where) as stories:
        return [hit.story.headline for hit in stories.search(query).hits]


def test_some_are_kept() -> None:
    assert "0.1.0" in KEPT


@pytest.mark.parametrize("version", KEPT)
def test_an_index_of_a_released_version(version: str, tmp_path: Path) -> None:
    where = tmp_path / "index"
    with zipfile.ZipFile(RELEASED / f"{version}.zip") as kept:
        kept.extractall(where)
    try:
        assert headlines(where, "treaty reservoirs") == ["Envoys open talks on river treaty"]
        assert check_index(where).is_sound
    except IndexVersionError as refused:
        assert f"older version of newsq made the index at {where}" in str(refused)  # noqa: PT017 - it need not be
        assert f"newsq index FOLDER --rebuild --index {where}" in str(refused)  # noqa: PT017
    build_index([RELEASED / "corpus"], where, rebuild=True)
    assert headlines(where, "place:Yerevan") == ["Late frost cuts the apricot harvest"]
    assert check_index(where).is_sound


def made_by(format_: int, where: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An index that says it is of another format, with segments as no version knows them."""
    with monkeypatch.context() as patch:
        patch.setattr("index.analyzer.FORMAT", format_)
        patch.setattr("index.codec.codec.ArraySegment.__getstate__", lambda segment: {"new": 1})
        patch.setattr("index.version.FORMAT", format_)
        patch.setattr("index.toc.FORMAT", format_)
        index_stories([Story("a1", "/c/a", "text", "Rain", "It rained.")], where)


@pytest.mark.parametrize(
    ("format_", "told", "advice"),
    [
        (FORMAT + 1, "A newer version of newsq made", "Update newsq, or build it again: newsq"),
        (-1, "Another program made", "Build it again: newsq"),
    ],
    ids=["newer", "senseless"],
)
def test_an_index_of_another_version_is_refused_and_left_as_it_is(
    format_: int, told: str, advice: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = tmp_path / "index"
    made_by(format_, where, monkeypatch)
    refused_everywhere(where, told, advice)


def test_an_older_index_is_refused_and_built_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = tmp_path / "index"
    index_stories([Story("a1", "/c/a", "text", "Rain", "It rained.")], where)
    monkeypatch.setattr("index.version.FORMAT", FORMAT + 1)
    monkeypatch.setattr("index.toc.FORMAT", FORMAT + 1)
    monkeypatch.setattr("index.analyzer.FORMAT", FORMAT + 1)
    refused_everywhere(where, "An older version of newsq made", "Build it again: newsq")
    build_index([RELEASED / "corpus"], where, rebuild=True)
    assert headlines(where, "dockers") == ["Dockers end strike"]


def refused_everywhere(where: Path, told: str, advice: str) -> None:
    before = {path.name: path.read_bytes() for path in where.iterdir()}
    assert has_index(where)
    corpus = str(RELEASED / "corpus")
    for words in (
        ["search", "rain"], ["stats"], ["check"], ["check", "--repair"], ["index", corpus],
    ):  # fmt: skip
        result = CliRunner().invoke(app, [*words, "--index", str(where)])
        assert result.exit_code == 2
        assert told in result.stderr
        assert f"{advice} index FOLDER --rebuild --index {where}" in result.stderr
    after = {path.name: path.read_bytes() for path in where.iterdir()}
    assert after == before or after == {**before, "MAIN_WRITELOCK": b""}

"""An index is checked, told what is wrong with it, and mended from its corpus."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from benchmarks.faults import flips
from benchmarks.faults.scenes import answered, in_small, updating
from index.build import build_index
from index.check.repair import repair_index
from index.check.whole import check_index
from index.codec.arrayfile import ArrayFile
from index.direct import index_stories
from index.errors import IndexFolderError
from index.story import Story
from search import open_index
from search.cli import app

Damage = Callable[[Path], object]


@pytest.fixture
def where(tmp_path: Path) -> Path:
    """An index of several segments, up to date with its corpus."""
    folder = tmp_path / "scene"
    updating(folder, 1, 5)
    with in_small():
        build_index([folder / "corpus"], folder / "index")
    return folder / "index"


def test_a_sound_index(where: Path) -> None:
    report = check_index(where)
    assert report.is_sound
    assert report.segments > 1
    with open_index(where) as stories:
        assert report.stories == len(stories)


def test_there_has_to_be_an_index(tmp_path: Path) -> None:
    with pytest.raises(IndexFolderError, match="There is no index"):
        check_index(tmp_path)


def test_an_index_without_a_corpus_is_sound_too(tmp_path: Path) -> None:
    index_stories([Story("a1", "/c/a", "text", "Rain", "It rained.")], tmp_path)
    assert check_index(tmp_path).is_sound


def turn(path: Path, array: str | None = None) -> None:
    """Turn a bit in the middle of a file, or of an array in it."""
    data = bytearray(path.read_bytes())
    at, size = ArrayFile(bytes(data), "")._directory[array][1:3] if array else (0, len(data))
    data[at + size // 2] ^= 4
    path.write_bytes(data)


def a_bit_of_a_segment(where: Path) -> None:
    turn(sorted(where.glob("*.docs"))[0], "stored")


def two_segments_gone(where: Path) -> None:
    for path in (sorted(where.glob("*.docs"))[0], sorted(where.glob("*.terms"))[1]):
        path.unlink()


def a_segment_cut_short(where: Path) -> None:
    path = sorted(where.glob("*.terms"))[0]
    path.write_bytes(path.read_bytes()[:-40])


def the_ties(where: Path) -> None:
    (path,) = where.glob("newsq-copies-*")
    turn(path, "stories")


def the_table_of_contents(where: Path) -> None:
    (path,) = where.glob("_MAIN_*.toc")
    turn(path)


@pytest.mark.parametrize(
    "damage",
    [a_bit_of_a_segment, two_segments_gone, a_segment_cut_short, the_ties, the_table_of_contents],
)
def test_what_is_damaged_is_told_and_mended(where: Path, damage: Damage) -> None:
    with open_index(where) as stories:
        right = answered(stories)
    kept = {path.name for path in where.glob("MAIN_*.*")}
    damage(where)
    report = check_index(where)
    assert not report.is_sound
    with in_small():
        repair_index(where, report)
    assert check_index(where).is_sound
    with open_index(where) as stories:
        assert answered(stories) == right
    if not report.lost:
        sound = {name for name in kept if name.partition(".")[0] not in report.broken}
        assert sound <= {path.name for path in where.glob("MAIN_*.*")} or damage is the_ties


def test_the_stories_that_are_affected_are_named(where: Path) -> None:
    path = sorted(where.glob("*.docs"))[0]
    turn(path, "stored")
    report = check_index(where)
    (finding,) = report.findings
    assert (finding.file, finding.what) == (path.name, "what it holds of stored has changed")
    assert finding.count == len(finding.stories) > 0
    with open_index(where) as stories:
        assert {story.id for story in finding.stories} <= set(
            stories.top("sailed", limit=1000, ungroup=True).ids
        )


def test_without_a_manifest_a_person_says_what_to_read(where: Path) -> None:
    (path,) = where.glob("newsq-manifest-*")
    turn(path)
    report = check_index(where)
    assert report.remedy.startswith("Build it again")
    with pytest.raises(IndexFolderError, match="newsq index FOLDER --rebuild"):
        repair_index(where, report)


def test_the_command(where: Path) -> None:
    def run(*words: str) -> tuple[int, str, str]:
        with in_small():
            result = CliRunner().invoke(app, ["check", *words, "--index", str(where)])
        return result.exit_code, result.stdout, result.stderr

    code, out, err = run()
    assert (code, err) == (0, "")
    assert out.startswith("Sound: ")
    a_bit_of_a_segment(where)
    code, out, err = run()
    assert code == 2
    assert "what it holds of stored has changed" in out
    mend = f"Mend it: newsq check --repair --index {where}"
    assert err == f"newsq: The index at {where} is damaged. {mend}\n"
    code, out, err = run("--json")
    assert (code, json.loads(out)["sound"]) == (2, False)
    code, out, err = run("--repair")
    assert (code, err) == (0, "")
    assert "changed has" not in out
    assert run()[0] == 0
    (path,) = where.glob("newsq-manifest-*")
    path.unlink()
    code, _out, err = run()
    assert (code, "Build it again: newsq index FOLDER --rebuild" in err) == (2, True)


def test_bits_turned_and_files_cut_by_lot(where: Path) -> None:
    with open_index(where) as stories:
        right = answered(stories)
    for damage in (flips.turned, flips.cut):
        chance = random.Random(2)  # noqa: S311 - drawn the same way every time
        found = flips.damaged(where, right, "by lot", 9, chance, damage)
        assert (found.tried, found.failures) == (9, ())

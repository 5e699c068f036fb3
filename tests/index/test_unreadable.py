"""A corpus that cannot be read for a while: what the index holds of it stays."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.faults.scenes import answers, write_file
from index.build import build_index
from index.errors import CorpusError, IndexFolderError
from index.read import read_items


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    for number in range(4):
        write_file(tmp_path / "corpus" / f"desk{number % 2}", f"file{number}", number * 6, 0)
    return tmp_path / "corpus"


@pytest.fixture
def where(corpus: Path, tmp_path: Path) -> Path:
    build_index([corpus], tmp_path / "index")
    return tmp_path / "index"


def test_a_file_that_cannot_be_read_now(
    corpus: Path, where: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = answers(where)
    write_file(corpus / "desk0", "file0", 0, 1)

    def cut_off(path: Path, source: str, *more: Any) -> Iterator[Any]:
        for number, item in enumerate(read_items(path, source, *more)):
            if path.stem == "file0" and number == 3:
                raise OSError(116, "Stale file handle")
            yield item

    with monkeypatch.context() as patch:
        patch.setattr("index.reading.read_items", cut_off)
        patch.setattr("index.reading.PART", 2)
        patch.setattr("index.run.FULL", 500)  # some of what is read is written before it ends
        summary = build_index([corpus], where)
    assert summary.skipped == [(str(corpus / "desk0" / "file0.jsonl"), "Stale file handle")]
    assert (summary.stories, summary.added, summary.changed) == (24, 0, 0)
    assert answers(where) == before
    assert build_index([corpus], where).changed == 6
    assert build_index([corpus], where).skipped == []


def test_a_folder_that_cannot_be_listed_now(
    corpus: Path, where: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = answers(where)
    real = os.scandir

    def cut_off(path: Any) -> Any:
        if str(path).endswith("desk1"):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    with monkeypatch.context() as patch:
        patch.setattr("os.scandir", cut_off)
        summary = build_index([corpus], where)
        assert summary.skipped == [(str(corpus / "desk1"), "Permission denied")]
        assert answers(where) == before
        write_file(corpus / "desk0", "file9", 100, 1)
        (corpus / "desk0" / "file0.jsonl").unlink()
        summary = build_index([corpus], where)
        assert (summary.added, summary.dropped) == (6, 6)
    assert build_index([corpus], where).files_unchanged == 4


def test_a_file_of_which_nothing_can_be_told_now(
    corpus: Path, where: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = answers(where)
    real = os.lstat

    def cut_off(path: Any, *more: Any) -> Any:
        if str(path).endswith("file3.jsonl"):
            raise OSError(5, "Input/output error", str(path))
        return real(path, *more)

    monkeypatch.setattr("os.lstat", cut_off)
    summary = build_index([corpus], where)
    assert summary.skipped == [(str(corpus / "desk1" / "file3.jsonl"), "Input/output error")]
    assert (summary.dropped, answers(where)) == (0, before)


@pytest.mark.parametrize("damage", [None, b"{"])
def test_an_index_whose_manifest_is_gone(
    corpus: Path, where: Path, tmp_path: Path, damage: bytes | None
) -> None:
    (manifest,) = where.glob("newsq-manifest-*")
    manifest.unlink()
    if damage is not None:
        manifest.write_bytes(damage)
    (corpus / "desk0" / "file0.jsonl").unlink()
    summary = build_index([corpus], where)
    assert (summary.stories, summary.added, summary.changed, summary.dropped) == (18, 0, 0, 6)
    build_index([corpus], tmp_path / "afresh")
    assert answers(where) == answers(tmp_path / "afresh")
    assert build_index([corpus], where).files_unchanged == 3


def test_a_manifest_that_cannot_be_read_now(
    corpus: Path, where: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = answers(where)
    (corpus / "desk0" / "file0.jsonl").unlink()

    def cut_off(path: Path, *more: Any) -> str:
        raise OSError(116, "Stale file handle", str(path))

    with monkeypatch.context() as patch:
        patch.setattr("index.manifest.read_whole", cut_off)
        with pytest.raises(IndexFolderError, match="cannot be read: Stale file handle"):
            build_index([corpus], where)
    assert answers(where) == before


def test_one_of_two_corpora_that_is_empty_now(corpus: Path, where: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    write_file(other, "file8", 80, 0)
    build_index([corpus, other], where)
    before = answers(where)
    (other / "file8.jsonl").unlink()
    with pytest.raises(CorpusError, match="is a disk not attached"):
        build_index([corpus, other], where)
    assert answers(where) == before
    assert build_index([corpus, other], where, rebuild=True).stories == 24

"""An index is opened whole, while runs put others in its place and remove it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from index import snapshot
from index.build import build_index
from index.errors import IndexFolderError
from index.snapshot import open_snapshot
from index.toc import latest_generation
from tests.index.test_build import page, write


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    (tmp_path / "corpus").mkdir()
    write(tmp_path / "corpus" / "Oslo.txt", page("Oslo"))
    return tmp_path / "corpus"


@pytest.fixture
def where(corpus: Path, tmp_path: Path) -> Path:
    build_index([corpus], tmp_path / "index")
    return tmp_path / "index"


@pytest.mark.parametrize("runs", [1, 3])
def test_a_generation_that_goes_while_it_is_opened(
    corpus: Path, where: Path, monkeypatch: pytest.MonkeyPatch, runs: int
) -> None:
    real = snapshot._opened
    left = runs

    def overtaken(folder: Path, *toc: Any) -> Any:
        nonlocal left
        if left:
            left -= 1
            build_index([corpus], where, rebuild=True)  # the files that were listed are removed
        return real(folder, *toc)

    monkeypatch.setattr(snapshot, "_opened", overtaken)
    assert [arrays.count for arrays, _ in open_snapshot(where).segments] == [1]
    assert latest_generation(where) == runs + 1


def test_one_that_is_always_overtaken_says_so(
    corpus: Path, where: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def overtaken(folder: Path, *toc: Any) -> Any:
        build_index([corpus], where, rebuild=True)
        raise FileNotFoundError

    monkeypatch.setattr(snapshot, "_opened", overtaken)
    with pytest.raises(IndexFolderError, match="changes too fast"):
        open_snapshot(where)


def test_a_listing_that_misses_both_generations_is_not_believed(
    where: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = iter([-1])
    monkeypatch.setattr(
        snapshot, "latest_generation", lambda folder: next(seen, latest_generation(folder))
    )
    assert open_snapshot(where).segments


def test_files_that_are_gone_for_good_are_missed(where: Path) -> None:
    next(where.glob("*.docs")).unlink()
    with pytest.raises(IndexFolderError, match="lacks files"):
        open_snapshot(where)


def test_a_folder_that_cannot_be_listed_is_a_sentence(
    where: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(folder: Path) -> list[str]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("os.listdir", fail)
    with pytest.raises(IndexFolderError, match="cannot be read: Permission denied"):
        open_snapshot(where)


def test_what_is_open_stays_as_it_is(corpus: Path, where: Path) -> None:
    ((arrays, _),) = open_snapshot(where).segments
    write(corpus / "Oslo.txt", page("Oslo", "a minister said"))
    build_index([corpus], where, rebuild=True)
    assert "officials said" in arrays.stored().fields(0)["body"]

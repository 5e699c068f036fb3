"""What is written is on the disk, in the order that makes it whole."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from benchmarks.faults.boundaries import READING, Step, watched
from index import durable
from index.durable import make_folder, swap_in, sync, write_whole


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "index").mkdir()
    return tmp_path / "index"


def steps(folder: Path, work: Any) -> list[tuple[str, str]]:
    """The kinds of the steps that change ``folder``, and the names they are done to."""
    seen: list[Step] = []
    with watched(folder, seen.append):
        work()
    return [(step.kind, Path(step.path).name) for step in seen if step.kind not in READING]


def fail(number: int) -> Any:
    def failing(*args: Any, **named: Any) -> None:
        raise OSError(number, os.strerror(number))

    return failing


def test_a_file_is_synced_before_its_name_and_the_name_after(folder: Path) -> None:
    assert steps(folder, lambda: write_whole(folder / "a.json", b"{}")) == [
        ("create", "a.tmp"),
        ("write", "a.tmp"),
        ("sync", "a.tmp"),
        ("rename", "a.tmp"),
        ("sync", "index"),
    ]


def test_all_names_are_synced_before_a_draft_is_swapped_in(folder: Path) -> None:
    (folder / "draft").write_bytes(b"1")
    assert steps(folder, lambda: swap_in(folder / "draft", folder / "toc")) == [
        ("sync", "draft"),
        ("sync", "index"),
        ("rename", "draft"),
        ("sync", "index"),
    ]


def test_a_new_folder_is_synced_in_each_that_holds_it(tmp_path: Path) -> None:
    found = steps(tmp_path / "a", lambda: make_folder(tmp_path / "a" / "b"))
    assert found == [("mkdir", "a"), ("sync", tmp_path.name), ("mkdir", "b"), ("sync", "a")]
    assert steps(tmp_path / "a", lambda: make_folder(tmp_path / "a" / "b")) == []


@pytest.mark.parametrize("at", ["os.fsync", "os.replace"])
def test_a_file_that_cannot_be_written_stays_as_it_was(
    folder: Path, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    (folder / "a.json").write_bytes(b"old")
    monkeypatch.setattr(at, fail(errno.ENOSPC))
    with pytest.raises(OSError, match="No space left"):
        write_whole(folder / "a.json", b"new")
    assert [(path.name, path.read_bytes()) for path in folder.iterdir()] == [("a.json", b"old")]


def test_a_swap_whose_last_sync_fails_is_undone(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "draft").write_bytes(b"1")

    def failing(path: Path) -> None:
        if (folder / "toc").exists():
            fail(errno.EIO)()

    monkeypatch.setattr(durable, "sync", failing)
    with pytest.raises(OSError, match=os.strerror(errno.EIO)):
        swap_in(folder / "draft", folder / "toc")
    assert list(folder.iterdir()) == []


def test_file_systems_that_sync_no_folders_are_written_all_the_same(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "file").write_bytes(b"1")
    monkeypatch.setattr("os.fsync", fail(errno.EINVAL))
    sync(folder)
    with pytest.raises(OSError, match=os.strerror(errno.EINVAL)):
        sync(folder / "file")
    monkeypatch.setattr("os.fsync", fail(errno.EIO))
    with pytest.raises(OSError, match=os.strerror(errno.EIO)):
        sync(folder)
    monkeypatch.setattr("os.open", fail(errno.EACCES))
    sync(folder)

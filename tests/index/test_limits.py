"""What one file may take of a run, and that no file takes more."""

from __future__ import annotations

import io
import os
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from index.build import build_index
from index.corpus import MAX_DEPTH, Root, story_files
from index.files import opened
from index.limits import Clock, Limits, OutOfTimeError
from index.reading import MOST_NAMED, inspect_file

PAGE = """Ferry search widens

LAGOS, March 3 (Reuters) - Rescuers searched for a ferry on Sunday, officials {n} said.
"""


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "good.txt").write_text(PAGE)
    return folder


def spin(*_: Any) -> Iterator[Any]:
    while True:
        pass
    yield


def test_a_reader_that_does_not_end_is_ended(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from index.furniture import read_page

    (corpus / "endless.txt").write_text(PAGE + "\nThis page keeps its reader for ever.\n")
    monkeypatch.setattr(
        "index.formats.scraped.read_page",
        lambda text, recurring: next(spin()) if "ever" in text else read_page(text, recurring),
    )
    summary = build_index([corpus], tmp_path / "index", limits=Limits(seconds=0.3))
    assert summary.stories == 1
    ((path, reason),) = summary.skipped
    assert Path(path).name == "endless.txt"
    assert reason == "not read to its end within 0.3 s (--max-file-time)"


def test_time_is_counted_where_there_is_no_alarm() -> None:
    caught: list[BaseException] = []

    def spend() -> None:
        clock = Clock(0.02)
        try:
            with clock.running() as began:
                while time.process_time() - began < 0.05:
                    pass
                clock.check(began)
        except OutOfTimeError as error:
            caught.append(error)

    thread = threading.Thread(target=spend)
    thread.start()
    thread.join()
    assert len(caught) == 1


def test_time_goes_with_size() -> None:
    assert Limits(seconds=2).time_for(0) == 2
    assert Limits(seconds=2).time_for(3 * 2**20) == 8


def test_a_file_that_is_too_large_is_reported_and_not_read(corpus: Path, tmp_path: Path) -> None:
    (corpus / "large.txt").write_text(PAGE + "x" * 4000)
    summary = build_index([corpus], tmp_path / "index", limits=Limits(size=2000))
    assert summary.stories == 1
    assert [(Path(path).name, why) for path, why in summary.skipped] == [
        ("large.txt", "larger than 0.00190735 MiB (--max-file-size)")
    ]
    assert build_index([corpus], tmp_path / "index").stories == 2


def test_what_is_packed_counts_as_the_file(corpus: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(corpus / "many.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(20):
            archive.writestr(f"{number}.txt", PAGE.format(n=number) + " " * 9_000)
    summary = build_index([corpus], tmp_path / "index", limits=Limits(size=50_000))
    assert 2 < summary.stories < 8
    assert "unpacks to more than" in summary.skipped[0][1]


def test_of_many_packed_files_that_cannot_be_read_some_are_named(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number in range(MOST_NAMED + 50):
            archive.writestr(f"{number}.txt", "")
    (tmp_path / "many.zip").write_bytes(packed.getvalue())
    (reading,) = inspect_file(tmp_path / "many.zip")
    assert len(reading.skipped) == MOST_NAMED + 1
    assert reading.skipped[-1][1] == "50 more of the files packed in it cannot be read"


def test_folders_end_somewhere(corpus: Path) -> None:
    deepest = corpus
    for _ in range(MAX_DEPTH + 2):
        deepest /= "d"
    deepest.mkdir(parents=True)
    (deepest / "lost.txt").write_text(PAGE)
    (deepest.parent.parent / "found.txt").write_text(PAGE)
    told: list[tuple[str, str]] = []
    found = list(story_files(Root("corpus", corpus), lambda *what: told.append(what)))
    assert [file.path.name for file in found] == ["good.txt", "found.txt"]
    assert [why for _, why in told] == [f"more than {MAX_DEPTH} folders deep in the corpus"]


def test_a_file_that_has_become_a_pipe_keeps_nobody_waiting(corpus: Path) -> None:
    os.mkfifo(corpus / "pipe.txt")
    with pytest.raises(OSError, match="no plain file"):
        opened(corpus / "pipe.txt")


def test_a_file_that_shrinks_or_goes_while_it_is_read(corpus: Path, tmp_path: Path) -> None:
    (corpus / "gone.txt").write_text(PAGE)
    files = list(story_files(Root("corpus", corpus), lambda *what: None))
    (corpus / "gone.txt").unlink()
    from index.reading import read_parts

    (reading,) = read_parts(next(file for file in files if file.path.name == "gone.txt"))
    assert [why for _, why in reading.skipped] == ["No such file or directory"]
    assert reading.transient

"""What one file may take of a run, and that no file takes more."""

from __future__ import annotations

import io
import os
import threading
import time
import tracemalloc
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.faults.scenes import answers, write_file
from index.build import build_index
from index.corpus import MAX_DEPTH, Root, story_files
from index.files import opened
from index.limits import Clock, Limits, OutOfTimeError
from index.manifest import FileEntry, Manifest, load, manifest_path, save
from index.read import read_items
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
    told: list[tuple[str, str, bool]] = []
    found = list(story_files(Root("corpus", corpus), lambda *what: told.append(what)))
    assert [file.path.name for file in found] == ["good.txt", "found.txt"]
    assert [why for _, why, _ in told] == [f"more than {MAX_DEPTH} folders deep in the corpus"]


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


def test_a_file_that_ran_out_of_time_is_remembered_until_it_may_take_more(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (corpus / "endless.txt").write_text(PAGE + "\nThis page keeps its reader for ever.\n")
    for path in corpus.iterdir():
        os.utime(path, (1_600_000_000, 1_600_000_000))
    begun: list[str] = []

    def read_slowly(path: Path, *rest: Any) -> Iterator[Any]:
        begun.append(path.name)
        if path.name == "endless.txt":
            raise OutOfTimeError
        yield from read_items(path, *rest)

    monkeypatch.setattr("index.reading.read_items", read_slowly)
    for seconds, read in [(2, ["endless.txt", "good.txt"]), (2, []), (1, []), (3, ["endless.txt"])]:
        begun.clear()
        summary = build_index([corpus], tmp_path / "index", limits=Limits(seconds=seconds))
        assert sorted(begun) == read
        assert summary.stories == 1
        assert [Path(path).name for path, _ in summary.skipped] == ["endless.txt"]
    (corpus / "endless.txt").write_text(PAGE + "\nThis page has changed.\n")
    begun.clear()
    build_index([corpus], tmp_path / "index", limits=Limits(seconds=3))
    assert begun == ["endless.txt"]


@pytest.mark.parametrize("kind", ["large", "out", "nothing", "pipe", "folder"])
def test_what_is_no_story_file_any_more_has_no_stories(
    corpus: Path, tmp_path: Path, kind: str
) -> None:
    path = corpus / "first.txt"
    path.write_text(PAGE.format(n="first"))
    assert build_index([corpus], tmp_path / "index").stories == 2
    path.unlink()
    if kind == "large":
        path.write_text(PAGE + "x" * 4_000)
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        outside = tmp_path / "outside.txt"
        outside.write_text(PAGE)
        path.symlink_to(outside if kind == "out" else "nowhere.txt")
    for _ in range(2):
        summary = build_index([corpus], tmp_path / "index", limits=Limits(size=2_000))
        assert summary.stories == 1
        assert len(summary.skipped) == (kind != "folder")


def test_what_is_packed_is_read_anew_when_more_of_it_may_be(corpus: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(corpus / "many.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(20):
            archive.writestr(f"{number}.txt", PAGE.format(n=number) + " " * 9_000)
    for path in corpus.iterdir():
        os.utime(path, (1_600_000_000, 1_600_000_000))
    found = [
        build_index([corpus], tmp_path / "index", limits=Limits(size=size)).stories
        for size in (2**40, 50_000, 50_000, 2**40)
    ]
    assert found[0] == found[3] == 21
    assert found[1] == found[2] < 9


@pytest.mark.parametrize("change", ["cut", "emptied", "grown", "replaced", "gone"])
def test_a_file_that_changes_while_it_is_read_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    corpus, where = tmp_path / "corpus", tmp_path / "index"
    write_file(corpus, "changing", 0, 0, 400)
    write_file(corpus, "steady", 500, 0)
    path = corpus / "changing.jsonl"

    def read_and_change(read: Path, *rest: Any) -> Iterator[Any]:
        for number, item in enumerate(read_items(read, *rest)):
            yield item
            if read == path and number == 1:
                if change in ("cut", "emptied"):
                    os.truncate(path, 20_123 if change == "cut" else 0)
                elif change == "grown":
                    with path.open("a") as file:
                        file.write(path.read_text().splitlines()[0].replace("take 0", "more"))
                else:
                    path.unlink()
                    if change == "replaced":
                        write_file(corpus, "changing", 100, 2, 50)

    with monkeypatch.context() as patch:
        patch.setattr("index.reading.read_items", read_and_change)
        assert build_index([corpus], where).stories >= 6
    build_index([corpus], where)
    build_index([corpus], tmp_path / "afresh")
    assert answers(where) == answers(tmp_path / "afresh")


def test_files_of_a_folder_share_it(corpus: Path) -> None:
    (corpus / "other.txt").write_text(PAGE)
    files = list(story_files(Root("corpus", corpus), lambda *what: None))
    assert len(files) == 2
    assert len({id(file.folder) for file in files}) == 1
    assert {file.path for file in files} == set(corpus.iterdir())


def test_a_manifest_is_written_in_little_more_memory_than_it_has_bytes(tmp_path: Path) -> None:
    entries = {f"corpus/{n}.txt": FileEntry(n, n, n, f"{n:032}") for n in range(5_000)}
    tracemalloc.start()
    try:
        save(Manifest(files=entries), tmp_path, 1)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < 3 * manifest_path(tmp_path, 1).stat().st_size
    assert load(tmp_path, 1).files == entries

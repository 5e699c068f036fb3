"""Several processes write what one writes, and the run ends when one of them dies."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.build import build_index
from index.corpus import Root, StoryFile, story_files
from index.direct import index_stories
from index.errors import CorpusError, IndexFolderError
from index.formats.hints import NO_HINTS
from index.messages import Setup
from index.processes import in_processes
from index.schema import from_document
from index.snapshot import open_snapshot
from index.story import Story
from index.summary import Progress
from index.workers import index_files, tasks_of
from tests.index.test_build import page
from tests.index.test_merge import many

ROW = '{{"id": {0}, "title": "Take {0}", "text": "{1}, Nov 1 (dpa) - Ferry {0} sailed again."}}\n'
PLACES = ["KIEL", "OSLO", "BUSAN", "LAGOS", "MANILA"]


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Files that hold one story and files that hold many; each is worth a process."""
    monkeypatch.setattr("index.workers.SHARE", 1)
    folder = tmp_path / "corpus"
    for name in ("a", "b"):
        (folder / name).mkdir(parents=True)
        for number, place in enumerate(PLACES):
            text = page(place.title(), f"witness {number} said")
            (folder / name / f"{place}.txt").write_text(text)
        rows = (ROW.format(n, PLACES[n % len(PLACES)]) for n in range(40))
        (folder / name / "rows.jsonl").write_text("".join(rows))
    (folder / "bad.txt").write_bytes(bytes(3000))
    old = time.time() - 3600
    for path in folder.rglob("*.*"):
        os.utime(path, (old, old))
    return folder


def stories_in(where: Path) -> dict[str, Story]:
    found = {}
    for arrays, deleted in open_snapshot(where).segments:
        for doc in set(range(arrays.count)) - set(deleted.tolist()):
            story = from_document(arrays.stored().fields(doc))
            found[story.id] = story
    return found


def listing(where: Path) -> set[str]:
    return {path.name for path in where.iterdir() if not path.name.endswith("WRITELOCK")}


def test_two_processes_write_what_one_writes(corpus: Path, tmp_path: Path) -> None:
    alone = build_index([corpus], tmp_path / "alone", jobs=1)
    summary = build_index([corpus], tmp_path / "two", jobs=2)
    assert summary.stories == alone.stories == 90
    assert (summary.added, summary.skipped) == (alone.added, alone.skipped)
    assert stories_in(tmp_path / "two") == stories_in(tmp_path / "alone")
    assert len(open_snapshot(tmp_path / "two").segments) == 1, (
        "what the processes wrote is put together"
    )
    # An update in two processes: one story changed, one file gone.
    rows = (corpus / "a" / "rows.jsonl").read_text()
    (corpus / "a" / "rows.jsonl").write_text(rows.replace("Ferry 7 sailed", "Ferry 7 sank"))
    (corpus / "b" / "OSLO.txt").unlink()
    (corpus / "b" / "new.txt").write_text(page("Accra"))
    summary = build_index([corpus], tmp_path / "two", jobs=2)
    assert (summary.added, summary.changed, summary.dropped) == (1, 1, 1)
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("after", [0, 1, 12])
def test_a_process_that_is_killed_ends_the_run(corpus: Path, tmp_path: Path, after: int) -> None:
    where = tmp_path / "index"
    build_index([corpus], where)
    before, names = stories_in(where), listing(where)
    (corpus / "a" / "KIEL.txt").write_text(page("Kiel", "a minister said"))
    seen = 0

    def kill(progress: Progress) -> None:
        nonlocal seen
        seen += 1
        if seen == after + 2:  # the first is told before there are processes
            os.kill(multiprocessing.active_children()[0].pid or 0, signal.SIGKILL)

    started = time.monotonic()
    with pytest.raises(CorpusError, match="was killed"):
        build_index([corpus], where, jobs=2, rebuild=True, on_progress=kill)
    assert time.monotonic() - started < 60
    assert multiprocessing.active_children() == []
    assert stories_in(where) == before
    assert listing(where) == names
    assert build_index([corpus], where, jobs=2).changed == 1


def test_a_process_that_fails_before_it_begins(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.processes._work", os._exit)
    with pytest.raises(CorpusError, match="was killed"):
        build_index([corpus], tmp_path / "index", jobs=2)


def test_what_a_process_raises_is_raised_here(corpus: Path, tmp_path: Path) -> None:
    where = tmp_path / "gone"
    files = list(story_files(Root("corpus", corpus), lambda *what: None))
    with pytest.raises(FileNotFoundError):
        list(index_files(files, 2, lambda: (files, lambda file: NO_HINTS), Setup(where)))
    assert multiprocessing.active_children() == []


def test_an_interrupted_run_leaves_no_process(corpus: Path, tmp_path: Path) -> None:
    def stop(progress: Progress) -> None:
        if progress.stories:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_index([corpus], tmp_path / "index", jobs=2, on_progress=stop)
    assert multiprocessing.active_children() == []
    with pytest.raises(IndexFolderError, match="There is no index"):
        open_snapshot(tmp_path / "index")
    assert listing(tmp_path / "index") == set()


class Deaf:
    """Tells which signals its process does not hear."""

    def __init__(self, setup: object) -> None:
        pass

    def do(self, task: object, stopping: object) -> Iterator[set[int]]:
        yield set(signal.pthread_sigmask(signal.SIG_BLOCK, []))

    def finish(self) -> set[int]:
        return set(signal.pthread_sigmask(signal.SIG_BLOCK, []))


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="a system of other signals")
def test_only_the_process_that_waits_hears_that_it_is_to_stop() -> None:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [])
    for blocked in in_processes([1, 2], 2, Deaf, None):
        assert blocked >= {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
    assert signal.pthread_sigmask(signal.SIG_BLOCK, []) == before


def test_small_corpora_are_read_in_one_process(corpus: Path, tmp_path: Path) -> None:
    pids: set[int | None] = set()

    def look(progress: Progress) -> None:
        pids.update(child.pid for child in multiprocessing.active_children())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.workers.SHARE", 1 << 20)
        build_index([corpus], tmp_path / "index", jobs=8, on_progress=look)
    assert pids == set()


def test_stories_that_are_read_are_handed_to_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.direct.WORTH", 300)
    stories = many(600)
    assert index_stories(iter(stories), tmp_path / "two", jobs=2) == 600
    assert stories_in(tmp_path / "two") == {story.id: story for story in stories}
    assert len(open_snapshot(tmp_path / "two").segments) == 1


def file(name: str, size: int) -> StoryFile:
    return StoryFile(name, Path(), name, size, 0)


def test_tasks_are_of_one_folder_and_the_largest_come_first() -> None:
    files = [file(f"a/{n}", 10) for n in range(7)] + [file("b/large", 500), file("b/small", 1)]
    tasks = tasks_of(files, 30, lambda one: NO_HINTS)
    sizes = [sum(one.size for one in task.files) for task in tasks]
    assert sizes == sorted(sizes, reverse=True) == [500, 30, 30, 10, 1]
    assert {one.source for task in tasks for one in task.files} == {one.source for one in files}
    for task in tasks:
        assert len({one.source[0] for one in task.files}) == 1

"""A run that is asked to stop keeps what was read to its end, and the next one does the rest."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from benchmarks.faults.scenes import Answers, answers, in_small, write_file
from index import redating
from index.build import build_index
from index.errors import StoppedError
from index.reading import read_parts
from index.samecopy.verify import relations
from index.store import leftovers
from index.story import DateBasis
from index.summary import Progress
from search import open_index
from search.cli import app

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="a system of other signals")


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("index.reading.PART", 2)
    with in_small():
        yield


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    for number in range(5):
        write_file(tmp_path / "corpus", f"file{number}", number * 6, 0)
    return tmp_path / "corpus"


@pytest.fixture
def where(tmp_path: Path) -> Path:
    return tmp_path / "index"


class After:
    """Asks to stop once so many stories have been read, or at the latest all files."""

    def __init__(self, stories: int) -> None:
        self._stories = stories
        self.reached = False

    def seen(self, progress: Progress) -> None:
        all_read = 0 < progress.bytes_total == progress.bytes_done
        self.reached = progress.stories >= self._stories or all_read

    def __call__(self) -> bool:
        return self.reached


def stopped(corpus: Path, where: Path, after: int, **more: Any) -> str:
    stop = After(after)
    with pytest.raises(StoppedError) as told:
        build_index([corpus], where, stopping=stop, on_progress=stop.seen, **more)
    assert multiprocessing.active_children() == []
    assert leftovers(where) == []
    return str(told.value)


def afresh(corpus: Path, folder: Path) -> Answers | None:
    build_index([corpus], folder / "afresh", rebuild=True)
    return answers(folder / "afresh")


@pytest.mark.parametrize(("after", "files"), [(7, 1), (15, 2), (99, 5)])
def test_what_was_read_to_its_end_is_kept(
    corpus: Path, where: Path, tmp_path: Path, after: int, files: int
) -> None:
    assert f"Stopped. {files} of 5 files are in the index" in stopped(corpus, where, after)
    with open_index(where) as stories:
        assert len(stories) == files * 6
    assert build_index([corpus], where).read == 30 - files * 6
    assert answers(where) == afresh(corpus, tmp_path)
    assert build_index([corpus], where).files_unchanged == 5


def test_a_file_that_was_begun_stays_as_it_was(corpus: Path, where: Path, tmp_path: Path) -> None:
    build_index([corpus], where)
    before = answers(where)
    write_file(corpus, "file0", 0, 1)
    write_file(corpus, "file1", 8, 1)
    assert "3 of 5" in stopped(corpus, where, 4)
    assert answers(where) == before
    assert "4 of 5" in stopped(corpus, where, 8)
    assert answers(where) != before
    assert build_index([corpus], where).read == 6
    assert answers(where) == afresh(corpus, tmp_path)


def test_dating_is_left_for_the_next_run(
    corpus: Path, where: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop = After(99)
    real = redating._chronology

    def asked_meanwhile(*asked: Any) -> Any:
        stop.reached = True
        return real(*asked)

    with monkeypatch.context() as patch:
        patch.setattr(redating, "_chronology", asked_meanwhile)
        with pytest.raises(StoppedError, match="5 of 5 files"):
            build_index([corpus], where, stopping=stop)
    with open_index(where) as stories:
        assert not any(one.date.basis is DateBasis.CORPUS for one in stories.every().stories)
    assert build_index([corpus], where).read == 0
    assert answers(where) == afresh(corpus, tmp_path)


def test_several_processes_stop(corpus: Path, where: Path, tmp_path: Path) -> None:
    stopped(corpus, where, 2, jobs=2)
    build_index([corpus], where, jobs=2)
    assert answers(where) == afresh(corpus, tmp_path)


def test_nothing_of_a_rebuild_is_kept(corpus: Path, where: Path) -> None:
    build_index([corpus], where)
    before = answers(where)
    (corpus / "file0.jsonl").unlink()
    assert "as it was" in stopped(corpus, where, 12, rebuild=True)
    assert answers(where) == before


def test_where_no_file_was_read_there_is_no_index(corpus: Path, where: Path) -> None:
    assert "as it was" in stopped(corpus, where, 2)
    assert answers(where) is None


def reading(then: Callable[[], None]) -> Callable[..., Any]:
    """Reads files, and does something before the second of them."""
    files = 0

    def parts(*asked: Any) -> Any:
        nonlocal files
        files += 1
        if files == 2:
            then()
        return read_parts(*asked)

    return parts


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_a_run(
    corpus: Path, where: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    before = signal.getsignal(number)
    monkeypatch.setattr("index.indexer.read_parts", reading(lambda: os.kill(os.getpid(), number)))
    ran = CliRunner().invoke(app, ["index", str(corpus), "--index", str(where), "--jobs", "1"])
    assert (ran.exit_code, ran.stdout) == (128 + number, "")
    assert ran.stderr == "newsq: Stopped. 1 of 5 files are in the index; run it again to go on.\n"
    assert signal.getsignal(number) == before


def test_a_second_signal_stops_at_once(
    corpus: Path, where: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def twice() -> None:
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr("index.indexer.read_parts", reading(twice))
    ran = CliRunner().invoke(app, ["index", str(corpus), "--index", str(where), "--jobs", "1"])
    assert (ran.exit_code, ran.stdout) == (130, "")
    assert ran.stderr.startswith("newsq: Stopped at once.")
    assert answers(where) is None


def test_a_signal_that_is_ignored_stays_so(
    corpus: Path, where: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "index.indexer.read_parts", reading(lambda: os.kill(os.getpid(), signal.SIGHUP))
    )
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does
    try:
        ran = CliRunner().invoke(app, ["index", str(corpus), "--index", str(where), "--jobs", "1"])
    finally:
        signal.signal(signal.SIGHUP, before)
    assert ran.exit_code == 0


def halting(monkeypatch: pytest.MonkeyPatch, pairs: int) -> After:
    """Asks to stop once so many pairs of stories have been compared."""
    stop = After(10**6)
    compared = 0

    def count(stories: Any, asked: Any) -> Any:
        nonlocal compared
        compared += len(asked)
        stop.reached = compared >= pairs
        return relations(stories, asked)

    monkeypatch.setattr("index.samecopy.groups.relations", count)
    monkeypatch.setattr("index.samecopy.groups._PAIRS_AT_ONCE", 1)
    return stop


def test_tying_is_left_for_the_next_run(
    corpus: Path, where: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        stop = halting(patch, 3)
        with pytest.raises(StoppedError, match="All 5 files are in the index; which stories are"):
            build_index([corpus], where, stopping=stop)
    assert leftovers(where) == []
    begun = answers(where)
    assert begun is not None
    assert begun != (whole := afresh(corpus, tmp_path))
    with monkeypatch.context() as patch:
        stop = halting(patch, 1)
        with pytest.raises(StoppedError, match="which stories are copies"):
            build_index([corpus], where, stopping=stop)
    assert build_index([corpus], where).read == 0
    assert answers(where) == whole
    assert build_index([corpus], where).files_unchanged == 5


def test_a_rebuild_that_is_not_tied_is_not_kept(
    corpus: Path, where: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_index([corpus], where)
    before = answers(where)
    (corpus / "file0.jsonl").unlink()
    stop = halting(monkeypatch, 1)
    with pytest.raises(StoppedError, match="a rebuild counts when it is done"):
        build_index([corpus], where, stopping=stop, rebuild=True)
    assert answers(where) == before
    assert leftovers(where) == []

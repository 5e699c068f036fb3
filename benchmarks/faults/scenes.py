"""What is under way when a fault comes: a small corpus, an index of it, and work to be done.

A `Scene` is set once; for each trial its index is copied, so that all begin alike.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from index.build import build_index
from index.errors import IndexFolderError
from index.store import leftovers
from search.opening import open_index
from search.page import StoryIndex

PLACES = ("KIEL", "OSLO", "BUSAN", "LAGOS", "MANILA", "ACCRA", "LIMA")
WORDS = ("ferry", "grain", "strike", "minister", "rate", "harvest", "troops", "port", "yen")
PEOPLE = (
    "Anna Keller and Boris Lindt", "Carla Moreno and Dmitri Orlow", "Eva Sand and Femi Bello",
)  # fmt: skip
"""Who was in the news in each year, from which an open story's year is told."""
QUESTIONS = ("ferry", "grain OR strike", '"sailed again"', "minister -port", "harv*", "troops rate")
_HOUR_AGO = 1_600_000_000
Answers = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Scene:
    """Work in progress: ``work`` is to be done to a copy of the index in ``index``.

    ``command`` is the command line that does it, ``again`` what does it after a fault.
    ``before`` and ``after`` are what it answers without the work and with it; None for no index.
    """

    name: str
    index: Path
    command: tuple[str, ...]
    work: Callable[[Path], object]
    again: Callable[[Path], object]
    answers: Callable[[Path], Answers | None]
    before: Answers | None
    after: Answers | None

    @contextmanager
    def copy(self, where: Path) -> Iterator[Path]:
        """The index as it is before the work, at ``where``; gone afterwards."""
        shutil.rmtree(where, ignore_errors=True)
        if self.index.exists():
            shutil.copytree(self.index, where)
        try:
            yield where
        finally:
            shutil.rmtree(where, ignore_errors=True)

    def wrong(self, where: Path, *, done: bool | None = None) -> str:
        """What is wrong with an index that a fault has met; "" if nothing.

        It must answer as before or as after (``done``: only as after; not done: as before), and
        when the work is done again as after, with nothing left that belongs to no generation.
        """
        try:
            found = self.answers(where)
            if done is not True and found == self.before:
                pass
            elif done is False or found != self.after:
                return (
                    "it answers neither as before nor as after"
                    if done is None
                    else ("it does not answer as after" if done else "it does not answer as before")
                )
            with in_small():
                self.again(where)
            if self.answers(where) != self.after:
                return "it does not answer as after when the work is done again"
            if left := leftovers(where):
                return f"the next run leaves {', '.join(path.name for path in left)}"
        except Exception as error:  # noqa: BLE001 - what the run looks for
            return f"{type(error).__name__}: {error}"
        return ""


def scenes(folder: Path, jobs: int = 1, files: int = 7) -> Iterator[Scene]:
    """All scenes, set in ``folder`` with a corpus of so many files; ``jobs`` processes work."""
    yield _building(folder / "build", jobs, files)
    yield updating(folder / "update", jobs, files)
    yield _merging(folder / "merge", jobs)
    yield _rebuilding(folder / "rebuild", jobs, files)
    if jobs == 1:
        yield from saved(folder / "saved")


def answers(where: Path) -> Answers | None:
    """What the index in ``where`` answers: hits, scores, totals, facets, snippets."""
    try:
        index = open_index(where)
    except IndexFolderError as error:
        if "There is no index" in str(error):
            return None
        raise
    with index as stories:
        return answered(stories)


def answered(stories: StoryIndex) -> Answers:
    """What an open index answers."""
    found: Answers = {"stories": len(stories), "facets": stories.facets()}
    for question in QUESTIONS:
        page = stories.search(question, limit=6)
        found[question] = page.total, page.facets, page.note, page.hits
        found[f"all of {question}"] = stories.top(question, limit=200, ungroup=True)
    return {**found, "every": frozenset(stories.every().stories)}


def write_file(folder: Path, name: str, first: int, edition: int, stories: int = 6) -> None:
    """Write a file of ``stories`` stories from number ``first`` on, as of an hour ago."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.jsonl"
    rows = [json.dumps(_row(number, edition)) for number in range(first, first + stories)]
    path.write_text("\n".join(rows) + "\n", "utf-8")
    os.utime(path, (_HOUR_AGO + edition, _HOUR_AGO + edition))


def _row(number: int, edition: int) -> dict[str, Any]:
    identity = str(number)
    number -= number % 6 == 3  # it is printed a second time
    place, word = PLACES[number % len(PLACES)], WORDS[number * 5 % len(WORDS)]
    other = WORDS[(number + edition) * 7 % len(WORDS)]
    year = 2016 + number % len(PEOPLE)
    day = {} if number % 5 == 4 else {"date": f"{year}-11-{number % 28 + 1:02}"}
    text = (
        f"{place}, Nov {number % 28 + 1} (dpa) - The {word} of {number} sailed again, "
        f"edition {edition} said of the {other}.\n\nThe {other} was late, and the {word} too, "
        f"told {PEOPLE[number % len(PEOPLE)]}. It was take {number} of the story that a minister "
        f"told at the port of {place.title()}."
    )
    title = f"{word.title()} and {other}, take {number}"
    return {"id": identity, "title": title, "text": text} | day


@contextmanager
def in_small() -> Iterator[None]:
    """Have runs do on a small corpus what they do on a large one.

    They write several segments, merge often, read in several processes, and date what only
    the corpus can.
    """
    with (
        patch("index.run.FULL", 8_000),
        patch("index.run.TOGETHER", 20),
        patch("index.tiers.FAN", 4),
        patch("index.workers.SHARE", 1),
        patch("index.chronology.DENSE", 2),
    ):
        yield


def _corpus(folder: Path, files: int) -> Path:
    for number in range(files):
        write_file(folder / "corpus" / f"desk{number % 2}", f"file{number}", number * 6, 0)
    return folder / "corpus"


def _changed(corpus: Path) -> None:
    write_file(corpus / "desk1", "file1", 6, 1)
    (corpus / "desk0" / "file2.jsonl").unlink()
    write_file(corpus / "desk0", "file8", 100, 1)
    write_file(corpus / "desk1", "file9", 107, 1)


def _set(
    name: str,
    folder: Path,
    command: tuple[str, ...],
    work: Callable[[Path], object],
    read: Callable[[Path], Answers | None] = answers,
    again: Callable[[Path], object] | None = None,
) -> Scene:
    after = folder / "after"
    if (folder / "index").exists():
        shutil.copytree(folder / "index", after)
    before = read(folder / "index")
    with in_small():
        work(after)
    index = folder / "index"
    return Scene(name, index, command, work, again or work, read, before, read(after))


def _indexing(name: str, folder: Path, jobs: int, *, rebuild: bool = False) -> Scene:
    corpus = folder / "corpus"
    command = "index", str(corpus), "--jobs", str(jobs), *(["--rebuild"] if rebuild else [])

    def work(where: Path, jobs: int = jobs) -> None:
        build_index([corpus], where, jobs=jobs, rebuild=rebuild)

    return _set(name, folder, command, work, again=lambda where: work(where, jobs=1))


def _building(folder: Path, jobs: int, files: int) -> Scene:
    _corpus(folder, files)
    return _indexing("build", folder, jobs)


def updating(folder: Path, jobs: int, files: int) -> Scene:
    """An index of several segments, and files that are new, changed and gone."""
    _outdated(folder, files)
    return _indexing("update", folder, jobs)


def _merging(folder: Path, jobs: int) -> Scene:
    corpus = _corpus(folder, 1)
    for number in range(1, 4):
        with in_small():
            build_index([corpus], folder / "index")
        write_file(corpus / "desk1", f"file{number}", number * 6, 0)
    return _indexing("merge", folder, jobs)


def _rebuilding(folder: Path, jobs: int, files: int) -> Scene:
    _outdated(folder, files)
    return _indexing("rebuild", folder, jobs, rebuild=True)


def _outdated(folder: Path, files: int) -> None:
    """An index in ``folder``, and a corpus that has changed since."""
    corpus = _corpus(folder, files)
    with in_small():
        build_index([corpus], folder / "index")
    _changed(corpus)


def saved(folder: Path) -> Iterator[Scene]:
    """An index with saved searches, and news for them."""
    corpus = _corpus(folder, 3)
    build_index([corpus], folder / "index")
    with open_index(folder / "index") as stories:
        stories.saved.save("ferries", "ferry")
        stories.saved.save("all", since="1900")
    write_file(corpus / "desk1", "file9", 107, 1)
    build_index([corpus], folder / "index")
    works: dict[tuple[str, ...], Callable[[Path], None]] = {
        ("alerts",): _see,
        ("alerts", "--catch-up"): _catch_up,
        ("save", "grain", "grain", "--force"): _save,
    }
    for command, work in works.items():
        own = folder / work.__name__
        shutil.copytree(folder / "index", own / "index")
        yield _set(" ".join(command), own, command, work, _news)


def _see(where: Path) -> None:
    with open_index(where) as stories:
        stories.saved.mark_seen(stories.saved.news())


def _catch_up(where: Path) -> None:
    with open_index(where) as stories:
        stories.saved.catch_up()


def _save(where: Path) -> None:
    with open_index(where) as stories:
        stories.saved.save("grain", "grain", replace=True)


def _news(where: Path) -> Answers:
    """What is new for each saved search in ``where``; nothing is changed there."""
    aside = where.with_name(f"{where.name}-aside")
    shutil.copytree(where, aside)
    try:
        with open_index(aside) as stories:
            return {alert.search.name: (alert.total, alert.hits) for alert in stories.saved.news()}
    finally:
        with suppress(OSError):
            shutil.rmtree(aside)

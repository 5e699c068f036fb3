"""The corpus tells the year of a yearless story, or leaves it open."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from index.build import build_index
from index.chronology import Chronology, names_in, redated
from index.story import DateBasis, Dateline, Story, StoryDate
from search.opening import open_index


def test_names() -> None:
    text = "The U.S. met Defense Secretary James Mattis on Monday. Pompeo and Kim Jong-un talked."
    names = names_in(text)
    assert {"james mattis", "mattis", "kim jong-un"} <= names
    assert not names & {"monday", "the", "on"}


def story(number: int, year: int | None, body: str, day: int = 1) -> Story:
    certain = year is not None
    basis = DateBasis.METADATA if certain else DateBasis.NO_YEAR
    date = StoryDate(year, 11, day, basis, certain)
    line = Dateline("SEOUL, Nov 1", ("Seoul",), month=11, day=day)
    return Story(f"s{number}", "", "text", "Headline", body, dateline=line, date=date)


def dense(people: dict[int, str], each: int = 15) -> Chronology:
    chronology = Chronology()
    for year, names in people.items():
        for number in range(each):
            text = f"In the capital {names} met aides about bridge number {number} on the river."
            chronology.hear(story(number, year, text, 1 + number))
    return chronology


PEOPLE = {
    2016: "Ashton Carter, Han Min-koo, John Kerry and Yun Byung-se",
    2017: "James Mattis, Han Min-koo, Rex Tillerson and Yun Byung-se",
    2018: "James Mattis, Song Young-moo, Mike Pompeo and Kang Kyung-wha",
    2019: "Mark Esper, Jeong Kyeong-doo, Mike Pompeo and Kang Kyung-wha",
}
SIGNED = "Officials said James Mattis and Song Young-moo signed it. Mike Pompeo stood by."


def test_the_year_in_which_the_same_people_met() -> None:
    found = redated(story(1, None, SIGNED), dense(PEOPLE))
    assert found.date.iso == "2018-11-01"
    assert found.date.basis is DateBasis.CORPUS
    assert not found.date.certain
    assert "naming the same people" in found.date.reason


def test_a_story_that_names_nobody_stays_open() -> None:
    found = redated(story(1, None, "The village well ran dry on Thursday."), dense(PEOPLE))
    assert found.date.iso is None
    assert found.date.basis is DateBasis.NO_YEAR


def test_a_thin_corpus_tells_nothing() -> None:
    assert redated(story(1, None, SIGNED), dense(PEOPLE, each=2)).date.iso is None


def test_never_after_the_day_the_page_was_saved() -> None:
    text = "Officials said Mark Esper and Jeong Kyeong-doo signed it. Mike Pompeo stood by."
    found = redated(story(1, None, text), dense(PEOPLE))
    assert found.date.iso == "2019-11-01"
    saved = replace(story(1, None, text), page_date="2018-12-24")
    assert redated(saved, dense(PEOPLE)).date.iso is None


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    for year, names in PEOPLE.items():
        for number in range(15):
            write(
                folder / f"{year}-{number}.txt",
                f"Talks in Seoul, round {number}\n\nPublished: {number + 1} November {year}\n\n"
                f"SEOUL, Nov {number + 1} (Yonhap) -- Ministers {names} met for round {number} of "
                "talks on the costs of bases, an official said.\n\nNothing was signed.\n",
            )
    return folder


def write(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")
    os.utime(path, (time.time() - 3600,) * 2)


OPEN = """Monday, April 21, 2025

US and South Korea renew a pledge on bases

Washington, Nov 5 (IANS) The pledge was renewed by James Mattis and Song Young-moo, who met \
Mike Pompeo at the Pentagon for talks on the costs of bases.

Nothing was signed.
"""


def test_an_index_dates_its_open_stories_and_dates_them_again(corpus: Path, tmp_path: Path) -> None:
    where = tmp_path / "index"
    write(corpus / "open.txt", OPEN)
    summary = build_index([corpus], where)
    assert (summary.certain, summary.inferred, summary.unknown) == (60, 1, 0)
    with open_index(where) as stories:
        (hit,) = stories.search("renewed pledge", until="2018", since="2018").hits
        assert hit.story.date.iso == "2018-11-05"
        assert hit.story.date.basis is DateBasis.CORPUS
    # Nothing changed: nothing is read, nothing is dated anew.
    assert (build_index([corpus], where).changed, build_index([corpus], where).read) == (0, 0)
    # The stories that told it go: the year is open again.
    for path in corpus.glob("2018-*"):
        path.unlink()
    summary = build_index([corpus], where)
    assert (summary.dropped, summary.changed) == (15, 1)
    with open_index(where) as stories:
        (hit,) = stories.search("renewed pledge").hits
        assert hit.story.date.iso is None
        assert "2025-04-21" in hit.story.date.reason


def test_an_updated_index_dates_as_one_built_afresh(corpus: Path, tmp_path: Path) -> None:
    where, fresh = tmp_path / "index", tmp_path / "fresh"
    later = sorted(corpus.glob("2018-*"))
    kept = {path: path.read_text() for path in later}
    for path in later:
        path.unlink()
    write(corpus / "open.txt", OPEN)
    build_index([corpus], where)
    for path, text in kept.items():
        write(path, text)
    summary = build_index([corpus], where)
    assert (summary.added, summary.changed, summary.inferred) == (15, 1, 1)
    build_index([corpus], fresh)
    with open_index(where) as updated, open_index(fresh) as built:
        one, other = (ix.search("renewed pledge").hits[0].story for ix in (updated, built))
    assert one == other


def test_an_old_archive_does_not_date_new_pages() -> None:
    chronology = Chronology()
    for number in range(40):
        text = f"The State Department and South Korea met White House aides, round {number}."
        chronology.hear(story(number, 1987, text, 1 + number % 28))
    asked = story(1, None, "The State Department told South Korea and the White House so.")
    assert redated(asked, chronology).date.iso is None


@pytest.mark.parametrize("batch", [1, 20_000])
def test_open_stories_are_dated_some_at_a_time(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr("index.redating.BATCH", batch)
    for name in ("one", "two", "three"):
        write(corpus / f"{name}.txt", OPEN.replace("a pledge", f"pledge {name}"))
    summary = build_index([corpus], tmp_path / "index")
    assert (summary.added, summary.changed, summary.inferred) == (63, 0, 3)
    with open_index(tmp_path / "index") as stories:
        days = {hit.story.date.iso for hit in stories.search("renew pledge", limit=10).hits}
    assert days == {"2018-11-05"}

"""Lines that recur on a folder's pages are furniture."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from index.build import build_index
from index.recurring import recurring_lines
from search.opening import open_index

TOWNS = (
    "Busan Lagos Oslo Lima Cairo Perth Quito Accra Hanoi Turin Dakar Malmo Cebu Minsk Haifa Tunis"
).split()
PAGE = """The Gazette of the Upper River and its Valleys
{town} mends its bridge in time for the fair

{capitals}, March 3 (Reuters) - Masons in {town} mended the bridge on Sunday, {fact}.

Grown in the valley and printed on the hill since the year of the great flood.

The fair of {town} opens on Friday with {count} stalls, said the mayor, who has a ticket.

Our readers' larder this week
{other} cooks trade recipes
A pie from {other} won the contest with pears and a little luck.
"""


def page(number: int) -> str:
    town, other = TOWNS[number % len(TOWNS)], TOWNS[(number + 5) % len(TOWNS)]
    return PAGE.format(
        town=town,
        capitals=town.upper(),
        other=other,
        count=20 + number,
        fact=f"the {number}th time that they have done so since the mill was shut",
    )


def write(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")
    os.utime(path, (time.time() - 3600,) * 2)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "gazette"
    folder.mkdir()
    for number in range(12):
        write(folder / f"{number:02}.txt", page(number))
    return folder


def test_a_sites_own_lines_are_told_from_copy(corpus: Path) -> None:
    lines = recurring_lines(sorted(corpus.iterdir()))
    assert lines == {
        "the gazette of the upper river and its valleys",
        "grown in the valley and printed on the hill since the year of the great flood.",
        "our readers' larder this week",
    }


def test_few_pages_teach_nothing(corpus: Path) -> None:
    assert recurring_lines(sorted(corpus.iterdir())[:5]) == frozenset()


def test_takes_of_one_story_teach_nothing(tmp_path: Path) -> None:
    for number in range(12):
        write(
            tmp_path / f"{number:02}.txt",
            f"UPDATE {number}-Ferry search widens\n\n"
            "AMBON, July 23 (Reuters) - Searchers found an empty life raft on Thursday south of "
            "the islands, a port official said.\n\n"
            "The ferry left port at dawn with forty people and a cargo of salt, it is said.\n\n"
            f"Rescuers have counted {number} rafts in all.\n",
        )
    assert recurring_lines(sorted(tmp_path.iterdir())) == frozenset()


def test_the_index_leaves_it_out_and_keeps_the_copy(corpus: Path, tmp_path: Path) -> None:
    where = tmp_path / "index"
    assert build_index([corpus], where).stories == 12
    with open_index(where) as stories:
        assert stories.search('"great flood"').total == 0
        story = stories.search("masons Lagos").hits[0].story
    assert story.headline == "Lagos mends its bridge in time for the fair"
    assert len(story.body.split("\n\n")) >= 2
    assert build_index([corpus], where).read == 0


def test_pages_are_read_anew_when_a_habit_is_learned(corpus: Path, tmp_path: Path) -> None:
    where = tmp_path / "index"
    for path in sorted(corpus.iterdir())[6:]:
        path.rename(tmp_path / path.name)
    build_index([corpus], where)
    with open_index(where) as stories:
        assert stories.search('"great flood"').total == 6
    for number in range(6, 12):
        (tmp_path / f"{number:02}.txt").rename(corpus / f"{number:02}.txt")
    summary = build_index([corpus], where)
    assert (summary.read, summary.added, summary.changed) == (12, 6, 6)
    with open_index(where) as stories:
        assert stories.search('"great flood"').total == 0

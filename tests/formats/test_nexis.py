"""Exports of Nexis, Nexis Uni and Factiva."""

from __future__ import annotations

import io
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import StoryFileError
from index.formats import mail, nexis
from index.raw import RawStory
from index.story import PartialDate

SAMPLES = Path(__file__).parent / "samples" / "nexis"
NAMES = ["classic.txt", "uni.txt", "factiva.txt", "factiva_bare.txt"]


def stories(name: str) -> list[RawStory]:
    with (SAMPLES / name).open("rb") as file:
        return [item for item in nexis.read(file) if isinstance(item, RawStory)]


def test_a_bare_headline_and_text_without_a_label() -> None:
    first = stories("classic.txt")[0]
    assert (first.key, first.headline) == ("1", "Otters return to the upper river")
    assert (first.byline, first.agency) == ("Ada Vale", None)
    assert first.body == (
        "Otters have come back to the upper river, wardens said, after forty years away.\n\n"
        "Nobody had asked them to."
    )


def test_the_load_date_is_no_date_of_the_story() -> None:
    assert [story.filed for story in stories("classic.txt")] == [
        PartialDate(2010, 1, 11),
        PartialDate(1999, 1, 4),
        PartialDate(2001, 3),
    ]


def test_labelled_fields() -> None:
    _, second, third = stories("classic.txt")
    assert second.headline == "harbour talks end without accord"
    assert (second.byline, second.agency) == ("BO LIND", "Xinhua")
    assert second.dateline_text == "SEOUL, Jan. 3"
    assert second.body.endswith("\n\nSUBJECT TO CHANGE: nothing was signed.")
    # "The Daily Trend" is a newspaper, whatever agency is called Trend.
    assert (third.agency, third.body) == (None, "Kites are back.")


def test_nexis_uni() -> None:
    first, second = stories("uni.txt")
    assert first.headline == "Tram bell stolen twice in a week"
    assert (first.byline, first.agency) == ("CY MOSS", "AP")
    assert first.filed == PartialDate(2018, 11, 1)
    # The copy has a dateline of its own, with the agency.
    assert first.dateline_text is None
    assert first.body.startswith("LISBON, Portugal (AP) — A tram bell")
    assert first.body.endswith("Police are listening.")
    assert (second.headline, second.body) == ("Snow on the pass", "Snow fell on the pass.")
    assert second.filed == PartialDate(2018, 11, 3)


@pytest.mark.parametrize("name", ["factiva.txt", "factiva_bare.txt"])
def test_factiva(name: str) -> None:
    first, second = stories(name)
    assert first.key == "LBA0000020181101eeb1000xx"
    assert first.headline == "Lighthouse keepers strike in three ports"
    assert (first.byline, first.agency) == ("Di Rowe", "Reuters")
    assert first.filed == PartialDate(2018, 11, 1)
    assert first.body.split("\n\n")[:2] == [
        "HULL, England, Nov 1 (Reuters) - Lighthouse keepers struck on Thursday.",
        "Ships kept away.",
    ]
    assert second.headline is not None
    assert second.headline.startswith("Cheese wheel rolls off")
    assert second.body.startswith("A cheese wheel rolled off a road.")


@pytest.mark.parametrize("name", NAMES)
def test_exports_are_told(name: str) -> None:
    head = (SAMPLES / name).read_bytes()
    assert nexis.sniff(head)
    assert nexis.sniff(head.replace(b"\n", b"\r\n"))
    assert not mail.sniff(head)


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"Photo\n1 of 5\nSECTION: Sport\nA page with pictures.",
        b"A story of 1 of 10 DOCUMENTS that were lost.\n",
        b"HD television came.\n",
        b"Length: 3 metres\nBody\n",
    ],
)
def test_other_files_are_not_taken(head: bytes) -> None:
    assert not nexis.sniff(head)


def test_a_gallery_within_a_story_parts_nothing() -> None:
    data = (SAMPLES / "classic.txt").read_bytes()
    data = data.replace(b"Kites are back.", b"Kites are back.\n\n1 of 5\n\nThey fly.")
    found = list(nexis.read(io.BytesIO(data)))
    assert len(found) == 3


@settings(max_examples=150, deadline=2000)
@given(
    st.sampled_from(NAMES),
    st.integers(0, 2000),
    st.binary(max_size=40) | st.sampled_from([b"\nBODY:", b"\nBody\n", b"\n2 of 3 DOCUMENTS\n"]),
    st.integers(0, 60),
)
def test_damage_ends_in_a_reason(name: str, at: int, junk: bytes, lost: int) -> None:
    data = (SAMPLES / name).read_bytes()
    with suppress(StoryFileError):
        list(nexis.read(io.BytesIO(data[:at] + junk + data[at + lost :])))

"""ANPA 1312 stories."""

from __future__ import annotations

import io
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import StoryFileError
from index.formats import anpa1312, iptc7901
from index.raw import RawStory
from index.story import PartialDate

SAMPLE = Path(__file__).parent / "samples" / "anpa1312" / "ap.txt"


def stories(data: bytes) -> list[RawStory]:
    return [item for item in anpa1312.read(io.BytesIO(data)) if isinstance(item, RawStory)]


def test_an_ap_story() -> None:
    data = SAMPLE.read_bytes()
    assert anpa1312.sniff(data)
    assert not iptc7901.sniff(data)
    story = stories(data)[0]
    assert story.key == "a0123-12-31"
    assert story.headline == "Sea bridge swings open after two-year repair"
    assert (story.byline, story.agency) == ("ADA VALE and BO LIND", "AP")
    assert story.slug == "BC-AS--Sea Bridge, 1st Ld-Writethru, a0119"
    assert story.note == "Updates with quotes. With AP Photos."
    assert story.body.split("\n\n") == [
        "HAI PHONG, Vietnam (AP) — The sea bridge swung open Thursday after a repair of "
        "2 1/2 years, and “nobody got wet,” its keeper said.",
        "Lorries queued for 3 kilometers. Cafés did well.",
        "WHO PAYS",
        "Tolls pay for most of it.",
    ]


def test_the_filing_day_stands_across_new_year() -> None:
    """The transmission's date is GMT's: 1 January; the desk filed on 31 December."""
    assert stories(SAMPLE.read_bytes())[0].filed == PartialDate(1998, 12, 31)


def test_a_table_keeps_its_lines() -> None:
    story = stories(SAMPLE.read_bytes())[1]
    assert (story.headline, story.byline, story.agency) == ("Harbor Glance", None, "AP")
    assert story.body == ("NORTH LEAGUE\n\nW   L   Pct\nPorto 73  52  .584\nGenoa 60  65  .480 1/2")


def test_the_canadian_press_prints_the_day_first() -> None:
    story = stories(SAMPLE.read_bytes())[2]
    assert story.headline == ("Grain prices advance as ports of the world's No. 3 exporter thaw")
    assert (story.byline, story.agency) == ("Cy Moss", "CP")
    assert story.filed == PartialDate(2014, 10, 31)
    assert story.body == "TORONTO — Grain prices advanced on Friday."


def test_a_list_of_headlines_is_a_body() -> None:
    data = (
        b"\x16\x16\x01V4644\x1f-----\r\nr e\x13\x11 AP-Top-Fishing-Hea     02-09 0121\r\n"
        b"\x02^*9006< ^AP-Top-Fishing-Headlines,0176<\r\n^Fishing news at 11:23 p.m.\r\n"
        b"^Cod returns\r\n^Herring does not\r\n\r\n\x03AP-WF-02-10-16 0423GMT<\r\n\x04"
    )
    (story,) = stories(data)
    assert story.headline == "Fishing news at 11:23 p.m."
    assert story.body == "Cod returns\n\nHerring does not"
    assert story.filed == PartialDate(2016, 2, 9)


def test_without_a_transmission_date_there_is_no_year() -> None:
    data = (
        b"\x01a0001\x1fx\r\nr a\x13\x11 AM-Fog     11-01 0010\r\n\x02^AM-Fog,010<\r\n"
        b"\t   FARGO, N.D. (AP) _ Fog came.<\r\n\x03\x04"
    )
    (story,) = stories(data)
    assert (story.filed, story.key, story.slug) == (None, "a0001-11-01", "AM-Fog")


@pytest.mark.parametrize("head", [b"", b"\x01", b"\x16\x16", b"^AM-Fog,010<", b"By ADA VALE"])
def test_other_files_are_not_taken(head: bytes) -> None:
    assert not anpa1312.sniff(head)


@settings(max_examples=150, deadline=2000)
@given(st.integers(0, 1500), st.binary(max_size=40), st.integers(0, 60))
def test_damage_ends_in_a_reason(at: int, junk: bytes, lost: int) -> None:
    data = SAMPLE.read_bytes()
    with suppress(StoryFileError):
        list(anpa1312.read(io.BytesIO(data[:at] + junk + data[at + lost :])))


@settings(max_examples=100, deadline=2000)
@given(
    st.lists(
        st.sampled_from(
            [b"\x01", b"\x02", b"\x03", b"\x04", b"^", b"<", b"=", b"By A", b"\n", b"\t"]
        )
    )
)
def test_marks_in_any_order(pieces: list[bytes]) -> None:
    with suppress(StoryFileError):
        list(anpa1312.read(io.BytesIO(b"\x01a0001\x1f\n\x02" + b"".join(pieces))))

"""IPTC 7901 messages."""

from __future__ import annotations

import io
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import StoryFileError
from index.formats import anpa1312, iptc7901
from index.raw import NoText, RawStory
from index.story import PartialDate

SAMPLES = Path(__file__).parent / "samples" / "iptc7901"
MESSAGE = (
    "\x01{header}\r\nHarbours/\r\n\x02Pier opens =\r\n\r\nOslo ({agency}) - {text}\r\n"
    "\x03\r\n{trailer}\r\n\x04"
)


def stories(data: bytes) -> list[RawStory]:
    found = list(iptc7901.read(io.BytesIO(data)))
    assert all(isinstance(item, RawStory) for item in found)
    return [item for item in found if isinstance(item, RawStory)]


def message(
    header: str = "eca0001 3 i 020  dpa 0001",
    text: str = "The pier opened.",
    trailer: str = "212322 GMT Nov 18",
    agency: str = "dpa",
    encoding: str = "latin-1",
) -> RawStory:
    printed = MESSAGE.format(header=header, text=text, trailer=trailer, agency=agency)
    (story,) = stories(printed.encode(encoding))
    return story


def test_many_messages_of_a_file() -> None:
    data = (SAMPLES / "dpa.txt").read_bytes()
    assert iptc7901.sniff(data)
    assert not anpa1312.sniff(data)
    first, second = stories(data)
    assert first.key == "eca0045-2018-11-21"
    assert first.headline == "REFILE: 1ST LEAD: Ferry crews walk out in three fjord harbours"
    assert (first.byline, first.agency) == ("Ada Vale", "dpa")
    assert first.slug == "Norway/ferries/harbours"
    assert first.filed == PartialDate(2018, 11, 21)
    assert first.body.split("\n\n") == [
        "Bergen (dpa) - Ferry crews walked out on Wednesday in three fjord harbours, leaving "
        "some 1 1/2 million passengers — half of them commuters — on the quay.",
        "The union said it would “wait and see”.",
    ]
    assert second.headline == "Vale wins in Mürren"


def test_code_page_850_is_told_from_latin_1() -> None:
    (story,) = stories((SAMPLES / "belga850.txt").read_bytes())
    assert story.headline == "Il perd sa péniche et la recette du marché"
    assert (story.agency, story.filed) == ("Belga", PartialDate(1997, 7, 31))
    assert message(text="Der Kapitän grüßt.", encoding="cp850").body.endswith("Kapitän grüßt.")
    assert message(text="Der Kapitän grüßt.", encoding="utf-8").body.endswith("Kapitän grüßt.")
    assert message(text="It “isn’t” done.", encoding="cp1252").body.endswith("It “isn’t” done.")


@pytest.mark.parametrize(
    ("header", "trailer", "filed"),
    [
        ("eca0001 3 i 020  dpa 0001", "310001 JUL 97", PartialDate(1997, 7, 31)),
        ("eca0001 3 i 020  dpa 0001", "011430 GMT Nov 2018", PartialDate(2018, 11, 1)),
        ("eca0001 3 i 020  dpa 0001", "011430 GMT Nov", None),
        ("A0001 3 i 020 AP", "AP-DS-11-01-18 1430GMT", PartialDate(2018, 11, 1)),
        ("K0001 3 i 020 KYODO", "01-11-18 1430", PartialDate(2018, 11, 1)),
        ("X0001 3 i 020", "01-11-18 1430", None),
        ("X0001 3 i 020", "25-11-2018 1430", PartialDate(2018, 11, 25)),
        ("X0001 3 i 020", "31-02-18 1430", None),
        ("X0001 3 i 020", "", None),
    ],
)
def test_header_dates(header: str, trailer: str, filed: PartialDate | None) -> None:
    assert message(header=header, trailer=trailer).filed == filed


def test_braces_in_pairs_are_no_fractions() -> None:
    assert message(text="He set {x} at 2{ or { way.").body.endswith("{x} at 2 1/2 or 1/2 way.")


def test_a_message_without_titles_or_text() -> None:
    (story,) = stories(b"\x01ab12 3 i 10\r\n\x02Oslo (dpa) - Rain\r\nfell.\r\n\x03\x04")
    assert (story.headline, story.body) == (None, "Oslo (dpa) - Rain fell.")
    (empty,) = iptc7901.read(io.BytesIO(b"\x01ab13 3 i 10\r\n\x02\r\n\x03\x04"))
    assert empty == NoText("ab13", "a message without text")


def test_a_message_that_is_cut_off() -> None:
    reader = iptc7901.read(io.BytesIO((SAMPLES / "dpa.txt").read_bytes()[:-60]))
    assert isinstance(next(reader), RawStory)
    with pytest.raises(StoryFileError, match="cut off"):
        next(reader)


@pytest.mark.parametrize(
    "head", [b"", b"Oslo (dpa) - Rain fell.", b"\x01\x02\x03", b"<DOC>", b"\x01abc\r\n"]
)
def test_other_files_are_not_taken(head: bytes) -> None:
    assert not iptc7901.sniff(head)


@settings(max_examples=150, deadline=2000)
@given(st.integers(0, 900), st.binary(max_size=40), st.integers(0, 40))
def test_damage_ends_in_a_reason(at: int, junk: bytes, lost: int) -> None:
    data = (SAMPLES / "dpa.txt").read_bytes()
    with suppress(StoryFileError):
        list(iptc7901.read(io.BytesIO(data[:at] + junk + data[at + lost :])))


@settings(max_examples=100, deadline=2000)
@given(st.lists(st.sampled_from([b"\x01", b"\x02", b"\x03", b"\x04", b"a1 1 i", b"\r\n", b" = "])))
def test_controls_in_any_order(pieces: list[bytes]) -> None:
    with suppress(StoryFileError):
        list(iptc7901.read(io.BytesIO(b"".join(pieces))))

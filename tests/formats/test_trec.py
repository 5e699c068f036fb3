"""TREC and Gigaword records."""

from __future__ import annotations

import io
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import StoryFileError
from index.formats import reuters21578, trec
from index.raw import NoText, RawStory
from index.story import PartialDate

SAMPLES = Path(__file__).parent / "samples" / "trec"


def items(name: str) -> list[RawStory | NoText]:
    with (SAMPLES / name).open("rb") as file:
        return list(trec.read(file))


def stories(name: str) -> dict[str, RawStory]:
    return {item.key: item for item in items(name) if isinstance(item, RawStory)}


def one(record: str) -> RawStory | NoText:
    (item,) = trec.read(io.BytesIO(record.encode()))
    return item


def test_an_ap_record() -> None:
    story, photo = items("ap.sgm")
    assert isinstance(story, RawStory)
    assert story.key == "AP880212-0001"
    assert story.headline == "Lantern Makers Released From Old Tax"
    assert story.note == "ADDS two grafs"
    assert (story.byline, story.agency) == ("ADA VALE", "AP")
    assert story.dateline_text == "BANGKOK, Thailand (AP)"
    assert story.filed == PartialDate(1988, 2, 12)
    assert story.slug == "AM-Lantern-Tax,0411"
    assert story.body == (
        "More than 150 lantern makers were released from an old tax, the radio said Friday. "
        "A & B < C stayed.\n\nA second paragraph followed."
    )
    assert photo == NoText("AP880213-0002", "a record without text")


def test_newspapers() -> None:
    found = stories("papers.sgm")
    wsj = found["WSJ900402-0196"]
    assert (wsj.headline, wsj.byline) == ("Barge Line Is Near Accord To Sell a Unit", "Ada Vale")
    assert wsj.body.startswith("A barge line is close to selling a unit.\n\nJohn Vale & Co.")
    assert (wsj.filed, wsj.dateline_text) == (PartialDate(1990, 4, 2), "NEW YORK")
    ft = found["FT911-1"]
    assert (ft.headline, ft.byline, ft.filed) == (
        "Canal fees cut",
        "BO LIND",
        PartialDate(1991, 5, 14),
    )
    la = found["LA010189-0001"]
    assert (la.headline, la.byline) == ("NEW PIER OPENS; CROWDS EXPECTED", "Cy Moss")
    assert (la.body, la.filed) == ("The pier opened.\n\nIt is long.", PartialDate(1989, 1, 1))
    fbis = found["FBIS3-1"]
    assert fbis.headline == "Minister Opens Tunnel"
    assert fbis.body.startswith("Skopje, March 1 (MIA) -- The minister")
    sjmn = found["SJMN91-06364022"]
    assert sjmn.body.split("\n\n")[1:] == ["The wheel came from Oregon.", "The stones are old."]
    assert (sjmn.byline, sjmn.filed) == ("DI ROWE", PartialDate(1991))


def test_gigaword_and_aquaint() -> None:
    afp, other, advisory, nyt = items("gigaword.sgm")
    assert isinstance(afp, RawStory)
    assert (afp.key, afp.agency) == ("AFP_ENG_19940512.0001", "AFP")
    assert afp.dateline_text == "Dili, East Timor, May 12 (AFP)"
    assert afp.body == "Divers on Thursday found the bell of a lost ferry.\n\nIt still rings."
    assert isinstance(other, RawStory)
    assert (other.headline, other.body) == (None, "Lottery numbers: 1 2 3")
    assert advisory == NoText("NYT_ENG_19940701.0002", "an advisory to editors")
    assert isinstance(nyt, RawStory)
    assert nyt.body == "WASHINGTON — The locks are rusting — all of them."
    assert (nyt.filed, nyt.slug) == (PartialDate(1998, 6, 1), "BC-LOCKS-NYT")


@pytest.mark.parametrize(
    ("docno", "filed"),
    [
        ("AP880212-0001", PartialDate(1988, 2, 12)),
        ("NYT_ENG_19940701.0001", PartialDate(1994, 7, 1)),
        ("XIE19960101.0001", PartialDate(1996, 1, 1)),
        ("FT911-1", PartialDate(1991)),
        ("LA010189-0001", PartialDate(1989, 1, 1)),
        ("WSJ870323-0001", PartialDate(1987, 3, 23)),
        ("WSJ871323-0001", None),
        ("ZF07-123", None),
    ],
)
def test_document_numbers_that_encode_a_date(docno: str, filed: PartialDate | None) -> None:
    item = one(f"<DOC>\n<DOCNO> {docno} </DOCNO>\n<TEXT>Rain fell.</TEXT>\n</DOC>")
    assert isinstance(item, RawStory)
    assert item.filed == filed


def test_records_cut_by_chunks_are_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = items("papers.sgm")
    monkeypatch.setattr(trec, "_CHUNK", 7)
    assert items("papers.sgm") == expected


def test_a_record_cut_off() -> None:
    data = (SAMPLES / "gigaword.sgm").read_bytes()[:-20]
    reader = trec.read(io.BytesIO(data))
    assert [next(reader).key for _ in range(3)]
    with pytest.raises(StoryFileError, match="cut off"):
        next(reader)


def test_a_record_without_an_end_is_bounded() -> None:
    start = time.process_time()
    with pytest.raises(StoryFileError, match="8 MiB"):
        list(trec.read(io.BytesIO(b"<DOC>\n<DOCNO>X</DOCNO><" + b"a<" * 6_000_000)))
    assert time.process_time() - start < 5


@pytest.mark.parametrize("name", ["ap.sgm", "papers.sgm", "gigaword.sgm"])
def test_records_are_told(name: str) -> None:
    head = (SAMPLES / name).read_bytes()
    assert trec.sniff(head)
    assert trec.sniff(b'<?xml version="1.0"?>\n' + head)
    assert not reuters21578.sniff(head)


@pytest.mark.parametrize(
    "head",
    [b"", b"<DOC>text", b"<REUTERS NEWID=1>", b"<html><DOC>", b"<document>", b"See <DOC id=1>"],
)
def test_other_files_are_not_taken(head: bytes) -> None:
    assert not trec.sniff(head)


@settings(max_examples=150, deadline=2000)
@given(
    st.sampled_from(["ap.sgm", "papers.sgm", "gigaword.sgm"]),
    st.integers(0, 2000),
    st.binary(max_size=40) | st.sampled_from([b"<TEXT>", b"</DOC>", b"<DATE>", b"<P><P", b"&#0;"]),
    st.integers(0, 60),
)
def test_damage_ends_in_a_reason(name: str, at: int, junk: bytes, lost: int) -> None:
    data = (SAMPLES / name).read_bytes()
    with suppress(StoryFileError):
        list(trec.read(io.BytesIO(data[:at] + junk + data[at + lost :])))

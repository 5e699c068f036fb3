"""NITF: what stands where, and what must not be believed."""

from __future__ import annotations

from functools import partial

import pytest

from index.formats import nitf
from index.raw import Located, NoText
from index.story import PartialDate
from tests.formats.xmlreading import SAMPLES, items_of, only_story_of

SAMPLE = SAMPLES / "nitf" / "harbour.xml"
stories = partial(items_of, nitf)
only = partial(only_story_of, nitf)


def test_the_sample() -> None:
    story = only(SAMPLE.read_bytes())
    assert story.key == "harbour.0417"
    assert story.headline == "Seals return to a northern harbour"
    assert story.byline == "MARTA KELLERMAN"
    assert story.agency == "AP"
    assert story.filed == PartialDate(2015, 12, 10)
    assert story.slug == "Harbour-Seals"
    assert story.dateline_text is None, "the copy prints a fuller one"
    assert story.located == Located("Washington", "US")
    assert story.body.split("\n\n") == [
        "WASHINGTON (AP) — The seals came back in the night, the harbour master & two fishers"
        " said.&more;",
        "A café on the quay",
        "Rope — wet and green — hung there.",
        "Nobody minded.",
        "Twelve adults\nFour pups",
        "Counts\nYear  Seals\n2014  9",
        "Jon Okafor contributed to this report.",
    ]


def nitf_of(head: str = "", body_head: str = "", content: str = "<p>Some words.</p>") -> bytes:
    return (
        f"<nitf change.date='October 10, 2003'><head>{head}</head><body>"
        f"<body.head>{body_head}</body.head><body.content>{content}</body.content></body></nitf>"
    ).encode()


@pytest.mark.parametrize(
    ("byline", "name"),
    [
        ("By <person>Ana Duarte</person>, <byttl>Staff</byttl>", "Ana Duarte"),
        ("<bytag>By Ana Duarte</bytag>", "Ana Duarte"),
        (
            "<person><name.given>Ana</name.given> <name.family>Duarte</name.family></person>",
            "Ana Duarte",
        ),
        ("By Ana Duarte, Associated Press Writer", "Ana Duarte"),
        ("<byttl>Sports Network</byttl>", "Sports Network"),
        ("gr/bp", None),
        ("", None),
    ],
)
def test_bylines(byline: str, name: str | None) -> None:
    assert only(nitf_of("", f"<byline>{byline}</byline>")).byline == name


@pytest.mark.parametrize(
    ("dateline", "text"),
    [
        (
            "<location>LONDON</location><story.date norm='20170102'>Jan. 2</story.date>",
            "LONDON, Jan. 2",
        ),
        (
            "<location>LONDON</location><story.date norm='20170102'>20170102T2228</story.date>",
            "LONDON",
        ),
        (
            "<location><city>Sydney</city><country>Australia</country></location>",
            "Sydney, Australia",
        ),
        ("PARIS, Jan. 2 (AFP)", "PARIS, Jan. 2 (AFP)"),
    ],
)
def test_datelines(dateline: str, text: str) -> None:
    assert only(nitf_of("", f"<dateline>{dateline}</dateline>")).dateline_text == text


def test_dates_by_norm_alone() -> None:
    issue = "<docdata><date.issue>October 18, 2006</date.issue></docdata>"
    assert only(nitf_of(issue)).filed is None
    published = "<pubdata date.publication='19870101T000000'/>"
    assert only(nitf_of(issue + published)).filed == PartialDate(1987, 1, 1)


def test_headline_title_key_and_number() -> None:
    story = only(nitf_of("<title>A title</title>", "<hedline><hl2>Sub</hl2></hedline>"))
    assert (story.headline, story.key, story.agency) == ("A title", "record 1", None)
    assert only(nitf_of("", "<distributor><org>NTB</org></distributor>")).agency == "NTB"


def test_a_lead_printed_twice_an_abstract_alone_and_no_text() -> None:
    lead = "<block class='lead_paragraph'><p>A.</p></block>"
    assert only(nitf_of("", "", f"{lead}<block><p>A.</p><p>B.</p></block>")).body == "A.\n\nB."
    assert only(nitf_of("", "<abstract><p>In short.</p></abstract>", "")).body == "In short."
    photo = "<media media-type='image'><media-caption>A boat.</media-caption></media>"
    assert stories(nitf_of("", "", photo)) == [NoText("record 1", "picture")]


def test_several_in_a_row_or_wrapped() -> None:
    one = nitf_of()
    row = b"<?xml version='1.0'?>\n" + one
    assert [s.key for s in stories(row * 3)] == ["record 1", "record 2", "record 3"]
    wrapped = b"<stories>" + one + one + b"</stories>"
    assert nitf.sniff(wrapped)
    assert len(stories(wrapped)) == 2
    content = "<n:body><n:body.content><n:p>A.</n:p></n:body.content></n:body>"
    assert only(f"<n:nitf xmlns:n='x'>{content}</n:nitf>".encode()).body == "A."

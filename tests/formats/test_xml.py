"""XML: read without harm, mended, split into records and paragraphs."""

from __future__ import annotations

import io
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import StoryFileError
from index.formats import xml
from index.formats.feed import html_paragraphs, plain_paragraphs
from index.formats.nitf import iso_date
from index.story import PartialDate


def texts(data: bytes, name: str = "i") -> list[str | None]:
    return [xml.line(record.element) for record in xml.records(io.BytesIO(data), (name,))]


def read(markup: str) -> list[str]:
    record = next(xml.records(io.BytesIO(f"<i>{markup}</i>".encode()), ("i",)))
    return xml.paragraphs(record.element)


def test_no_entity_of_the_files_own_is_expanded() -> None:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE i [<!ENTITY l0 "lol">{levels}]><i a="&l9;">&l9;</i>'
    assert texts(bomb.encode()) == ["&l9;"]
    external = b'<!DOCTYPE i [<!ENTITY x SYSTEM "file:///etc/passwd">]><i>a &x; b</i>'
    assert texts(external) == ["a &x; b"]
    parameter = b'<!DOCTYPE i [<!ENTITY % p SYSTEM "http://x.invalid/d"> %p; ]><i>a</i>'
    assert texts(parameter) == ["a"]


def test_bounds() -> None:
    deep = b"<a>" * 201 + b"</a>" * 201
    with pytest.raises(StoryFileError, match="deep"):
        texts(deep)
    with pytest.raises(StoryFileError, match="8 MiB"):
        texts(b"<r><i>" + (b"<b>" + b"word " * 40 + b"</b>") * 50_000 + b"</i></r>")
    with pytest.raises(StoryFileError, match="200,000"):
        texts(b"<i>" + b"<b/>" * 300_000 + b"</i>")
    with pytest.raises(StoryFileError):
        texts(b"<!--" + b" " * 400_000)


def test_what_newsrooms_get_wrong_is_mended() -> None:
    assert texts(b"<i>R&D &amp; caf&eacute; &#3;&#151;\x01 x&LT;y</i>") == ["R&D & café — x<y"]
    assert texts(b"<?xml version='1.0' encoding='iso-8859-1'?><i>\x93so\x94</i>") == ["“so”"]
    assert texts(b"<?xml version='1.0' encoding='utf-8'?><i>caf\xe9 \xc3\xa9</i>") == ["café é"]
    assert texts("\ufeff<i>é</i>".encode("utf-16-le")) == ["é"]
    assert texts(b"<?xml version='1.0' encoding='utf-16'?><i>a</i>") == ["a"]
    assert texts(b"<?xml version='1.0' encoding='zip'?><i>a</i>") == ["a"]
    assert texts(b"\r\n  <?xml version='1.0'?><i>a</i>") == ["a"]
    assert texts(b"<r><x:y>b</x:y><i>a</i></r>") == ["a"]


def test_documents_in_a_row_and_records_before_a_fault() -> None:
    row = (
        b"<?xml version='1.0'?>\n<i>1</i>\n<?xml version='1.0'?><!DOCTYPE i><i>2</i><i>3</i>\x04\n"
    )
    assert texts(row) == ["1", "2", "3"]
    assert texts(b"<i><![CDATA[a </i> b]]></i>") == ["a </i> b"]
    faulty = xml.records(io.BytesIO(b"<r><i>1</i><i>2</j></r>"), ("i",))
    assert xml.line(next(faulty).element) == "1"
    with pytest.raises(StoryFileError, match="broken XML"):
        next(faulty)
    with pytest.raises(StoryFileError, match="cut off"):
        texts(b"<r><i>1</i>")


def test_what_has_been_read_is_freed() -> None:
    many = b"<r>" + b"<i>some words</i> <skip>x</skip>" * 20_000 + b"</r>"
    kept = []
    for record in xml.records(io.BytesIO(many), ("i",)):
        parent = record.element.getparent()
        assert parent is not None
        kept.append(len(parent))
    assert len(kept) == 20_000
    assert max(kept) < 10_000, "no more than a piece of the file at a time"


def test_paragraphs() -> None:
    assert read("<p>one\n two</p>three<div>four<p>five</p>six</div>") == [
        "one two", "three", "four", "five", "six",
    ]  # fmt: skip
    assert read("<p>to a <br/>width<br/>it is.<br/>New line.<br/><br/>New.</p>") == [
        "to a width it is.\nNew line.",
        "New.",
    ]
    assert read("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>") == ["a\nb\nc"]
    assert read("<table><tr><td>a</td><td><p>b</p></td></tr><tr><td>c</td></tr></table>") == [
        "a  b\nc"
    ]
    assert read("<table><tr><td><p>a</p><p>b</p></td></tr></table>") == ["a", "b"]
    assert read("<p>a<script>x</script><img alt='y'/><b>b</b></p><figure>c</figure>") == ["ab"]
    assert read("<dl><dt>a</dt><dd>b</dd></dl><blockquote>q</blockquote>") == ["a\nb", "q"]
    assert read("<pre>  one\ntwo\n\n  three</pre>") == ["one two", "three"]


def test_html_and_plain_text() -> None:
    assert html_paragraphs("<p>a<p>b &amp; c<br>d") == ["a", "b & c d"]
    assert html_paragraphs("no tags &amp; no lines") == ["no tags & no lines"]
    assert plain_paragraphs("   One\nline.\n   Two.\n\nThree.") == [
        "One line.",
        "Two.",
        "Three.",
    ]
    assert plain_paragraphs("a  1\nb  2") == ["a  1\nb  2"]
    assert html_paragraphs("") == []


@pytest.mark.parametrize(
    "markup",
    [
        "<ul><li>" * 90 + "x " * 50_000 + "</li></ul>" * 90,
        "<table><tr><td>" * 60 + "x " * 50_000 + "</td></tr></table>" * 60,
        "<table>" + "<tr><td>" * 90 + "x " * 50_000 + "</td></tr>" * 90 + "</table>",
        "<p>" + "<br/>" * 90_000 + "</p>",
    ],
)
def test_nesting_costs_no_more_than_its_text(markup: str) -> None:
    started = time.process_time()
    assert sum(map(len, read(markup))) < 200_000
    assert time.process_time() - started < 3


def test_dates() -> None:
    assert iso_date("20151210T191044Z") == PartialDate(2015, 12, 10)
    assert iso_date("20170102T222800+0000") == PartialDate(2017, 1, 2)
    assert iso_date("2020-09-07T14:45:26") == PartialDate(2020, 9, 7)
    assert iso_date("20151210191044") == PartialDate(2015, 12, 10)
    assert iso_date("2004-05") == PartialDate(2004, 5)
    assert iso_date("2013") == PartialDate(2013)
    assert [iso_date(t) for t in ("", None, "0000", "20151399", "October 18, 2006")] == [None] * 5


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300), st.binary(max_size=50))
def test_garbage(before: bytes, after: bytes) -> None:
    for data in (before, b"<r><i>" + before + b"</i>" + after + b"</r>"):
        xml.opening_tags(data)
        try:
            for record in xml.records(io.BytesIO(data), ("i",)):
                xml.paragraphs(record.element)
        except StoryFileError:
            pass


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_garbage_html(text: str) -> None:
    html_paragraphs(f"<p>{text}")
    plain_paragraphs(text)

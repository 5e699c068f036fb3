"""Web pages."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import StoryFileError
from index.formats import html
from index.raw import RawStory
from index.story import PartialDate

SAMPLES = Path(__file__).parent / "samples" / "html"
PAGE = (SAMPLES / "page.html").read_bytes()
FIRST = "Rain fell on the harbour for three days, and the ferries stayed in port, the line said."
SECOND = "Some 400 people waited on the quay, where the crew handed out tea and biscuits to all."
PROSE = f"<article><p>{FIRST}</p><p>{SECOND}</p></article>"


def story(data: bytes) -> RawStory:
    assert html.sniff(data[:16384])
    (found,) = html.read(io.BytesIO(data))
    return found


def page(head: str, body: str = PROSE) -> RawStory:
    return story(f"<!doctype html><html><head>{head}</head><body>{body}</body></html>".encode())


def ld(value: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(value)}</script>'


def test_a_page() -> None:
    found = story(PAGE)
    assert found.headline == "Ferry sails again after the storm"
    assert (found.byline, found.agency) == ("Jane Roe", "AP")
    assert found.filed == PartialDate(2018, 11, 1)
    assert not found.is_page, "the dateline is still in the body, and is read later"
    first, second, items, times, last = found.body.split("\n\n")
    assert first.startswith("KIEL, Germany (AP) — The ferry sailed")
    assert second.startswith("Some 400 people")
    assert items == "Two ferries are still in the yard.\nOne is for sale at the moment."
    assert times == "Kiel  9:00\nOslo  18:00"
    assert last.endswith("a spokeswoman said.")
    for furniture in ("volcano", "captioned", "Commenter", "menu", "taken out", "Not the story"):
        assert furniture not in found.body


@pytest.mark.parametrize("kind", ["NewsArticle", ["Thing", "ReportageNewsArticle"], "Article"])
def test_json_ld(kind: object) -> None:
    article = {
        "@type": kind,
        "headline": "Rain &amp; tea",
        "datePublished": "2019-02-28T00:10:00+01:00",
        "dateModified": "2019-03-02",
        "author": [{"@type": "Person", "name": "Jane Roe"}, {"name": "John Doe"}],
        "publisher": {"name": "Agence France-Presse"},
        "articleBody": f"{FIRST} {SECOND}",
    }
    wrapped = ([article], {"@graph": [{"@type": "WebSite", "name": "x"}, article]},
               {"@type": "WebPage", "mainEntity": article})  # fmt: skip
    for value in wrapped:
        found = page(ld(value))
        assert (found.headline, found.byline, found.agency) == (
            "Rain & tea", "Jane Roe, John Doe", "AFP")  # fmt: skip
        assert found.filed == PartialDate(2019, 2, 28)
        assert found.body == f"{FIRST}\n\n{SECOND}", "the page has the paragraphs"


def test_of_several_articles_the_pages_own() -> None:
    def article(name: str, url: str, body: str) -> dict[str, str]:
        return {"@type": "NewsArticle", "headline": name, "url": url, "articleBody": body}

    other = article("Other", "https://post.example/other", SECOND * 9)
    own = article("Own", "http://www.post.example/own/?x=1", FIRST)
    link = '<link rel="canonical" href="https://post.example/own">'
    assert page(ld([other, own]) + link).headline == "Own"
    titled = '<meta property="og:title" content="Own | Post">'
    assert page(ld(other) + ld(own) + titled).headline == "Own"
    listed = {"@type": "ItemList", "itemListElement": [{"item": other}]}
    assert page(ld(listed) + "<title>Rain</title>").headline == "Rain"


def test_the_fuller_text_is_taken() -> None:
    cut = {"@type": "NewsArticle", "articleBody": FIRST[:40] + "..."}
    assert page(ld(cut)).body == f"{FIRST}\n\n{SECOND}"
    full = {"@type": "NewsArticle", "articleBody": f"{FIRST}\n\n{SECOND}\n\n{FIRST[:-1]} again."}
    assert page(ld(full), f"<p>{FIRST}</p><p>Subscribe.</p>").body.endswith("said again.")


@pytest.mark.parametrize(
    "script",
    ["{broken", "[" * 5000, '{"@type": 3}', "",
     '{"@type": "NewsArticle", "author": 1, "headline": []}'],
)  # fmt: skip
def test_odd_json_ld_is_passed_over(script: str) -> None:
    head = f"<title>Rain</title><script type='application/ld+json'>{script}</script>"
    assert page(head).headline == "Rain"


@pytest.mark.parametrize(
    ("head", "day"),
    [
        ('<meta itemprop="datePublished" content="2018-11-01">', PartialDate(2018, 11, 1)),
        ('<meta name="pubdate" content="20181101">', PartialDate(2018, 11, 1)),
        ('<meta name="last-modified" content="2018-11-03">', PartialDate(2018, 11, 3)),
        ("<title>x</title>", None),
    ],
)
def test_dates(head: str, day: PartialDate | None) -> None:
    assert page(head).filed == day


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [("utf-8", "iso-8859-1"), ("cp1252", "iso-8859-1"), ("cp1252", ""), ("utf-8-sig", ""),
     ("utf-16", ""), ("cp1251", "windows-1251"), ("iso-2022-jp", "iso-2022-jp"), ("gbk", "gb2312")],
)  # fmt: skip
def test_encodings(encoding: str, declared: str) -> None:
    words = {"cp1251": "Дождь", "iso-2022-jp": "雨が降った", "gbk": "下雨了"}.get(
        encoding, "Fähre “ja”"
    )
    if encoding == "utf-8-sig":
        words = "Fähre"
    charset = f'<meta charset="{declared}">' if declared else ""
    body = PROSE.replace("Rain", words)
    assert page_of(f"<html><head>{charset}</head><body>{body}</body>", encoding).startswith(words)


def page_of(markup: str, encoding: str) -> str:
    return story(markup.encode(encoding)).body


@pytest.mark.parametrize("charset", ["utf-7", "unicode_escape", "hex", "zip", "nonsense", "utf-16"])
def test_a_charset_that_is_none_of_the_webs_is_not_used(charset: str) -> None:
    data = f"<html><body>{PROSE}</body>".replace("Rain", "Fähre").encode("cp1252")
    found = html.read_page(data, charset)
    assert found is not None
    assert found.body.startswith("Fähre")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("<div>" * 250 + "x", "deeper or longer"),
        ("<p>a b c</p>" * 60_000, "deeper or longer"),
        (("<div>" * 150 + "a b" + "</div>" * 150) * 300, "deeper or longer"),
        ("<p>Home</p>", "no story on the page"),
        ("\0\1\2\3", "binary"),
        ("x" * (html.MAX_BYTES + 1), "larger than 8 MiB"),
    ],
)
def test_bounds(body: str, reason: str) -> None:
    with pytest.raises(StoryFileError, match=reason):
        list(html.read(io.BytesIO(f"<html><body>{body}".encode())))


@pytest.mark.parametrize("part", ["<script", "<script>", "<!--", "<style ", "<!--<script>-->"])
def test_markup_that_does_not_end_is_read_in_no_time(part: str) -> None:
    assert page("<title>Rain</title>", PROSE + part * 20_000).body.startswith(FIRST)


@pytest.mark.parametrize(
    "head",
    [b"<?xml version='1.0'?><nitf/>", b"<rss><channel>", b"<DOC><DOCNO>1", b"Rain <p>fell", b"{",
     b"<feed xmlns='http://www.w3.org/2005/Atom'>", b"<REUTERS NEWID='1'>", b"<pre", b""],
)  # fmt: skip
def test_other_formats_are_none(head: bytes) -> None:
    assert not html.sniff(head)


@pytest.mark.parametrize(
    "head",
    [b"\xef\xbb\xbf\n<!DOCTYPE html>", b"<?xml version='1.0'?>\n<!DOCTYPE html PUBLIC ''>",
     b"<!-- saved from url=(0014)about:internet -->\n<HTML>", "\ufeff<html>".encode("utf-16-le"),
     b"<meta charset=utf-8>", b"<p>Rain</p>"],
)  # fmt: skip
def test_pages_are_told(head: bytes) -> None:
    assert html.sniff(head)


@settings(max_examples=60, deadline=5000)
@given(
    st.integers(0, len(PAGE)),
    st.integers(0, 200),
    st.binary(max_size=30)
    | st.sampled_from(
        [b"<table>" * 30, b"<svg><b:c>", b"<!--", b"<script>", b"&#0;&#xd800;&#1;&#x1f;&#31"]
    ),
)
def test_damage_is_reported(at: int, cut: int, put: bytes) -> None:
    damaged = PAGE[:at] + put + PAGE[at + cut :]
    html.sniff(damaged)
    try:
        for found in html.read(io.BytesIO(damaged)):
            assert found.body.encode() is not None
    except StoryFileError:
        pass


def test_a_tag_of_more_attributes_than_any_is_refused_before_it_is_parsed() -> None:
    many = [f"a{n}='>{n}'" for n in range(html.MAX_ATTRIBUTES + 1)]
    crowded = f"<!doctype html><body><p id=x {' '.join(many)}>{FIRST}</p>{PROSE}"
    with pytest.raises(StoryFileError, match="a tag with more than"):
        story(crowded.encode())
    fewer = f"<!doctype html><body><p {' '.join(many[:-1])}>{FIRST}</p>{PROSE}"
    assert SECOND in story(fewer.encode()).body

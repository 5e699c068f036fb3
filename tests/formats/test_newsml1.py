"""NewsML 1.2: components, captions, equivalents."""

from __future__ import annotations

from functools import partial

from index.formats import newsml1
from index.raw import Located, NoText, RawStory
from index.story import PartialDate
from tests.formats.xmlreading import SAMPLES, items_of, only_story_of

SAMPLE = SAMPLES / "newsml1" / "items.xml"
stories = partial(items_of, newsml1)
only = partial(only_story_of, newsml1)


def test_the_sample() -> None:
    bees, how, photo, tram = stories(SAMPLE.read_bytes())
    assert isinstance(bees, RawStory)
    assert bees.key == "urn:newsml:afp.com:20240710:240710.ab:1"
    assert bees.headline == "Bees kept on a roof in Lyon"
    assert bees.body == "The hives stand above the rail yard.\n\nForty thousand bees live there."
    assert (bees.byline, bees.agency, bees.slug) == ("Claire Aubert", "AFP", "bees-roof")
    assert bees.dateline_text == "Lyon, July 10, 2024 (AFP)"
    assert bees.located == Located("Lyon", "FR")
    assert bees.filed == PartialDate(2024, 7, 10)
    assert isinstance(how, RawStory)
    assert (how.key, how.headline) == (f"{bees.key}#2", "How to keep bees")
    assert how.body == "Buy a veil & a hat first."
    assert photo == NoText("photo:1", "picture")
    assert isinstance(tram, RawStory)
    assert tram.key == "wire.example:20240711:7:2"
    assert tram.body == "The tram came at noon.", "equivalents say the same"
    assert tram.dateline_text == "BERLIN, July 11"
    assert tram.filed == PartialDate(2024, 7, 11)


def item(content: str, more: str = "") -> bytes:
    return (
        f"<NewsML><NewsItem><NewsComponent>{more}<ContentItem><DataContent>{content}"
        "</DataContent></ContentItem></NewsComponent></NewsItem></NewsML>"
    ).encode()


def test_content_however_it_is_wrapped() -> None:
    nitf_text = "<nitf><body><body.content><p>A &amp; b.</p></body.content></body></nitf>"
    escaped = nitf_text.replace("&", "&amp;").replace("<", "&lt;")
    for content in (
        "A &amp; b.",
        "<html><head><title>T</title></head><body><p>A &amp; b.</p></body></html>",
        nitf_text,
        escaped,
        f"<![CDATA[<?xml version='1.0'?>{nitf_text}]]>",
        "<![CDATA[<p>A & b.</p>]]>",
        "<body.content><p>A &amp; b.</p></body.content>",
    ):
        assert only(item(content)).body == "A & b."
    assert stories(item("")) == [NoText("record 1", "text")]


def test_located_is_where_it_comes_from() -> None:
    place = (
        "<DescriptiveMetadata><Location HowPresent='{}'><Property FormalName='City' Value='Paris'/>"
        "<Property FormalName='Country' Value='France'/></Location></DescriptiveMetadata>"
    )
    assert only(item("Words.", place.format("Origin"))).located == Located("Paris", "FR")
    assert only(item("Words.", place.format("RelatesTo"))).located is None


def test_a_package_holds_items() -> None:
    inner = item("Words.").decode().removeprefix("<NewsML>").removesuffix("</NewsML>")
    package = f"<NewsML><NewsItem><NewsComponent>{inner}</NewsComponent></NewsItem></NewsML>"
    assert only(package.encode()).body == "Words."
    reference = (
        b"<NewsML><NewsItem><NewsComponent><NewsItemRef/></NewsComponent></NewsItem></NewsML>"
    )
    assert stories(reference) == [NoText("record 1", "package")]

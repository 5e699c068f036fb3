"""NewsML 1.2: components, captions, equivalents."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import StoryFileError
from index.formats import feed, newsml1, newsml_g2, nitf, rcv1
from index.story import Located, NoText, PartialDate, RawStory

SAMPLES = Path(__file__).parent / "samples"
SAMPLE = SAMPLES / "newsml1" / "items.xml"
MODULE = newsml1
EVERY = (feed, newsml1, newsml_g2, nitf, rcv1)


def stories(data: bytes) -> list[RawStory | NoText]:
    return list(MODULE.read(io.BytesIO(data)))


def only(data: bytes) -> RawStory:
    (story,) = stories(data)
    assert isinstance(story, RawStory)
    return story


def test_told_by_content_and_by_no_other() -> None:
    for sample in sorted((SAMPLES / "newsml1").iterdir()):
        head = sample.read_bytes()[:16384]
        assert [module for module in EVERY if module.sniff(head)] == [MODULE]
    for other in (
        b"",
        b"\0\1\2",
        b"Plain text.",
        b"<html><p>x</p></html>",
        b'{"a": 1}',
        b"<a><b/>",
    ):
        assert not MODULE.sniff(other)


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


def mutated(sample: bytes) -> st.SearchStrategy[bytes]:
    """The sample cut off, or with some of it overwritten."""
    at = st.integers(0, len(sample))

    def overwrite(start: int, length: int, new: bytes) -> bytes:
        return sample[:start] + new + sample[start + length :]

    return st.builds(
        overwrite, at, st.sampled_from([0, 1, 5, 100, len(sample)]), st.binary(max_size=40)
    )


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_damage(data: st.DataObject) -> None:
    sample = SAMPLE.read_bytes()
    broken = data.draw(mutated(sample))
    MODULE.sniff(broken[:16384])
    with contextlib.suppress(StoryFileError):
        for item in MODULE.read(io.BytesIO(broken)):
            assert isinstance(item, (RawStory, NoText))

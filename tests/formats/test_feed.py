"""Feeds: RSS 0.9x, 1.0, 2.0 and Atom."""

from __future__ import annotations

import io
from functools import partial

import pytest

from index.errors import StoryFileError
from index.formats import feed
from index.raw import NoText, RawStory
from index.story import PartialDate
from tests.formats.xmlreading import SAMPLES, items_of, only_story_of

SAMPLE = SAMPLES / "feed" / "rss2.xml"
stories = partial(items_of, feed)
only = partial(only_story_of, feed)


def test_rss_2() -> None:
    cranes, summary, title = stories(SAMPLE.read_bytes())
    assert isinstance(cranes, RawStory)
    assert cranes.key == "wire-1"
    assert cranes.headline == "Cranes & herons share a marsh"
    assert cranes.body == "The birds share a marsh – for now.\n\nA farmer minds."
    assert (cranes.byline, cranes.agency) == ("Emi Sato", "Kyodo")
    assert cranes.filed == PartialDate(2003, 6, 10), "in the story's own zone"
    assert isinstance(summary, RawStory)
    assert summary.key == "https://wire.example/2"
    assert summary.body == "R&D is up; costs are not."
    assert (summary.byline, summary.agency) == ("Ken Ito", "AFP")
    assert summary.filed is None
    assert title == NoText("wire-3", "link")


def test_atom() -> None:
    dark, changed = stories((SAMPLES / "feed" / "atom.xml").read_bytes())
    assert isinstance(dark, RawStory)
    assert (dark.key, dark.headline) == ("urn:uuid:1", "A lighthouse goes dark")
    assert dark.body == "The lamp went out at dusk.\n\nIt is not needed."
    assert (dark.byline, dark.agency) == ("Rosa Lindt", None)
    assert dark.filed == PartialDate(2024, 12, 31)
    assert isinstance(changed, RawStory)
    assert (changed.key, changed.body) == ("https://wire.example/m", "A short summary, 2 < 3.")
    assert (changed.filed, changed.published) == (None, PartialDate(2025, 1, 6))
    assert not changed.published_labelled, "the day of a change is not the story's for sure"


def test_rss_1() -> None:
    story = only((SAMPLES / "feed" / "rss1.rdf").read_bytes())
    assert story.key == "https://wire.example/9"
    assert (story.headline, story.filed) == ("A well runs dry", PartialDate(2004, 5, 2))


def rss(item: str) -> bytes:
    return f"<rss><channel><title>RSS</title><item>{item}</item></channel></rss>".encode()


def test_what_feeds_get_wrong() -> None:
    story = only(rss("<description>a</description><pubDate>yesterday</pubDate>"))
    assert (story.key, story.filed, story.headline, story.agency) == ("entry 1", None, None, None)
    undeclared = (
        "<title>T</title><media:title>U</media:title><content:encoded>Words.</content:encoded>"
    )
    assert only(rss(undeclared)).headline == "T"
    assert only(rss(undeclared)).body == "Words."
    assert only(rss("<description><p>as</p><p>markup</p></description>")).body == "as\n\nmarkup"
    big = "&lt;p&gt;" + "word " * 700_000
    assert len(only(rss(f"<description>{big}</description>")).body) < 2 * 2**20 + 10


def test_items_before_a_fault_are_kept() -> None:
    cut = feed.read(io.BytesIO(SAMPLE.read_bytes()[:-60]))
    assert [next(cut).key, next(cut).key] == ["wire-1", "https://wire.example/2"]
    with pytest.raises(StoryFileError, match="cut off"):
        list(cut)

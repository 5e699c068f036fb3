"""RCV1: one and many newsitems."""

from __future__ import annotations

import io
from functools import partial

import pytest

from index.errors import StoryFileError
from index.formats import rcv1
from index.raw import Located, NoText, RawStory
from index.story import PartialDate
from tests.formats.xmlreading import SAMPLES, items_of, only_story_of

SAMPLE = SAMPLES / "rcv1" / "items.xml"
stories = partial(items_of, rcv1)
only = partial(only_story_of, rcv1)


def test_the_sample() -> None:
    trees, ferry, brief = stories(SAMPLE.read_bytes())
    assert isinstance(trees, RawStory)
    assert trees.key == "90001"
    assert trees.headline == "Mexico to plant a million trees - ministry."
    assert trees.byline == "Ana Duarte"
    assert trees.dateline_text == "MEXICO CITY 1996-08-20"
    assert trees.located == Located("Mexico City", "MX")
    assert trees.agency == "Reuters"
    assert trees.filed == PartialDate(1996, 8, 20)
    assert trees.body == (
        'The trees will stand along the "dry" rivers, a ministry said Tuesday.\n\nOak 12.5 13.0'
    )
    assert isinstance(ferry, RawStory)
    assert ferry.headline == "A ferry turns back.", "the title without its country"
    assert (ferry.filed, ferry.agency) == (PartialDate(1997, 1, 3), "Reuters")
    assert brief == NoText("90003", "brief")


def test_wrapped_and_cut_off() -> None:
    item = b"<newsitem itemid='%d'><text><p>Words.</p></text></newsitem>"
    wrapped = b"<newsitems>" + item % 1 + item % 2 + b"</newsitems>"
    assert rcv1.sniff(wrapped)
    assert [one.key for one in stories(wrapped)] == ["1", "2"]
    cut = rcv1.read(io.BytesIO(wrapped[:-20]))
    assert next(cut).key == "1"
    with pytest.raises(StoryFileError, match="cut off"):
        list(cut)
    assert only(item % 7).body == "Words."

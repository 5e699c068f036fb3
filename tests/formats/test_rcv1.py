"""RCV1: one and many newsitems."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import StoryFileError
from index.formats import feed, newsml1, newsml_g2, nitf, rcv1
from index.story import Located, NoText, PartialDate, RawStory

SAMPLES = Path(__file__).parent / "samples"
SAMPLE = SAMPLES / "rcv1" / "items.xml"
MODULE = rcv1
EVERY = (feed, newsml1, newsml_g2, nitf, rcv1)


def stories(data: bytes) -> list[RawStory | NoText]:
    return list(MODULE.read(io.BytesIO(data)))


def only(data: bytes) -> RawStory:
    (story,) = stories(data)
    assert isinstance(story, RawStory)
    return story


def test_told_by_content_and_by_no_other() -> None:
    for sample in sorted((SAMPLES / "rcv1").iterdir()):
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

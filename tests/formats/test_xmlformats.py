"""What holds for every format in XML: it is told from the others, and damage ends in a reason."""

from __future__ import annotations

import contextlib
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import StoryFileError
from index.raw import NoText, RawStory
from tests.formats.xmlreading import FORMATS, SAMPLES


@pytest.mark.parametrize("name", FORMATS)
def test_told_by_content_and_by_no_other(name: str) -> None:
    for sample in sorted((SAMPLES / name).iterdir()):
        head = sample.read_bytes()[:16384]
        assert [other for other, module in FORMATS.items() if module.sniff(head)] == [name]
    for other in (
        b"",
        b"\0\1\2",
        b"Plain text.",
        b"<html><p>x</p></html>",
        b'{"a": 1}',
        b"<a><b/>",
    ):
        assert not FORMATS[name].sniff(other)


def mutated(sample: bytes) -> st.SearchStrategy[bytes]:
    """The sample cut off, or with some of it overwritten."""
    at = st.integers(0, len(sample))

    def overwrite(start: int, length: int, new: bytes) -> bytes:
        return sample[:start] + new + sample[start + length :]

    return st.builds(
        overwrite, at, st.sampled_from([0, 1, 5, 100, len(sample)]), st.binary(max_size=40)
    )


@pytest.mark.parametrize(
    ("name", "sample"),
    [
        ("feed", "rss2.xml"),
        ("newsml1", "items.xml"),
        ("newsml_g2", "message.xml"),
        ("nitf", "harbour.xml"),
        ("rcv1", "items.xml"),
    ],
)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_damage(name: str, sample: str, data: st.DataObject) -> None:
    broken = data.draw(mutated((SAMPLES / name / sample).read_bytes()))
    FORMATS[name].sniff(broken[:16384])
    with contextlib.suppress(StoryFileError):
        for item in FORMATS[name].read(io.BytesIO(broken)):
            assert isinstance(item, (RawStory, NoText))

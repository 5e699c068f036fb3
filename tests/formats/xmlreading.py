"""What the tests of the formats in XML share: the formats, and all that one makes of some bytes."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

from index.formats import feed, newsml1, newsml_g2, nitf, rcv1
from index.raw import NoText, RawStory

SAMPLES = Path(__file__).parent / "samples"


class XmlFormat(Protocol):
    """A module of ``index.formats``."""

    def sniff(self, head: bytes, /) -> bool: ...

    def read(self, file: BinaryIO, /) -> Iterator[RawStory | NoText]: ...


FORMATS: dict[str, XmlFormat] = {
    "feed": feed,
    "newsml1": newsml1,
    "newsml_g2": newsml_g2,
    "nitf": nitf,
    "rcv1": rcv1,
}
"""The folder of a format's samples -> the format."""


def items_of(xml_format: XmlFormat, data: bytes) -> list[RawStory | NoText]:
    """Every item of a file."""
    return list(xml_format.read(io.BytesIO(data)))


def only_story_of(xml_format: XmlFormat, data: bytes) -> RawStory:
    """The story of a file that holds just one."""
    (story,) = items_of(xml_format, data)
    assert isinstance(story, RawStory)
    return story

"""JSON dumps of stories: JSON Lines, a list of objects, or an object that holds such a list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from index.formats import ninjs
from index.formats.columns import USUAL, Columns
from index.formats.jsonitems import Object, first_keys, objects
from index.formats.rows import day_first_in, stories
from index.story import NoText, RawStory


def sniff(head: bytes) -> bool:
    """Whether ``head`` opens with a JSON object or a list of them that is no ninjs."""
    return first_keys(head) is not None and not ninjs.sniff(head)


def read(file: BinaryIO) -> Iterator[RawStory | NoText]:
    """Every row of the file by the usual column names; see `read_with`."""
    return read_with(file, USUAL)


def read_with(file: BinaryIO, columns: Columns) -> Iterator[RawStory | NoText]:
    """Every row of the file, an object at a time.

    Raises StoryFileError naming the line that is broken, or the keys where none is known.
    """

    def is_row(value: Object) -> bool:
        return columns.tells(_row(value))

    def rows() -> Iterator[tuple[int, Object]]:
        return ((line, _row(value)) for line, value in objects(file, is_row))

    day_first = day_first_in(rows(), columns)
    file.seek(0)
    yield from stories(rows(), columns, day_first)


def _row(value: Object) -> Object:
    """The record itself, where a search engine's export has wrapped it."""
    source = value.get("_source")
    return {"id": value.get("_id"), **source} if isinstance(source, dict) else value

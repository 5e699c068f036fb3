"""JSON dumps of stories: JSON Lines, a list of objects, or an object that holds such a list."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Iterator
from itertools import count
from typing import BinaryIO

from index.errors import StoryFileError
from index.formats import ninjs
from index.formats.columns import USUAL, Columns
from index.formats.jsonitems import MAX_RECORD, Object, first_keys, load, objects
from index.formats.rows import day_first_in, stories
from index.raw import NoText, RawStory, Unread

_FIRST_LINE = 1024 * 1024
MOST_BROKEN = 100
"""Broken lines of a file that are named."""


def sniff(head: bytes) -> bool:
    """Whether ``head`` opens with a JSON object or a list of them that is no ninjs."""
    return first_keys(head) is not None and not ninjs.sniff(head)


def read(file: BinaryIO) -> Iterator[RawStory | NoText | Unread]:
    """Every row of the file by the usual column names; see `read_with`."""
    return read_with(file, USUAL)


def read_with(file: BinaryIO, columns: Columns) -> Iterator[RawStory | NoText | Unread]:
    """Every row of the file, an object at a time.

    A broken line of JSON Lines is yielded as Unread, and the next is read. Raises
    StoryFileError naming the line where other JSON is broken, or the keys where none is known.
    """

    def is_row(value: Object) -> bool:
        return columns.tells(_row(value))

    broken: list[Unread] = []
    lines = _is_lines(file)

    def rows() -> Iterator[tuple[int, Object]]:
        broken.clear()
        found = _lines(file, broken) if lines else objects(file, is_row)
        return ((line, _row(value)) for line, value in found)

    day_first = day_first_in(rows(), columns)
    file.seek(0)
    yield from stories(rows(), columns, day_first)
    yield from broken


def _is_lines(file: BinaryIO) -> bool:
    """Whether the first two lines are a whole JSON object each."""
    file.seek(0)
    first, second = (file.readline(_FIRST_LINE).strip() for _ in range(2))
    file.seek(0)
    if not first.endswith(b"}") or not second.startswith(b"{"):
        return False
    try:
        load(first.removeprefix(BOM_UTF8), 1)
    except StoryFileError:
        return False
    return True


def _lines(file: BinaryIO, broken: list[Unread]) -> Iterator[tuple[int, Object]]:
    """(line, object) of every line; those that are none go to ``broken``."""
    for number in count(1):
        line = file.readline(MAX_RECORD)
        if not line:
            return
        while not line.endswith(b"\n") and (rest := file.readline(MAX_RECORD)):
            line = rest if rest.endswith(b"\n") else b""  # longer than any story: passed over
        if not (stripped := line.strip().removeprefix(BOM_UTF8)):
            continue
        try:
            yield number, load(stripped, number)
        except StoryFileError as error:
            if len(broken) < MOST_BROKEN:
                broken.append(Unread(f"line {number}", str(error).partition(": ")[2]))


def _row(value: Object) -> Object:
    """The record itself, where a search engine's export has wrapped it."""
    source = value.get("_source")
    return {"id": value.get("_id"), **source} if isinstance(source, dict) else value

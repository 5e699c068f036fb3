"""Which format is this, and what stories are in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from index.errors import StoryFileError
from index.formats import reuters21578, scraped
from index.story import NoText, RawStory
from index.text import is_binary

HEAD = 16 * 1024
"""Bytes that a format is told by."""


@dataclass(frozen=True, slots=True)
class Format:
    """A wire format: its name, how its first `HEAD` bytes are told, and its reader.

    A reader takes a seekable stream at its start and yields every item in it, in order. It
    raises StoryFileError with the reason where it can read no further.
    """

    name: str
    sniff: Callable[[bytes], bool]
    read: Callable[[BinaryIO], Iterator[RawStory | NoText]]


FORMATS = (
    Format("reuters21578", reuters21578.sniff, reuters21578.read),
    Format("text", scraped.sniff, scraped.read),
)
"""In the order they are asked; plain text is what is left."""


def format_of(file: BinaryIO) -> Format:
    """The format of a seekable stream, which is left at its start.

    Raises StoryFileError with the reason if it is of none.
    """
    head = file.read(HEAD)
    file.seek(0)
    if not head.strip():
        raise StoryFileError("an empty file")
    for known in FORMATS:
        if known.sniff(head):
            return known
    raise StoryFileError(_what_it_is(head))


def _what_it_is(head: bytes) -> str:
    """Why what starts with ``head`` is no story: the best that can be said of it."""
    start = head.lstrip()[:64].lower()
    if is_binary(head):
        return "a binary file, not text"
    if start.startswith((b"<!doctype html", b"<html")):
        return "a web page (HTML), which this version does not read; save it as text"
    if start.startswith((b"<?xml", b"<!doctype", b"<")):
        return "XML or SGML of a kind that this version does not read"
    if start.startswith((b"{", b"[")):
        return "JSON, which this version does not read"
    return "of no format that is known here"

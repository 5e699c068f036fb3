"""Which format is this file, and what stories are in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from index.errors import StoryFileError
from index.formats import reuters21578, scraped
from index.story import RawStory

HEAD = 16 * 1024
"""Bytes of a file that a format is told by."""


@dataclass(frozen=True, slots=True)
class Format:
    """A wire format: its name, how its content is told, and its reader."""

    name: str
    sniff: Callable[[bytes], bool]
    read: Callable[[Path], Iterator[RawStory]]


FORMATS = (
    Format("reuters21578", reuters21578.sniff, reuters21578.read),
    Format("text", scraped.sniff, scraped.read),
)
"""In the order they are asked; plain text is what is left."""


def format_of(path: Path) -> Format:
    """The format of the file at ``path``.

    Raises StoryFileError with the reason if the file cannot be read or is of none.
    """
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError as error:
        raise StoryFileError(error.strerror or str(error)) from error
    if not head.strip():
        raise StoryFileError("an empty file")
    for known in FORMATS:
        if known.sniff(head):
            return known
    raise StoryFileError(what_it_is(head))


def what_it_is(head: bytes) -> str:
    """Why a file that starts with ``head`` is no story: the best that can be said of it."""
    from index.text import is_binary

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

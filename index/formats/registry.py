"""Which format is this, and what stories are in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import BinaryIO

from index.errors import StoryFileError
from index.formats import (
    anpa1312,
    csvrows,
    feed,
    html,
    iptc7901,
    jsonrows,
    mail,
    newsml1,
    newsml_g2,
    nexis,
    ninjs,
    nitf,
    rcv1,
    reuters21578,
    scraped,
    trec,
    warc,
)
from index.formats.hints import NO_HINTS, Hints
from index.raw import NoText, RawStory, Unread
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
    read: Callable[[BinaryIO], Iterator[RawStory | NoText | Unread]]


@lru_cache(maxsize=256)
def formats(hints: Hints = NO_HINTS) -> tuple[Format, ...]:
    """Every format, in the order they are asked; plain text is what is left."""
    columns = hints.columns
    return (
        Format("warc", warc.sniff, warc.read),
        Format("reuters21578", reuters21578.sniff, reuters21578.read),
        Format("trec", trec.sniff, trec.read),
        Format("newsml_g2", newsml_g2.sniff, newsml_g2.read),
        Format("newsml1", newsml1.sniff, newsml1.read),
        Format("nitf", nitf.sniff, nitf.read),
        Format("rcv1", rcv1.sniff, rcv1.read),
        Format("feed", feed.sniff, feed.read),
        Format("ninjs", ninjs.sniff, ninjs.read),
        Format("jsonrows", jsonrows.sniff, partial(jsonrows.read_with, columns=columns)),
        Format("html", html.sniff, html.read),
        Format("iptc7901", iptc7901.sniff, iptc7901.read),
        Format("anpa1312", anpa1312.sniff, anpa1312.read),
        Format("mail", mail.sniff, mail.read),
        Format("nexis", nexis.sniff, nexis.read),
        Format(
            "csvrows",
            partial(csvrows.sniff_with, columns=columns),
            partial(csvrows.read_with, columns=columns),
        ),
        Format("text", scraped.sniff, partial(scraped.read, recurring=hints.recurring)),
    )


def format_of(file: BinaryIO, hints: Hints = NO_HINTS) -> Format:
    """The format of a seekable stream, which is left at its start.

    Raises StoryFileError with the reason if it is of none.
    """
    head = file.read(HEAD)
    file.seek(0)
    if not head.strip():
        raise StoryFileError("an empty file")
    for known in formats(hints):
        if known.name == "text" and (names := csvrows.foreign_columns(head)):
            raise StoryFileError(
                f"a table whose columns are {', '.join(names[:12])}: none is known; "
                "say which is which, as in --map text=COLUMN"
            )
        if known.sniff(head):
            return known
    raise StoryFileError(_what_it_is(head))


def _what_it_is(head: bytes) -> str:
    """Why what starts with ``head`` is no story: the best that can be said of it."""
    start = head.lstrip()[:64].lower()
    if is_binary(head):
        return "a binary file, not text"
    if start.startswith((b"<?xml", b"<!doctype", b"<")):
        return "XML or SGML of a kind that is no news format known here"
    if start.startswith((b"{", b"[")):
        return "JSON that holds no stories: neither ninjs nor rows with the usual columns"
    return "of no format that is known here"

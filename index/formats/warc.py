"""WARC 1.0 and 1.1 (ISO 28500): the pages of a web archive, also gzipped record by record."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from contextlib import redirect_stderr
from dataclasses import dataclass, replace
from io import StringIO
from typing import TYPE_CHECKING, BinaryIO

from index.errors import StoryFileError
from index.formats import html
from index.formats.headerfields import stamp
from index.furniture import read_page
from index.raw import NoText, RawStory
from index.text import clean

if TYPE_CHECKING:
    from warcio.recordloader import (  # type: ignore[import-untyped] # it carries no types
        ArcWarcRecord,
    )

MAX_PAGE = html.MAX_BYTES
"""Bytes of a page, unpacked; larger ones are no news pages."""
_MAX_LINE = 100_000
_CHUNK = 64 * 1024
_VERSION = b"WARC/1."
_GZIP = b"\x1f\x8b"
_GZIP_BITS = zlib.MAX_WBITS | 16
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{2,30})", re.IGNORECASE)
_PAGES = frozenset(("text/html", "application/xhtml+xml", "text/plain"))


def sniff(head: bytes) -> bool:
    """Whether ``head`` opens with a WARC record's version, if need be after unpacking it."""
    if head.startswith(_GZIP):
        try:
            head = zlib.decompressobj(_GZIP_BITS).decompress(head, 64)
        except zlib.error:
            return False
    return head.startswith(_VERSION)


def read(file: BinaryIO) -> Iterator[RawStory | NoText]:
    """The story of every page of the archive, in order; pages without one are NoText.

    Requests, other media, redirects, errors and metadata are no items. Raises StoryFileError
    where a record is broken.
    """
    from warcio.archiveiterator import (  # type: ignore[import-untyped] # it carries no types
        ArchiveIterator,
    )

    is_packed = file.read(2) == _GZIP
    file.seek(0)
    # warcio unpacks a member for each record only; this reads an archive packed whole as well.
    stream = _Unpacked(file) if is_packed else file
    records = iter(ArchiveIterator(stream))
    number = 0
    while True:
        number += 1
        try:
            # warcio writes its doubts about a record to standard error; a library does not.
            with redirect_stderr(StringIO()):
                record = next(records, None)
                if record is None:
                    return
                page = _page(record)
                _finish(record, number)
        except StoryFileError:
            raise
        except OSError:
            raise
        except Exception as error:  # warcio and zlib raise whatever they meet
            reason = " ".join(str(error).split())[:100] or type(error).__name__
            raise StoryFileError(f"record {number} is broken ({reason})") from error
        if page is not None:
            yield _story(page)


@dataclass(frozen=True, slots=True)
class _Page:
    """A record's page as it was sent, unpacked; ``date`` is when it was fetched."""

    uri: str
    date: str
    is_plain: bool
    charset: str | None
    data: bytes


def _page(record: ArcWarcRecord) -> _Page | None:
    """The page that a record holds; None for records of any other kind."""
    if record.rec_type == "response":
        headers = record.http_headers
        if headers is None or headers.get_statuscode() != "200":
            return None
        content_type = headers.get_header("Content-Type") or ""
    elif record.rec_type == "resource":
        content_type = record.rec_headers.get_header("Content-Type") or ""
    else:
        return None
    kind = content_type.partition(";")[0].strip().lower()
    if kind not in _PAGES:
        return None
    uri = (record.rec_headers.get_header("WARC-Target-URI") or "").strip("<> ")
    date = record.rec_headers.get_header("WARC-Date") or ""
    charset = _CHARSET.search(content_type)
    data = _content(record.content_stream())
    return _Page(uri[:2000], date[:40], kind == "text/plain", charset[1] if charset else None, data)


def _content(stream: BinaryIO) -> bytes:
    """The page, unpacked, as far as a byte beyond the bound."""
    data = bytearray()
    while len(data) <= MAX_PAGE and (chunk := stream.read(min(_CHUNK, MAX_PAGE + 1 - len(data)))):
        data += chunk
    return bytes(data)


def _finish(record: ArcWarcRecord, number: int) -> None:
    """Step over what is left of a record. Raises StoryFileError if the file ends before it."""
    while record.raw_stream.read(_CHUNK):
        pass
    is_whole = record.rec_headers.get_header("Content-Length") is not None
    if getattr(record.raw_stream, "limit", 0) > 0 or not is_whole:
        raise StoryFileError(f"cut off in the middle of record {number}")


def _story(page: _Page) -> RawStory | NoText:
    """One bad page does not end an archive: it is an item without text.

    The day it was fetched is no more than a bound on the story's own.
    """
    key = f"{page.uri} {page.date}".strip()
    try:
        reader = _plain if page.is_plain else html.read_page
        story = reader(page.data, page.charset)
    except StoryFileError:
        story = None
    if story is None:
        return NoText(key, "web page")
    return replace(story, key=key, page_date=story.page_date or stamp(page.date))


def _plain(data: bytes, charset: str | None) -> RawStory | None:
    text = html.as_text(data, charset) if len(data) <= MAX_PAGE else ""
    if max(map(len, text.splitlines()), default=0) > _MAX_LINE:
        return None
    return read_page(clean(text))


class _Unpacked:
    """What the members of a gzip file (RFC 1952) hold, one after the other, as far as it goes."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._waiting = b""
        self._member = zlib.decompressobj(_GZIP_BITS)

    def tell(self) -> int:
        """Nothing asks for an offset here; warcio calls it as it starts."""
        return 0

    def read(self, size: int) -> bytes:
        """At most ``size`` bytes; empty at the end, which may be in the middle of a member."""
        while packed := self._waiting or self._file.read(_CHUNK):
            found = self._member.decompress(packed, size)
            self._waiting = self._member.unconsumed_tail
            if self._member.eof:
                # Some writers pad their members with zeros.
                self._waiting = self._member.unused_data.lstrip(b"\0")
                self._member = zlib.decompressobj(_GZIP_BITS)
            if found:
                return found
        return b""

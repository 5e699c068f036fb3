"""Scraped pages: a web page saved as plain text, one story a file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from index.errors import StoryFileError
from index.furniture import read_page
from index.raw import RawStory
from index.text import clean, decode, is_binary

MAX_BYTES = 4 * 1024 * 1024
"""No page of one story is larger."""
MAX_LINE = 100_000
"""Characters; no paragraph is longer."""
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_MARKUP = re.compile(
    rb"<(?:[?!]|[a-z][\w:.-]*(?:\s[^<>]*)?/?>|(?:REUTERS|DOC|DOCNO|NITF|HTML|RSS)\b)"
)


def sniff(head: bytes) -> bool:
    """Whether ``head`` is plain text and no markup or data."""
    if head.startswith(_UTF_16):
        return True
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:400]
    if _MARKUP.match(start) or start[:1] == b"{" or start[:2] in (b"[{", b"[\n"):
        return False
    return not is_binary(head)


def read(file: BinaryIO, recurring: frozenset[str] = frozenset()) -> Iterator[RawStory]:
    """The story of one saved page; ``recurring`` as in ``furniture.read_page``.

    Raises StoryFileError if it is too large, no text, or has no story on it.
    """
    data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise StoryFileError(f"larger than {MAX_BYTES // 2**20} MiB, which no saved page is")
    text = decode(data)
    if max(map(len, text.splitlines()), default=0) > MAX_LINE:
        raise StoryFileError(f"a line longer than {MAX_LINE:,} characters, which no page has")
    story = read_page(clean(text), recurring)
    if story is None:
        raise StoryFileError("no story on the page: no paragraph of prose")
    yield story

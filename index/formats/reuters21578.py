"""Reuters-21578, Distribution 1.0 (Lewis 1997): many stories in an SGML file.

The collection's README, section VI, tells the tags. It is not well-formed XML: control
characters stand as ``&#3;``, texts hold stray ``>``, and a BRIEF has a headline and no text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from index.datewords import match_date
from index.errors import StoryFileError
from index.raw import RawStory
from index.story import PartialDate
from index.text import clean, decode

MAX_RECORD = 2 * 1024 * 1024
"""Bytes; the longest story of the collection is 14 KB."""
_BETWEEN = re.compile(r"\n(?=[ ]{3,}\S)|\n\s*\n")
_CHUNK = 256 * 1024
_OPEN = b"<REUTERS"
_CLOSE = b"</REUTERS>"
_BRIEF_TEXT = "Blah blah blah."
"""What stands in the collection where a brief has no text."""
_TAGS = ("DATE", "TITLE", "AUTHOR", "DATELINE", "BODY")
_NEWID = re.compile(r'NEWID="(\d+)"')
_TYPE = re.compile(r'<TEXT TYPE="(\w+)"')
_END = re.compile(r"\s*\bReuters?\s*$", re.IGNORECASE)
_BY = re.compile(r"^by\s+", re.IGNORECASE)
_SERVICE = re.compile(r",?\s*(?:of )?Reuters\.?$", re.IGNORECASE)


def sniff(head: bytes) -> bool:
    """Whether ``head`` is of the collection: its DTD's name or a record's tag."""
    return b'"lewis.dtd"' in head[:512] or head.lstrip().startswith(b"<REUTERS ")


def read(file: BinaryIO) -> Iterator[RawStory]:
    """Every story of the file, in order, a record at a time.

    Raises StoryFileError if a record does not end or is not one.
    """
    for number, record in enumerate(_records(file), 1):
        yield _story(decode(record), number)


def _records(file: BinaryIO) -> Iterator[bytes]:
    waiting = b""
    while chunk := file.read(_CHUNK):
        waiting += chunk
        after = 0
        while (end := waiting.find(_CLOSE, after)) >= 0:
            start = waiting.find(_OPEN, after, end)
            if start < 0:
                raise StoryFileError("a record that ends without having begun")
            yield waiting[start:end]
            after = end + len(_CLOSE)
        waiting = waiting[after:]
        if len(waiting) > MAX_RECORD:
            raise StoryFileError(f"a record larger than {MAX_RECORD // 2**20} MiB")
    if _OPEN in waiting:
        raise StoryFileError("cut off in the middle of a story; the stories before it were read")


def _story(record: str, number: int) -> RawStory:
    newid = _NEWID.search(record)
    tagged = {name: _tag(record, name) for name in _TAGS}
    kind = _TYPE.search(record)
    if kind and kind[1] == "UNPROC":
        tagged |= _unprocessed(_tag(record, "TEXT") or "")
    body = tagged["BODY"] or ""
    return RawStory(
        key=newid[1] if newid else f"record {number}",
        headline=_one_line(tagged["TITLE"]),
        body=_paragraphs("" if body.strip() == _BRIEF_TEXT else body),
        byline=_byline(tagged["AUTHOR"]),
        dateline_text=_dateline(tagged["DATELINE"]),
        agency="Reuters",
        filed=_filed(tagged["DATE"] or ""),
    )


def _tag(record: str, name: str) -> str | None:
    """The text in the first such tag; found by search for strings, which patterns are slower at."""
    start = record.find(f"<{name}")
    opened = record.find(">", start)
    end = record.find(f"</{name}>", opened)
    return clean(record[opened + 1 : end]) if 0 <= start < opened < end else None


def _unprocessed(text: str) -> dict[str, str | None]:
    """An UNPROC record has no tags within its text: the first line is its headline."""
    headline, _, body = text.strip().partition("\n")
    return {"TITLE": headline, "BODY": body}


def _one_line(text: str | None) -> str | None:
    return " ".join(text.split()) or None if text else None


def _dateline(text: str | None) -> str | None:
    line = _one_line(text)
    return line.lstrip("* ") if line else None


def _byline(author: str | None) -> str | None:
    line = _one_line(author)
    return _SERVICE.sub("", _BY.sub("", line)).strip() or None if line else None


def _filed(text: str) -> PartialDate | None:
    """``26-FEB-1987 15:01:01.79``."""
    date = match_date(text.strip().replace("-", " "))
    return date.partial if date else None


def _paragraphs(body: str) -> str:
    """Paragraphs are told by their indent; a table's lines are kept as lines."""
    end = _END.search(body, max(0, len(body) - 40))
    body = body[: end.start()] if end else body
    paragraphs = _BETWEEN.split("\n" + body)
    return "\n\n".join(filter(None, map(_joined, paragraphs)))


def _joined(paragraph: str) -> str:
    lines = [line.strip() for line in paragraph.strip("\n").split("\n") if line.strip()]
    is_table = (
        len(lines) > 1 and sum("  " in line or "..." in line for line in lines) > len(lines) / 2
    )
    return "\n".join(lines) if is_table else " ".join(lines)

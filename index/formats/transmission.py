"""What the teleprinter formats share: framed messages, eight-bit code pages, typists' marks.

IPTC 7901 and ANPA 1312 frame a message with ISO 646 transmission controls: SOH, header, STX,
text, ETX, trailer, EOT.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from index.errors import StoryFileError

MAX_MESSAGE = 8 * 1024 * 1024
"""Bytes; the longest texts on a wire are some hundred kilobytes."""
_MAX_ENDS = 4096
"""Bytes of a header or trailer that are read; they are lines."""
_PREHEADER = 1024
"""Bytes of service lines that may stand before the first message."""
CUT_OFF = "cut off in the middle of a story; the stories before it were read"
_CHUNK = 256 * 1024
_SOH, _STX, _ETX, _EOT = b"\x01", b"\x02", b"\x03", b"\x04"
_END = re.compile(rb"[\x01\x04]")
# What stands between two letters: an accented letter in code page 850 or in Latin-1. 0x92 is
# left out; in Windows-1252 it is the apostrophe of "don't".
_CP850 = re.compile(rb"(?<=[A-Za-z])[\x80-\x91\x93-\x9a\xa0-\xa5\xe1](?=[A-Za-z])")
_LATIN = re.compile(rb"(?<=[A-Za-z])[\xc0-\xff](?=[A-Za-z])")
_RULE = re.compile(r"^[ \t]*[_*=-]{2,}[ \t=<]*$|^[ \t]*_[ \t=<]*$", re.MULTILINE)
_DASH = re.compile(r"(?<![^\s])_{1,2}(?![^\s])")
_HALF = re.compile(r"(?<=\d)\{(?![^\s{}]*\})|(?<![^\s(])\{(?=[\s-])")


@dataclass(frozen=True, slots=True)
class Message:
    """One framed message, undecoded; ``trailer`` is what stands between ETX and EOT."""

    header: bytes
    text: bytes
    trailer: bytes


def starts_with(head: bytes, heading: re.Pattern[bytes]) -> bool:
    """Whether the first message of ``head`` starts with ``heading``, its SOH included."""
    start = head.find(_SOH, 0, _PREHEADER)
    return start >= 0 and bool(heading.match(head, start))


def messages(file: BinaryIO) -> Iterator[Message]:
    """Every message of a stream, in order; what stands between messages is passed over.

    A message also ends where the next begins. Raises StoryFileError where one is too long,
    or the stream ends within its text.
    """
    waiting, scanned = b"", 0
    while chunk := file.read(_CHUNK):
        waiting += chunk
        start = waiting.find(_SOH)
        if start < 0:
            waiting, scanned = b"", 0
            continue
        while end := _END.search(waiting, max(start + 1, scanned)):
            yield _message(waiting[start + 1 : end.start()])
            start = end.start() if end[0] == _SOH else waiting.find(_SOH, end.end())
            scanned = 0
            if start < 0:
                break
        waiting = waiting[start:] if start >= 0 else b""
        scanned = len(waiting)
        if len(waiting) > MAX_MESSAGE:
            raise StoryFileError(f"a message larger than {MAX_MESSAGE // 2**20} MiB")
    if waiting:
        if _ETX not in waiting:
            raise StoryFileError(CUT_OFF)
        yield _message(waiting[1:])


def _message(data: bytes) -> Message:
    header, _, rest = data.partition(_STX)
    text, _, trailer = rest.partition(_ETX)
    return Message(header[:_MAX_ENDS], text, trailer[:_MAX_ENDS])


def decode(data: bytes) -> str:
    """Seven-bit text, UTF-8, code page 850 or Windows-1252 (which holds ISO 8859-1's letters).

    Code page 850 is told by accented letters within words: no Latin-1 text has controls there.
    """
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if len(_CP850.findall(data)) > len(_LATIN.findall(data)):
        return data.decode("cp850")
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def typeset(text: str) -> str:
    """``text`` with the marks of seven-bit wires set as they are meant.

    ``_`` alone is a dash, `` and '' are quotation marks, ``{`` behind a figure or alone is
    the fraction 1/2 (braces in pairs are left), a line of ``_``, ``*``, ``=`` or ``-`` is a
    rule and comes to nothing.
    """
    text = _DASH.sub("—", _RULE.sub("", text)).replace("``", "“").replace("''", "”")
    return _HALF.sub(_half, text)


def _half(mark: re.Match[str]) -> str:
    behind_figure = mark.start() > 0 and mark.string[mark.start() - 1].isdigit()
    return " 1/2" if behind_figure else "1/2"

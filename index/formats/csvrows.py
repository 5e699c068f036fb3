"""CSV dumps of stories (RFC 4180), also with tabs, semicolons or bars, under a header row."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from typing import BinaryIO

from index.errors import StoryFileError
from index.formats.columns import USUAL, Columns
from index.formats.jsonitems import as_utf8
from index.formats.rows import Row, day_first_in, stories
from index.raw import NoText, RawStory
from index.text import decode

MAX_RECORD = 8 * 1024 * 1024
"""Bytes of one row."""
_MAX_COLUMNS = 1000
_HEADER_CELL = 60
"""Characters; no column's name is longer, and sentences are."""
_HEADER_WORDS = 4
_DELIMITERS = ",\t;|"
_SAMPLE = 64 * 1024
_CODECS = ("utf-8", "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1256", "koi8-r",
           "gb18030", "big5", "shift_jis", "euc_jp", "euc_kr", "latin-1")  # fmt: skip
_MARKUP = b"<{["


def sniff(head: bytes) -> bool:
    """Whether ``head`` opens with a header row of column names and rows of as many columns."""
    return sniff_with(head, USUAL)


def sniff_with(head: bytes, columns: Columns) -> bool:
    """`sniff` with a user's column names."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = head.decode("utf-16", "ignore")
    else:
        head = head.removeprefix(codecs.BOM_UTF8)
        if head.lstrip()[:1] in _MARKUP:
            return False
        text = head.decode("utf-8", "replace")
    lines = text.replace("\0", "").lstrip("\r\n").splitlines(keepends=True)
    delimiter = _delimiter(lines[0], columns) if lines else None
    if delimiter is None:
        return False
    try:
        rows = [row for row in csv.reader(lines, delimiter=delimiter) if row]
    except csv.Error:
        return False
    # The last row may be cut off, by the head's end.
    header, *rest = rows[:20] if lines[-1].endswith("\n") or len(rows) < 3 else rows[:-1][:20]
    even = sum(len(row) == len(header) for row in rest)
    return not rest or 2 * even >= len(rest)


def _delimiter(line: str, columns: Columns) -> str | None:
    """What separates the column names that ``line`` consists of; None if it is no header."""
    for delimiter in _DELIMITERS:
        if delimiter not in line or len(line) > _SAMPLE:
            continue
        try:
            header = next(csv.reader([line], delimiter=delimiter), [])
        except csv.Error:
            continue
        found = columns.find(header)
        if len(header) < 2 or len(found) < 2 or not ("text" in found or "headline" in found):
            continue
        if max(len(name.split()) for name in header) > _HEADER_WORDS:
            continue
        if max(map(len, header)) <= _HEADER_CELL and len(set(header)) == len(header):
            return delimiter
    return None


def foreign_columns(head: bytes) -> list[str]:
    """The names over a table whose columns are none that are known; [] for what is no table."""
    text = head.removeprefix(codecs.BOM_UTF8).decode("utf-8", "replace")
    lines = text.replace("\0", "").lstrip("\r\n").splitlines(keepends=True)
    for delimiter in _DELIMITERS:
        try:
            rows = [row for row in csv.reader(lines, delimiter=delimiter) if row]
        except csv.Error:
            continue
        whole = (rows[:-1] if len(rows) > 3 else rows)[:20]
        header, rest = (whole[0], whole[1:]) if whole else ([], [])
        names = [name.strip() for name in header]
        few = 3 if delimiter == "," else 2
        if len(names) < few or not rest or any(len(row) != len(names) for row in rest):
            continue
        short = all(name and len(name.split()) <= _HEADER_WORDS for name in names)
        if short and max(map(len, names)) <= _HEADER_CELL and len(set(names)) == len(names):
            return names
    return []


def read(file: BinaryIO) -> Iterator[RawStory | NoText]:
    """Every row of the file by the usual column names; see `read_with`."""
    return read_with(file, USUAL)


def read_with(file: BinaryIO, columns: Columns) -> Iterator[RawStory | NoText]:
    """Every row of the file, a row at a time.

    A row with fewer cells than the header lacks the last columns; what a row has beyond it is
    dropped. Raises StoryFileError naming the line where a row cannot be read, or the columns
    where none is known.
    """
    with as_utf8(file) as text:
        codec = _codec(text)
        day_first = day_first_in(_rows(text, codec, columns), columns)
        yield from stories(_rows(text, codec, columns), columns, day_first)


def _codec(file: BinaryIO) -> str:
    """The encoding of lines that are no UTF-8, as `index.text.decode` reads the file's start."""
    sample = file.read(_SAMPLE).replace(b"\0", b"")
    sample = sample[: sample.rfind(b"\n") + 1] or sample
    text = decode(sample)
    return next((c for c in _CODECS if sample.decode(c, "replace") == text), "cp1252")


def _rows(file: BinaryIO, codec: str, columns: Columns) -> Iterator[tuple[int, Row]]:
    """(line it starts on, column -> cell) for every row below the header."""
    file.seek(0)
    # A process-wide bound of the csv module: its own, 128 KiB, is below a long story.
    csv.field_size_limit(MAX_RECORD)
    lines = _Lines(file, codec)
    first = next(filter(str.strip, lines), "")
    delimiter = _delimiter(first, columns) or max(_DELIMITERS, key=first.count)
    try:
        header = next(csv.reader([first], delimiter=delimiter), [])
        header = [name.strip() for name in header[:_MAX_COLUMNS]]
        reader = csv.reader(lines, delimiter=delimiter)
        while True:
            lines.begin()
            cells = next(reader, None)
            if cells is None:
                return
            if any(map(str.strip, cells)):
                lines.check_end()
                yield lines.began, dict(zip(header, cells, strict=False))
    except csv.Error as error:
        raise StoryFileError(f"line {lines.began}: a row that cannot be read ({error})") from error


class _Lines:
    """A file's lines as text, within bounds, and where the row being read began."""

    def __init__(self, file: BinaryIO, codec: str) -> None:
        self._file = file
        self._codec = codec
        self._number = 0
        self._size = 0
        self._quotes = 0
        self._ended = False
        self.began = 1

    def begin(self) -> None:
        """A new row begins with the next line."""
        self.began = self._number + 1
        self._size = self._quotes = 0

    def check_end(self) -> None:
        """Raises StoryFileError if the row ran to the file's end in search of a quote."""
        if self._ended and self._quotes % 2 and self._number > self.began:
            raise StoryFileError(f"line {self.began}: a quoted field that does not end")

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        raw = self._file.readline(MAX_RECORD + 1)
        if not raw:
            self._ended = True
            raise StopIteration
        self._number += 1
        self._size += len(raw)
        if self._size > MAX_RECORD:
            raise StoryFileError(f"line {self.began}: a row larger than {MAX_RECORD // 2**20} MiB")
        if self._number == 1:
            raw = raw.removeprefix(codecs.BOM_UTF8)
        self._quotes += raw.count(b'"')
        raw = raw.replace(b"\0", b"")
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            return raw.decode(self._codec, "replace")

"""JSON of any size -> its objects, one at a time.

JSON (RFC 8259) as one object, as a list of objects or as an object that holds such a list;
JSON Lines, concatenated objects, and JSON text sequences (RFC 7464). No more than one
object is in memory.
"""

from __future__ import annotations

import codecs
import json
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

from index.errors import StoryFileError
from index.text import decode

MAX_RECORD = 8 * 1024 * 1024
"""Bytes of one object."""
MAX_DEPTH = 200
_HELD_DEPTH = 4
"""How deep the list of records may stand in the object that holds it."""
_CHUNK = 256 * 1024
_OUTSIDE = re.compile(rb'["{}\[\]]')
_WITHIN = re.compile(rb'["\\]')
_BETWEEN = re.compile(rb"[^\s,\x1e]")
_KEY = re.compile(r'"((?:[^"\\]|\\.)*+)(?:"|\\?\Z)\s*+(:?)|[{}\[\]]', re.DOTALL)
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")

Object = dict[str, object]


def first_keys(head: bytes) -> frozenset[str] | None:
    """The keys of the first object in ``head``, as far as seen; None where JSON has none.

    A file that opens with a list is told by the list's first object.
    """
    text = head.decode("utf-16" if head.startswith(_UTF_16) else "utf-8-sig", "ignore")
    start = re.match(r"[\s\x1e]*(?:\[\s*)?(?=\{\s*(?:[\"}]|$))", text)
    if start is None:
        return None
    keys, depth = set(), 0
    for token in _KEY.finditer(text, start.end()):
        if token[0] in "{[":
            depth += 1
        elif token[0] in "}]":
            depth -= 1
            if not depth:
                break
        elif depth == 1 and token[2]:
            keys.add(token[1])
    return frozenset(keys)


@contextmanager
def as_utf8(file: BinaryIO) -> Iterator[BinaryIO]:
    """``file``, or a copy of it in UTF-8 where it opens with UTF-16's byte-order mark."""
    mark = file.read(2)
    file.seek(0)
    if mark not in _UTF_16:
        yield file
        return
    decoder = codecs.getincrementaldecoder("utf-16")("replace")
    with tempfile.TemporaryFile() as copy:
        while chunk := file.read(_CHUNK):
            copy.write(decoder.decode(chunk).encode("utf-8", "replace"))
        copy.seek(0)
        yield cast(BinaryIO, copy)


def objects(file: BinaryIO, is_item: Callable[[Object], bool]) -> Iterator[tuple[int, Object]]:
    """(line it starts on, object) for every object of the file.

    A first object that is not ``is_item`` but holds a list of such (``{"articles": [...]}``)
    stands for the list. Raises StoryFileError naming the line where the JSON is broken.
    """
    with as_utf8(file) as text:
        yield from _objects(_Source(text, 0, 1), is_item)


def _objects(source: _Source, is_item: Callable[[Object], bool]) -> Iterator[tuple[int, Object]]:
    opening = source.peek()
    if opening == b"[":
        yield from _listed(source)
        return
    is_first = True
    while source.peek() == b"{":
        line = source.line
        try:
            value = load(source.value(), line)
        except _TooLargeError as error:
            if error.list_at is None:
                raise StoryFileError(str(error)) from error
            yield from _listed(source.again(error.list_at))
            return
        for item in _expanded(value, is_item) if is_first else (value,):
            yield line, item
        is_first = False
    if source.peek():
        raise StoryFileError(f"line {source.line}: not a JSON object")


def _listed(source: _Source) -> Iterator[tuple[int, Object]]:
    source.peek()
    source.take()
    while (opening := source.peek()) == b"{":
        line = source.line
        try:
            raw = source.value()
        except _TooLargeError as error:
            raise StoryFileError(str(error)) from error
        yield line, load(raw, line)
    if not opening:
        raise StoryFileError(f"line {source.line}: cut off before the end of its list")
    if opening != b"]":
        raise StoryFileError(f"line {source.line}: not a JSON object")


def load(raw: bytes, line: int) -> Object:
    """One object. Raises StoryFileError with the line if it is broken."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = decode(raw)
    try:
        value = json.loads(text, strict=False)
    except ValueError as error:
        reason = error.msg if isinstance(error, json.JSONDecodeError) else "a number too long"
        raise StoryFileError(f"line {line}: broken JSON ({reason})") from error
    except RecursionError as error:
        raise StoryFileError(f"line {line}: JSON nested too deeply") from error
    if not isinstance(value, dict):
        raise StoryFileError(f"line {line}: not a JSON object")
    return value


def _expanded(value: Object, is_item: Callable[[Object], bool]) -> list[Object]:
    """The objects of the list that ``value`` holds, if it is there for that list."""
    if is_item(value):
        return [value]
    lists = [
        [item for item in held if isinstance(item, dict)] for held in _lists(value, _HELD_DEPTH)
    ]
    fit = [items for items in lists if items and any(map(is_item, items[:20]))]
    return max(fit, key=len) if fit else [value]


def _lists(value: object, depth: int) -> Iterator[list[object]]:
    if isinstance(value, list):
        yield value
    elif isinstance(value, dict) and depth:
        for held in value.values():
            yield from _lists(held, depth - 1)


class _TooLargeError(Exception):
    """An object above the bound; ``list_at`` is where the list still open in it starts."""

    def __init__(self, line: int, list_at: int | None) -> None:
        super().__init__(f"line {line}: a record larger than {MAX_RECORD // 2**20} MiB")
        self.list_at = list_at


class _Source:
    """A file's bytes from ``offset`` on, kept only as far as the object being read needs."""

    def __init__(self, file: BinaryIO, offset: int, line: int) -> None:
        self._file = file
        self._buffer = bytearray()
        self._base = offset
        self._at = 0
        self.line = line
        file.seek(offset)

    def again(self, offset: int) -> _Source:
        """The same file from an ``offset`` inside the object that was last begun."""
        before = self._buffer[: offset - self._base].count(b"\n")
        return _Source(self._file, offset, self.line + before)

    def take(self) -> None:
        """Step over the byte that `peek` showed."""
        self._at += 1

    def peek(self) -> bytes:
        """The next byte that is no white space, comma or separator; empty at the end."""
        while True:
            if self._base + self._at == 0 and self._starts_with_mark():
                self._at = 3
            found = _BETWEEN.search(self._buffer, self._at)
            self._at = found.start() if found else len(self._buffer)
            opening = bytes(found[0]) if found else b""
            self._drop()
            if opening:
                return opening
            if not self._more():
                return b""

    def _starts_with_mark(self) -> bool:
        return (bool(self._buffer) or self._more()) and self._buffer.startswith(b"\xef\xbb\xbf")

    def value(self) -> bytes:
        """The object that starts here, whole."""
        stack: list[tuple[bytes, int]] = []
        at, within = self._at, False
        while True:
            found = (_WITHIN if within else _OUTSIDE).search(self._buffer, at)
            if found is None or found[0] == b"\\":
                at = found.end() + 1 if found else len(self._buffer)
                if at >= len(self._buffer):
                    self._fill(stack)
                continue
            at = found.end()
            mark = bytes(found[0])
            if mark == b'"':
                within = not within
            elif mark in b"{[":
                stack.append((mark, self._base + found.start()))
                if len(stack) > MAX_DEPTH:
                    raise StoryFileError(f"line {self.line}: JSON nested deeper than {MAX_DEPTH}")
            else:
                stack.pop()
                if not stack:
                    raw = bytes(self._buffer[self._at : at])
                    self._at = at
                    return raw

    def _fill(self, stack: list[tuple[bytes, int]]) -> None:
        if len(self._buffer) - self._at > MAX_RECORD:
            lists = (at for mark, at in stack[:_HELD_DEPTH] if mark == b"[")
            raise _TooLargeError(self.line, next(lists, None))
        if not self._more():
            raise StoryFileError(f"line {self.line}: cut off in the middle of a record")

    def _more(self) -> bool:
        chunk = self._file.read(_CHUNK)
        self._buffer += chunk
        return bool(chunk)

    def _drop(self) -> None:
        """Forget what has been read, and count its lines."""
        self.line += self._buffer.count(b"\n", 0, self._at)
        del self._buffer[: self._at]
        self._base += self._at
        self._at = 0

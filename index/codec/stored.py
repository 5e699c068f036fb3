"""What is stored of each story, in compressed blocks.

A story is one line of JSON: the values of its fields in the order of the segment's names,
null for none. A block is about 64 KiB of such lines, compressed (Zstandard, RFC 8878). So
a story is read by undoing one block and parsing one line, and nothing in an index is ever
executed. Values that JSON has no form for are told by name.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

import numpy as np
import zstandard

from index.codec.arrayfile import ArrayFile, ArrayFileWriter
from index.codec.terms import starts_of

BLOCK = 64 * 1024
"""Bytes of lines from which a block is closed."""
MAX_BLOCK = 1 << 30
"""The most bytes that a block may say it holds."""
_LEVEL = 3
_PLAIN = (str, int, bool, float, type(None))
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def line_of(values: list[Any]) -> bytes:
    """One story's values as a line. Raises TypeError for a value that cannot be stored."""
    return _encode([v if type(v) in _PLAIN else _told(v) for v in values]).encode(
        "utf-8", "surrogatepass"
    )


def _told(value: Any) -> Any:
    """A value of another type as the name of its type and what it is made of."""
    if type(value) in _PLAIN:
        return value
    if isinstance(value, str | int | float):
        return _told(value.real if isinstance(value, int | float) else str(value))
    if isinstance(value, bytes):
        return {"bytes": base64.b85encode(value).decode()}
    if isinstance(value, list | tuple | set | frozenset):
        return {type(value).__name__: [_told(item) for item in value]}
    if isinstance(value, Mapping):
        return {"dict": [[_told(key), _told(item)] for key, item in value.items()]}
    if isinstance(value, datetime | date | time):
        return {type(value).__name__: value.isoformat()}
    if isinstance(value, timedelta):
        return {"timedelta": [value.days, value.seconds, value.microseconds]}
    if isinstance(value, Decimal):
        return {"Decimal": str(value)}
    raise TypeError(f"a {type(value).__name__} cannot be stored in an index")


_UNTOLD = {
    "bytes": base64.b85decode,
    "list": list,
    "tuple": tuple,
    "set": set,
    "frozenset": frozenset,
    "dict": dict,
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "timedelta": lambda parts: timedelta(*parts),
    "Decimal": Decimal,
}


def _untold(value: Any) -> Any:
    if isinstance(value, list):
        return [_untold(item) for item in value]
    if not isinstance(value, dict):
        return value
    ((kind, told),) = value.items()
    return _UNTOLD[kind](_untold(told))  # type: ignore[operator]


def compressed(lines: list[bytes]) -> bytes:
    """Lines as a block; from any thread, without holding others up."""
    return zstandard.ZstdCompressor(level=_LEVEL).compress(b"\n".join(lines))


class StoredWriter:
    """Writes what is stored of stories, in the order of their numbers, to ``file``."""

    def __init__(self, file: ArrayFileWriter) -> None:
        self._file = file
        self._lines: list[bytes] = []
        self._pending = 0
        self._sizes: list[int] = []
        self._counts: list[int] = []

    def add(self, line: bytes) -> None:
        """Add the next story's line."""
        self._lines.append(line)
        self._pending += len(line)
        if self._pending >= BLOCK:
            self._flush()

    def add_block(self, block: bytes, count: int) -> None:
        """Add the next ``count`` stories as one block that `compressed` has made."""
        self._flush()
        self._file.grow("stored", np.frombuffer(block, np.uint8))
        self._sizes.append(len(block))
        self._counts.append(count)

    def _flush(self) -> None:
        lines, self._lines, self._pending = self._lines, [], 0
        if lines:
            self.add_block(compressed(lines), len(lines))

    def close(self, names: list[str]) -> None:
        """Write the rest; ``names`` are the fields, in the order of the lines' values."""
        self._flush()
        self._file.meta["stored"] = names
        self._file.add("stored.starts", starts_of(np.array(self._sizes, np.int64)))
        self._file.add("stored.first", starts_of(np.array(self._counts, np.int64)))


class StoredReader:
    """Reads what is stored of the stories of one segment."""

    def __init__(self, file: ArrayFile) -> None:
        self.names: list[str] = file.meta["stored"]
        self._data = file.array("stored") if "stored" in file else np.empty(0, np.uint8)
        self._starts = file.array("stored.starts")
        self._first = file.array("stored.first")
        self._decompress = zstandard.ZstdDecompressor().decompress
        self._block = lru_cache(maxsize=8)(self._read_block)

    def fields(self, doc: int) -> dict[str, Any]:
        """The stored values of a story, by field."""
        values = json.loads(self.line(doc))
        return {
            name: value if type(value) in _PLAIN else _untold(value)
            for name, value in zip(self.names, values, strict=False)
            if value is not None
        }

    def line(self, doc: int) -> bytes:
        """A story's line as it was written."""
        block = int(np.searchsorted(self._first, doc, side="right")) - 1
        return self._block(block)[doc - int(self._first[block])]

    def lines(self) -> Iterator[bytes]:
        """The lines of all stories, in the order of their numbers."""
        for block in range(self._starts.size - 1):
            yield from self._read_block(block)

    def blocks(self) -> Iterator[tuple[bytes, int]]:
        """The blocks as they were written, and how many stories are in each, in order."""
        for block, count in enumerate(np.diff(self._first.astype(np.int64)).tolist()):
            yield self._packed(block), count

    def unpacked(self, block: bytes) -> list[bytes]:
        """The lines in one of `blocks`."""
        return self._decompress(block, max_output_size=MAX_BLOCK).split(b"\n")

    def _packed(self, block: int) -> bytes:
        return self._data[int(self._starts[block]) : int(self._starts[block + 1])].tobytes()

    def _read_block(self, block: int) -> list[bytes]:
        return self.unpacked(self._packed(block))

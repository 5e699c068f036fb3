"""What is stored of each story, in compressed blocks.

A story is one line of JSON: the values of its fields in the order of the segment's names,
null for none. A block is about 128 KiB of such lines, compressed with a checksum (Zstandard,
RFC 8878). So a story is read by undoing one block and parsing one line, and nothing in an
index is ever executed.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from json.encoder import encode_basestring
from threading import Lock
from typing import Any

import numpy as np
import zstandard

from index.codec.arrayfile import ArrayFile, ArrayFileWriter
from index.codec.checked import damaged
from index.codec.packing import narrowed
from index.codec.values import PLAIN, told, untold

BLOCK = 128 * 1024
"""Bytes of lines from which a block is closed."""
BLOCKS_KEPT = 128
"""Blocks of a segment that stay undone for the next who reads: a server's hits are all over it."""
MAX_BLOCK = 1 << 30
"""The most bytes that a block may say it holds."""
_LEVEL = 3
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def line_of(values: list[Any]) -> bytes:
    """One story's values as a line. Raises TypeError for a value that cannot be stored."""
    # Most values are text or nothing, for which the encoder's own function is all it takes.
    coded = [
        "null" if v is None else encode_basestring(v) if type(v) is str else _encode(told(v))
        for v in values
    ]
    return f"[{','.join(coded)}]".encode("utf-8", "surrogatepass")


def compressed(lines: list[bytes]) -> bytes:
    """Lines as a block; from any thread, without holding others up."""
    compressor = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True)
    return compressor.compress(b"\n".join(lines))


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
        self._file.add("stored.starts", narrowed(np.cumsum([0, *self._sizes])))
        self._file.add("stored.first", narrowed(np.cumsum([0, *self._counts])))


class StoredReader:
    """Reads what is stored of the stories of one segment.

    Raises DamagedFileError for a file or a block that is not what was written.
    """

    def __init__(self, file: ArrayFile) -> None:
        self._file = file
        self.names: list[str] = file.about("stored")
        self._data = file.blocks("stored")
        self._starts = file.array("stored.starts").astype(np.int64)
        self._first = file.array("stored.first").astype(np.int64)
        for bounds, end in ((self._starts, self._data.size), (self._first, file.about("count"))):
            if bounds[0] != 0 or bounds[-1] != end or bool((np.diff(bounds) < 0).any()):
                raise damaged(file.name, "its stored blocks do not fit")
        self._firsts: list[int] = self._first.tolist()
        self._decompress = zstandard.ZstdDecompressor().decompress
        self._turn = Lock()  # a decompressor serves one thread at a time
        self._block = lru_cache(maxsize=BLOCKS_KEPT)(self._read_block)

    def fields(self, doc: int) -> dict[str, Any]:
        """The stored values of a story, by field."""
        line = self.line(doc)
        try:
            values = json.loads(line.decode("utf-8", "surrogatepass"))
            return {
                name: value if type(value) in PLAIN else untold(value)
                for name, value in zip(self.names, values, strict=False)
                if value is not None
            }
        except (ValueError, TypeError, KeyError, ArithmeticError) as error:
            raise damaged(self._file.name, f"story {doc} cannot be read") from error

    def line(self, doc: int) -> bytes:
        """A story's line as it was written."""
        block = bisect_right(self._firsts, doc) - 1
        return self._block(block)[doc - self._firsts[block]]

    def lines(self) -> Iterator[bytes]:
        """The lines of all stories, in the order of their numbers."""
        for block in range(self._starts.size - 1):
            yield from self._read_block(block)

    def blocks(self) -> Iterator[tuple[bytes, int]]:
        """The blocks as they were written, and how many stories are in each, in order."""
        for block, count in enumerate(np.diff(self._first).tolist()):
            yield self._packed(block), count

    def unpacked(self, block: bytes) -> list[bytes]:
        """The lines in one of `blocks`."""
        try:
            if zstandard.frame_content_size(block) <= MAX_BLOCK:
                with self._turn:
                    return self._decompress(block, max_output_size=MAX_BLOCK).split(b"\n")
        except zstandard.ZstdError as error:
            raise damaged(self._file.name, f"a stored block cannot be read: {error}") from error
        raise damaged(self._file.name, "a stored block is too large")

    def _packed(self, block: int) -> bytes:
        return self._data.between(int(self._starts[block]), int(self._starts[block + 1])).tobytes()

    def _read_block(self, block: int) -> list[bytes]:
        lines = self.unpacked(self._packed(block))
        if len(lines) != self._first[block + 1] - self._first[block]:
            raise damaged(self._file.name, "a stored block has not the stories it should")
        return lines

"""Files of arrays in memory, for tests of what is written to them."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

from index.codec.arrayfile import ArrayFile, ArrayFileWriter


def written(write: Callable[[ArrayFileWriter], object]) -> bytes:
    """The bytes of a file of arrays to which ``write`` adds."""
    buffer = BytesIO()
    writer = ArrayFileWriter(buffer)
    write(writer)
    writer.close()
    return buffer.getvalue()


def opened(write: Callable[[ArrayFileWriter], object]) -> ArrayFile:
    """The same, open."""
    return ArrayFile(written(write), "a test's")


def flipped(data: bytes, at: int, bit: int = 0) -> bytes:
    """``data`` with one bit turned."""
    changed = bytearray(data)
    changed[at] ^= 1 << bit
    return bytes(changed)

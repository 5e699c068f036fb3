"""Single compressed streams (.gz, .bz2, .xz), unpacked bit by bit and counted."""

from __future__ import annotations

import bz2
import io
import lzma
import zlib
from collections.abc import Callable
from typing import BinaryIO, Protocol

from index.errors import StoryFileError

GZIP = b"\x1f\x8b\x08"
XZ = b"\xfd7zXZ\0"
_BZIP2_BLOCKS = (b"\x31\x41\x59\x26\x53\x59", b"\x17\x72\x45\x38\x50\x90")
"""What follows ``BZh`` and a digit: a first block, or the end of an empty stream."""
_CHUNK = 64 * 1024
_XZ_MEMORY = 256 * 2**20
"""Bytes; ``xz -9`` needs 65 MiB to unpack."""
_WARC = b"WARC/"


class _Decompressor(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


class _Gzip:
    """zlib's decompressor, which keeps what it has not taken, in the manner of the others."""

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(31)

    @property
    def eof(self) -> bool:
        return self._zlib.eof

    @property
    def unused_data(self) -> bytes:
        return self._zlib.unused_data

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        return self._zlib.decompress(self._zlib.unconsumed_tail + data, max_length)


def is_stream(head: bytes) -> bool:
    """Whether ``head`` starts a .gz, .bz2 or .xz."""
    if head.startswith(b"BZh") and head[3:4].isdigit():
        return head[4:10] in _BZIP2_BLOCKS
    return head.startswith((GZIP, XZ))


def starts_with_warc(head: bytes) -> bool:
    """Whether what is packed in a .gz that starts with ``head`` is a WARC."""
    if not head.startswith(GZIP):
        return False
    try:
        return zlib.decompressobj(31).decompress(head, len(_WARC)) == _WARC
    except zlib.error:
        return False


def _decompressor(head: bytes) -> _Decompressor:
    if head.startswith(GZIP):
        return _Gzip()
    if head.startswith(XZ):
        return lzma.LZMADecompressor(lzma.FORMAT_XZ, _XZ_MEMORY)
    return bz2.BZ2Decompressor()


class Unpacked(io.RawIOBase):
    """What a compressed stream unpacks to, read forward only.

    ``head`` is how ``file`` starts; ``take`` is told how many bytes come out. Streams put one
    behind the other are one; what follows the last and is none is left. Reading raises
    StoryFileError for a damaged stream.
    """

    def __init__(self, file: BinaryIO, head: bytes, take: Callable[[int], None]) -> None:
        self._file = file
        self._unpack = _decompressor(head)
        self._take = take
        self._packed = b""
        self._ready = b""

    def readable(self) -> bool:
        return True

    def peek(self) -> bytes:
        """The first bytes that come out, which stay to be read: 512 if there are so many."""
        while len(self._ready) < 512:
            more = self._more(_CHUNK)
            if not more:
                break
            self._ready += more
        return self._ready[:512]

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # io's own type is private
        data = self._ready[: len(buffer)] or self._more(len(buffer))
        self._ready = self._ready[len(data) :]
        buffer[: len(data)] = data
        return len(data)

    def _more(self, size: int) -> bytes:
        try:
            return self._unpacked(size)
        except (zlib.error, lzma.LZMAError, EOFError, ValueError) as error:
            raise StoryFileError(f"a damaged compressed file: {error}") from error

    def _unpacked(self, size: int) -> bytes:
        while True:
            if self._unpack.eof:
                rest = self._unpack.unused_data + self._packed
                rest += self._file.read(_CHUNK) if len(rest) < 16 else b""
                if not is_stream(rest):
                    return b""
                self._unpack, self._packed = _decompressor(rest), rest
            data, self._packed = self._packed, b""
            found = self._decompressed(data, size)
            if found:
                self._take(len(found))
                return found
            if self._unpack.eof:
                continue
            self._packed = self._file.read(_CHUNK)
            if not self._packed:
                raise StoryFileError("a compressed file that is cut off")

    def _decompressed(self, data: bytes, size: int) -> bytes:
        try:
            return self._unpack.decompress(data, size)
        except OSError as error:  # bz2's word for damage
            raise StoryFileError(f"a damaged compressed file: {error}") from error

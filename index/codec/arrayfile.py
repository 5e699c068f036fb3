"""A file of named arrays: written in one go, mapped into memory to read.

::

    magic (8 bytes) · arrays, each at a multiple of 8 · directory (JSON) · trailer

The trailer says where the directory lies and holds its checksum (CRC-32); the directory says
of each array its type, its place and its checksum. An array of
several blocks has a checksum for each, which lie behind it, and that of these stands in the
directory. So opening a file reads its two ends and nothing between, a file that was cut short
has no trailer, and whatever is looked at is checked when it is first looked at. All numbers
are little-endian.
"""

from __future__ import annotations

import json
import mmap
import os
import struct
import zlib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from index.codec.checked import BLOCK, Blocks, DamagedFileError, checksums, damaged
from index.errors import IndexFolderError
from index.files import opened

FORMAT = 2
"""Raised whenever a file comes to be laid out otherwise."""
_MAGIC = b"newsq\r\n\x1a"
_TRAILER = struct.Struct("<QII8s")
_ALIGNED = 8
_COPIED = 1 << 20
_SUM = 4
"""Bytes of a checksum."""
_SPOOLED = 1 << 18
"""Bytes of a growing array that wait in memory, for most arrays are small."""
_KINDS = frozenset({"u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8", "f4", "f8"})


class ArrayFileWriter:
    """Writes the arrays of one file to ``file``, which is open for writing, in binary."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        folder, name = os.path.split(getattr(file, "name", ""))
        self._folder, self._name = folder or None, name
        self._at = 0
        self._directory: dict[str, list[Any]] = {}
        self._growing: dict[str, tuple[np.dtype[Any], Any]] = {}
        self.meta: dict[str, Any] = {}
        """What else the file tells: JSON values."""
        self._write(_MAGIC)

    def add(self, name: str, array: NDArray[Any]) -> None:
        """Write one array, whole."""
        data = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<"), copy=False)
        raw = view(data).cast("B") if data.size else b""
        self._begin(name, data.dtype)
        self._write(raw)
        self._end(name, checksums(raw))

    def grow(self, name: str, array: NDArray[Any]) -> None:
        """Add to the end of an array of which more will follow; it waits in a temporary file.

        That lies where the file does, which has to have the room anyway.
        """
        # Only writing needs it, and it takes some milliseconds to import.
        from tempfile import SpooledTemporaryFile

        if name not in self._growing:
            spool = SpooledTemporaryFile(  # noqa: SIM115 - `finish` closes it
                _SPOOLED, prefix=f"{self._name}.", dir=self._folder
            )
            self._growing[name] = array.dtype, spool
        self._growing[name][1].write(view(np.ascontiguousarray(array)).cast("B"))

    def finish(self, name: str) -> None:
        """Write an array that has grown; no more of it follows. Else `close` does."""
        dtype, spool = self._growing.pop(name)
        with spool:
            spool.seek(0)
            self._begin(name, dtype)
            sums: list[int] = []
            while part := spool.read(_COPIED):
                self._write(part)
                sums += checksums(part)
            self._end(name, sums)

    def close(self) -> None:
        """Write what has grown, the directory and the trailer. The file is left open."""
        for name in list(self._growing):
            self.finish(name)
        directory = json.dumps(
            {"format": FORMAT, "meta": self.meta, "arrays": self._directory}, separators=(",", ":")
        ).encode()
        at = self._at
        self._write(directory)
        self._write(_TRAILER.pack(at, len(directory), zlib.crc32(directory), _MAGIC))

    def drop(self) -> None:
        """Let go of what has grown and is not written; the file is not to be used."""
        for _dtype, spool in self._growing.values():
            spool.close()
        self._growing.clear()

    def _begin(self, name: str, dtype: np.dtype[Any]) -> None:
        if dtype.str[1:] not in _KINDS:
            raise ValueError(f"arrays of {dtype} are not kept in files")
        self._align()
        self._directory[name] = [dtype.str[1:], self._at]

    def _end(self, name: str, sums: list[int]) -> None:
        entry = self._directory[name]
        entry.append(self._at - entry[1])
        if len(sums) > 1:
            own = np.array(sums, "<u4").tobytes()
            entry += [zlib.crc32(own), self._at]
            self._write(own)
        else:
            entry.append(sum(sums))

    def _align(self) -> None:
        self._write(b"\0" * (-self._at % _ALIGNED))

    def _write(self, data: bytes | memoryview) -> None:
        self._file.write(data)
        self._at += len(data)


class ArrayFile:
    """An open file of arrays. ``data`` is all of its bytes, mapped or in memory.

    Raises DamagedFileError, which names the file, if it is not one, was cut short, or is
    of a newer version.
    """

    def __init__(self, data: mmap.mmap | bytes, name: str) -> None:
        self.name = name
        self._data = data
        self._checked: set[str] = set()
        self._end, self.meta, self._directory = _directory(data, name)

    @classmethod
    def map(cls, path: Path) -> ArrayFile:
        """The file at ``path``, mapped: what is not looked at is not read."""
        try:
            with opened(path) as file:
                data: mmap.mmap | bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except ValueError:  # an empty file cannot be mapped
            data = b""
        return cls(data, str(path))

    @property
    def size(self) -> int:
        """The bytes of the file."""
        return len(self._data)

    def __contains__(self, name: str) -> bool:
        return name in self._directory

    def names(self) -> list[str]:
        """The names of all arrays, in the order written."""
        return list(self._directory)

    def array(self, name: str) -> NDArray[Any]:
        """An array, read-only, where it lies.

        Raises DamagedFileError if there is none, or it is not what was written.
        """
        kind, at, size, *_sums = self._entry(name)
        if name not in self._checked:
            if checksums(self._bytes(at, size).data) != self._sums(name):
                raise damaged(self.name, f"{name} has changed")
            self._checked.add(name)
        dtype = np.dtype("<" + kind)
        found = np.frombuffer(self._data, dtype, size // dtype.itemsize, at)
        # Only a machine that is not little-endian has to copy.
        return found.astype(dtype.newbyteorder("="), copy=False)

    def blocks(self, name: str) -> Blocks:
        """An array of bytes of which some parts may be looked at; it may be missing."""
        if name not in self:
            return Blocks(self.name, np.empty(0, np.uint8), [])
        _kind, at, size, *_rest = self._entry(name)
        return Blocks(self.name, self._bytes(at, size), self._sums(name))

    def _entry(self, name: str) -> list[Any]:
        try:
            return self._directory[name]
        except KeyError:
            raise damaged(self.name, f"it has no {name}") from None

    def _bytes(self, at: int, size: int) -> NDArray[np.uint8]:
        return np.frombuffer(self._data, np.uint8, size, at)

    def _sums(self, name: str) -> list[int]:
        """The checksums of the blocks of an array, which are what was written."""
        _kind, _at, size, *sums = self._entry(name)
        if len(sums) == 1:
            return sums if size else []
        own = self._bytes(sums[1], _count(size) * _SUM)
        if zlib.crc32(own.data) != sums[0]:
            raise damaged(self.name, f"the checksums of {name} have changed")
        kept: list[int] = own.view("<u4").tolist()
        return kept

    def about(self, key: str) -> Any:
        """What ``meta`` says under ``key``. Raises DamagedFileError if nothing."""
        try:
            return self.meta[key]
        except KeyError:
            raise damaged(self.name, f"it does not tell its {key}") from None

    def damaged(self) -> Iterator[str]:
        """The names of the arrays whose bytes are not those that were written.

        "" stands for what lies between arrays.
        """
        for name in self._directory:
            self._checked.discard(name)
            try:
                self.array(name)
            except DamagedFileError:
                yield name
        for (_first, end), (first, _end) in pairwise(sorted(self._parts())):
            if end < first and self._bytes(end, first - end).any():
                yield ""

    def _parts(self) -> Iterator[tuple[int, int]]:
        """Where everything but the directory begins and ends, and where that begins."""
        yield 0, len(_MAGIC)
        yield self._end, self._end
        for _kind, at, size, *sums in self._directory.values():
            yield at, at + size
            if len(sums) > 1:
                yield sums[1], sums[1] + _count(size) * _SUM


def _directory(
    data: mmap.mmap | bytes, name: str
) -> tuple[int, dict[str, Any], dict[str, list[Any]]]:
    """(where the directory lies, what else the file tells, the arrays)."""
    if len(data) < len(_MAGIC) + _TRAILER.size or data[: len(_MAGIC)] != _MAGIC:
        raise damaged(name, "it is not a file of an index")
    at, size, checksum, magic = _TRAILER.unpack_from(data, len(data) - _TRAILER.size)
    if magic != _MAGIC or at + size + _TRAILER.size != len(data):
        raise damaged(name, "its end is missing")
    text = data[at : at + size]
    if zlib.crc32(text) != checksum:
        raise damaged(name, "its directory has changed")
    try:
        stored = json.loads(text)
        if stored["format"] > FORMAT:
            raise IndexFolderError(
                f"{name} was written by a newer version of newsq. "
                "Update newsq, or build the index again with --rebuild."
            )
        if stored["format"] < FORMAT:
            raise IndexFolderError(
                f"{name} was written by an older version of newsq. "
                "Build the index again: newsq index FOLDER --rebuild"
            )
        arrays = stored["arrays"]
        if all(_fits(entry, at) for entry in arrays.values()) and isinstance(stored["meta"], dict):
            return at, stored["meta"], arrays
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise damaged(name, "its directory makes no sense") from error
    raise damaged(name, "its directory makes no sense")


def _fits(entry: list[Any], end: int) -> bool:
    """Whether an array, and its checksums, may lie before ``end``."""
    kind, start, size, checksum, *behind = entry
    sums = [_count(size) * _SUM] if behind else []
    lie = zip([start, *behind], [size, *sums], strict=True)
    return (
        kind in _KINDS
        and not size % int(kind[1])
        and 0 <= checksum < 1 << 32
        and bool(behind) is (size > BLOCK)
        and all(at >= 0 and 0 <= length <= end - at for at, length in lie)
    )


def _count(size: int) -> int:
    """How many blocks so many bytes are."""
    return -(-size // BLOCK)


def view(array: NDArray[Any]) -> memoryview[Any]:
    """``array`` as what gives plain numbers one by one: quicker than NumPy for few of them."""
    return memoryview(array)  # type: ignore[arg-type] # NumPy says so from Python 3.12 on

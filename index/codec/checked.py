"""What is read of an index is what was written, or an error: checksums (CRC-32) by blocks."""

from __future__ import annotations

import zlib

import numpy as np
from numpy.typing import NDArray

from index.errors import IndexFolderError

SHIFT = 14
BLOCK = 1 << SHIFT
"""Bytes that have a checksum of their own: to check them takes less than to read them."""


class DamagedFileError(IndexFolderError):
    """A file of an index is not what was written."""


def checksums(data: bytes | memoryview) -> list[int]:
    """The checksum of each block of ``data``, the last of which may be short."""
    seen = memoryview(data)
    return [zlib.crc32(seen[start : start + BLOCK]) for start in range(0, len(seen), BLOCK)]


class Blocks:
    """Bytes of a file, of which each block is checked when it is first looked at.

    ``sums`` are the checksums of its blocks, ``name`` is the file's.
    """

    def __init__(self, name: str, data: NDArray[np.uint8], sums: list[int]) -> None:
        self._name = name
        self._data = data
        self._sums = sums
        self._seen = bytearray(len(sums))

    @property
    def size(self) -> int:
        """How many bytes there are."""
        return self._data.size

    def between(self, start: int, stop: int) -> NDArray[np.uint8]:
        """The bytes from ``start`` to ``stop`` - 1, or as far as they go.

        Raises DamagedFileError if they are not what was written.
        """
        if start < stop:
            first, last = start >> SHIFT, (stop - 1) >> SHIFT
            if self._seen.find(0, first, last + 1) >= 0:
                self._check(first, last + 1)
        return self._data[start:stop]

    def _check(self, first: int, last: int) -> None:
        found = checksums(self._data[first << SHIFT : last << SHIFT].data)
        if found != self._sums[first:last]:
            raise damaged(self._name, "some of it has changed")
        self._seen[first:last] = b"\1" * len(found)


def damaged(name: str, why: str) -> DamagedFileError:
    """The error to be raised for the file called ``name``."""
    return DamagedFileError(
        f"The index file {name} is damaged ({why}). "
        "Build the index again: newsq index FOLDER --rebuild"
    )

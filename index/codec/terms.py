"""A sorted dictionary of terms as one run of bytes: exact, prefix and range look-up in place."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from index.codec.packing import narrowed


class TermDictionary(Sequence[bytes]):
    """The terms of one field, in the order of their bytes; a term's number is its place.

    ``data`` holds their bytes end to end, ``starts`` where each begins, and the end. A
    look-up bisects where the bytes lie and makes objects only of the terms it compares.
    """

    def __init__(self, data: NDArray[np.uint8], starts: NDArray[Any]) -> None:
        self._data = memoryview(data)
        self._starts = memoryview(starts)

    def __len__(self) -> int:
        return len(self._starts) - 1

    @overload
    def __getitem__(self, place: int) -> bytes: ...
    @overload
    def __getitem__(self, place: slice) -> list[bytes]: ...
    def __getitem__(self, place: int | slice) -> bytes | list[bytes]:
        if isinstance(place, slice):
            return [self[number] for number in range(*place.indices(len(self)))]
        if not 0 <= place < len(self):
            raise IndexError(place)
        return bytes(self._data[self._starts[place] : self._starts[place + 1]])

    def find(self, term: bytes) -> int:
        """The number of ``term``; -1 if it is not here."""
        place = bisect_left(self, term)
        return place if place < len(self) and self[place] == term else -1

    def first_from(self, term: bytes) -> int:
        """The number of the first term that is not before ``term``."""
        return bisect_left(self, term)

    def prefix_range(self, prefix: bytes) -> tuple[int, int]:
        """The numbers of the first term with ``prefix`` and of the first one after them."""
        low = bisect_left(self, prefix)
        bare = prefix.rstrip(b"\xff")
        if not bare:
            return low, len(self)
        return low, bisect_left(self, bare[:-1] + bytes([bare[-1] + 1]), low)

    def span(
        self, low: bytes | None, high: bytes | None, *, low_out: bool = False, high_out: bool = False
    ) -> tuple[int, int]:
        """The range of terms from ``low`` to ``high``, without an end that is ``out``."""
        start = 0 if low is None else (bisect_right if low_out else bisect_left)(self, low)
        end = len(self) if high is None else (bisect_left if high_out else bisect_right)(self, high)
        return start, max(start, end)

    def between(self, low: int, high: int) -> Iterator[bytes]:
        """The terms numbered ``low`` to ``high`` - 1."""
        starts = self._starts[low : high + 1].tolist()
        data = bytes(self._data[starts[0] : starts[-1]]) if starts else b""
        for start, end in zip(starts, starts[1:], strict=False):
            yield data[start - starts[0] : end - starts[0]]


def joined(terms: Sequence[bytes]) -> tuple[NDArray[np.uint8], NDArray[Any]]:
    """The ``data`` and ``starts`` of a `TermDictionary` of ``terms``, which are sorted."""
    sizes = np.fromiter(map(len, terms), np.int64, len(terms))
    return np.frombuffer(b"".join(terms), np.uint8), starts_of(sizes)


def starts_of(sizes: NDArray[np.int64]) -> NDArray[Any]:
    """Where each of several runs begins, and where the last one ends."""
    starts = np.zeros(sizes.size + 1, np.int64)
    np.cumsum(sizes, out=starts[1:])
    return narrowed(starts)

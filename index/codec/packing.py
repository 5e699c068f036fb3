"""Runs of small whole numbers in few bytes, coded and decoded a whole array at a time.

A *run* is what belongs to one term: its gaps between stories, its frequencies, its gaps
between positions. Every run is kept in the width that takes the fewest bytes: none at all
where every number is 0, else 1, 2 or 4 bytes a number. The largest number of a width is a
carry: it adds itself to the number that follows, so that one far gap does not widen a run
(the escape of byte-oriented codes, as in Zukowski et al., "Super-Scalar RAM-CPU Cache
Compression", 2006, made a running sum). Decoding is one cumulative sum and one mask.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]

LARGEST = 2**31 - 1
"""The largest number that a run may hold."""
_DTYPES = {1: np.dtype("<u1"), 2: np.dtype("<u2"), 4: np.dtype("<u4")}
_FULL = {width: int(np.iinfo(dtype).max) for width, dtype in _DTYPES.items()}


@dataclass(frozen=True, slots=True)
class Packed:
    """Runs as bytes: ``data[starts[i]:starts[i + 1]]`` is run ``i``, ``widths[i]`` its width."""

    data: NDArray[np.uint8]
    starts: NDArray[Any]
    widths: NDArray[np.uint8]

    def run(self, place: int, count: int) -> Numbers:
        """The ``count`` numbers of one run."""
        width = int(self.widths[place])
        if not width:
            return np.zeros(count, np.int64)
        data = self._bytes(place, place + 1).view(_DTYPES[width])
        if data.size == count:
            return data.astype(np.int64)
        return np.diff(_sums(data, width), prepend=0)

    def run_sums(self, place: int, count: int) -> Numbers:
        """The running sums of one run: cheaper than the numbers where there are carries."""
        width = int(self.widths[place])
        if not width:
            return np.zeros(count, np.int64)
        data = self._bytes(place, place + 1).view(_DTYPES[width])
        if data.size == count:
            return np.cumsum(data, dtype=np.int64)
        return _sums(data, width)

    def runs(self, low: int, high: int, counts: Numbers) -> Numbers:
        """The numbers of the runs ``low`` to ``high`` - 1, of which each has ``counts``."""
        data = self._bytes(low, high)
        widths = self.widths[low:high]
        sizes = np.diff(self.starts[low : high + 1].astype(np.int64))
        numbers = np.zeros(int(counts.sum()), np.int64)
        for width, dtype in _DTYPES.items():
            chosen = widths == width
            if not chosen.any():
                continue
            values = data[np.repeat(chosen, sizes)].view(dtype)
            total = int(counts[chosen].sum())
            if values.size != total:
                values = np.diff(_sums(values, width), prepend=0)
            numbers[np.repeat(chosen, counts)] = values
        return numbers

    def _bytes(self, low: int, high: int) -> NDArray[np.uint8]:
        return self.data[int(self.starts[low]) : int(self.starts[high])]


def _sums(data: NDArray[Any], width: int) -> Numbers:
    """The running sums at the numbers of ``data``, its carries summed into what follows them."""
    sums: Numbers = np.cumsum(data, dtype=np.int64)[data != _FULL[width]]
    return sums


def pack(numbers: Numbers, counts: Numbers) -> Packed:
    """``numbers``, cut into runs of ``counts`` (each at least 1), in the fewest bytes.

    Raises ValueError for a number below 0 or above `LARGEST`.
    """
    if not counts.size:
        return Packed(np.empty(0, np.uint8), np.zeros(1, np.int64), np.empty(0, np.uint8))
    if int(numbers.min()) < 0 or int(numbers.max()) > LARGEST:
        raise ValueError("a run holds numbers from 0 to 2**31 - 1")
    firsts = np.cumsum(counts) - counts
    largest = np.maximum.reduceat(numbers, firsts)
    widths = _widths(numbers, firsts, counts, largest)
    sizes = np.zeros(counts.size, np.int64)
    coded: list[tuple[NDArray[np.bool_], NDArray[np.uint8]]] = []
    for width, dtype in _DTYPES.items():
        chosen = widths == width
        if not chosen.any():
            continue
        values = numbers[np.repeat(chosen, counts)]
        lengths = counts[chosen]
        if int(largest[chosen].max()) < _FULL[width]:
            data = values.astype(dtype)
            sizes[chosen] = lengths * width
        else:
            carries = values // _FULL[width]
            data = np.full(values.size + int(carries.sum()), _FULL[width], dtype)
            data[np.cumsum(carries + 1) - 1] = values - carries * _FULL[width]
            added = np.add.reduceat(carries, np.cumsum(lengths) - lengths)
            sizes[chosen] = (lengths + added) * width
        coded.append((chosen, data.view(np.uint8)))
    starts = np.concatenate([[0], np.cumsum(sizes)])
    blob = np.empty(int(starts[-1]), np.uint8)
    for chosen, code in coded:
        blob[np.repeat(chosen, sizes)] = code
    return Packed(blob, starts, widths)


def _widths(
    numbers: Numbers, firsts: Numbers, counts: Numbers, largest: Numbers
) -> NDArray[np.uint8]:
    """The width of each run that takes the fewest bytes."""
    best = np.zeros(counts.size, np.uint8)
    some = largest > 0
    cost = np.full(counts.size, np.iinfo(np.int64).max)
    for width in _DTYPES:
        size = counts * width
        if width < 4 and bool((far := some & (largest >= _FULL[width])).any()):
            carries = np.add.reduceat(numbers // _FULL[width], firsts)
            size = np.where(far, (counts + carries) * width, size)
        better = some & (size < cost)
        best[better] = width
        cost[better] = size[better]
    return best


def narrowed(numbers: NDArray[Any]) -> NDArray[Any]:
    """Whole numbers from 0 on in the narrowest of 1, 2, 4 or 8 bytes that holds them all."""
    largest = int(numbers.max(initial=0))
    for dtype in ("<u1", "<u2", "<u4"):
        if largest <= np.iinfo(dtype).max:
            return numbers.astype(dtype)
    return numbers.astype("<i8")

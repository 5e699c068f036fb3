"""Runs of small whole numbers in few bytes, coded and decoded a whole array at a time.

A *run* is what belongs to one term: its gaps between stories, its frequencies, its gaps
between positions. Every run is kept in the width that takes the fewest bytes: none at all
where every number is 0, else 1, 2 or 4 bytes a number. The largest number of a width is a
carry: it adds itself to the number that follows, so that one far gap does not widen a run
(the escape of byte-oriented codes, as in Zukowski et al., "Super-Scalar RAM-CPU Cache
Compression", 2006, made a running sum). Decoding is one cumulative sum and one mask.

The width need not be kept: a run in 2 bytes is only made where one in 1 byte would take as
much, so the size of a run and how many numbers are in it tell.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]

LARGEST = 2**31 - 1
"""The largest number that a run may hold."""
WIDTHS: dict[int, np.dtype[np.unsignedinteger[Any]]] = {
    1: np.dtype("<u1"),
    2: np.dtype("<u2"),
    4: np.dtype("<u4"),
}
"""The widths of runs, in bytes, but for that of 0."""
FULL = {width: int(np.iinfo(dtype).max) for width, dtype in WIDTHS.items()}
"""The carry of each width."""


def pack(numbers: Numbers, counts: Numbers) -> tuple[NDArray[np.uint8], Numbers]:
    """``numbers``, cut into runs of ``counts`` (each at least 1), in few bytes.

    Gives (the bytes of all runs, how many each has). Raises ValueError for a number below 0
    or above `LARGEST`.
    """
    sizes = np.zeros(counts.size, np.int64)
    if not counts.size:
        return np.empty(0, np.uint8), sizes
    if int(numbers.min()) < 0 or int(numbers.max()) > LARGEST:
        raise ValueError("a run holds numbers from 0 to 2**31 - 1")
    firsts = np.cumsum(counts) - counts
    largest = np.maximum.reduceat(numbers, firsts)
    widths = _widths(numbers, firsts, counts, largest)
    coded: list[tuple[NDArray[np.bool_], NDArray[np.uint8]]] = []
    for width, dtype in WIDTHS.items():
        chosen = widths == width
        if not chosen.any():
            continue
        values = numbers if chosen.all() else numbers[np.repeat(chosen, counts)]
        lengths = counts[chosen]
        if int(largest[chosen].max()) < FULL[width]:
            data = values.astype(dtype)
            sizes[chosen] = lengths * width
        else:
            carries = values // FULL[width]
            data = np.full(values.size + int(carries.sum()), FULL[width], dtype)
            data[np.cumsum(carries + 1) - 1] = values - carries * FULL[width]
            added = np.add.reduceat(carries, np.cumsum(lengths) - lengths)
            sizes[chosen] = (lengths + added) * width
        coded.append((chosen, data.view(np.uint8)))
    if len(coded) == 1:
        return coded[0][1], sizes
    packed = np.empty(int(sizes.sum()), np.uint8)
    for chosen, code in coded:
        packed[np.repeat(chosen, sizes)] = code
    return packed, sizes


def _widths(
    numbers: Numbers, firsts: Numbers, counts: Numbers, largest: Numbers
) -> NDArray[np.uint8]:
    """The width of each run: the narrowest in which carries do not take as much as the next."""
    widths = np.where(largest > 0, np.uint8(1), np.uint8(0))
    for width in (1, 2):
        far = (widths == width) & (largest >= FULL[width])
        if far.any():
            carries = np.add.reduceat(numbers // FULL[width], firsts)
            widths[far & (carries >= counts)] = 2 * width
    return widths


def gapped(numbers: Numbers, counts: Numbers) -> Numbers:
    """Rising numbers, in runs of ``counts``, as how many are left out before each."""
    gaps = np.empty_like(numbers)
    if numbers.size:
        gaps[0] = numbers[0]
        np.subtract(numbers[1:], numbers[:-1], out=gaps[1:])
        gaps[1:] -= 1
        firsts = np.cumsum(counts)[:-1]
        gaps[firsts] = numbers[firsts]
    return gaps


def ungapped(gaps: Numbers, counts: Numbers) -> Numbers:
    """The numbers that `gapped` was given. ``gaps`` are used up."""
    if counts.size == gaps.size:
        return gaps
    np.add.accumulate(gaps, out=gaps)
    return risen(gaps, counts)


def risen(sums: Numbers, counts: Numbers) -> Numbers:
    """`ungapped` of gaps whose running sums over all runs are ``sums``. These are used up."""
    sums += steps(sums.size)
    ends = np.add.accumulate(counts)
    ends -= counts
    ends -= 1
    before = sums[ends]
    before[0] = -1
    before += 1
    sums -= before.repeat(counts)
    return sums


_STEPS = np.arange(4096)


def steps(count: int) -> Numbers:
    """The numbers 0 to ``count`` - 1, not to be written to."""
    return _STEPS[:count] if count <= _STEPS.size else np.arange(count)


def narrowed(numbers: NDArray[Any]) -> NDArray[Any]:
    """Whole numbers from 0 on in the narrowest of 1, 2, 4 or 8 bytes that holds them all."""
    largest = int(numbers.max(initial=0))
    for width, dtype in WIDTHS.items():
        if largest <= FULL[width]:
            return numbers.astype(dtype)
    return numbers.astype("<i8")

"""Runs of numbers in an open file: `index.codec.packing` read back, one run or many at once."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.codec.arrayfile import ArrayFile
from index.codec.checked import damaged
from index.codec.packing import FULL, LARGEST, WIDTHS, Numbers
from index.codec.runs import Runs


class NumberRuns:
    """The runs that are called ``name`` in a file."""

    def __init__(self, file: ArrayFile, name: str) -> None:
        self._name = file.name
        self._data = file.blocks(name)
        self._runs = Runs(file, name)

    def run(self, place: int, count: int) -> Numbers:
        """The ``count`` numbers of one run."""
        data = self._run(place, count)
        if data.size == count:
            return data.astype(np.int64)
        return np.diff(self._sums(data, count), prepend=0)

    def run_sums(self, place: int, count: int) -> Numbers:
        """The running sums of one run: cheaper than the numbers where there are carries."""
        data = self._run(place, count)
        if data.size != count:
            return self._sums(data, count)
        sums = data.astype(np.int64)
        if count > 1:
            np.add.accumulate(sums, out=sums)
        return sums

    def _run(self, place: int, count: int) -> NDArray[Any]:
        """The bytes of a run as numbers of its width, carries among them."""
        start, size = self._runs.place(place)
        data = self._data.between(start, start + size)
        if size < 2 * count:
            if size or not count:
                return data
            if count > LARGEST:
                raise damaged(self._name, "a run is too long")
            return np.zeros(count, np.uint8)
        dtype = WIDTHS[2 if size < 4 * count else 4]
        if data.size != size or size % dtype.itemsize:
            raise damaged(self._name, "a run is cut short")
        return data.view(dtype)

    def _sums(self, data: NDArray[Any], count: int) -> Numbers:
        """The running sums at the numbers of ``data``, carries summed into what follows them."""
        every = data.astype(np.int64)
        np.add.accumulate(every, out=every)
        sums: Numbers = every[data != FULL[data.itemsize]]
        if sums.size != count:
            raise damaged(self._name, "a run has another length than it should")
        return sums

    def runs(self, low: int, high: int, counts: Numbers) -> Numbers:
        """The numbers of the runs ``low`` to ``high`` - 1, of which each has ``counts``."""
        bounds = self._runs.bounds(low, high)
        sizes = np.diff(bounds)
        data = self._data.between(int(bounds[0]), int(bounds[-1]))
        total = int(counts.sum())
        if total > LARGEST or int(sizes.min(initial=0)) < 0 or data.size != int(sizes.sum()):
            raise damaged(self._name, "its runs do not fit")
        numbers = np.zeros(total, np.int64)
        widths = _of_widths(sizes, counts)
        for width, chosen in widths:
            if bool((sizes[chosen] % width).any()):
                raise damaged(self._name, "a run is cut short")
            own = int(counts[chosen].sum())
            values = (data if len(widths) == 1 else data[chosen.repeat(sizes)]).view(WIDTHS[width])
            if values.size != own:
                values = np.diff(self._sums(values, own), prepend=0)
            if own == total:
                return values.astype(np.int64)
            numbers[chosen.repeat(counts)] = values
        return numbers


def _of_widths(sizes: Numbers, counts: Numbers) -> list[tuple[int, NDArray[np.bool_]]]:
    """Which of several runs have each width."""
    some = sizes > 0
    narrow, middle = sizes < 2 * counts, sizes < 4 * counts
    flags = {1: some & narrow, 2: some & middle & ~narrow, 4: some & ~middle}
    return [(width, chosen) for width, chosen in flags.items() if chosen.any()]

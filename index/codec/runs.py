"""Where each of many runs of bytes lies in one array, for a byte or two a run.

Of every `BLOCK` runs it is kept where they begin, and of each how far from there. These
distances are a row in one of three arrays, of 1, 2 or 4 bytes a distance: the narrowest that
holds them all, for few blocks have long runs. Runs that are all of one size need no arrays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import overload

import numpy as np
from numpy.typing import NDArray

from index.codec.arrayfile import ArrayFile, ArrayFileWriter, view
from index.codec.checked import damaged
from index.codec.packing import Numbers, narrowed

BLOCK = 16
SHIFT = 4
LAST = BLOCK - 1
_DTYPES = ("<u1", "<u2", "<u4")
_LIMITS = (0xFF, 0xFFFF, 0xFFFF_FFFF)
_NONE = np.empty(0, np.uint8)


def write_runs(file: ArrayFileWriter, name: str, sizes: Numbers) -> None:
    """Write where runs of ``sizes`` lie, one behind the other, as ``name``.

    Raises ValueError for a block of 4 GiB or more.
    """
    about = file.meta.setdefault("runs", {})
    if not sizes.size or int(sizes.min()) == int(sizes.max()):
        about[name] = [sizes.size, int(sizes[0]) if sizes.size else 0]
        return
    about[name] = [sizes.size]
    blocks = np.pad(sizes, (0, -sizes.size % BLOCK)).reshape(-1, BLOCK)
    ends = blocks.cumsum(axis=1)
    bases = np.concatenate([[0], ends[:, LAST].cumsum()])
    largest = ends[:, LAST]
    if int(largest.max()) > _LIMITS[-1]:
        raise ValueError("neighbouring runs hold less than 4 GiB")
    widths = np.searchsorted(_LIMITS, largest)
    rows = np.empty(widths.size, np.int64)
    for width, dtype in enumerate(_DTYPES):
        chosen = widths == width
        rows[chosen] = np.arange(np.count_nonzero(chosen)) << 2 | width
        if chosen.any():
            distances = ends[chosen] - blocks[chosen]
            file.add(f"{name}.starts{width}", distances.astype(dtype))
    file.add(f"{name}.bases", narrowed(bases))
    file.add(f"{name}.rows", narrowed(rows))


class Runs:
    """Where runs lie, by number; ``count`` is how many there are."""

    def __init__(self, file: ArrayFile, name: str) -> None:
        self._file_name = file.name
        self.count: int
        self.count, *size = file.about("runs")[name]
        self.size: int | None = size[0] if size else None
        """The size of every run, if they are all of one."""
        if self.size is None:
            parts = [f"{name}.starts{width}" for width in range(len(_DTYPES))]
            self.starts = [view(file.array(part) if part in file else _NONE) for part in parts]
            self.bases = view(file.array(f"{name}.bases"))
            self.rows = view(file.array(f"{name}.rows"))

    def place(self, number: int) -> tuple[int, int]:
        """(start, size) of one run, in bytes."""
        if self.size is not None:
            return number * self.size, self.size
        try:
            block = number >> SHIFT
            row = self.rows[block]
            starts = self.starts[row & 3]
            at = (row >> 2 << SHIFT) + (number & LAST)
            start = starts[at]
            base = self.bases[block]
            if number & LAST == LAST:
                return base + start, self.bases[block + 1] - base - start
            return base + start, starts[at + 1] - start
        except IndexError:
            raise self.damaged() from None

    def damaged(self) -> Exception:
        """What is raised where the file tells of runs that cannot be."""
        return damaged(self._file_name, "its parts do not fit")

    def bounds(self, low: int, high: int) -> Numbers:
        """Where the runs ``low`` to ``high`` - 1 begin, and where the last of them ends."""
        if self.size is not None:
            return np.arange(low, high + 1) * self.size
        first = low >> SHIFT
        rows = np.asarray(self.rows[first : (high >> SHIFT) + 1]).astype(np.int64)
        found = np.empty((rows.size, BLOCK), np.int64)
        try:
            for width, starts in enumerate(self.starts):
                chosen = rows & 3 == width
                if chosen.any():
                    found[chosen] = np.asarray(starts).reshape(-1, BLOCK)[rows[chosen] >> 2]
        except (IndexError, ValueError):
            raise self.damaged() from None
        found += np.asarray(self.bases[first : first + rows.size]).astype(np.int64)[:, None]
        bounds = np.append(found.ravel(), self.bases[len(self.bases) - 1])
        return bounds[low - (first << SHIFT) : high + 1 - (first << SHIFT)]


class ByteRuns(Sequence[bytes]):
    """Runs of bytes by number: array ``name`` has them end to end."""

    def __init__(self, file: ArrayFile, name: str) -> None:
        self._runs = Runs(file, name)
        self._data = file.blocks(name)

    def __len__(self) -> int:
        return self._runs.count

    @overload
    def __getitem__(self, place: int) -> bytes: ...
    @overload
    def __getitem__(self, place: slice) -> list[bytes]: ...
    def __getitem__(self, place: int | slice) -> bytes | list[bytes]:
        if isinstance(place, slice):
            return self.take(range(*place.indices(len(self))))
        if not 0 <= place < self._runs.count:
            raise IndexError(place)
        start, size = self._runs.place(place)
        return self._data.between(start, start + size).tobytes()

    def take(self, places: Sequence[int]) -> list[bytes]:
        """The runs of some numbers, each of them from 0 to the last."""
        between, where = self._data.between, self._runs.place
        return [between(start, start + size).tobytes() for start, size in map(where, places)]

    def between(self, low: int, high: int) -> Iterator[bytes]:
        """The runs numbered ``low`` to ``high`` - 1."""
        joined, bounds = self.joined(low, high)
        data = joined.tobytes()
        at = 0
        for end in bounds[1:].tolist():
            yield data[at:end]
            at = end

    def joined(self, low: int, high: int) -> tuple[NDArray[np.uint8], Numbers]:
        """The same end to end, and where in that each begins and the last ends."""
        if not 0 <= low <= high <= self._runs.count:
            raise self._runs.damaged()
        bounds = self._runs.bounds(low, high)
        data = self._data.between(int(bounds[0]), int(bounds[-1]))
        return data, bounds - bounds[0]


def write_bytes(file: ArrayFileWriter, name: str, runs: Sequence[bytes]) -> None:
    """Write what `ByteRuns` reads."""
    file.add(name, np.frombuffer(b"".join(runs), np.uint8))
    write_runs(file, name, np.fromiter(map(len, runs), np.int64, len(runs)))

"""A sorted dictionary of terms as one run of bytes: exact, prefix and range look-up in place.

The first eight bytes of the first term of each block stand beside it as one number (as the
"poor man's normalised keys" of Graefe and Larson, "B-tree indexes and CPU caches", 2001),
so that the block to look into is found by comparing numbers, and objects are made only of
terms in that block.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.codec.arrayfile import ArrayFile, ArrayFileWriter, view
from index.codec.packing import Numbers
from index.codec.runs import BLOCK, LAST, SHIFT, ByteRuns, write_bytes

_KEY = 8


class TermDictionary(ByteRuns):
    """The terms of one field, in the order of their bytes; a term's number is its place."""

    def __init__(self, file: ArrayFile, name: str) -> None:
        super().__init__(file, name)
        self._keys = view(file.array(f"{name}.keys"))

    def find(self, term: bytes) -> int:
        """The number of ``term``; -1 if it is not here."""
        if not term:  # only the first of all can be without bytes
            return -1 if not len(self) or self._runs.place(0)[1] else 0
        block = self._block(term)
        if block < 0:
            return -1
        starts, first, base, end = self._opened(block)
        data = self._data.between(base, end).tobytes()
        size = len(term)
        at = data.find(term)
        while at >= 0:
            number = bisect_right(starts, at, first, first + BLOCK) - 1
            following = starts[number + 1] if number < first + LAST else end - base
            if starts[number] == at and following - at == size:
                return (block << SHIFT) + number - first
            at = data.find(term, at + 1)
        return -1

    def first_from(self, term: bytes) -> int:
        """The number of the first term that is not before ``term``."""
        block = self._block(term)
        if block < 0:
            return 0
        low = block << SHIFT
        return bisect_left(self, term, low, min(low + BLOCK, len(self)))

    def _opened(self, block: int) -> tuple[Sequence[int], int, int, int]:
        """(distances, where those of the block begin in them, where its bytes begin and end)."""
        runs = self._runs
        if runs.size is not None:
            first = block << SHIFT
            base = first * runs.size
            end = min(first + BLOCK, runs.count) * runs.size
            return range(0, BLOCK * runs.size, runs.size or 1), 0, base, end
        try:
            row = runs.rows[block]
            return runs.starts[row & 3], row >> 2 << SHIFT, runs.bases[block], runs.bases[block + 1]
        except IndexError:
            raise runs.damaged() from None

    def _block(self, term: bytes) -> int:
        """The last block whose first term is not behind ``term``; -1 if there is none."""
        keys = self._keys
        key = int.from_bytes(term[:_KEY].ljust(_KEY, b"\0"), "big")
        block = bisect_right(keys, key) - 1
        if block < 0 or keys[block] != key:
            return block
        low = bisect_left(keys, key, 0, block)
        alike = range(low, block + 1)
        return low - 1 + bisect_right(alike, term, key=lambda number: self[number << SHIFT])

    def prefix_range(self, prefix: bytes) -> tuple[int, int]:
        """The numbers of the first term with ``prefix`` and of the first one after them."""
        low = self.first_from(prefix)
        bare = prefix.rstrip(b"\xff")
        if not bare:
            return low, len(self)
        return low, self.first_from(bare[:-1] + bytes([bare[-1] + 1]))

    def lines(self, low: int, high: int) -> tuple[str, Numbers]:
        """The terms numbered ``low`` to ``high`` - 1, a line break behind each.

        Tells where each begins among the characters, and where the last of all ends. To look
        through one text takes a fraction of what a look at each term does.
        """
        data, bounds = self.joined(low, high)
        lines = np.insert(data, bounds[1:], ord("\n"))
        begins: Numbers = bounds + np.arange(bounds.size)
        text = lines.tobytes().decode(errors="replace")
        if len(text) != lines.size:
            characters = np.cumsum((lines & 0xC0) != 0x80)
            begins = np.append(0, characters)[begins]
        return text, begins

    def span(
        self,
        low: bytes | None,
        high: bytes | None,
        *,
        low_out: bool = False,
        high_out: bool = False,
    ) -> tuple[int, int]:
        """The range of terms from ``low`` to ``high``, without an end that is ``out``."""
        start = 0 if low is None else self._end(low, after=low_out)
        end = len(self) if high is None else self._end(high, after=not high_out)
        return start, max(start, end)

    def _end(self, term: bytes, *, after: bool) -> int:
        # Nothing is between a term and the same with a zero behind it.
        return self.first_from(term + b"\0" if after else term)


def keys_of(terms: Sequence[bytes], before: int = 0) -> NDArray[np.uint64]:
    """The keys of the blocks that begin among ``terms``, behind as many as ``before``."""
    firsts = terms[-before % BLOCK :: BLOCK]
    keys = b"".join(term[:_KEY].ljust(_KEY, b"\0") for term in firsts)
    return np.frombuffer(keys, ">u8").astype("<u8")


def write_terms(file: ArrayFileWriter, name: str, terms: Sequence[bytes]) -> None:
    """Write what `TermDictionary` reads: ``terms`` are different and sorted."""
    write_bytes(file, name, terms)
    file.add(f"{name}.keys", keys_of(terms))

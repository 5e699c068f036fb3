"""Terms by number: the texts of a segment read into arrays, each chunk analysed once.

Most words of a text have been met before, with the comma that follows them. So a text is
cut at white space, and each chunk becomes a number by one look-up; which terms the chunks
hold (mostly one; none in a dash, two in ``South-Korea``) is looked up for all texts at once.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from index.analysis import chunk_terms

_LONG = 64
"""Characters from which a chunk is not kept to be met again: hostile text has many such."""
_MOST = 1_000_000
"""Chunks from which a vocabulary has `grown_large`."""

Ints = NDArray[np.int32]


class _Chunks(dict[str, int]):
    """Chunk -> its number; a new one is learned."""

    def __init__(self, learn: Callable[[str], int]) -> None:
        super().__init__()
        self._learn = learn

    def __missing__(self, chunk: str) -> int:
        number = self._learn(chunk)
        if len(chunk) < _LONG:
            self[chunk] = number
        return number


class Vocabulary:
    """The terms met so far. A term's number is its place in the order of first sight."""

    def __init__(self) -> None:
        self._chunks = _Chunks(self._learn)
        self._number_of = self._chunks.__getitem__
        self._terms: dict[str, int] = {}
        self._of_chunks = array("i")
        self._starts = array("q", [0])

    def _learn(self, chunk: str) -> int:
        known = self._terms
        for term in chunk_terms(chunk):
            self._of_chunks.append(known.setdefault(term, len(known)))
        self._starts.append(len(self._of_chunks))
        return len(self._starts) - 2

    @property
    def grown_large(self) -> bool:
        """Whether it is time to begin a new one, between two segments."""
        return len(self._starts) > _MOST or len(self._of_chunks) > _MOST

    def terms(self) -> list[bytes]:
        """All terms, in the order of their numbers."""
        return [term.encode() for term in self._terms]

    def read(self, chunks: list[str]) -> Ints:
        """The numbers of the chunks of a text, that is: of ``text.split()``."""
        return np.fromiter(map(self._number_of, chunks), np.int32, len(chunks))

    def terms_of(self, chunks: Ints) -> tuple[Ints, NDArray[np.int64]]:
        """The numbers of the terms in ``chunks``, end to end, and how many each chunk has."""
        starts = np.array(self._starts)
        flat = np.array(self._of_chunks, np.int32)
        firsts = starts[chunks]
        sizes = starts[1:][chunks]
        sizes -= firsts
        if chunks.size and int(sizes.min()) == int(sizes.max()) == 1:
            return flat[firsts], sizes
        ends = np.cumsum(sizes)
        firsts -= ends
        firsts += sizes
        places = np.repeat(firsts, sizes)
        places += np.arange(places.size)
        return flat[places], sizes

"""Which stories are the same word for word? A key of 64 bits for each body.

Multilinear hashing (Carter and Wegman, "Universal classes of hash functions", 1979; Lemire
and Kaser, "Strongly universal string hashing is fast", 2014): a sum of the parts, each
multiplied by a number that belongs to its place. So all terms of a segment, and then all
bodies, are hashed by a few operations on arrays.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from index.analysis import terms

Hashes = NDArray[np.uint64]


def term_hashes(words: list[bytes]) -> Hashes:
    """A hash of each of some terms."""
    lengths = np.fromiter(map(len, words), np.int64, len(words))
    letters = np.frombuffer(b"".join(words), np.uint8).astype(np.uint64)
    return _mixed(_sums(letters + np.uint64(1), lengths))


def copy_keys(hashes: Hashes, lengths: NDArray[np.int64]) -> list[str]:
    """The keys of bodies from the hashes of their words, end to end; "" for one without.

    ``lengths`` is the number of words of each body. Equal keys: the same words in one order.
    """
    sums = _mixed(_sums(hashes, lengths))
    pairs = zip(sums.tolist(), lengths.tolist(), strict=True)
    return [f"{key:016x}" if length else "" for key, length in pairs]


def copy_key(body: str) -> str:
    """The key of one body."""
    words = [term.encode() for term in terms(body)]
    return copy_keys(term_hashes(words), np.array([len(words)]))[0]


def _sums(parts: Hashes, lengths: NDArray[np.int64]) -> Hashes:
    """The sum of the parts of each run, every part times the number of its place in the run."""
    ends = np.cumsum(lengths)
    firsts = ends - lengths
    places = np.arange(parts.size) - np.repeat(firsts, lengths)
    factors = _mixed(np.arange(1, int(lengths.max(initial=0)) + 1, dtype=np.uint64)) | np.uint64(1)
    weighted = parts * factors[places]
    totals = np.zeros(lengths.size, np.uint64)
    some = lengths > 0
    if weighted.size:
        totals[some] = np.add.reduceat(weighted, firsts[some])
    return totals


def _mixed(numbers: Hashes) -> Hashes:
    """Numbers that look drawn by lot, each always the same (SplitMix64, Steele et al., 2014)."""
    mixed = numbers * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))

"""Tokens -> postings, with one sort.

A token is written as one number, its term in front of its place among all tokens, so that
sorting numbers puts the tokens of a term together and leaves them in order (sort-based
inversion: Witten, Moffat and Bell, "Managing Gigabytes", 1999, ch. 5). What follows is done
a range of terms at a time, so that no more than a range is ever held as postings.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from index.codec.packing import Numbers
from index.codec.postings import Postings

RANGE = 1 << 20
"""Tokens of which postings are made at once; a term is never cut in two."""
_PLACE = np.int64(0xFFFF_FFFF)


def ranked(
    numbers: NDArray[np.int32], terms: list[bytes]
) -> tuple[NDArray[np.int32], list[bytes], Numbers]:
    """Terms by their place in the order of bytes, for terms by any number.

    ``numbers`` are the tokens' terms as places in ``terms``. Gives the tokens' terms as places
    in the second, which are those that occur, sorted; and how many tokens each of them has.
    """
    counts = np.bincount(numbers, minlength=len(terms))
    present = np.flatnonzero(counts)
    order = present[
        sorted(range(present.size), key=[terms[n] for n in present.tolist()].__getitem__)
    ]
    rank = np.zeros(len(terms), np.int32)
    rank[order] = np.arange(order.size, dtype=np.int32)
    return rank[numbers], [terms[number] for number in order.tolist()], counts[order]


def invert(
    terms: NDArray[np.int32], counts: Numbers, lengths: Numbers
) -> Iterator[tuple[int, int, Postings]]:
    """The postings of the tokens of many stories, a range of terms (low, high) at a time.

    ``terms`` are the tokens' terms, story after story: numbers from 0 on without a gap,
    each as often as ``counts`` says. ``lengths`` is how many tokens each story has.
    """
    keys = terms.astype(np.int64)
    keys <<= 32
    keys |= np.arange(keys.size, dtype=np.int64)
    keys.sort()
    stories = np.repeat(np.arange(lengths.size, dtype=np.int32), lengths)
    firsts = np.cumsum(lengths) - lengths
    ends = np.cumsum(counts)
    low = 0
    while low < counts.size:
        start = int(ends[low] - counts[low])
        high = max(int(np.searchsorted(ends, start + RANGE, side="right")), low + 1)
        places = keys[start : int(ends[high - 1])] & _PLACE
        docs = stories[places].astype(np.int64)
        places -= firsts[docs]
        found, starts, freqs = _runs(docs, counts[low:high])
        yield low, high, Postings(found, docs[starts], freqs, places)
        low = high


def invert_keywords(terms: NDArray[np.int32], docs: Numbers, counts: Numbers) -> Postings:
    """The postings of a field without positions.

    ``terms`` and ``docs`` are its tokens, in any order; ``counts`` as for `invert`.
    """
    keys = terms.astype(np.int64)
    keys <<= 32
    keys |= docs
    keys.sort()
    keys &= _PLACE
    found, starts, freqs = _runs(keys, counts)
    return Postings(found, keys[starts], freqs)


def _runs(docs: Numbers, counts: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """The runs of one story's tokens within one term's: (how many for each term, where, length).

    ``docs`` are the tokens' stories, term after term; each term has ``counts`` tokens.
    """
    term_starts = np.cumsum(counts) - counts
    first = np.empty(docs.size, bool)
    first[0] = True
    np.not_equal(docs[1:], docs[:-1], out=first[1:])
    first[term_starts] = True
    starts = np.flatnonzero(first)
    found = np.add.reduceat(first, term_starts, dtype=np.int64)
    return found, starts, np.diff(starts, append=docs.size)

"""Stories that match something, and how well: sets of them, joined and met.

A story's number is global over the segments of an index. All that is done here is done a set
at a time, in NumPy, and adds scores in the order of the parts, so that a sum does not depend
on how it was come by.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Scores = NDArray[np.float32] | NDArray[np.float64]
Flags = NDArray[np.bool_]

SMALL_INDEX = 1 << 15
"""Stories up to which a row of the whole index is kept for what is looked up again and again."""
DENSE = 6
"""The share of an index's stories (one in so many) from which walking all of them is cheaper
than sorting those that match."""
_STEPS = 16
"""What it costs to find a number among sorted ones, as the numbers that could be marked instead."""


class Matches:
    """Stories in order of their numbers, each once, and the score of each.

    ``size`` is the number of stories in the index, deleted ones included. ``positive`` says
    that every score is above zero.
    """

    __slots__ = ("_row", "docs", "positive", "scores", "size")

    def __init__(self, docs: Numbers, scores: Scores, size: int, positive: bool = False) -> None:
        self.docs = docs
        self.scores = scores
        self.size = size
        self.positive = positive
        self._row: Scores | None = None

    @property
    def nbytes(self) -> int:
        """Memory that this takes, or will when it is used."""
        row = 8 * self.size if self._keeps_row() else 0
        return self.docs.nbytes + self.scores.nbytes + row

    def _keeps_row(self) -> bool:
        return self.positive and self.size <= SMALL_INDEX

    def row(self) -> Scores:
        """The score of every story of the index, 0 for none."""
        if self._row is not None:
            return self._row
        keeps = self._keeps_row()
        row = np.zeros(self.size, np.float64 if keeps else self.scores.dtype)
        row[self.docs] = self.scores
        if keeps:
            self._row = row
        return row

    def has(self, docs: Numbers) -> Flags:
        """Which of ``docs``, which are in order, are among these."""
        if self._keeps_row():
            return self.row()[docs] > 0
        if docs.size * _STEPS < self.docs.size:
            return self._places(docs)[1]
        flags = np.zeros(self.size, bool)
        flags[self.docs] = True
        return flags[docs]

    def scores_of(self, docs: Numbers) -> Scores:
        """The scores of ``docs``; 0 for one that is not among these."""
        if self._keeps_row() or docs.size * _STEPS >= self.docs.size:
            return self.row()[docs]
        places, found = self._places(docs)
        return self.scores[places] * found

    def _places(self, docs: Numbers) -> tuple[Numbers, Flags]:
        """Where each of ``docs`` stands here, or would, and whether it does."""
        if not self.docs.size:
            return np.empty(0, np.int64), np.zeros(docs.size, bool)
        places = self.docs.searchsorted(docs)
        places[places == self.docs.size] = 0
        return places, self.docs[places] == docs

    def kept(self, flags: Flags) -> Matches:
        """Those of these that ``flags`` says."""
        places = flags.nonzero()[0]
        return Matches(self.docs[places], self.scores[places], self.size, self.positive)

    def flat(self, score: float = 0.0) -> Matches:
        """The same stories, all with one score."""
        return flat(self.docs, self.size, score)


def flat(docs: Numbers, size: int, score: float = 0.0) -> Matches:
    """``docs`` as matches that all have one score."""
    return Matches(docs, np.full(docs.size, score), size, score > 0)


def none(size: int) -> Matches:
    """No story at all."""
    return Matches(np.empty(0, np.int64), np.empty(0), size, True)


def meet(found: Sequence[Matches]) -> Matches:
    """The stories that are in all of ``found`` (one or more), their scores added."""
    if len(found) == 1:
        return found[0]
    smallest, *others = sorted(found, key=_count)
    docs = smallest.docs
    for matches in others:
        docs = docs[matches.has(docs).nonzero()[0]]
    scores = found[0].scores_of(docs).astype(np.float64)
    for matches in found[1:]:
        scores += matches.scores_of(docs)
    return Matches(docs, scores, smallest.size, all(matches.positive for matches in found))


def _count(matches: Matches) -> int:
    return matches.docs.size


def join(found: Sequence[Matches], size: int) -> Matches:
    """The stories that are in any of ``found``, their scores added."""
    some = [matches for matches in found if matches.docs.size]
    if len(some) < 2:
        return some[0] if some else none(size)
    positive = all(matches.positive for matches in some)
    if positive and worth_a_row(some, size):
        row = added(some, size)
        # To look for what is there is quicker among flags than among numbers.
        docs = (row > 0).nonzero()[0]
        return Matches(docs, row[docs], size, positive)
    docs, scores, _counts = summed([(matches.docs, matches.scores) for matches in some])
    return Matches(docs, scores, size, positive)


def worth_a_row(found: Sequence[Matches], size: int) -> bool:
    """Whether walking the whole index is cheaper than sorting what matches."""
    return sum(matches.docs.size for matches in found) * DENSE >= size


def added(found: Sequence[Matches], size: int) -> NDArray[np.float64]:
    """For every story of the index, the sum of its scores in ``found``."""
    total = np.zeros(size)
    for matches in found:
        if size <= SMALL_INDEX:
            total += matches.row()
        else:
            total[matches.docs] += matches.scores
    return total


def tally(found: Sequence[Matches], size: int, least: int) -> tuple[Matches, Numbers]:
    """The stories that are in ``least`` of ``found`` or more, and in how many each is."""
    if not worth_a_row(found, size):
        docs, scores, counts = summed([(matches.docs, matches.scores) for matches in found])
        kept = counts >= least
        return Matches(docs[kept], scores[kept], size), counts[kept]
    row = np.zeros(size, np.int32)
    for matches in found:
        row[matches.docs] += 1
    docs = (row >= least).nonzero()[0]
    return Matches(docs, added(found, size)[docs], size), row[docs].astype(np.int64)


def summed(
    parts: Sequence[tuple[Numbers, NDArray[np.generic]]],
) -> tuple[Numbers, NDArray[np.float64], Numbers]:
    """Numbers in order, each once; the sum of their values; in how many parts each is."""
    if len(parts) == 1:
        docs, values = parts[0]
        return docs, values.astype(np.float64), np.ones(docs.size, np.int64)
    if not parts:
        return np.empty(0, np.int64), np.empty(0), np.empty(0, np.int64)
    together = np.concatenate([docs for docs, _ in parts])
    values = np.concatenate([values for _, values in parts])
    order = together.argsort(kind="stable")
    together = together[order]
    first = np.empty(together.size, bool)
    first[:1] = True
    np.not_equal(together[1:], together[:-1], out=first[1:])
    where = first.cumsum()
    where -= 1
    # bincount adds one by one, in the order of the parts; np.add.reduceat does not promise to.
    sums = np.bincount(where, values[order]).astype(np.float64, copy=False)
    return together[first], sums, np.bincount(where).astype(np.int64, copy=False)

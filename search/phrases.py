"""Where words stand one after another.

Positions are sorted arrays of int64 keys, ``story * STEP + position``, so that one array
covers a whole field of an index and a distance never reaches into the next story.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.int64]

STEP = 1 << 32
_FEWER = 16
"""How many times fewer keys are looked up among the others rather than merged with them."""


def chains(words: Sequence[Keys], slop: int = 1) -> list[Keys]:
    """For each word of a phrase, the positions that take part in it somewhere.

    A phrase stands where its words follow in order, each 1 to ``slop`` positions after
    the one before (1: next to it). This is what ``whoosh.query.Phrase`` means by slop.
    """
    if slop == 1 and len(words) == 2:
        ends = in_both(words[0] + 1, words[1])
        return [ends - 1, ends]
    alive = [words[0]]
    for keys in words[1:]:
        alive.append(keys[_within(alive[-1], keys, slop)])
    for place in range(len(alive) - 2, -1, -1):
        # The same question, asked from right to left.
        keys = alive[place]
        alive[place] = keys[_within(-alive[place + 1][::-1], -keys[::-1], slop)[::-1]]
    return alive


def in_both(some: Keys, others: Keys) -> Keys:
    """The keys that are in both; the keys of each are in order, and different."""
    fewer, more = (some, others) if some.size < others.size else (others, some)
    if fewer.size * _FEWER < more.size:
        places = more.searchsorted(fewer)
        places[places == more.size] = 0
        looked_up: Keys = fewer[more[places] == fewer]
        return looked_up
    both = np.concatenate([some, others])
    both.sort(kind="stable")  # which finds that it is two rows in order, and merges them
    found: Keys = both[1:][both[1:] == both[:-1]]
    return found


def _within(before: Keys, keys: Keys, slop: int) -> NDArray[np.bool_]:
    """Which ``keys`` have one of ``before`` 1 to ``slop`` positions ahead of them."""
    nearest = np.searchsorted(before, keys, side="left") - 1
    found: NDArray[np.bool_] = nearest >= 0
    found[found] = keys[found] - before[nearest[found]] <= slop
    return found


def per_story(keys: Keys) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The stories of ``keys``, which are in order, and how many keys each has."""
    stories = keys // STEP
    if not stories.size:
        return stories, stories
    last = np.ones(stories.size, bool)
    np.not_equal(stories[1:], stories[:-1], out=last[:-1])
    ends = last.nonzero()[0]
    counts = ends + 1
    counts[1:] -= counts[:-1].copy()
    return stories[ends], counts


def followed(words: Sequence[Keys]) -> list[Keys]:
    """The phrases that `chains` found, one for each position that starts one: a column a word.

    From a start, the nearest next word is always right: it takes part in a phrase too.
    """
    columns = [words[0]]
    for keys in words[1:]:
        columns.append(keys[np.searchsorted(keys, columns[-1], side="right")])
    return columns

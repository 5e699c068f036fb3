"""The best of what matched, without sorting the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.arrays import IndexArrays
from search.matches import Numbers

_GROUP = 64
_MANY = 4_096
_FEW = 64
"""Stories more than are wanted that it is quicker to sort than to tell apart first."""


Keys = Sequence[NDArray[Any]]
Lookup = Callable[[Numbers], NDArray[Any]]
"""For stories, a number of each."""


def best(
    docs: Numbers, keys: Keys, count: int, index: IndexArrays, takes: Lookup | None = None
) -> list[int]:
    """Where the ``count`` best of ``docs`` stand in it, best first.

    Best is the highest in the first of ``keys``, then in the next; stories equal in every
    key come newest first, of one day the later of ``takes`` (of a running story) first, and then
    in the order of their ids. All this is looked up only for the stories that it decides about.
    """
    ties = [_dates(index), *([takes] if takes else [])]
    if not count or not docs.size:
        return []
    if docs.size <= count:
        return _ordered(docs, keys, ties, np.arange(docs.size), count, index)
    picked = _at_least(keys[0], count)
    if picked.size > count + _FEW:
        picked = _narrowed(docs, keys, ties, count, index)
    return _ordered(docs, keys, ties, picked, count, index)


def _dates(index: IndexArrays) -> Lookup:
    return lambda docs: index.numbers("date")[docs]


def _at_least(values: NDArray[Any], count: int) -> Numbers:
    """The places of the values that are not below the ``count``-th highest, of more than that."""
    if values.size > _MANY and values.size > 2 * count * _GROUP:
        # The count-th highest of the groups' maxima is a floor: so many values reach it.
        groups = values.size // _GROUP
        highest = values[: groups * _GROUP].reshape(_GROUP, groups).max(axis=0)
        floor = np.partition(highest, groups - count)[groups - count]
        places = (values >= floor).nonzero()[0]
        found: Numbers = places[_at_least_few(values[places], count)]
        return found
    return _at_least_few(values, count)


def _at_least_few(values: NDArray[Any], count: int) -> Numbers:
    if values.size == count:
        return np.arange(count)
    worst = np.partition(values, values.size - count)[values.size - count]
    places: Numbers = (values >= worst).nonzero()[0]
    return places


def _narrowed(
    docs: Numbers, keys: Keys, ties: Sequence[Lookup], count: int, index: IndexArrays
) -> Numbers:
    """The places of the best where many are equal in the first key: the next keys decide."""
    picked = np.arange(docs.size)
    sure: list[Numbers] = []
    every: list[NDArray[Any] | Lookup] = [*keys, *ties]
    for key in every:
        values = key(docs[picked]) if callable(key) else key[picked]
        places = _at_least(values, count)
        values = values[places]
        equal = values == values.min()
        above = picked[places[~equal]]
        sure.append(above)
        picked = picked[places[equal]]
        count -= above.size
        if picked.size <= count:
            break
    else:
        picked = _first_by_id(docs, picked, count, index)
    return np.concatenate([*sure, picked])


def _first_by_id(docs: Numbers, picked: Numbers, count: int, index: IndexArrays) -> Numbers:
    """Those of ``picked`` that may be among the ``count`` first by id: so many a segment."""
    parts = []
    for base, places in index.id_places.items():
        inside = picked[(docs[picked] >= base) & (docs[picked] < base + places.size)]
        if inside.size > count:
            ranks = places[docs[inside] - base]
            inside = inside[np.argpartition(ranks, count)[:count]]
        parts.append(inside)
    return np.concatenate(parts)


def _ordered(
    docs: Numbers,
    keys: Keys,
    ties: Sequence[Lookup],
    picked: Numbers,
    count: int,
    index: IndexArrays,
) -> list[int]:
    """The ``count`` best of ``picked``. They are few, and few are sorted quicker as a list."""
    columns = [(-key[picked]).tolist() for key in keys]
    rows = sorted(zip(*columns, picked.tolist(), strict=True))
    tied = _tied(rows, count)
    if not tied:
        return [row[-1] for row in rows[:count]]
    places = list(tied)
    there = docs[places]
    looked_up = [(-values_of(there)).tolist() for values_of in ties]
    keyed = zip(*looked_up, index.ids(there.tolist()), strict=True)
    tie_breaks = dict(zip(places, keyed, strict=True))
    rows.sort(key=lambda row: (row[:-1], tie_breaks.get(row[-1], ())))
    return [row[-1] for row in rows[:count]]


def _tied(rows: list[tuple[Any, ...]], count: int) -> set[int]:
    """The places (last in each row) of the first ``count`` that equal a neighbour in all else.

    And of those behind them that equal the last.
    """
    found: set[int] = set()
    for number, (one, other) in enumerate(pairwise(rows), 1):
        if one[0] == other[0] and one[:-1] == other[:-1]:
            found.update((one[-1], other[-1]))
        elif number >= count:
            break
    return found

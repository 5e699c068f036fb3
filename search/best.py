"""The best of what matched, without sorting the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.arrays import IndexArrays
from search.matches import Numbers

_BLOCK = 64
_MANY = 4_096


def best(docs: Numbers, keys: Sequence[NDArray[Any]], count: int, index: IndexArrays) -> Numbers:
    """Where the ``count`` best of ``docs`` stand in it, best first.

    Best is the highest in the first of ``keys``, then in the next; stories equal in every
    key come newest first, and then in the order of their ids. Dates and ids are looked up
    only for the stories that they decide about.
    """
    if not count or not docs.size:
        return np.empty(0, np.int64)
    picked = np.arange(docs.size)
    sure = picked[:0]
    for key in (*keys, None):
        need = count - sure.size
        if picked.size <= need:
            break
        values = index.numbers("date")[docs[picked]] if key is None else key[picked]
        above, equal = _split(values, need)
        sure = np.concatenate([sure, picked[above]]) if sure.size else picked[above]
        picked = picked[equal]
    if picked.size > count - sure.size:
        picked = _first_by_id(docs, picked, count - sure.size, index)
    picked = np.concatenate([sure, picked]) if sure.size else picked
    return _ordered(docs, keys, picked, index)[:count]


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


def _split(values: NDArray[Any], count: int) -> tuple[Numbers, Numbers]:
    """The places of the values above the ``count``-th highest, and of those equal to it."""
    if values.size > _MANY:
        # The count-th highest of the blocks' maxima is a floor: so many blocks reach it.
        highest = np.maximum.reduceat(values, np.arange(0, values.size, _BLOCK))
        if highest.size > count:
            floor = np.partition(highest, highest.size - count)[highest.size - count]
            places = (values >= floor).nonzero()[0]
            above, equal = _split_few(values[places], count)
            return places[above], places[equal]
    return _split_few(values, count)


def _split_few(values: NDArray[Any], count: int) -> tuple[Numbers, Numbers]:
    worst = np.partition(values, values.size - count)[values.size - count]
    return (values > worst).nonzero()[0], (values == worst).nonzero()[0]


def _ordered(
    docs: Numbers, keys: Sequence[NDArray[Any]], picked: Numbers, index: IndexArrays
) -> Numbers:
    """``picked``, best first."""
    columns = [key[picked] for key in keys]
    order = np.lexsort([-column for column in reversed(columns)])
    if _ties([column[order] for column in columns]):
        columns.append(index.numbers("date")[docs[picked]])
        ids = np.array(index.ids(docs[picked].tolist()))
        order = np.lexsort([ids, *(-column for column in reversed(columns))])
    return picked[order]


def _ties(columns: Sequence[NDArray[Any]]) -> bool:
    """Whether any two neighbours are equal in every column."""
    equal = np.ones(max(columns[0].size - 1, 0), bool)
    for column in columns:
        equal &= column[1:] == column[:-1]
    return bool(equal.any())

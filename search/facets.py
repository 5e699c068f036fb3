"""How many of the matching stories share a date, a place, a country, an agency, a byline.

Counts are exact and cover every matching story, not only those shown; they cost a bincount
over the stories and a walk over the different values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.analysis import fold
from index.errors import QueryError
from index.schema import SEPARATOR
from index.value import Value
from search.arrays import UNKNOWN, IndexArrays
from search.matches import Numbers

PERIODS = {"year": 4, "month": 7, "day": 10}
"""A period's name -> how much of an ISO date tells it."""
NAMES = ("place", "country", "agency", "byline")
DAY = 86_400_000_000
"""A day as date columns count time: microseconds."""
_DAYS, _MONTHS = 62, 36
"""The longest span that is counted by days, and by months."""


class Count(NamedTuple):
    """How many stories have ``value``, as printed; None stands for having none."""

    value: str | None
    count: int  # type: ignore[assignment]  # tuples have a method of that name, not needed here


Facets = dict[str, tuple[Count, ...]]


class _Printings(Value):
    """What the different values of a column print: pairs of a value and one of its printings.

    A value's printings are of different names. ``texts`` are in order. ``several`` are the
    printings of names (case and accents folded) that have more than one, and ``names`` the
    numbers of these names.
    """

    values: Numbers
    printings: Numbers
    texts: list[str]
    several: Numbers
    names: Numbers
    one_each: bool
    """Whether every value is printed by itself, and none shares its printing."""

    def counted(self, stories: Numbers) -> Numbers:
        """How many stories have each printing, where ``stories`` have each value."""
        shared = stories[self.values]
        if self.one_each:
            return shared
        counts = np.bincount(self.printings, shared, len(self.texts)).astype(np.int64)
        if self.several.size:
            counts[self.several] = _under_one_printing(counts[self.several], self.names)
        return counts


class FacetCounter:
    """Counts the facets of one open index; how its values are grouped is worked out once."""

    def __init__(self, index: IndexArrays) -> None:
        self._index = index
        self._groupings: dict[tuple[str, str], _Printings] = {}

    def count(self, docs: Numbers, by: str = "month", most: int | None = None) -> Facets:
        """The facets ``date``, ``place``, ``country``, ``agency`` and ``byline`` of ``docs``.

        Dates come in their own order, cut to the year, month or day (or what of these does
        ``"fit"`` their span; a date known less well counts as what is known of it) and the
        unknown last; other values by count, then name, the ``most`` frequent ones (None:
        all). A story counts once for each of its places. Raises QueryError for another
        ``by``.
        """
        by = period(by, lambda: self._days(docs))
        facets = {"date": self._facet("day", by, docs, None)}
        for name in NAMES:
            facets[name] = self._facet(name, "", docs, most)
        return facets

    def _days(self, docs: Numbers) -> int:
        """The days from the first of the stories ``docs`` to the last."""
        dates = self._index.numbers("date")[docs]
        known = dates[dates != UNKNOWN]
        return int(known.max() - known.min()) // DAY + 1 if known.size else 0

    def _facet(self, field: str, by: str, docs: Numbers, most: int | None) -> tuple[Count, ...]:
        values, column = self._index.text_column(field)
        grouping = self._groupings.get((field, by))
        if grouping is None:
            grouping = self._groupings[field, by] = _grouped(values, _splitting(field, by))
        return _counted(grouping, field, np.bincount(column[docs], minlength=len(values)), most)


def facets_of(
    columns: Mapping[str, Mapping[str, int]], by: str, days: int, most: int | None = None
) -> Facets:
    """The facets of stories of which it is known how many have each value of a column.

    ``columns`` has that for ``day`` and each of `NAMES`, "" for no value; ``days`` is how many
    lie from the first of them to the last. ``by`` and ``most`` as `FacetCounter.count` has them.
    """
    by = period(by, lambda: days)
    return {
        "date" if field == "day" else field: _facet_of(columns[field], field, by, most)
        for field in ("day", *NAMES)
    }


def period(by: str, days: Callable[[], int]) -> str:
    """``by``, or the period that counts so many days in neither too few steps nor too many.

    Raises QueryError if it is none.
    """
    if by == "fit":
        span = days()
        return "day" if span <= _DAYS else "month" if span <= _MONTHS * 31 else "year"
    if by not in PERIODS:
        raise QueryError(f"Dates cannot be counted by {by!r}. Use year, month or day.")
    return by


def _facet_of(
    column: Mapping[str, int], field: str, by: str, most: int | None
) -> tuple[Count, ...]:
    values = sorted({"", *column})
    stories = np.array([column.get(value, 0) for value in values], np.int64)
    return _counted(_grouped(values, _splitting(field, by)), field, stories, most)


def _splitting(field: str, by: str) -> Callable[[str], Iterable[str]]:
    """What a column's value is counted as."""
    if field == "day":
        return lambda value: (value[: PERIODS[by]],)
    return _whole if field == "byline" else _names


def _counted(
    grouping: _Printings, field: str, stories: Numbers, most: int | None
) -> tuple[Count, ...]:
    """The counts of a column, where ``stories`` have each of its values."""
    counts = grouping.counted(stories)
    unknown = int(stories[0])  # "" is the first value of every column
    if field != "day":
        return _by_count(grouping, counts, unknown, most)
    return _listed(grouping, counts, counts.nonzero()[0], unknown)


def _by_count(
    grouping: _Printings, counts: Numbers, unknown: int, most: int | None
) -> tuple[Count, ...]:
    # Printings are numbered in their own order, which decides between equal counts.
    shown = counts.nonzero()[0]
    shown = shown[(-counts[shown]).argsort(kind="stable")[:most]]
    return _listed(grouping, counts, shown, unknown)


def _listed(
    grouping: _Printings, counts: Numbers, shown: Numbers, unknown: int
) -> tuple[Count, ...]:
    found = [
        Count(grouping.texts[n], count)
        for n, count in zip(shown.tolist(), counts[shown].tolist(), strict=True)
    ]
    return (*found, Count(None, unknown)) if unknown else tuple(found)


def _names(value: str) -> Iterable[str]:
    """The names in a column's value, each once, as first printed."""
    return {fold(name): name for name in reversed(value.split(SEPARATOR))}.values()


def _whole(value: str) -> Iterable[str]:
    """A byline: several names in one are who wrote it together."""
    return (value,)


def _grouped(values: list[str], split: Callable[[str], Iterable[str]]) -> _Printings:
    pairs = [(n, text) for n, value in enumerate(values) for text in split(value) if text]
    texts = sorted({text for _, text in pairs})
    place = {text: n for n, text in enumerate(texts)}
    folded: dict[str, int] = {}
    names = np.array([folded.setdefault(fold(text), len(folded)) for text in texts], np.int64)
    several = (np.bincount(names)[names] > 1).nonzero()[0] if texts else names
    printings = [place[text] for _, text in pairs]
    return _Printings(
        np.array([n for n, _ in pairs], np.int64),
        np.array(printings, np.int64),
        texts,
        several,
        names[several],
        not several.size and printings == list(range(len(texts))),
    )


def _under_one_printing(counts: Numbers, names: Numbers) -> NDArray[np.int64]:
    """The counts of each name given to its most common printing, and none to the others."""
    order = np.lexsort((np.arange(counts.size), -counts, names))
    first = np.ones(order.size, bool)
    first[1:] = names[order[1:]] != names[order[:-1]]
    totals = np.bincount(names, counts).astype(np.int64)
    chosen = order[first]
    together = np.zeros_like(counts)
    together[chosen] = totals[names[chosen]]
    return together

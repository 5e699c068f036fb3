"""How many of the matching stories share a date, a place, a country, an agency.

Counts are exact and cover every matching story, not only those shown.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from index.analysis import fold
from index.errors import QueryError
from index.schema import SEPARATOR
from search.arrays import IndexArrays, Numbers

PERIODS = {"year": 4, "month": 7, "day": 10}
"""A period's name -> how much of an ISO date tells it."""
NAMES = ("place", "country", "agency")


@dataclass(frozen=True, slots=True)
class Count:
    """How many stories have ``value``, as printed; None stands for having none."""

    value: str | None
    count: int


Facets = dict[str, tuple[Count, ...]]


def count_facets(index: IndexArrays, docs: Numbers, by: str = "month") -> Facets:
    """The facets ``date``, ``place``, ``country`` and ``agency`` of the stories ``docs``.

    Dates come in their own order, cut to the year, month or day (a date known less well
    counts as what is known of it) and the unknown last; other values by count, then name.
    A story counts once for each of its places. Raises QueryError for another ``by``.
    """
    if by not in PERIODS:
        raise QueryError(f"Dates cannot be counted by {by!r}. Use year, month or day.")
    dates = Counter(value[: PERIODS[by]] for value in _values(index, "day", docs))
    unknown = dates.pop("", 0)
    facets: Facets = {"date": _counts(sorted(dates.items()), unknown)}
    for name in NAMES:
        facets[name] = _named(_values(index, name, docs))
    return facets


def _values(index: IndexArrays, field: str, docs: Numbers) -> Iterable[str]:
    column = index.text_column(field)
    return (column[doc] for doc in docs.tolist())


def _named(values: Iterable[str]) -> tuple[Count, ...]:
    """Counts of folded values, each under its most common printing."""
    counts: Counter[str] = Counter()
    printings: defaultdict[str, Counter[str]] = defaultdict(Counter)
    unknown = 0
    for value, stories in Counter(values).items():
        folded = {fold(name): name for name in reversed(value.split(SEPARATOR)) if name}
        if not folded:
            unknown += stories
        for key, name in folded.items():
            counts[key] += stories
            printings[key][name] += stories
    named = [
        (min(printings[key].items(), key=lambda item: (-item[1], item[0]))[0], count)
        for key, count in counts.items()
    ]
    return _counts(sorted(named, key=lambda item: (-item[1], item[0])), unknown)


def _counts(pairs: Iterable[tuple[str, int]], unknown: int) -> tuple[Count, ...]:
    counts = tuple(Count(value, count) for value, count in pairs)
    return (*counts, Count(None, unknown)) if unknown else counts

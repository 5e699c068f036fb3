"""How many of the matching stories are of each day, week, month or year, gaps included."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta

import numpy as np

from index.errors import QueryError
from index.value import Value
from search.arrays import IndexArrays
from search.matches import Numbers
from search.rank import passes
from search.tree import Term

MOST = 10_000
"""Periods of a time line: as many as there are years. A longer span is counted in coarser ones."""
_MONTH, _DAY = 7, 10
"""How much of an ISO date tells its month, and its day."""


class Bar(Value):
    """One period: its name as ISO has it (a week's is its Monday), and its stories.

    ``inferred`` are those whose year is inferred, ``certain`` the others.
    """

    period: str
    certain: int
    inferred: int

    @property
    def count(self) -> int:
        """All its stories."""
        return self.certain + self.inferred


class Timeline(Value):
    """Bars one period after another, those without a story among them.

    ``by`` is "day", "week", "month" or "year". ``coarse`` counts stories whose date is not
    known that well, ``unknown`` those of which nothing tells the year.
    """

    query: str
    by: str
    bars: tuple[Bar, ...]
    coarse: int
    unknown: int

    @property
    def total(self) -> int:
        """All stories that match."""
        return sum(bar.count for bar in self.bars) + self.coarse + self.unknown


class _Step(Value):
    """A period's length: how much of an ISO date it takes, and its days on the calendar."""

    size: int
    first: Callable[[date], date]
    following: Callable[[date], date]
    longest: int
    """Days of a span up to which it fits."""

    def name(self, day: date) -> str:
        """What the period is called that begins on ``day``."""
        return day.isoformat()[: self.size]


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


STEPS = {
    "day": _Step(_DAY, lambda day: day, lambda day: day + timedelta(days=1), 45),
    "week": _Step(
        _DAY,
        lambda day: day - timedelta(days=day.weekday()),
        lambda day: day + timedelta(days=7),
        26 * 7,
    ),
    "month": _Step(_MONTH, lambda day: day.replace(day=1), _next_month, 5 * 366),
    "year": _Step(
        4,
        lambda day: day.replace(month=1, day=1),
        lambda day: day.replace(year=day.year + 1, month=1, day=1),
        MOST * 366,
    ),
}


def timeline(query: str, docs: Numbers, by: str, index: IndexArrays) -> Timeline:
    """The time line of the stories ``docs``; ``by`` is a period, or "fit" for one that fits.

    Raises QueryError for another ``by``.
    """
    values, column = index.text_column("day")
    sure = passes(Term("certain", "yes"), docs, index)
    certain = np.bincount(column[docs[sure]], minlength=len(values)).tolist()
    inferred = np.bincount(column[docs[~sure]], minlength=len(values)).tolist()
    return timeline_of(query, zip(values, certain, inferred, strict=True), by)


def timeline_of(query: str, counted: Iterable[tuple[str, int, int]], by: str) -> Timeline:
    """The time line of stories that are counted: (day, those certain of it, the others).

    A day is ISO, in full or cut short, and "" where nothing tells the year. Raises QueryError
    as `timeline` does.
    """
    if by != "fit" and by not in STEPS:
        raise QueryError(f"Stories cannot be counted by {by!r}. Use {', '.join(STEPS)} or fit.")
    counted = list(counted)
    unknown = sum(one + other for value, one, other in counted if not value)
    known = [(value, one, other) for value, one, other in counted if value and one + other]
    step_name = _fitting([value for value, _, _ in known], by)
    step = STEPS[step_name]
    coarse = 0
    counts: Counter[date] = Counter()
    guessed: Counter[date] = Counter()
    for value, one, other in known:
        if len(value) < step.size:
            coarse += one + other
            continue
        begins = step.first(_day(value))
        counts[begins] += one
        guessed[begins] += other
    bars = tuple(Bar(step.name(day), counts[day], guessed[day]) for day in _days(counts, step))
    return Timeline(query, step_name, bars, coarse, unknown)


def _day(value: str) -> date:
    """The first day that a date in ISO text, in full or cut short, may mean."""
    year, month, day = (*map(int, value.split("-")), 1, 1)[:3]
    return date(year, month, day)


def _fitting(values: list[str], by: str) -> str:
    """The period asked for, or one that fits the span; a coarser one where there were too many."""
    if not values:
        return "year" if by == "fit" else by
    days = (_day(max(values)) - _day(min(values))).days + 1
    if by == "fit":
        return next(name for name, step in STEPS.items() if days <= step.longest)
    names = list(STEPS)[list(STEPS).index(by) :]
    lengths = {"day": 1, "week": 7, "month": 30, "year": 366}
    return next(name for name in names if days // lengths[name] <= MOST)


def _days(counts: Counter[date], step: _Step) -> Iterator[date]:
    """The first day of every period from the first with a story to the last."""
    if not counts:
        return
    day, last = min(counts), max(counts)
    while day < last:
        yield day
        day = step.following(day)
    yield last

"""Filters as Whoosh queries: dates, places, countries, agencies.

Several values of one kind are alternatives; the kinds all have to hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from whoosh.query import And, DateRange, Or, Query, Term

from index.errors import QueryError
from search.dates import parse_span
from search.leaves import keyword_query

When = str | date
Values = str | Sequence[str]


@dataclass(frozen=True)
class Filters:
    """What a story must be, apart from what it says.

    ``dates`` stands apart because a story without a known year can never meet it.
    """

    dates: Query | None = None
    others: tuple[Query, ...] = ()

    @property
    def queries(self) -> tuple[Query, ...]:
        """Every filter there is."""
        return (*self.others, self.dates) if self.dates is not None else self.others


def build(
    today: date,
    since: When | None = None,
    until: When | None = None,
    on: When | None = None,
    place: Values = (),
    country: Values = (),
    agency: Values = (),
    certain: bool = False,
) -> Filters:
    """The filters a caller asked for; ``certain`` leaves out stories of uncertain date.

    Raises QueryError for a date or country that is none, and for dates that exclude
    each other.
    """
    others = []
    for field, values in (("place", place), ("country", country), ("agency", agency)):
        asked = (values,) if isinstance(values, str) else tuple(values)
        if asked:
            others.append(Or([_keyword(field, value) for value in asked]))
    if certain:
        others.append(Or([Term("certain", "yes")]))
    return Filters(_dates(today, since, until, on), tuple(others))


def _keyword(field: str, value: str) -> Query:
    if not value.strip():
        raise QueryError(f"The {field} to filter by is empty. Give its name.")
    return keyword_query(field, value)


def _dates(today: date, since: When | None, until: When | None, on: When | None) -> Query | None:
    """Stories whose date, or the span it may lie in, touches the days asked for."""
    first, last = date.min, date.max
    for when, opens, closes in ((since, True, False), (until, False, True), (on, True, True)):
        if when is None:
            continue
        start, end = _span(when, today)
        first = max(first, start) if opens else first
        last = min(last, end) if closes else last
    if first > last:
        raise QueryError(
            f"No day is both on or after {first} and on or before {last}. "
            "Put the earlier date first."
        )
    if (first, last) == (date.min, date.max):
        return None
    return And(
        [
            DateRange("date", None, datetime.combine(last, time.max)),
            DateRange("date_last", datetime.combine(first, time.min), None),
        ]
    )


def _span(when: When, today: date) -> tuple[date, date]:
    if isinstance(when, str):
        return parse_span(when, today)
    day = when.date() if isinstance(when, datetime) else when
    return day, day

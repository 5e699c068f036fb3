"""Filters as query trees: dates, places, countries, agencies, bylines.

Several values of one kind are alternatives; the kinds all have to hold.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache

from index.errors import QueryError
from search.dates import parse_span
from search.leaves import keyword_query, leaf_query
from search.question import Filters, Values, When
from search.tree import And, NumberRange, Or, Query, Term, unscored

_DAY = 86_400_000_000


_NAMED = ("place", "country", "agency", "byline")


def build(
    today: date,
    since: When | None = None,
    until: When | None = None,
    on: When | None = None,
    place: Values = (),
    country: Values = (),
    agency: Values = (),
    byline: Values = (),
    certain: bool = False,
) -> Filters:
    """The filters a caller asked for; ``certain`` leaves out stories of uncertain date.

    Raises QueryError for a date or country that is none, and for dates that exclude
    each other.
    """
    named = zip(_NAMED, (place, country, agency, byline), strict=True)
    asked = tuple(
        (field, (values,) if isinstance(values, str) else tuple(values)) for field, values in named
    )
    return _built(today, since, until, on, asked, certain)


@lru_cache(maxsize=256)
def _built(
    today: date,
    since: When | None,
    until: When | None,
    on: When | None,
    asked: tuple[tuple[str, tuple[str, ...]], ...],
    certain: bool,
) -> Filters:
    others: list[Query] = []
    for field, values in asked:
        if values:
            others.append(Or(tuple(_keyword(field, value) for value in values)))
    if certain:
        others.append(Term("certain", "yes"))
    return Filters(_dates(today, since, until, on), tuple(others))


def _keyword(field: str, value: str) -> Query:
    if not any(map(str.isalnum, value)):
        raise QueryError(f"The {field} to filter by is empty. Give its name.")
    if field == "byline":
        return leaf_query(value, 1, field)  # a text: "kim" finds every Kim
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
    return _between(first, last)


def days_query(name: str, when: str, today: date) -> Query:
    """What date:, since: or until: asks of a story's date. Raises QueryError for no date."""
    first, last = parse_span(when, today)
    start = first if name != "until" else date.min
    return unscored(_between(start, last if name != "since" else date.max))


def _between(first: date, last: date) -> Query:
    """Stories whose date, or the span it may lie in, touches the days from ``first`` on."""
    return And(
        (
            NumberRange("date", None, moment(last) + _DAY - 1),
            NumberRange("date_last", moment(first), None),
        )
    )


def moment(day: date) -> int:
    """The beginning of a day as Whoosh counts time: microseconds since the year 1."""
    return (day - date.min) // timedelta(days=1) * _DAY


def _span(when: When, today: date) -> tuple[date, date]:
    if isinstance(when, str):
        return parse_span(when, today)
    day = when.date() if isinstance(when, datetime) else when
    return day, day

"""Dates as people write them: text to the span of days it means.

Every form means exactly what it says. Weeks run from Monday to Sunday. "3 months ago" is
one day: the same day of that month, or the month's last day where it is shorter.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from index.analysis import fold
from index.datewords import MONTHS
from index.errors import QueryError

ACCEPTED = (
    "Write a date such as 2018-11-01, 2018-11, 2018, 2018-10..2018-11, 1 Nov 2018, Oct 2018, "
    "October, today, yesterday, 10 days ago, last week, this month or last year"
)

Span = tuple[date, date]

_MONTH = f"(?P<month>{'|'.join(sorted(MONTHS, key=len, reverse=True))})\\.?"
_YEAR = "(?P<year>[0-9]{4})"
_DAY = "(?P<day>[0-9]{1,2})"

_ISO = re.compile(f"{_YEAR}(?:-(?P<month>[0-9]{{2}})(?:-(?P<day>[0-9]{{2}}))?)?")
_NAMED = tuple(
    re.compile(form)
    for form in (
        f"{_MONTH} {_YEAR}",  # Oct 2018
        f"{_DAY} {_MONTH} {_YEAR}",  # 1 Nov 2018
        f"{_MONTH} {_DAY},? {_YEAR}",  # Nov 1, 2018
        _MONTH,  # October
    )
)
_AGO = re.compile("(?P<count>[0-9]{1,6}|an?|one) (?P<unit>day|week|month|year)s? ago")
_THIS = re.compile("(?P<which>this|last) (?P<unit>week|month|year)")


def parse_span(text: str, today: date) -> Span:
    """The first and last day that ``text`` means, seen from ``today``.

    >>> parse_span("Feb 2024", date(2025, 1, 1))
    (datetime.date(2024, 2, 1), datetime.date(2024, 2, 29))

    Raises QueryError, with the forms that are understood, for anything else.
    """
    first, separator, last = text.partition("..")
    start, end = _one(first, today, text)
    if separator:
        end = _one(last, today, text)[1]
    if start > end:
        raise QueryError(f"The dates {_shown(text)} run backwards. Put the earlier one first.")
    return start, end


def _one(text: str, today: date, whole: str) -> Span:
    """The span of one date, without ``..``."""
    form = " ".join(fold(text).split())
    try:
        span = _relative(form, today) or _calendar(form, today)
    except (ValueError, OverflowError) as error:
        raise QueryError(f"{_shown(whole)} is not a day of the calendar. {ACCEPTED}.") from error
    if span is None:
        raise QueryError(f"{_shown(whole)} is not a date. {ACCEPTED}.")
    return span


def _shown(text: str) -> str:
    """``text`` as an error quotes it: printable, and not endless."""
    return repr(text if len(text) <= 40 else text[:40] + "...")


def _calendar(form: str, today: date) -> Span | None:
    """ISO dates and dates with a month's name. Raises ValueError for a day that never was."""
    if found := _ISO.fullmatch(form):
        year, *rest = (int(part) for part in found.groups() if part)
        return _span(year, *rest)
    for pattern in _NAMED:
        if found := pattern.fullmatch(form):
            parts = found.groupdict()
            month = MONTHS[parts["month"]]
            if "year" not in parts:
                return _span(today.year - (month > today.month), month)
            days = [int(parts["day"])] if "day" in parts else []
            return _span(int(parts["year"]), month, *days)
    return None


def _relative(form: str, today: date) -> Span | None:
    """Dates told from ``today``. Raises ValueError or OverflowError before the year 1."""
    if form in ("today", "yesterday"):
        day = today - timedelta(days=form == "yesterday")
        return day, day
    if found := _AGO.fullmatch(form):
        count = int(found["count"]) if found["count"].isdigit() else 1
        return _ago(count, found["unit"], today)
    if found := _THIS.fullmatch(form):
        back = int(found["which"] == "last")
        if found["unit"] == "week":
            monday = today - timedelta(days=today.weekday() + 7 * back)
            return monday, monday + timedelta(days=6)
        if found["unit"] == "year":
            return _span(today.year - back)
        day = _months_back(today, back)
        return _span(day.year, day.month)
    return None


def _ago(count: int, unit: str, today: date) -> Span:
    if unit in ("day", "week"):
        day = today - timedelta(days=count * (7 if unit == "week" else 1))
    else:
        day = _months_back(today, count * (12 if unit == "year" else 1))
    return day, day


def _months_back(day: date, count: int) -> date:
    """The same day ``count`` months before, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 - count, 12)
    if year < 1:
        raise ValueError(f"{count} months before {day} there is no year")
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _span(year: int, month: int | None = None, day: int | None = None) -> Span:
    """The days of a year, a month or a day. Raises ValueError if there is none such."""
    if month is None:
        return date(year, 1, 1), date(year, 12, 31)
    first = date(year, month, 1 if day is None else day)
    if day is not None:
        return first, first
    return first, first.replace(day=calendar.monthrange(year, month)[1])

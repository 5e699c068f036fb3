"""Dates as people write them: text to the span of days it means.

Every form means exactly what it says. Weeks run from Monday to Sunday. "3 months ago" is
one day: the same day of that month, or the month's last day where it is shorter. "Last 3
days" are today and the two before it; "last 3 months" begin on the day after "3 months ago".
What has no year is the latest that has begun: October, Nov 1, Monday.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from index.analysis import fold
from index.datewords import MONTHS, WEEKDAYS
from index.errors import QueryError

ACCEPTED = (
    "Write a date such as 2018-11-01, 2018-11, 2018, 2018-10..2018-11, 1 Nov 2018, Oct 2018, "
    "October, today, yesterday, Monday, 10 days ago, last 10 days, last week or this month"
)

Span = tuple[date, date]

_MONTH = f"(?P<month>{'|'.join(sorted(MONTHS, key=len, reverse=True))})\\.?"
_YEAR = "(?P<year>[0-9]{4})"
_DAY = "(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?"
_UNIT = "(?P<unit>day|week|month|year)s?"
_COUNT = "(?P<count>[0-9]{1,6}|an?|one)"

_ISO = re.compile(
    f"{_YEAR}(?:(?P<mark>[-/])(?P<month>[0-9]{{2}})(?:(?P=mark)(?P<day>[0-9]{{2}}))?)?"
)
_NAMED = tuple(
    re.compile(form)
    for form in (
        f"{_MONTH} {_YEAR}",  # Oct 2018
        f"{_DAY} {_MONTH} {_YEAR}",  # 1 Nov 2018
        f"{_MONTH} {_DAY},? {_YEAR}",  # Nov 1, 2018
        _MONTH,  # October
        f"{_DAY} {_MONTH}",  # 1 Nov
        f"{_MONTH} {_DAY}",  # Nov 1
    )
)
_QUARTER = re.compile("q(?P<number>[1-4]) (?P<year>[0-9]{4})|(?P<before>[0-9]{4}) ?q(?P<n>[1-4])")
_DECADE = re.compile("(?:the )?(?P<first>[0-9]{3}0)s")
_AGO = re.compile(f"{_COUNT} {_UNIT} ago")
_LAST_FEW = re.compile(
    f"(?:last|past) (?P<count>[0-9]{{1,6}}) {_UNIT}|past (?P<one>day|week|month|year)"
)
_THIS = re.compile("(?P<which>this|last) (?P<unit>week|weekend|month|quarter|year)")
_WEEKDAY = re.compile(f"(?P<last>last )?(?P<name>{'|'.join(WEEKDAYS)})")
_DAYS = {"today": 0, "yesterday": 1, "day before yesterday": 2, "the day before yesterday": 2}
_BETWEEN = re.compile(r"\.\.|\s+to\s+", re.IGNORECASE)


def parse_span(text: str, today: date) -> Span:
    """The first and last day that ``text`` means, seen from ``today``.

    >>> parse_span("Feb 2024", date(2025, 1, 1))
    (datetime.date(2024, 2, 1), datetime.date(2024, 2, 29))

    Raises QueryError, with the forms that are understood, for anything else.
    """
    first, *last = _BETWEEN.split(text, maxsplit=1)
    start, end = _one(first, today, text)
    if last:
        end = _one(last[0], today, text)[1]
    if start > end:
        raise QueryError(f"The dates {_shown(text)} run backwards. Put the earlier one first.")
    return start, end


def _one(text: str, today: date, whole: str) -> Span:
    """The span of one date, without ``..`` or to."""
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
        return _span(*(int(found[part]) for part in ("year", "month", "day") if found[part]))
    if found := _QUARTER.fullmatch(form):
        year, number = found["year"] or found["before"], found["number"] or found["n"]
        return _quarter(int(year), int(number))
    if found := _DECADE.fullmatch(form):
        return date(int(found["first"]), 1, 1), date(int(found["first"]) + 9, 12, 31)
    for pattern in _NAMED:
        if found := pattern.fullmatch(form):
            parts = found.groupdict()
            month = MONTHS[parts["month"]]
            days = [int(parts["day"])] if "day" in parts else []
            if "year" in parts:
                return _span(int(parts["year"]), month, *days)
            return _latest(today, month, *days)
    return None


def _latest(today: date, month: int, day: int | None = None) -> Span:
    """The latest such month, or day, that has begun. Raises ValueError if there never was one."""
    leap = (month, day) == (2, 29)
    for year in range(today.year, max(today.year - (8 if leap else 1), 1) - 1, -1):
        if leap and not calendar.isleap(year):
            continue
        span = _span(year, month, day)
        if span[0] <= today:
            return span
    raise ValueError(f"no year has had such a day by {today}")


def _relative(form: str, today: date) -> Span | None:
    """Dates told from ``today``. Raises ValueError or OverflowError before the year 1."""
    if form in _DAYS:
        day = today - timedelta(days=_DAYS[form])
        return day, day
    if found := _WEEKDAY.fullmatch(form):
        back = (today.weekday() - WEEKDAYS[found["name"]]) % 7
        day = today - timedelta(days=back or (7 if found["last"] else 0))
        return day, day
    if found := _AGO.fullmatch(form):
        count = int(found["count"]) if found["count"].isdigit() else 1
        day = _back(count, found["unit"], today)
        return day, day
    if found := _LAST_FEW.fullmatch(form):
        first = _back(int(found["count"] or 1), found["unit"] or found["one"], today)
        return min(first + timedelta(days=1), today), today
    if found := _THIS.fullmatch(form):
        return _period(found["unit"], int(found["which"] == "last"), today)
    return None


def _period(unit: str, back: int, today: date) -> Span:
    """The week, weekend, month, quarter or year that ``today`` is in, or the one ``back``."""
    if unit in ("week", "weekend"):
        monday = today - timedelta(days=today.weekday() + 7 * back)
        return monday + timedelta(days=5 * (unit == "weekend")), monday + timedelta(days=6)
    if unit == "year":
        return _span(today.year - back)
    day = _months_back(today, back * (3 if unit == "quarter" else 1))
    if unit == "quarter":
        return _quarter(day.year, (day.month + 2) // 3)
    return _span(day.year, day.month)


def _quarter(year: int, number: int) -> Span:
    return date(year, 3 * number - 2, 1), _span(year, 3 * number)[1]


def _back(count: int, unit: str, today: date) -> date:
    if unit in ("day", "week"):
        return today - timedelta(days=count * (7 if unit == "week" else 1))
    return _months_back(today, count * (12 if unit == "year" else 1))


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

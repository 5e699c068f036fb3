"""Dates as people write them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import QueryError
from search.dates import parse_span

LEAP = date(2024, 2, 29)  # a Thursday
SPANS = [
    ("2018-11-01", LEAP, "2018-11-01", "2018-11-01"),
    ("2018-11", LEAP, "2018-11-01", "2018-11-30"),
    ("2018", LEAP, "2018-01-01", "2018-12-31"),
    ("2024-02", LEAP, "2024-02-01", "2024-02-29"),
    ("2018-10..2018-11", LEAP, "2018-10-01", "2018-11-30"),
    ("2018-10-30 .. Nov 2018", LEAP, "2018-10-30", "2018-11-30"),
    ("today", LEAP, "2024-02-29", "2024-02-29"),
    ("  Yesterday ", date(2024, 3, 1), "2024-02-29", "2024-02-29"),
    ("10 days ago", date(2018, 1, 5), "2017-12-26", "2017-12-26"),
    ("1 day ago", LEAP, "2024-02-28", "2024-02-28"),
    ("a week ago", LEAP, "2024-02-22", "2024-02-22"),
    ("2 weeks ago", LEAP, "2024-02-15", "2024-02-15"),
    ("1 month ago", date(2024, 3, 31), "2024-02-29", "2024-02-29"),
    ("1 month ago", date(2023, 3, 31), "2023-02-28", "2023-02-28"),
    ("2 months ago", date(2024, 1, 31), "2023-11-30", "2023-11-30"),
    ("12 months ago", LEAP, "2023-02-28", "2023-02-28"),
    ("4 years ago", LEAP, "2020-02-29", "2020-02-29"),
    ("1 year ago", LEAP, "2023-02-28", "2023-02-28"),
    ("this week", LEAP, "2024-02-26", "2024-03-03"),
    ("this week", date(2024, 3, 3), "2024-02-26", "2024-03-03"),
    ("last week", date(2024, 3, 4), "2024-02-26", "2024-03-03"),
    ("last week", date(2024, 1, 1), "2023-12-25", "2023-12-31"),
    ("this month", LEAP, "2024-02-01", "2024-02-29"),
    ("last month", date(2024, 3, 31), "2024-02-01", "2024-02-29"),
    ("last month", date(2024, 1, 31), "2023-12-01", "2023-12-31"),
    ("this year", LEAP, "2024-01-01", "2024-12-31"),
    ("last year", LEAP, "2023-01-01", "2023-12-31"),
    ("Oct 2018", LEAP, "2018-10-01", "2018-10-31"),
    ("oct. 2018", LEAP, "2018-10-01", "2018-10-31"),
    ("October 2018", LEAP, "2018-10-01", "2018-10-31"),
    ("Sept 2018", LEAP, "2018-09-01", "2018-09-30"),
    ("1 Nov 2018", LEAP, "2018-11-01", "2018-11-01"),
    ("Nov 1, 2018", LEAP, "2018-11-01", "2018-11-01"),
    ("November 1 2018", LEAP, "2018-11-01", "2018-11-01"),
    ("february", LEAP, "2024-02-01", "2024-02-29"),
    ("March", LEAP, "2023-03-01", "2023-03-31"),
    ("Dec", LEAP, "2023-12-01", "2023-12-31"),
    ("2018/11/01", LEAP, "2018-11-01", "2018-11-01"),
    ("1st Nov 2018", LEAP, "2018-11-01", "2018-11-01"),
    ("November 22nd, 2018", LEAP, "2018-11-22", "2018-11-22"),
    ("Nov 1", LEAP, "2023-11-01", "2023-11-01"),
    ("1 Feb", LEAP, "2024-02-01", "2024-02-01"),
    ("Feb 29", LEAP, "2024-02-29", "2024-02-29"),
    ("Feb 29", date(2024, 2, 28), "2020-02-29", "2020-02-29"),
    ("29 Feb", date(1907, 1, 1), "1904-02-29", "1904-02-29"),
    ("29 Feb", date(1903, 1, 1), "1896-02-29", "1896-02-29"),
    ("Oct 2018 to Nov 2018", LEAP, "2018-10-01", "2018-11-30"),
    ("monday to today", LEAP, "2024-02-26", "2024-02-29"),
    ("the day before yesterday", date(2024, 3, 2), "2024-02-29", "2024-02-29"),
    ("Thursday", LEAP, "2024-02-29", "2024-02-29"),
    ("last thursday", LEAP, "2024-02-22", "2024-02-22"),
    ("fri", LEAP, "2024-02-23", "2024-02-23"),
    ("last 1 day", LEAP, "2024-02-29", "2024-02-29"),
    ("last 10 days", date(2024, 3, 1), "2024-02-21", "2024-03-01"),
    ("past 2 weeks", LEAP, "2024-02-16", "2024-02-29"),
    ("last 3 months", date(2024, 5, 31), "2024-03-01", "2024-05-31"),
    ("past month", date(2023, 3, 31), "2023-03-01", "2023-03-31"),
    ("past year", LEAP, "2023-03-01", "2024-02-29"),
    ("last 0 days", LEAP, "2024-02-29", "2024-02-29"),
    ("this weekend", LEAP, "2024-03-02", "2024-03-03"),
    ("last weekend", date(2024, 3, 3), "2024-02-24", "2024-02-25"),
    ("this quarter", LEAP, "2024-01-01", "2024-03-31"),
    ("last quarter", date(2024, 1, 31), "2023-10-01", "2023-12-31"),
    ("last quarter", date(2024, 5, 31), "2024-01-01", "2024-03-31"),
    ("Q2 2018", LEAP, "2018-04-01", "2018-06-30"),
    ("2018Q4", LEAP, "2018-10-01", "2018-12-31"),
    ("the 1980s", LEAP, "1980-01-01", "1989-12-31"),
]


@pytest.mark.parametrize(("text", "today", "first", "last"), SPANS)
def test_span(text: str, today: date, first: str, last: str) -> None:
    assert parse_span(text, today) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    "text",
    [
        *("", "soon", "2018-13", "2018-00", "2018-02-30", "2023-02-29", "0000", "31 Nov 2018"),
        *("2018-11..2018-10", "2018..", "..", "a..b..c", "999999 years ago", "9999999 days ago"),
        *("18", "2018-1", "12/11/2018", "2018/11-01", "Feb 30", "30 Feb 2018", "0000s"),
        *("Q5 2018", "last 10 decades", "to", "today to", "today to yesterday", "last 99999 years"),
        *("\x1b[31m", "٢٠١٨", "x" * 10_000),
    ],
)
def test_what_is_no_date(text: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse_span(text, LEAP)
    assert len(str(caught.value)) < 400
    assert str(caught.value).isprintable()


@given(st.text(max_size=40), st.dates())
def test_any_text_is_a_span_or_a_mistake(text: str, today: date) -> None:
    try:
        first, last = parse_span(text, today)
    except QueryError:
        return
    assert first <= last


@given(st.dates(min_value=date(2, 1, 1), max_value=date(9998, 1, 1)))
def test_weeks_and_months_meet_without_gap(today: date) -> None:
    for unit in ("week", "month", "year"):
        this, last = (parse_span(f"{which} {unit}", today) for which in ("this", "last"))
        assert this[0] <= today <= this[1]
        assert last[1] + timedelta(days=1) == this[0]

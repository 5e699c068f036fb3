"""Dates as newsrooms print them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.datewords import find_dates, match_date


@pytest.mark.parametrize(
    ("printed", "year", "month", "day"),
    [
        ("Nov 1", None, 11, 1),
        ("Nov. 1, 2018", 2018, 11, 1),
        ("13 Jan", None, 1, 13),
        ("JUL 11", None, 7, 11),
        ("28th August, 2019", 2019, 8, 28),
        ("1 November", None, 11, 1),
        ("June 02/2018", 2018, 6, 2),
        ("01.11.2018", 2018, 11, 1),
        ("11/18/2014", 2014, 11, 18),
        ("18/11/2014", 2014, 11, 18),
        ("2019-04-03", 2019, 4, 3),
        ("2019.12.11", 2019, 12, 11),
        ("2019-04", 2019, 4, None),
        ("November 2017", 2017, 11, None),
        ("Monday, April 21, 2025", 2025, 4, 21),
        ("Sunday, 31 May 2023", 2023, 5, 31),
        ("Feb 29", None, 2, 29),
        ("Feb 29, 2020", 2020, 2, 29),
        ("29 février 2020", 2020, 2, 29),
        ("12 de marzo", None, 3, 12),
        ("Smarch 12", None, None, None),
        ("11 Mai 2012", 2012, 5, 11),
    ],
)
def test_forms(printed: str, year: int | None, month: int | None, day: int | None) -> None:
    found = match_date(printed)
    if month is None:
        assert found is None
    else:
        assert found is not None
        assert (found.year, found.month, found.day) == (year, month, day)
        assert found.end == len(printed)


@pytest.mark.parametrize(
    "printed",
    ["March 119", "Feb 29, 2019", "Nov 31", "May 2:30", "April", "2 - 2", "99/99/2018", "1234"],
)
def test_no_such_day(printed: str) -> None:
    assert match_date(printed) is None


def test_a_time_before_a_date_is_not_its_day() -> None:
    found = next(find_dates("All News 16:12 November 24, 2016"))
    assert (found.year, found.month, found.day) == (2016, 11, 24)


@given(st.dates())
def test_every_day_in_words(day: object) -> None:
    import datetime

    assert isinstance(day, datetime.date)
    if day.year < 1600 or day.year > 2099:
        return
    found = match_date(f"{day:%B} {day.day}, {day.year}")
    assert found is not None
    assert found.partial is not None
    assert found.partial.iso == day.isoformat()

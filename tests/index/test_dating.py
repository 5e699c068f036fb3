"""Evidence to a date, its certainty and its reason."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.corpus import date_in_name
from index.dating import date_story
from index.story import DateBasis, Dateline, PartialDate


def line(month: int | None, day: int | None, year: int | None = None) -> Dateline:
    return Dateline("SEOUL", ("Seoul",), month=month, day=day, year=year)


def test_a_page_saved_years_later_only_bounds_the_year() -> None:
    found = date_story(line(11, 1), page_date=PartialDate(2025, 4, 21))
    assert (found.year, found.month, found.day, found.iso) == (None, 11, 1, None)
    assert found.basis is DateBasis.NO_YEAR
    assert not found.certain
    assert "2025-04-21" in found.reason


def test_a_page_saved_within_days_tells_the_year_and_says_so() -> None:
    found = date_story(line(11, 1), page_date=PartialDate(2018, 11, 3))
    assert found.iso == "2018-11-01"
    assert found.basis is DateBasis.YEAR_INFERRED
    assert not found.certain


@pytest.mark.parametrize(
    ("month", "day", "header", "expected"),
    [
        (2, 26, (1987, 2, 26), "1987-02-26"),
        (2, 27, (1987, 2, 26), "1987-02-27"),  # filed around midnight
        (12, 31, (1988, 1, 1), "1987-12-31"),  # the year follows across New Year
        (1, 1, (1987, 12, 31), "1988-01-01"),
        (2, 29, (1988, 3, 1), "1988-02-29"),
        (8, 3, (1987, 3, 9), "1987-03-09"),  # a slipped dateline: the header is kept by a machine
    ],
)
def test_a_header_gives_the_year(
    month: int, day: int, header: tuple[int, int, int], expected: str
) -> None:
    found = date_story(line(month, day), filed=PartialDate(*header))
    assert found.iso == expected
    assert found.certain


def test_a_stamp_of_publication_gives_year_or_day() -> None:
    stamp = PartialDate(2010, 10, 5)
    assert date_story(line(10, 4), published=stamp).iso == "2010-10-04"
    alone = date_story(line(None, None), published=stamp)
    assert (alone.iso, alone.basis, alone.certain) == ("2010-10-05", DateBasis.PAGE, True)
    assert not date_story(None, published=stamp, published_labelled=False).certain


def test_a_partial_stamp_stays_partial() -> None:
    assert date_story(None, published=PartialDate(2019, 4)).iso == "2019-04"
    assert date_story(line(4, 3), published=PartialDate(2019, 4)).iso == "2019-04-03"


def test_nothing_tells_nothing() -> None:
    found = date_story(None)
    assert (found.iso, found.basis, found.certain) == (None, DateBasis.NONE, False)


def test_a_full_dateline_needs_nothing_else() -> None:
    found = date_story(line(8, 19, 2009), page_date=PartialDate(2023, 5, 31))
    assert (found.iso, found.basis) == ("2009-08-19", DateBasis.DATELINE)


dates = st.dates(min_value=__import__("datetime").date(1900, 1, 1))


@given(dates, dates, st.none() | dates, st.booleans())
def test_never_after_the_page_date(day, page, stamp, labelled) -> None:  # type: ignore[no-untyped-def]
    found = date_story(
        line(day.month, day.day),
        published=PartialDate(stamp.year, stamp.month, stamp.day) if stamp else None,
        published_labelled=labelled,
        page_date=PartialDate(page.year, page.month, page.day),
    )
    if found.iso and len(found.iso) == 10:
        assert found.iso <= page.isoformat()


def test_the_files_name_is_asked_last() -> None:
    named = PartialDate(2018, 11, 2)
    assert date_story(line(11, 1), file_date=named).iso == "2018-11-01"
    assert date_story(line(3, 1), file_date=named).iso is None
    alone = date_story(None, file_date=named)
    assert (alone.iso, alone.basis, alone.certain) == ("2018-11-02", DateBasis.FILE_NAME, False)
    assert date_story(line(8, 1, 2009), file_date=named).iso == "2009-08-01"


@pytest.mark.parametrize(
    ("source", "iso"),
    [
        ("wire/2018/11/01/pact.txt", "2018-11-01"),
        ("wire/pact-20181101.txt", "2018-11-01"),
        ("wire/2018-11-01_pact.txt", "2018-11-01"),
        ("wire/story-12345678.txt", None),
        ("wire/20181399.txt", None),
        ("reut2-000.sgm", None),
    ],
)
def test_dates_in_names(source: str, iso: str | None) -> None:
    found = date_in_name(source)
    assert (found.iso if found else None) == iso

"""Evidence -> a story's date, how sure it is, and why.

Nothing is guessed in silence: a day without a year stays without one unless a year stands
beside it (in the header, or in a stamp of publication) or the page was saved within days
of it. The day a page was saved is an upper bound; it is never the story's date.
"""

from __future__ import annotations

import calendar
from dataclasses import replace
from datetime import date

from index.story import DateBasis, Dateline, PartialDate, StoryDate

HEADER_DAYS = 10
"""A dateline's day belongs to a header's or a stamp's date if they are this close."""
SAVED_DAYS = 7
"""A page saved this soon after a dateline's day tells its year, though nothing says so."""


def date_story(
    dateline: Dateline | None,
    *,
    filed: PartialDate | None = None,
    published: PartialDate | None = None,
    published_labelled: bool = True,
    page_date: PartialDate | None = None,
    file_date: PartialDate | None = None,
) -> StoryDate:
    """The date that the evidence bears out; never one after a full ``page_date``.

    ``filed`` is a structured header's date, ``published`` a stamp of publication; one that
    is not labelled so is taken for one because of where it stands, and is not certain.
    ``file_date`` is the date in the file's name or folder, the last to be asked.
    """
    found = _from_evidence(dateline, filed, published, page_date)
    if found.year is None and file_date is not None:
        found = _by_file_name(found, file_date)
    if found.basis is DateBasis.PAGE and not published_labelled:
        found = replace(found, certain=False, reason="a dated stamp above the story")
    if filed is None and page_date is not None and page_date.day and _is_after(found, page_date):
        return StoryDate(
            page_date.year,
            page_date.month,
            page_date.day,
            DateBasis.PAGE,
            certain=False,
            reason=f"the page is of {page_date.iso}, and the dateline names a later day",
        )
    return found


def _from_evidence(
    dateline: Dateline | None,
    filed: PartialDate | None,
    published: PartialDate | None,
    page_date: PartialDate | None,
) -> StoryDate:
    if dateline is not None and dateline.year is not None:
        return StoryDate(
            dateline.year,
            dateline.month,
            dateline.day,
            DateBasis.DATELINE,
            certain=True,
            reason="the dateline prints it in full" if dateline.day else "the dateline's year",
        )
    stated = filed or published
    if dateline is None or dateline.month is None or dateline.day is None:
        return _stated(filed, published) or StoryDate()
    month, day = dateline.month, dateline.day
    if stated is not None:
        return _beside(month, day, stated, filed is not None)
    if page_date is not None and page_date.day:
        return _before_saving(month, day, page_date)
    return StoryDate(
        None, month, day, DateBasis.NO_YEAR, reason="the dateline has no year and nothing tells it"
    )


def _by_file_name(found: StoryDate, file_date: PartialDate) -> StoryDate:
    """What a date in the file's name adds to a story that nothing else dates."""
    if found.month is None or found.day is None:
        return StoryDate(
            file_date.year,
            file_date.month,
            file_date.day,
            DateBasis.FILE_NAME,
            reason=f"the file's name says {file_date.iso}",
        )
    near = nearest_day(found.month, found.day, _day(file_date))
    if near is None or abs((near - _day(file_date)).days) > HEADER_DAYS:
        return found
    return replace(
        found,
        year=near.year,
        basis=DateBasis.YEAR_INFERRED,
        reason=f"year from the file's name, {file_date.iso}",
    )


def _stated(filed: PartialDate | None, published: PartialDate | None) -> StoryDate | None:
    """A date that something other than the dateline states."""
    for stated, basis, reason in (
        (filed, DateBasis.METADATA, "the story's header"),
        (published, DateBasis.PAGE, "the page's date of publication"),
    ):
        if stated:
            return StoryDate(
                stated.year, stated.month, stated.day, basis, certain=True, reason=reason
            )
    return None


def _beside(month: int, day: int, stated: PartialDate, in_header: bool) -> StoryDate:
    """A dateline's day with the year of the date that is stated beside it."""
    where = "the header" if in_header else "the page's date of publication"
    anchor = _day(stated)
    near = nearest_day(month, day, anchor)
    if near is None:
        return StoryDate(None, month, day, DateBasis.NO_YEAR, reason="no year has such a day")
    if stated.day is None:
        same = stated.month in (None, month)
        year = stated.year if same else near.year
        return StoryDate(
            year, month, day, DateBasis.DATELINE, certain=same, reason=f"year from {where}"
        )
    gap = abs((near - anchor).days)
    if gap <= HEADER_DAYS:
        return StoryDate(
            near.year, month, day, DateBasis.DATELINE, certain=True, reason=f"year from {where}"
        )
    if in_header:
        # "March 119", or a dateline that slipped: the header is kept by a machine.
        return StoryDate(
            stated.year,
            stated.month,
            stated.day,
            DateBasis.METADATA,
            certain=True,
            reason=f"the header; the dateline's day is {gap} days off",
        )
    past = near if near <= anchor else near.replace(year=near.year - 1)
    return StoryDate(
        past.year,
        month,
        day,
        DateBasis.YEAR_INFERRED,
        reason=f"the last such day before {where}, {stated.iso}",
    )


def _before_saving(month: int, day: int, page_date: PartialDate) -> StoryDate:
    """A yearless day on a page that tells only when it was saved."""
    saved = _day(page_date)
    near = nearest_day(month, day, saved)
    if near is not None and 0 <= (saved - near).days <= SAVED_DAYS:
        return StoryDate(
            near.year,
            month,
            day,
            DateBasis.YEAR_INFERRED,
            reason=f"the page was saved within days of it, on {page_date.iso}",
        )
    return StoryDate(
        None,
        month,
        day,
        DateBasis.NO_YEAR,
        reason=f"the dateline has no year; the page, saved on {page_date.iso}, only bounds it",
    )


def _day(when: PartialDate) -> date:
    return date(when.year, when.month or 7, when.day or (15 if when.month else 1))


def nearest_day(month: int, day: int, anchor: date) -> date | None:
    """That day of the year in the year that brings it closest to ``anchor``."""
    candidates = [
        date(year, month, day)
        for year in (anchor.year - 1, anchor.year, anchor.year + 1)
        if day <= calendar.monthrange(year, month)[1]
    ]
    return min(candidates, key=lambda c: abs((c - anchor).days), default=None)


def _is_after(found: StoryDate, bound: PartialDate) -> bool:
    if found.year is None:
        return False
    parts = (found.year, found.month or 1, found.day or 1)
    return parts > (bound.year, bound.month or 12, bound.day or 31)

"""A yearless story between dated ones of the same feed takes its year from them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from index.dating import nearest_day
from index.raw import NoText, Unread
from index.story import DateBasis, Story

Item = Story | NoText | Unread

APART = 31
"""Days that the dated stories on both sides, and the yearless one, may be apart."""
MOST_WAITING = 100
"""Stories that wait for the next dated one; a feed without dates is not held back."""


def dated_by_neighbours(items: Iterator[Item]) -> Iterator[Item]:
    """``items`` in their order, yearless stories dated where both neighbours tell the year."""
    waiting: list[Item] = []
    before: date | None = None
    for item in items:
        here = _day(item)
        if here is None and _is_yearless(item) and before and len(waiting) < MOST_WAITING:
            waiting.append(item)
            continue
        if here is None and waiting and len(waiting) < MOST_WAITING:
            waiting.append(item)
            continue
        yield from (_dated(one, before, here) for one in waiting)
        waiting = []
        yield item
        before = here or before
    yield from waiting


def _day(item: Item) -> date | None:
    """The day of a story whose own date is certain and full."""
    if not isinstance(item, Story):
        return None
    known = item.date
    if not known.certain or known.year is None or known.month is None or known.day is None:
        return None
    return date(known.year, known.month, known.day)


def _is_yearless(item: Item) -> bool:
    return isinstance(item, Story) and item.date.basis is DateBasis.NO_YEAR


def _dated(item: Item, before: date | None, after: date | None) -> Item:
    if not isinstance(item, Story) or item.date.basis is not DateBasis.NO_YEAR:
        return item
    if before is None or after is None or abs((after - before).days) > APART:
        return item
    near = nearest_day(item.date.month or 1, item.date.day or 1, before)
    if near is None or max(abs((near - before).days), abs((near - after).days)) > APART:
        return item
    told = replace(
        item.date,
        year=near.year,
        basis=DateBasis.YEAR_INFERRED,
        reason=f"year from the stories before and after it in the file, {before} and {after}",
    )
    return replace(item, date=told)

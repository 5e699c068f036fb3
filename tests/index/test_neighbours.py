"""Yearless stories between dated ones of a feed."""

from __future__ import annotations

from index.neighbours import dated_by_neighbours
from index.raw import NoText
from index.story import DateBasis, Story, StoryDate


def story(number: int, year: int | None, month: int, day: int) -> Story:
    basis = DateBasis.METADATA if year else DateBasis.NO_YEAR
    return Story(str(number), "", "", "", "", date=StoryDate(year, month, day, basis, bool(year)))


def dates(*items: Story | NoText) -> list[str | None]:
    found = list(dated_by_neighbours(iter(items)))
    assert [getattr(item, "id", None) for item in found] == [getattr(i, "id", None) for i in items]
    return [item.date.iso if isinstance(item, Story) else None for item in found]


def test_between_two_dated_stories() -> None:
    open_ = story(2, None, 11, 2)
    assert dates(story(1, 2018, 11, 1), open_, NoText("x", "photo"), story(3, 2018, 11, 3)) == [
        "2018-11-01", "2018-11-02", None, "2018-11-03",
    ]  # fmt: skip


def test_across_new_year() -> None:
    assert dates(story(1, 2018, 12, 30), story(2, None, 1, 1), story(3, 2019, 1, 2))[1] == (
        "2019-01-01"
    )


def test_open_where_one_side_is_missing_or_far() -> None:
    assert dates(story(1, None, 11, 2), story(2, 2018, 11, 3))[0] is None
    assert dates(story(1, 2018, 11, 1), story(2, None, 11, 2))[1] is None
    assert dates(story(1, 2016, 11, 1), story(2, None, 11, 2), story(3, 2018, 11, 3))[1] is None
    assert dates(story(1, 2018, 11, 1), story(2, None, 3, 2), story(3, 2018, 11, 3))[1] is None

"""The time line of a result as bars that are links, for a page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from index.value import Value
from search.timeline.periods import STEPS, Bar, Timeline
from serve.states import DATES, State

HEIGHT = 1_000
_LEAST = 12
"""As high as a line on a screen is: one story among thousands is seen."""
WIDTH = 10
"""Of one bar, gap included, in the units of the picture; the page stretches it."""


class BarLink(Value):
    """One period: where it stands, how high its certain and inferred parts are, its link.

    ``first`` and ``last`` are its days, ISO.
    """

    x: int
    certain: int
    inferred: int
    label: str
    first: str
    last: str
    address: str
    count: int


class Chart(Value):
    """All the bars, and what stands beside them."""

    bars: tuple[BarLink, ...]
    by: str
    most: int
    coarse: int
    unknown: int
    marks: tuple[str, ...]
    """Periods to name below the bars, from left to right."""

    @property
    def width(self) -> int:
        """Of the picture."""
        return WIDTH * len(self.bars)


def chart(line: Timeline, state: State) -> Chart:
    """The bars of a time line; each leads to the result of its period alone."""
    most = max((bar.count for bar in line.bars), default=0)
    other = state.without(*DATES)
    alone = _week(other) if line.by == "week" else other.adding("on")
    bars = tuple(_bar(n, bar, line.by, most, alone) for n, bar in enumerate(line.bars))
    return Chart(bars, line.by, most, line.coarse, line.unknown, _marks(line))


def _week(state: State) -> Callable[[str], str]:
    """Where the stories of the week are that begins on a day."""

    def address(period: str) -> str:
        first, last = _days(period, "week")
        return state.given(since=first, until=last).at()

    return address


def _bar(number: int, bar: Bar, by: str, most: int, alone: Callable[[str], str]) -> BarLink:
    first, last = _days(bar.period, by)
    certain, inferred = (_height(n, most) for n in (bar.certain, bar.inferred))
    stories = "1 story" if bar.count == 1 else f"{bar.count:,} stories"
    doubt = f", of {bar.inferred:,} the year is inferred" if bar.inferred else ""
    label = f"{'week of ' if by == 'week' else ''}{bar.period}: {stories}{doubt}"
    return BarLink(
        number * WIDTH,
        certain,
        inferred,
        label,
        first.isoformat(),
        last.isoformat(),
        alone(bar.period),
        bar.count,
    )


def _height(stories: int, most: int) -> int:
    return max(round(HEIGHT * stories / most), _LEAST) if stories else 0


def _days(period: str, by: str) -> tuple[date, date]:
    """The first and the last day of a period."""
    year, month, day = (*map(int, period.split("-")), 1, 1)[:3]
    first = date(year, month, day)
    if first.year == date.max.year and by != "day":
        return first, date.max
    return first, STEPS[by].following(first) - timedelta(days=1)


def _marks(line: Timeline) -> tuple[str, ...]:
    periods = [bar.period for bar in line.bars]
    if len(periods) < 3:
        return tuple(periods)
    return periods[0], periods[len(periods) // 2], periods[-1]

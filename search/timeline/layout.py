"""A time line laid out on a page: boxes, rules and labels, for whoever draws them."""

from __future__ import annotations

from collections.abc import Iterator

from index.value import Value
from search.terminal import plain
from search.timeline.periods import Bar, Timeline

WIDTH, HEIGHT = 960, 360
PAPER, INK = "#ffffff", "#222222"
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 16, 48, 48
_CERTAIN, _INFERRED, _GRID = "#1f5f8b", "#a9c7dc", "#dddddd"
_LABELS = 10
"""Periods that are named below the bars, at most."""
_TITLE = 90
"""Characters of the title that have room."""


class Box(Value):
    """A filled rectangle, and what it stands for."""

    x: float
    y: float
    width: float
    height: float
    colour: str
    title: str


class Rule(Value):
    """A line from left to right, one pixel thick."""

    left: float
    right: float
    y: float
    colour: str


class Label(Value):
    """A line of text. ``x`` is where it begins, ends or has its middle; ``y`` its baseline."""

    x: float
    y: float
    text: str
    anchor: str = "start"
    size: int = 12


Shape = Box | Rule | Label


def title_of(line: Timeline) -> str:
    """What the picture is called."""
    return f"Stories by {line.by}" + (f": {plain(line.query)}" if line.query.strip() else "")


def description_of(line: Timeline) -> str:
    """What it shows, for those who do not see it."""
    if not line.bars:
        return f"{line.total:,} stories, none of which has a place on a time line."
    return (
        f"{line.total:,} stories from {line.bars[0].period} to {line.bars[-1].period}; "
        f"{_most(line):,} in the fullest {line.by}; {line.unknown:,} of unknown year."
    )


def shapes(line: Timeline) -> Iterator[Shape]:
    """Everything on the page, what lies below first."""
    most = _most(line)
    title = title_of(line)
    yield Label(_LEFT, 24, title if len(title) <= _TITLE else title[:_TITLE] + " ...", size=16)
    for count in range(0, most + 1, _round_step(most)):
        y = _height(count, most)
        yield Rule(_LEFT, WIDTH - _RIGHT, y, _GRID)
        yield Label(_LEFT - 6, y + 4, f"{count:,}", "end")
    yield from _bars(line.bars, most)
    if note := _note(line):
        yield Label(_LEFT, HEIGHT - 10, note, size=11)


def _most(line: Timeline) -> int:
    return max((bar.count for bar in line.bars), default=0)


def _round_step(most: int) -> int:
    """1, 2 or 5 times a power of ten, so that there are about five lines."""
    power = 1
    while True:
        for step in (power, 2 * power, 5 * power):
            if most // step <= 5:
                return step
        power *= 10


def _height(count: int, most: int) -> float:
    """Where so many stories reach."""
    return HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * count / max(most, 1)


def _bars(bars: tuple[Bar, ...], most: int) -> Iterator[Shape]:
    width = (WIDTH - _LEFT - _RIGHT) / max(len(bars), 1)
    every = -(-len(bars) // _LABELS) or 1
    for number, bar in enumerate(bars):
        x = _LEFT + number * width
        below = 0
        for count, colour in ((bar.certain, _CERTAIN), (bar.inferred, _INFERRED)):
            if count:
                top, foot = _height(below + count, most), _height(below, most)
                title = f"{bar.period}: {bar.count:,}"
                yield Box(x + width * 0.08, top, width * 0.84, foot - top, colour, title)
            below += count
        if number % every == 0:
            yield Label(x + width / 2, HEIGHT - _BOTTOM + 18, bar.period, "middle")


def _note(line: Timeline) -> str:
    notes = []
    if any(bar.inferred for bar in line.bars):
        notes.append("light: the year is inferred")
    if line.coarse:
        notes.append(f"{line.coarse:,} whose {line.by} is not known are left out")
    if line.unknown:
        notes.append(f"{line.unknown:,} of unknown year are left out")
    return "; ".join(notes)

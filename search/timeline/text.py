"""A time line as lines of text: a bar a period, gaps as gaps, inferred dates in another shade."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from rich.text import Text

from search.render import is_unicode
from search.terminal import Paper, plain
from search.timeline.periods import Bar, Timeline

SHORT_GAP = 3
"""Periods without a story up to which each has its line; a longer gap is told in one."""
_WIDEST = 60


def timeline_lines(line: Timeline, paper: Paper) -> Iterator[Text]:
    """The bars, and below them what has no place among them."""
    most = max((bar.count for bar in line.bars), default=0)
    digits = len(f"{most:,}")
    label = max((len(bar.period) for bar in line.bars), default=0)
    room = max(min(paper.width - label - digits - 4, _WIDEST), 1)
    certain, inferred = ("█", "░") if is_unicode(paper) else ("#", "-")
    for empty, run in groupby(line.bars, key=lambda bar: not bar.count):
        bars = list(run)
        if empty and len(bars) > SHORT_GAP:
            yield Text(f"{'':>{label}}  {_gap(len(bars), line.by)}", "dim")
            continue
        for bar in bars:
            shares = [round(room * count / most) if most else 0 for count in _counts(bar)]
            if bar.count and not sum(shares):
                shares[bar.certain == 0] = 1
            row = Text.assemble(
                f"{bar.period:<{label}}  {bar.count or '':>{digits + (digits - 1) // 3}}  ",
                (certain * shares[0], "cyan"),
                (inferred * shares[1], "dim cyan"),
            )
            row.rstrip()
            yield row
    yield Text()
    yield from _rest(line, inferred)


def _counts(bar: Bar) -> tuple[int, int]:
    return bar.certain, bar.inferred


def _gap(count: int, by: str) -> str:
    return f"({count:,} {by}s without a story)"


def _rest(line: Timeline, shade: str) -> Iterator[Text]:
    """How many stories there are, and what is told apart."""
    about = f" for {plain(line.query)}" if line.query.strip() else ""
    yield Text(f"{line.total:,} {'story' if line.total == 1 else 'stories'}{about}", "bold")
    if any(bar.inferred for bar in line.bars):
        yield Text(f"{shade}  the year is inferred", "dim")
    if line.coarse:
        yield Text(f"{line.coarse:,} whose {line.by} is not known", "dim")
    if line.unknown:
        yield Text(f"{line.unknown:,} whose year is not known", "dim")

"""A time line as a picture fit to print: SVG (W3C, "Scalable Vector Graphics 2"), by itself.

It holds no script, no style sheet and nothing from elsewhere; its text is escaped.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from search.terminal import plain
from search.timeline.periods import Bar, Timeline

WIDTH, HEIGHT = 960, 360
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 16, 48, 48
_CERTAIN, _INFERRED, _INK, _GRID = "#1f5f8b", "#a9c7dc", "#222222", "#dddddd"
_LABELS = 10
"""Periods that are named below the bars, at most."""


def svg(line: Timeline) -> str:
    """The picture, as the text of an SVG file.

    It has a title and a description for those who do not see it.
    """
    return "\n".join(_elements(line)) + "\n"


def _elements(line: Timeline) -> Iterator[str]:
    title = f"Stories by {line.by}" + (f": {plain(line.query)}" if line.query.strip() else "")
    most = max((bar.count for bar in line.bars), default=0)
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}" role="img" aria-labelledby="title about" '
        'font-family="Helvetica, Arial, sans-serif" font-size="12">'
    )
    yield f'<title id="title">{escape(title)}</title>'
    yield f'<desc id="about">{escape(_description(line, most))}</desc>'
    yield f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>'
    yield f'<text x="{_LEFT}" y="24" font-size="16" fill="{_INK}">{escape(title)}</text>'
    yield from _axis(most)
    yield from _bars(line.bars, most)
    yield from _legend(line)
    yield "</svg>"


def _description(line: Timeline, most: int) -> str:
    if not line.bars:
        return f"{line.total:,} stories, none of which has a place on a time line."
    return (
        f"{line.total:,} stories from {line.bars[0].period} to {line.bars[-1].period}; "
        f"{most:,} in the fullest {line.by}; {line.unknown:,} of unknown year."
    )


def _axis(most: int) -> Iterator[str]:
    """Lines at round numbers of stories."""
    step = _round_step(most)
    for count in range(0, most + 1, step):
        y = _height(count, most)
        yield f'<path d="M{_LEFT} {y:.1f}H{WIDTH - _RIGHT}" stroke="{_GRID}"/>'
        yield (
            f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end" fill="{_INK}">'
            f"{count:,}</text>"
        )


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


def _bars(bars: tuple[Bar, ...], most: int) -> Iterator[str]:
    width = (WIDTH - _LEFT - _RIGHT) / max(len(bars), 1)
    every = -(-len(bars) // _LABELS) or 1
    for number, bar in enumerate(bars):
        x = _LEFT + number * width
        below = 0
        for count, colour in ((bar.certain, _CERTAIN), (bar.inferred, _INFERRED)):
            if count:
                top, foot = _height(below + count, most), _height(below, most)
                yield (
                    f'<rect x="{x + width * 0.08:.2f}" y="{top:.2f}" width="{width * 0.84:.2f}" '
                    f'height="{foot - top:.2f}" fill="{colour}">'
                    f"<title>{bar.period}: {bar.count:,}</title></rect>"
                )
            below += count
        if number % every == 0:
            yield (
                f'<text x="{x + width / 2:.1f}" y="{HEIGHT - _BOTTOM + 18}" '
                f'text-anchor="middle" fill="{_INK}">{bar.period}</text>'
            )


def _legend(line: Timeline) -> Iterator[str]:
    notes = []
    if any(bar.inferred for bar in line.bars):
        notes.append("light: the year is inferred")
    if line.coarse:
        notes.append(f"{line.coarse:,} whose {line.by} is not known are left out")
    if line.unknown:
        notes.append(f"{line.unknown:,} of unknown year are left out")
    yield (
        f'<text x="{_LEFT}" y="{HEIGHT - 10}" font-size="11" fill="{_INK}">'
        f"{escape('; '.join(notes))}</text>"
    )

"""A time line as a picture fit to print: SVG (W3C, "Scalable Vector Graphics 2"), by itself.

It holds no script, no style sheet and nothing from elsewhere; its text is escaped.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from search.timeline.layout import (
    HEIGHT,
    INK,
    PAPER,
    WIDTH,
    Box,
    Label,
    Rule,
    Shape,
    description_of,
    shapes,
    title_of,
)
from search.timeline.periods import Timeline


def svg(line: Timeline) -> str:
    """The picture, as the text of an SVG file.

    It has a title and a description for those who do not see it.
    """
    return "\n".join(_elements(line)) + "\n"


def _elements(line: Timeline) -> Iterator[str]:
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}" role="img" aria-labelledby="title about" '
        'font-family="Helvetica, Arial, sans-serif">'
    )
    yield f'<title id="title">{escape(title_of(line))}</title>'
    yield f'<desc id="about">{escape(description_of(line))}</desc>'
    yield f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{PAPER}"/>'
    yield from map(_element, shapes(line))
    yield "</svg>"


def _element(shape: Shape) -> str:
    match shape:
        case Box():
            return (
                f'<rect x="{shape.x:.2f}" y="{shape.y:.2f}" width="{shape.width:.2f}" '
                f'height="{shape.height:.2f}" fill="{shape.colour}">'
                f"<title>{escape(shape.title)}</title></rect>"
            )
        case Rule():
            return (
                f'<path d="M{shape.left:.1f} {shape.y:.1f}H{shape.right:.1f}" '
                f'stroke="{shape.colour}"/>'
            )
        case Label():
            return (
                f'<text x="{shape.x:.1f}" y="{shape.y:.1f}" text-anchor="{shape.anchor}" '
                f'font-size="{shape.size}" fill="{INK}">{escape(shape.text)}</text>'
            )

"""A time line as a PNG file, drawn with Pillow, which brings a typeface of its own."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from index.errors import OutputError
from search.timeline.layout import HEIGHT, INK, PAPER, WIDTH, Box, Label, Rule, shapes
from search.timeline.periods import Timeline

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

SCALE = 3
"""Pixels for each of the layout's: 960 of these make 24 cm at 300 to the inch."""
_INCH = 300
_ANCHORS = {"start": "ls", "middle": "ms", "end": "rs"}


def png(line: Timeline) -> bytes:
    """The picture, as the bytes of a PNG file. Raises OutputError where Pillow is missing."""
    try:
        from PIL import Image, ImageDraw
    except ImportError as error:
        raise OutputError(
            "To draw a PNG, newsq needs Pillow, which is not installed. Add it "
            "(pip install 'newsq[png]'), or draw the same picture with --svg."
        ) from error
    image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), PAPER)
    _draw(line, ImageDraw.Draw(image))
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True, dpi=(_INCH, _INCH))
    return file.getvalue()


def _draw(line: Timeline, draw: ImageDraw) -> None:
    from PIL import ImageFont

    for shape in shapes(line):
        match shape:
            case Box():
                right, foot = shape.x + shape.width, shape.y + shape.height
                corners = [round(at * SCALE) for at in (shape.x, shape.y, right, foot)]
                corners[2:] = [max(corners[2] - 1, corners[0]), max(corners[3] - 1, corners[1])]
                draw.rectangle(corners, shape.colour)
            case Rule():
                ends = [at * SCALE for at in (shape.left, shape.y, shape.right, shape.y)]
                draw.line(ends, shape.colour, SCALE)
            case Label():
                font = ImageFont.load_default(shape.size * SCALE)
                at = (shape.x * SCALE, shape.y * SCALE)
                draw.text(at, shape.text, INK, font, _ANCHORS[shape.anchor])

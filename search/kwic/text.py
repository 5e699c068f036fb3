"""A concordance as lines for a terminal, the keyword in a column of its own."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len
from rich.text import Text

from search.kwic.lines import Concordance, Line
from search.render import MARK, date_text, wrapped
from search.terminal import Paper, plain

_WIDEST_DATE = 12
_LEAST = 12
"""Columns that a context has at least, however narrow the terminal is."""


def kwic_lines(found: Concordance, paper: Paper) -> Iterator[Text]:
    """The lines of ``found``, and how many there are."""
    ids = max(len(line.id) for line in found.lines)
    keyword = min(max(cell_len(plain(line.match)) for line in found.lines), 30)
    room = paper.width - _WIDEST_DATE - ids - keyword - 6
    side = max(room // 2, _LEAST)
    for line in found.lines:
        yield _line(line, ids, side)
    yield Text()
    yield from wrapped(Text(_total(found), "bold"), paper)


def _line(line: Line, ids: int, side: int) -> Text:
    left = _cut_left(plain(line.left), side)
    right = _cut_right(plain(line.right), side)
    row = Text.assemble(
        (f"{_short_date(line):<{_WIDEST_DATE}}  {plain(line.id):<{ids}}  ", "dim"),
        " " * (side - cell_len(left)) + left,
        (plain(line.match), MARK),
        right,
    )
    row.rstrip()
    return row


def _short_date(line: Line) -> str:
    return date_text(line.date).replace(", year unknown", "").replace("date unknown", "")


def _cut_left(text: str, width: int) -> str:
    """The last words of ``text`` that take at most ``width`` columns."""
    while cell_len(text) > width:
        text = text.partition(" ")[2] if " " in text.strip() else text[1:]
    return text


def _cut_right(text: str, width: int) -> str:
    while cell_len(text) > width:
        text = text.rpartition(" ")[0] if " " in text.strip() else text[:-1]
    return text


def _total(found: Concordance) -> str:
    lines = "1 place" if found.total == 1 else f"{found.total:,} places"
    stories = "1 story" if found.read == 1 else f"{found.read:,} stories"
    text = f"{lines} in {stories}"
    if len(found.lines) < found.total:
        text += f", {len(found.lines):,} shown (more: --limit)"
    if found.read < found.stories:
        text += f"; of {found.stories:,} stories that match, the newest {found.read:,} were read"
    return text

"""Hits as CSV (RFC 4180), safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from search.results import Hit
from search.snippets import run_on
from search.terminal import plain

COLUMNS = (
    "id", "date", "date_certain", "place", "country", "agency", "byline", "headline", "snippet",
    "score", "copies", "path",
)  # fmt: skip
_FORMULA = "=+-@\uff1d\uff0b\uff0d\uff20"
"""What a spreadsheet takes for the beginning of a formula, full-width forms among it."""


def csv_table(hits: Iterable[Hit]) -> Iterator[str]:
    """A line of column names (`COLUMNS`), and a line for each hit, as CSV text."""
    line = io.StringIO()
    writer = csv.writer(line)
    for row in (COLUMNS, *map(_row, hits)):
        writer.writerow(row)
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def _row(hit: Hit) -> list[str]:
    story = hit.story
    snippet = run_on(hit.snippets, (part.text for part in hit.snippets))
    certain = "yes" if story.date.certain else "no"
    texts = (hit.id, story.date.iso, certain, "; ".join(story.places), story.country, story.agency,
             story.byline, story.headline, snippet)  # fmt: skip
    cells = [cell(text or "") for text in texts]
    return [*cells, f"{hit.score:.4f}", str(hit.copies), cell(story.path)]


def cell(text: str) -> str:
    """``text`` on one line, as no spreadsheet computes it.

    Before what may begin a formula goes an apostrophe, as the OWASP page on CSV injection
    has it; tabs, line ends and other controls, which may begin one too, are none any more.
    """
    shown = plain(text).strip()
    return f"'{shown}" if shown[:1] and shown[0] in _FORMULA else shown

"""What each output option of ``newsq search`` prints, piece by piece."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator

from search.outputs.markdown import hits_markdown
from search.outputs.ris import ris
from search.outputs.table import csv_table
from search.results import Hit

Pieces = Iterator[str]


def ids(hits: Iterable[Hit]) -> Pieces:
    """An id a line, for ``newsq show -``."""
    for hit in hits:
        yield f"{hit.id}\n"


def json_lines(hits: Iterable[Hit]) -> Pieces:
    """A JSON object a line (schemas/hit.json), which is ASCII: file names may hold anything."""
    from search.jsonout import VERSION, hit_json

    for hit in hits:
        yield json.dumps({"version": VERSION, **hit_json(hit)}) + "\n"


WRITERS: dict[str, Callable[[Iterable[Hit]], Pieces]] = {
    "jsonl": json_lines,
    "csv": csv_table,
    "md": hits_markdown,
    "ids": ids,
    "ris": lambda hits: ris(hit.story for hit in hits),
}
"""By the option's name."""

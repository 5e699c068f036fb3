"""What an index holds, counted."""

from __future__ import annotations

import os
from collections import Counter
from contextlib import suppress
from pathlib import Path

import numpy as np

from index.errors import IndexFolderError
from index.schema import stored_date
from index.value import Value
from search.arrays import IndexArrays
from search.facets import FacetCounter, Facets


class Stats(Value):
    """Counts over all stories of an index.

    ``first`` and ``last`` are the earliest and latest known dates, ISO, in full or cut
    short; None if no story's year is known. A date is ``certain``, ``inferred`` (its
    year is) or ``unknown`` (there is no year). ``formats`` counts stories by the format
    they were read from. ``bytes`` is the size of the index's folder.
    """

    stories: int
    first: str | None
    last: str | None
    certain: int
    inferred: int
    unknown: int
    datelines: int
    formats: dict[str, int]
    facets: Facets
    bytes: int


def count_stats(index: IndexArrays, where: Path) -> Stats:
    """The `Stats` of an open index in the folder ``where``."""
    dates: Counter[str] = Counter()
    formats: Counter[str] = Counter()
    datelines = 0
    for doc in index.live.tolist():
        fields = index.stored(doc)
        date = stored_date(fields)
        dates["unknown" if date.year is None else "certain" if date.certain else "inferred"] += 1
        formats[fields["format"]] += 1
        datelines += "dateline" in fields
    values, column = index.text_column("day")
    days = [values[n] for n in np.unique(column[index.live]).tolist() if values[n]]
    return Stats(
        stories=int(index.live.size),
        first=days[0] if days else None,
        last=days[-1] if days else None,
        certain=dates["certain"],
        inferred=dates["inferred"],
        unknown=dates["unknown"],
        datelines=datelines,
        formats=dict(formats.most_common()),
        facets=FacetCounter(index).count(index.live, "year"),
        bytes=_size(where),
    )


def _size(folder: Path) -> int:
    """The bytes of the files in ``folder``; a run may take some of them away meanwhile.

    Raises IndexFolderError if the folder itself is gone.
    """
    size = 0
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                with suppress(FileNotFoundError):
                    size += entry.stat().st_size if entry.is_file() else 0
    except OSError as error:
        raise IndexFolderError(
            f"The index at {folder} cannot be read: {error.strerror or error}. "
            "Check the permissions of the folder and its files, and try again."
        ) from error
    return size

"""The stories of an index that only the corpus can date, dated by all of it.

It is done at the end of a run, over everything that the index then holds, so that an updated
index dates as one built afresh. The names of certain stories are read only if some story is
open and the corpus is dense enough to tell, and only those are listened for that open stories
ask about.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from index.chronology import (
    Chronology,
    is_open,
    is_telling,
    names_of,
    on_its_own,
    redated,
    time_bin,
)
from index.codec.packing import Numbers
from index.codec.segment import SegmentArrays
from index.messages import Stopping, never
from index.schema import from_document, stored_date
from index.segmenting import SegmentBuilder
from index.story import Story, StoryDate
from index.toc import LiveSegment

BATCH = 20_000
"""Open stories that are dated at once: they and their names are held in memory."""


@dataclass(slots=True)
class Redated:
    """What dating changed. ``deleted`` are the stories that new ones replace, by segment."""

    segments: list[LiveSegment] = field(default_factory=list)
    deleted: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    by_corpus: Counter[str] = field(default_factory=Counter)
    """Stories of each file of which the corpus told the year."""


@dataclass(frozen=True, slots=True)
class _Segment:
    """The live stories of a segment: those whose date is certain, and the others."""

    name: str
    arrays: SegmentArrays
    certain: Numbers
    others: Numbers


@dataclass(frozen=True, slots=True)
class _Open:
    segment: str
    doc: int
    story: Story
    source: str
    names: frozenset[str]


def date_the_open(
    folder: Path, live: Sequence[LiveSegment], full: int, stopping: Stopping = never
) -> Redated | None:
    """Date the open stories of ``live`` in ``folder``; those that differ are written anew.

    ``full`` is the number of characters from which a segment is written. None if it was to
    stop before it was done. Raises OSError.
    """
    result = Redated()
    builder = SegmentBuilder()
    segments = [_opened(folder, segment) for segment in live]
    telling = is_telling(_density(segments))
    waiting = _open_stories(segments, all_=telling)
    while batch := list(islice(waiting, BATCH)):
        chronology = _chronology(segments, batch, stopping) if telling else None
        if stopping():
            return None
        for one in batch:
            if chronology is None:
                story = on_its_own(one.story)
            else:
                story = redated(one.story, chronology, one.names)
            result.by_corpus[one.source] += story.date.year is not None
            if story.date != one.story.date:
                result.deleted[one.segment].append(one.doc)
                builder.add(story, one.source)
            if builder.size >= full:
                result.segments.append(builder.write(folder))
    if builder.count:
        result.segments.append(builder.write(folder))
    return result


def _opened(folder: Path, segment: LiveSegment) -> _Segment:
    arrays = SegmentArrays.map(folder, segment.name)
    known = arrays.field("certain")

    def live(term: bytes) -> Numbers:
        place = -1 if known is None else known.terms.find(term)
        docs = np.empty(0, np.int64) if known is None or place < 0 else known.docs(place)
        return docs[~np.isin(docs, segment.deleted)]

    return _Segment(segment.name, arrays, live(b"yes"), live(b"no"))


def _density(segments: Sequence[_Segment]) -> Counter[int]:
    """How many certain stories there are in each `time_bin`."""
    stories: Counter[int] = Counter()
    for segment in segments:
        column = segment.arrays.text_column("day")
        if column is None:
            continue
        numbers, counts = np.unique(column.numbers[segment.certain], return_counts=True)
        for number, count in zip(numbers.tolist(), counts.tolist(), strict=True):
            year, *rest = map(int, column.values[number].split(b"-"))
            month, day = (*rest, None, None)[:2]
            stories[time_bin(year, StoryDate(year, month, day))] += count
    return stories


def _open_stories(segments: Sequence[_Segment], *, all_: bool) -> Iterator[_Open]:
    """The open stories; or, where none can be told, only those that have been dated before."""
    for segment in segments:
        docs = segment.others
        column = segment.arrays.text_column("day")
        if column is not None and not all_:
            docs = docs[column.numbers[docs] != column.values.find(b"")]
        for doc in docs.tolist():
            fields = segment.arrays.stored().fields(doc)
            story = from_document(fields)
            if is_open(story):
                names = names_of(story.headline, story.body) if all_ else frozenset()
                yield _Open(segment.name, doc, story, fields["source"], names)


def _chronology(
    segments: Sequence[_Segment], asking: Sequence[_Open], stopping: Stopping
) -> Chronology:
    """What the certain stories say of the names that some open stories ask about."""
    chronology = Chronology(frozenset().union(*(one.names for one in asking)))
    for segment in segments:
        for doc in segment.certain.tolist():
            if stopping():
                return chronology
            fields: dict[str, Any] = segment.arrays.stored().fields(doc)
            names = names_of(fields.get("headline"), fields["body"])
            chronology.add(stored_date(fields), names)
    return chronology

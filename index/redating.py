"""The stories of an index that only the corpus can date, dated by all of it.

It is done at the end of a run, over everything that the index then holds, so that an updated
index dates as one built afresh. The names of certain stories are read only if some story is
open, and only those are listened for that open stories ask about.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import numpy as np

from index.chronology import Chronology, is_open, names_of, redated
from index.codec.segment import SegmentArrays
from index.schema import from_document
from index.segmenting import SegmentBuilder
from index.story import Story
from index.toc import LiveSegment

BATCH = 50_000
"""Open stories that are dated at once: what they ask about is held in memory."""


@dataclass(slots=True)
class Redated:
    """What dating changed. ``deleted`` are the stories that new ones replace, by segment."""

    segments: list[LiveSegment] = field(default_factory=list)
    deleted: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    by_corpus: Counter[str] = field(default_factory=Counter)
    """Stories of each file of which the corpus told the year."""


@dataclass(frozen=True, slots=True)
class _Open:
    segment: str
    doc: int
    story: Story
    source: str


def date_the_open(folder: Path, segments: Sequence[LiveSegment], full: int) -> Redated:
    """Date the open stories of ``segments`` in ``folder``; those that differ are written anew.

    ``full`` is the number of characters from which a segment is written. Raises OSError.
    """
    result = Redated()
    builder = SegmentBuilder()
    still_open = _open_stories(folder, segments)
    while batch := list(islice(still_open, BATCH)):
        asked = frozenset().union(*(names_of(one.story) for one in batch))
        chronology = Chronology(asked)
        for story in _certain_stories(folder, segments):
            chronology.hear(story)
        for one in batch:
            dated = redated(one.story, chronology)
            result.by_corpus[one.source] += dated.date.year is not None
            if dated.date != one.story.date:
                result.deleted[one.segment].append(one.doc)
                builder.add(dated, one.source)
            if builder.size >= full:
                result.segments.append(builder.write(folder))
    if builder.count:
        result.segments.append(builder.write(folder))
    return result


def _open_stories(folder: Path, segments: Sequence[LiveSegment]) -> Iterator[_Open]:
    for segment in segments:
        for doc, story, source in _stories(folder, segment, certain=False):
            if is_open(story):
                yield _Open(segment.name, doc, story, source)


def _certain_stories(folder: Path, segments: Sequence[LiveSegment]) -> Iterator[Story]:
    for segment in segments:
        for _, story, _ in _stories(folder, segment, certain=True):
            yield story


def _stories(
    folder: Path, segment: LiveSegment, *, certain: bool
) -> Iterator[tuple[int, Story, str]]:
    """(number, story, source) of the live stories whose date is certain, or of the others."""
    arrays = SegmentArrays.map(folder, segment.name)
    known = arrays.field("certain")
    place = -1 if known is None else known.terms.find(b"yes" if certain else b"no")
    if known is None or place < 0:
        return
    docs = known.docs(place)
    for doc in docs[~np.isin(docs, segment.deleted)].tolist():
        fields = arrays.stored().fields(doc)
        yield doc, from_document(fields), fields["source"]

"""What does the index hold of a file? Looked up story by story, as the file is read anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from enum import Enum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.chronology import is_open
from index.codec.segment import SegmentArrays
from index.schema import from_document
from index.story import Story
from index.toc import LiveSegment


class HeldStories:
    """The stories in ``segments`` of the index in ``folder``, and which of them are to go."""

    def __init__(self, folder: Path, segments: Sequence[LiveSegment]) -> None:
        self._segments = [HeldSegment(folder, segment) for segment in segments]

    def of(self, source: str) -> HeldFile | None:
        """The stories that came from the file called ``source``; None if there are none."""
        found = [(one, one.of(source)) for one in self._segments]
        known = [(one, docs) for one, docs in found if docs.size]
        return HeldFile(known) if known else None

    def deleted(self) -> dict[str, NDArray[np.uint32]]:
        """The stories that are to go, by segment; those deleted before are not among them."""
        gone = ((one.name, np.array(one.gone, np.uint32)) for one in self._segments)
        return {name: docs for name, docs in gone if docs.size}


def sources(folder: Path, segments: Sequence[LiveSegment]) -> Counter[str]:
    """How many live stories of ``segments`` came from each file, by the file's name."""
    found: Counter[str] = Counter()
    for segment in segments:
        field = SegmentArrays.map(folder, segment.name).field("source")
        if field is None:
            continue
        for place, term in enumerate(field.terms):
            live = ~np.isin(field.docs(place), segment.deleted)
            found[term.decode()] += int(live.sum())
    return +found


class HeldSegment:
    """One segment; it is opened when it is first asked."""

    def __init__(self, folder: Path, segment: LiveSegment) -> None:
        self.name = segment.name
        self.gone: list[int] = []
        self._folder = folder
        self._deleted = segment.deleted
        self._arrays: SegmentArrays | None = None

    @property
    def arrays(self) -> SegmentArrays:
        """The arrays of the segment."""
        if self._arrays is None:
            self._arrays = SegmentArrays.map(self._folder, self.name)
        return self._arrays

    def of(self, source: str) -> NDArray[np.int64]:
        """The numbers of the live stories of a file."""
        docs = self._docs("source", source)
        return docs[~np.isin(docs, self._deleted)] if docs.size else docs

    def with_id(self, identity: str) -> list[int]:
        """The numbers of the stories with an id, deleted ones among them."""
        numbers: list[int] = self._docs("id", identity).tolist()
        return numbers

    def _docs(self, name: str, term: str) -> NDArray[np.int64]:
        field = self.arrays.field(name)
        place = -1 if field is None else field.terms.find(term.encode())
        return np.empty(0, np.int64) if field is None or place < 0 else field.docs(place)

    def story(self, doc: int) -> Story:
        """A story as it was stored."""
        return from_document(self.arrays.stored().fields(doc))


class Before(Enum):
    """How the index has a story that was read now."""

    SAME = "as it is"
    OTHER = "otherwise"


class HeldFile:
    """The stories held of one file, as those in it now are compared with them."""

    def __init__(self, found: Sequence[tuple[HeldSegment, NDArray[np.int64]]]) -> None:
        self._rest = [(segment, set(docs.tolist())) for segment, docs in found]
        self._gone_before = [len(segment.gone) for segment, _ in found]

    def take(self, story: Story) -> Before | None:
        """How the index has ``story``; None if it does not. One that differs is to go.

        The year that the corpus tells is no difference: it is told anew in every run.
        """
        for segment, rest in self._rest:
            for doc in segment.with_id(story.id):
                if doc not in rest:
                    continue
                rest.remove(doc)
                before = segment.story(doc)
                if is_open(story) and is_open(before):
                    before = replace(before, date=story.date)
                if before == story:
                    return Before.SAME
                segment.gone.append(doc)
                return Before.OTHER
        return None

    def keep(self) -> None:
        """Let none of the file's stories go, those that differ neither."""
        for (segment, _), before in zip(self._rest, self._gone_before, strict=True):
            del segment.gone[before:]

    def drop_the_rest(self) -> int:
        """Let those go that were not taken, and tell how many they are."""
        dropped = 0
        for segment, rest in self._rest:
            segment.gone.extend(sorted(rest))
            dropped += len(rest)
            rest.clear()
        return dropped

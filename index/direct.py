"""Stories that are already read -> index, without files or a manifest of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, islice
from pathlib import Path

import numpy as np

from index.generation import publish
from index.held import HeldSegment
from index.manifest import load
from index.messages import FULL, Stopping, never
from index.processes import in_processes
from index.run import MOST_GATHERED, merged_segments
from index.segmenting import SegmentBuilder
from index.store import has_index, read_live, writing
from index.story import Story
from index.toc import LiveSegment, latest_generation

WORTH = 16_000
"""Stories that are worth processes of their own, which take a while to start."""
HANDED = 250
"""Stories that are handed to a process at once."""
Sourced = tuple[Story, str]


def index_stories(
    stories: Iterable[Story],
    where: Path,
    *,
    source: Callable[[Story], str] = lambda story: story.path,
    merge: bool = True,
    jobs: int = 1,
) -> int:
    """Add ``stories`` to the index in ``where``, made if there is none; give their number.

    Stories are added as they are, though one of the same id may be there. ``source`` names
    the file a story came from. Without ``merge`` they become a segment of their own, or
    several, beside those that are there.
    With more than one of ``jobs`` they are handed to as many processes, if they are many.
    Raises IndexFolderError or IndexBusyError if the index cannot be written, CorpusError if a
    process dies.
    """
    sourced: Iterator[Sourced] = ((story, source(story)) for story in stories)
    with writing(where):
        held = read_live(where).segments if has_index(where) else ()
        first = list(islice(sourced, WORTH if jobs > 1 else 0))
        sourced = chain(first, sourced)
        if len(first) < WORTH:
            writer = _Writer((where, FULL))
            writer.add(sourced)
            fresh = writer.finish()
        else:
            batches = iter(lambda: list(islice(sourced, HANDED)), [])
            setup = where, min(FULL, MOST_GATHERED // jobs)
            written = in_processes(batches, jobs, _Writer, setup)
            fresh = [segment for segments in written for segment in segments]
        segments = merged_segments(where, held, fresh) if merge else [*held, *fresh]
        _commit(where, segments, held)
    return sum(segment.count for segment in fresh)


class _Writer:
    """Writes stories to segments in a folder, each of so many characters, at work in a process."""

    def __init__(self, setup: tuple[Path, int]) -> None:
        self._folder, self._full = setup
        self._executor = ThreadPoolExecutor(1)
        self._builder = SegmentBuilder(self._executor)
        self._written: list[LiveSegment] = []

    def do(
        self, task: Iterable[Sourced], stopping: Stopping = never
    ) -> Iterator[list[LiveSegment]]:
        """Add stories; there is nothing to tell of it yet."""
        self.add(task)
        yield from ()

    def add(self, stories: Iterable[Sourced]) -> None:
        """Add stories, and write a segment when there are enough."""
        for story, source in stories:
            self._builder.add(story, source)
            if self._builder.size >= self._full:
                self._written.append(self._builder.write(self._folder))

    def finish(self) -> list[LiveSegment]:
        """Write what is left, and give all segments."""
        if self._builder.count:
            self._written.append(self._builder.write(self._folder))
        self._executor.shutdown()
        return self._written


def delete_stories(ids: Iterable[str], where: Path) -> int:
    """Delete the stories with ``ids`` from the index in ``where``; give their number."""
    names = list(ids)
    count = 0
    with writing(where):
        segments = []
        live = read_live(where).segments
        for segment in live:
            held = HeldSegment(where, segment)
            gone = [doc for name in names for doc in held.with_id(name)]
            deleted = np.union1d(segment.deleted, np.array(gone, np.uint32)).astype(np.uint32)
            count += int(deleted.size - segment.deleted.size)
            segments.append(LiveSegment(segment.name, segment.count, deleted))
        _commit(where, segments, live)
    return count


def _commit(where: Path, segments: Sequence[LiveSegment], held: Sequence[LiveSegment]) -> None:
    before = max(latest_generation(where), 0)
    publish(where, before + 1, load(where, before), segments, held)

"""Stories that are already read -> index, without files or a manifest of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from index.held import HeldSegment
from index.indexer import FULL
from index.manifest import drop_others, load, save
from index.run import merged_segments
from index.segmenting import SegmentBuilder
from index.store import commit, has_index, read_live, writing
from index.story import Story
from index.toc import LiveSegment, latest_generation


def index_stories(
    stories: Iterable[Story],
    where: Path,
    *,
    source: Callable[[Story], str] = lambda story: story.path,
    merge: bool = True,
) -> int:
    """Add ``stories`` to the index in ``where``, made if there is none; give their number.

    Stories are added as they are, though one of the same id may be there. ``source`` names
    the file a story came from. Without ``merge`` they become a segment of their own, or
    several, beside those that are there. Raises IndexFolderError or IndexBusyError if the
    index cannot be written.
    """
    count = 0
    with writing(where), ThreadPoolExecutor(1) as executor:
        held = read_live(where).segments if has_index(where) else ()
        builder = SegmentBuilder(executor)
        fresh: list[LiveSegment] = []
        for story in stories:
            builder.add(story, source(story))
            count += 1
            if builder.size >= FULL:
                fresh.append(builder.write(where))
        if builder.count:
            fresh.append(builder.write(where))
        segments = merged_segments(where, held, fresh) if merge else [*held, *fresh]
        _commit(where, segments)
    return count


def delete_stories(ids: Iterable[str], where: Path) -> int:
    """Delete the stories with ``ids`` from the index in ``where``; give their number."""
    names = list(ids)
    count = 0
    with writing(where):
        segments = []
        for segment in read_live(where).segments:
            held = HeldSegment(where, segment)
            gone = [doc for name in names for doc in held.with_id(name)]
            deleted = np.union1d(segment.deleted, np.array(gone, np.uint32)).astype(np.uint32)
            count += int(deleted.size - segment.deleted.size)
            segments.append(LiveSegment(segment.name, segment.count, deleted))
        _commit(where, segments)
    return count


def _commit(where: Path, segments: list[LiveSegment]) -> None:
    before = max(latest_generation(where), 0)
    save(load(where, before), where, before + 1)
    commit(where, before + 1, segments)
    drop_others(where, before + 1)

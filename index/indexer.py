"""Files -> segments: what one process does of a run, alone or beside others.

An `Indexer` reads files, compares their stories with those that the index holds of them, and
writes what is new or changed as segments that no table of contents lists yet. What it tells
of it is small, so that it may as well be said from another process.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from index.chronology import is_open, on_its_own
from index.corpus import StoryFile
from index.formats.hints import Hints
from index.held import Before, HeldFile, HeldStories
from index.limits import Limits
from index.manifest import FileEntry, file_digest
from index.messages import FileIndexed, PartRead, Setup, Stopping, Task, Written, never
from index.reading import FileReading, read_parts
from index.segmenting import SegmentBuilder
from index.story import Story
from index.toc import LiveSegment


@dataclass(slots=True)
class _Tally:
    added: int = 0
    changed: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)


class Indexer:
    """Writes the stories of the files it is given to segments in ``setup.folder``."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._builder = SegmentBuilder()
        self._held = HeldStories(setup.folder, setup.held)
        self._written: list[LiveSegment] = []
        self._kept: list[str] = []
        """Files that were begun, and stay as they were in the index."""

    def do(self, task: Task, stopping: Stopping = never) -> Iterator[PartRead | FileIndexed]:
        """Read the files of ``task``, write what changed in them, and tell of every part.

        When it is ``stopping``, the file at hand is left as it was in the index.
        """
        for file in task.files:
            if stopping():
                return
            yield from self._index(file, task.hints, stopping)

    def _index(
        self, file: StoryFile, hints: Hints, stopping: Stopping
    ) -> Iterator[PartRead | FileIndexed]:
        digest = file_digest(file.path)
        held = self._held.of(file.source)
        tally = _Tally()
        entry: FileEntry | None = None
        for reading in read_parts(file, hints, self._setup.limits):
            for story in reading.stories:
                self._take(story, file.source, held, tally)
            entry = entry_of(reading, digest, tally.failed, entry, self._setup.limits)
            tally.failed = []
            yield PartRead(len(reading.stories))
            if not reading.last and stopping():
                self._keep(file, held)
                return
            if reading.transient and held:
                self._keep(file, held)
                yield FileIndexed(file, entry, 0, 0, 0, kept=True)
            elif reading.last:
                dropped = held.drop_the_rest() if held else 0
                yield FileIndexed(file, entry, tally.added, tally.changed, dropped)

    def _keep(self, file: StoryFile, held: HeldFile | None) -> None:
        """Leave the file at hand as it was in the index."""
        self._kept.append(file.source)
        if held:
            held.keep()

    def _take(self, story: Story, source: str, held: HeldFile | None, tally: _Tally) -> None:
        if is_open(story):
            story = on_its_own(story)
        before = held.take(story) if held else None
        if before is Before.SAME:
            return
        try:
            self._builder.add(story, source)
        except (ValueError, OverflowError) as error:
            tally.failed.append(
                (story.path, f"the story {story.title!r} has what no index holds: {error}")
            )
            return
        if before is None:
            tally.added += 1
        else:
            tally.changed += 1
        if self._builder.size >= self._setup.full:
            self._flush()

    def _flush(self) -> None:
        if self._builder.count:
            self._written.append(self._builder.write(self._setup.folder))

    def finish(self) -> Written:
        """Write what is left, and tell of all."""
        self._flush()
        deleted = self._held.deleted()
        if self._kept:
            fresh = HeldStories(self._setup.folder, self._written)
            for source in self._kept:
                if (begun := fresh.of(source)) is not None:
                    begun.drop_the_rest()
            deleted |= fresh.deleted()
        return Written(tuple(self._written), deleted)


def entry_of(
    reading: FileReading,
    digest: str,
    failed: list[tuple[str, str]],
    before: FileEntry | None,
    limits: Limits,
) -> FileEntry:
    """What is noted of a file that was read, the parts of it that were read ``before`` included."""
    dates = [story.date for story in reading.stories]
    file = reading.file
    so_far = before or FileEntry(file.size, file.mtime_ns, reading.read_ns, digest)
    return so_far._replace(
        stories=so_far.stories + len(reading.stories) - len(failed),
        datelines=so_far.datelines + sum(s.dateline is not None for s in reading.stories),
        certain=so_far.certain + sum(d.certain and d.year is not None for d in dates),
        inferred=so_far.inferred + sum(not d.certain and d.year is not None for d in dates),
        no_text=reading.no_text,
        skipped=(*so_far.skipped, *failed, *reading.skipped),
        transient=reading.transient,
        seconds=reading.seconds,
        most=0 if limits.all_of(file.size) else limits.size,
    )

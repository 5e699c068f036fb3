"""Files -> documents on the cluster: what one process does of a run, alone or beside others.

What is new or changed is sent while the next is read. That a file is done is said when all that
there was of it is safely in; if that never comes, the next run reads it again, and writes what
is not there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from cluster.access import Access
from cluster.bulk import Sender, version_of
from cluster.document import Stamped, documents_of, line_for, stamped
from cluster.held import Held, arrivals, held_of
from cluster.mapping import Layout
from cluster.patience import patiently
from cluster.periods import Periods
from index.chronology import is_open, on_its_own
from index.corpus import StoryFile
from index.formats.hints import Hints
from index.indexer import entry_of
from index.limits import USUAL_LIMITS, Limits
from index.manifest import FileEntry, file_digest
from index.messages import FileIndexed, PartRead, Stopping, Task, never
from index.reading import read_parts
from index.story import Story
from index.value import Value


class ClusterSetup(Value):
    """What a process needs to know: where to write, which build, laid out how, in which run.

    ``is_live`` says that searches see the build, ``is_empty`` that it holds nothing yet;
    ``before`` is the build that it is to take the place of, if there is one.
    """

    access: Access
    build: int
    layout: Layout
    run: int
    is_live: bool
    is_empty: bool
    before: int | None
    limits: Limits = USUAL_LIMITS


class Done(Value):
    """The last word of an indexer: what had not been told when there was nothing more to read."""

    files: tuple[FileIndexed, ...]


@dataclass(slots=True)
class _Tally:
    added: int = 0
    changed: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)


class _Owner(Value):
    """Whose a write is: the file, the story's path and title."""

    source: str
    path: str
    title: str


class ClusterIndexer:
    """Writes the stories of the files it is given to a build on a cluster."""

    def __init__(self, setup: ClusterSetup) -> None:
        self._setup = setup
        self._cluster = setup.access.connect()
        self._periods = Periods(self._cluster, setup.build, setup.layout, setup.is_live)
        self._sender: Sender[FileIndexed] = Sender(
            self._cluster, before=self._periods.wait, version=version_of(setup.run, 0)
        )

    def do(self, task: Task, stopping: Stopping = never) -> Iterator[PartRead | FileIndexed]:
        """Read the files of ``task``, send what changed in them, and tell of it."""
        self._sender.stopping = stopping
        held: dict[str, dict[str, Held]] = {}
        if not self._setup.is_empty:
            stories = self._cluster.location.stories(self._setup.build)
            names = [file.source for file in task.files]
            held = patiently(lambda: held_of(self._cluster, stories, names), stopping)
        for file in task.files:
            if stopping():
                return
            yield from self._index(file, task.hints, held.get(file.source, {}), stopping)
            yield from self._told()

    def finish(self) -> Done:
        """Send what is left, and tell of all."""
        try:
            return Done(tuple(map(self._less_refused, self._sender.finish())))
        finally:
            self._periods.close()
            self._cluster.close()

    def _index(
        self, file: StoryFile, hints: Hints, held: dict[str, Held], stopping: Stopping
    ) -> Iterator[PartRead]:
        digest = file_digest(file.path)
        tally = _Tally()
        entry: FileEntry | None = None
        rest = dict(held)
        for reading in read_parts(file, hints, self._setup.limits):
            self._take(list(reading.stories), file.source, rest, tally)
            entry = entry_of(reading, digest, tally.failed, entry, self._setup.limits)
            tally.failed = []
            yield PartRead(len(reading.stories))
            if not reading.last:
                if stopping():
                    return
                continue
            if reading.transient and held:
                # What could not be read now may still be there: it stays.
                self._sender.tell(FileIndexed(file, entry, tally.added, tally.changed, 0, True))
                continue
            for identity, story in rest.items():
                for index in story.indices:
                    self._sender.delete(index, identity)
            self._sender.tell(FileIndexed(file, entry, tally.added, tally.changed, len(rest)))

    def _take(
        self, stories: list[Story], source: str, rest: dict[str, Held], tally: _Tally
    ) -> None:
        """Send those of ``stories`` that the cluster has not or has otherwise."""
        read = [on_its_own(story) if is_open(story) else story for story in stories]
        changed: list[tuple[Stamped, Held | None]] = []
        for ready in stamped(read, source):
            story = ready.story
            before = rest.pop(story.id, None)
            if ready.stamp is None:
                why = "half a character stands in it"
                tally.failed.append(
                    (story.path, f"the story {story.title!r} has what no index holds: {why}")
                )
            elif before is None or before.stamp != ready.stamp:
                changed.append((ready, before))
        arrived = self._arrivals([ready.story.id for ready, before in changed if before is None])
        made = documents_of([ready for ready, _ in changed])
        for (ready, before), document in zip(changed, made, strict=True):
            story = ready.story
            tally.added += before is None
            tally.changed += before is not None
            first = before.arrived if before else arrived.get(story.id, self._setup.run)
            document |= {"arrived": first, "run": self._setup.run}
            index = self._periods.index_of(document.get("day", ""))
            owner = _Owner(source, story.path, story.title)
            places = before.indices if before else ()
            self._sender.index(index, story.id, line_for(document), owner, places)

    def _arrivals(self, ids: list[str]) -> dict[str, int]:
        if self._setup.before is None or not ids:
            return {}
        before = self._cluster.location.stories(self._setup.before)
        return patiently(lambda: arrivals(self._cluster, before, ids), self._sender.stopping)

    def _told(self) -> Iterator[FileIndexed]:
        yield from map(self._less_refused, self._sender.told())

    def _less_refused(self, message: FileIndexed) -> FileIndexed:
        """``message`` without the stories of its file that the cluster would not take."""
        mine = [one for one in self._sender.refused if one.owner.source == message.file.source]
        if not mine:
            return message
        self._sender.refused = [one for one in self._sender.refused if one not in mine]
        skipped = tuple(
            (
                one.owner.path,
                f"the cluster takes no story such as {one.owner.title!r}: {one.reason}",
            )
            for one in mine
        )
        entry = message.entry._replace(
            stories=message.entry.stories - len(mine), skipped=message.entry.skipped + skipped
        )
        added = max(message.added - len(mine), 0)
        changed = message.changed - (len(mine) - (message.added - added))
        return FileIndexed(message.file, entry, added, changed, message.dropped, message.kept)

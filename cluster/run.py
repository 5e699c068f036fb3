"""One run over a corpus: what is sent to a cluster, what is dropped, dated and tied there.

The steps follow one another as in `index.run`. There is no moment at which all becomes the
index: files are noted as their stories are safely in, and searches see it when the run says so.
What a run that ended early has left undone, the next does.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from cluster.builds import refresh
from cluster.bulk import Sender, version_of
from cluster.client import Cluster
from cluster.held import held_of
from cluster.indexer import ClusterIndexer, ClusterSetup, Done
from cluster.patience import patiently
from cluster.rewriting import Rewriter
from cluster.sources import Counts, Sources
from index.corpus import folder_of
from index.formats.columns import Columns
from index.formats.hints import Hints
from index.manifest import FileEntry, Manifest
from index.messages import FileIndexed, PartRead, Stopping
from index.plan import Comparison
from index.run import noted
from index.summary import Progress, Summary
from index.value import Value
from index.workers import Prepared, read_files

NOTED_EVERY = 5.0
"""Seconds after which files that are done are noted."""


class Task(Value):
    """What a run is to do: bring a build up to date with what was found of the corpora.

    ``old`` is the build's manifest as it is, ``tied`` the last run after which all its stories
    were tied.
    """

    found: Comparison
    old: Manifest
    tied: int
    setup: ClusterSetup
    columns: Columns
    jobs: int


class ClusterRun:
    """A run, its tally and its manifest."""

    def __init__(self, cluster: Cluster, task: Task, summary: Summary, stopping: Stopping) -> None:
        self.manifest = task.found.manifest
        self.left: set[str] = set()
        """The names of files that are not read, or not to their end."""
        self._cluster, self._task, self._summary = cluster, task, summary
        self._stopping = stopping
        self._setup = task.setup
        self._sources = Sources(cluster, task.setup.build)
        self._stories = cluster.location.stories(task.setup.build)
        self._done: dict[str, FileEntry] = {}
        self._noted_at = time.monotonic()

    def carry_out(self, on_progress: Callable[[Progress], None]) -> bool:
        """Do all of it; False if it was to stop before it was done. Raises ClusterError."""
        old = self._task.old.files
        self._done = {name: one for name, one in self.manifest.files.items() if one != old[name]}
        self._update(on_progress)
        self._refresh()
        tied = self._task.tied
        whole = not self._stopping() and patiently(self._date_the_open, self._stopping)
        if whole:
            patiently(lambda: self._tie(tied), self._stopping)
            tied = self._setup.run
            self._refresh()
        self.manifest.whole = whole
        self._note()
        self._note_all(tied)
        return whole

    def _begin(self, sources: set[str]) -> None:
        """Note that what is known of files does not hold from now on, until they are done.

        If the run ends before they are, the next reads them, even if they are by then again as
        they were before.
        """
        for source in self.manifest.files.keys() & sources:
            entry = self.manifest.files[source]._replace(read_ns=0)
            self.manifest.files[source] = self._done[source] = entry
        self._note()
        self.manifest.whole = False
        self._note_all(self._task.tied)

    def _drop(self, sources: list[str]) -> None:
        """Drop every story of the files that have vanished."""
        version = version_of(self._setup.run, 0)
        sender: Sender[None] = Sender(self._cluster, self._stopping, version=version)
        for stories in held_of(self._cluster, self._stories, sources).values():
            for identity, story in stories.items():
                for index in story.indices:
                    sender.delete(index, identity)
                self._summary.dropped += 1
        sender.finish()
        self._sources.forget(sources)
        for source in sources:
            del self.manifest.files[source]

    def _update(self, on_progress: Callable[[Progress], None]) -> None:
        """Drop what has vanished, and read the files that are new or changed."""
        done = total = 0

        def prepare() -> Prepared:
            nonlocal total
            stale, hints = self._prepared()
            total = sum(file.size for file in stale)
            self.left.update(file.source for file in stale)
            gone = self._task.found.gone
            self._begin(self.left | gone)
            self._drop(sorted(gone))
            on_progress(Progress(0, total, 0))
            return stale, hints

        stale, jobs = self._task.found.stale, self._task.jobs
        for message in read_files(
            stale, jobs, prepare, ClusterIndexer, self._setup, self._stopping
        ):
            if isinstance(message, PartRead):
                self._summary.read += message.stories
            for one in message.files if isinstance(message, Done) else (message,):
                if isinstance(one, FileIndexed):
                    self._take(one)
                    self.left.discard(one.file.source)
                    done += one.file.size
            if time.monotonic() - self._noted_at > NOTED_EVERY:
                self._note()
            on_progress(Progress(done, total, self._summary.read))
        self._note()

    def _take(self, message: FileIndexed) -> None:
        entry = noted(message, self._task.old)
        self.manifest.files[message.file.source] = self._done[message.file.source] = entry
        self._summary.added += message.added
        self._summary.changed += message.changed
        self._summary.dropped += message.dropped

    def _note_all(self, tied: int) -> None:
        counts = Counts(self._setup.run, tied)
        patiently(lambda: self._sources.note_all(self.manifest, counts), self._stopping)

    def _note(self) -> None:
        if not self._done:
            return
        self._sources.note(self._done.items())
        self._done = {}
        self._noted_at = time.monotonic()

    def _prepared(self) -> Prepared:
        """The files that have to be read, and what their folders' habits are."""
        from index.recurring import digest, learn_habits

        found = self._task.found
        habits, stale = learn_habits(found.files, found.stale, found.gone, self._task.old.habits)
        self.manifest.habits.update({folder: digest(lines) for folder, lines in habits.items()})
        self._summary.files_unchanged = len(found.files) - len(stale)
        none: frozenset[str] = frozenset()
        columns = self._task.columns
        return stale, lambda file: Hints(columns, habits.get(folder_of(file.source), none))

    def _date_the_open(self) -> bool:
        """Date the stories that only the corpus can date; False if it was to stop."""
        if not any(entry.undated for entry in self.manifest.files.values()):
            return True
        from cluster.redating import date_the_open

        rewriter = self._rewriter(1)
        dated = date_the_open(
            self._cluster, self._stories, rewriter, self._setup.run, self._stopping
        )
        rewriter.finish()
        if dated is None:
            return False
        self._summary.changed += dated.changed
        for source, entry in self.manifest.files.items():
            if entry.by_corpus != (told := dated.by_corpus[source]):
                self._done[source] = entry._replace(by_corpus=told)
        self.manifest.files.update(self._done)
        if rewriter.count:
            self._refresh()
        return True

    def _tie(self, since: int) -> None:
        from cluster.tying import tie_stories

        rewriter = self._rewriter(2)
        tie_stories(self._cluster, self._stories, since, rewriter)
        rewriter.finish()

    def _refresh(self) -> None:
        patiently(lambda: refresh(self._cluster, self._setup.build), self._stopping)

    def _rewriter(self, step: int) -> Rewriter:
        one = self._setup
        return Rewriter(self._cluster, one.build, one.layout, one.run, step, one.is_live)

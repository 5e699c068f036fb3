"""One run over a corpus: what is written, what is dropped, what the corpus dates.

What only some runs need is imported where they do: reading and its many modules are for the
processes that read, which start the sooner.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from index.corpus import folder_of
from index.errors import StoppedError
from index.formats.hints import Hints
from index.generation import NOTHING_KEPT, publish
from index.manifest import FileEntry, Manifest, save
from index.messages import FULL, FileIndexed, PartRead, Setup, Stopping, Written, never
from index.plan import OvertakenError, Plan
from index.store import writing
from index.summary import Progress, Summary
from index.tiers import to_merge
from index.toc import LiveSegment, latest_generation
from index.workers import Prepared, index_files

MOST_GATHERED = 4 * FULL
"""Characters that all processes of a run together hold before they write segments."""
TOGETHER = 32_000
"""Stories up to which the segments of a run are put together: one process would have."""


def carry_out(
    plan: Plan,
    summary: Summary,
    jobs: int,
    on_progress: Callable[[Progress], None],
    stopping: Stopping,
) -> Manifest:
    """Do what ``plan`` says, and give the manifest of the index as it then is.

    If no story is found in all of the corpora, the index is left as it is. Raises
    OvertakenError if another run has changed it since it was looked at, and otherwise as
    `index.build.build_index` does.
    """
    manifest = plan.manifest
    with writing(plan.where):
        if max(latest_generation(plan.where), 0) != plan.generation:
            raise OvertakenError
        run = Run(plan.where, summary, manifest, plan.held, stopping)
        run.drop(plan.gone)
        left = run.update(plan, jobs, on_progress)
        if stopping() or not run.date_the_open():
            _keep(run, plan, left)
        if any(manifest.files[file.source].stories for file in plan.files):
            _commit(run, plan)
    if not manifest.whole:
        raise StoppedError(
            f"Stopped. All {len(plan.files):,} files are in the index; which stories are copies or "
            "versions of others is not yet told of all: run it again to go on."
        )
    return manifest


def _keep(run: Run, plan: Plan, left: set[str]) -> NoReturn:
    """Make the files that were read to their end part of the index, and raise StoppedError.

    ``left`` are the files that were not; what they had in the index stays. The next run reads
    them, dates what only the whole corpus can, ties and merges. Nothing of a rebuild is kept: it
    takes the place of an index that is whole.
    """
    if plan.rebuild and plan.generation:
        raise StoppedError(NOTHING_KEPT)
    manifest = run.manifest
    if not any(
        file.source not in left and manifest.files[file.source].stories for file in plan.files
    ):
        raise StoppedError("Stopped. The index is as it was, for no file was read to its end.")
    manifest.whole = False
    for source in left & manifest.files.keys():
        manifest.files[source] = manifest.files[source]._replace(read_ns=0)
    _commit(run, plan)
    raise StoppedError(
        f"Stopped. {len(plan.files) - len(left):,} of {len(plan.files):,} files are in the index; "
        "run it again to go on."
    )


def _commit(run: Run, plan: Plan) -> None:
    """Swap the new index in, its manifest with it."""
    summary, generation = run.summary, plan.generation
    changed = summary.added or summary.changed or summary.dropped
    if changed or plan.rebuild or plan.repair or not plan.old.whole:
        generation += 1
        publish(
            plan.where,
            generation,
            run.manifest,
            run.merged(),
            plan.held,
            run.stopping,
            only_whole=plan.rebuild and plan.generation > 0,
        )
    else:
        save(run.manifest, plan.where, generation)


def noted(message: FileIndexed, old: Manifest) -> FileEntry:
    """What is noted of a file: what was found in it, or before if it cannot be read now."""
    before = old.files.get(message.file.source)
    if before is None or not message.kept:
        return message.entry
    return before._replace(transient=True, skipped=message.entry.skipped)


class Run:
    """One run's segments, tally and manifest.

    ``held`` are the segments that are live before it, in ``folder``.
    """

    def __init__(
        self,
        folder: Path,
        summary: Summary,
        manifest: Manifest,
        held: Sequence[LiveSegment],
        stopping: Stopping = never,
    ) -> None:
        self.summary = summary
        self.manifest = manifest
        self.folder = folder
        self.stopping = stopping
        self._held = {segment.name: segment for segment in held}
        self._fresh: dict[str, LiveSegment] = {}

    def update(self, plan: Plan, jobs: int, on_progress: Callable[[Progress], None]) -> set[str]:
        """Read the files that are new or changed, and write what changed in them.

        Gives the names of those that were left unread, because it was to stop.
        """
        done = total = 0
        left: set[str] = set()

        def prepare() -> Prepared:
            nonlocal total
            stale, hints = self._prepared(plan)
            total = sum(file.size for file in stale)
            left.update(file.source for file in stale)
            on_progress(Progress(0, total, 0))
            return stale, hints

        full = min(FULL, MOST_GATHERED // jobs)
        setup = Setup(self.folder, tuple(self._held.values()), full, plan.limits)
        for message in index_files(plan.stale, jobs, prepare, setup, self.stopping):
            if isinstance(message, PartRead):
                self.summary.read += message.stories
            elif isinstance(message, FileIndexed):
                self.manifest.files[message.file.source] = noted(message, plan.old)
                left.remove(message.file.source)
                self.summary.added += message.added
                self.summary.changed += message.changed
                self.summary.dropped += message.dropped
                done += message.file.size
            elif isinstance(message, Written):
                self._fresh.update((segment.name, segment) for segment in message.segments)
                self._delete(message.deleted)
                continue
            on_progress(Progress(done, total, self.summary.read))
        return left

    def _prepared(self, plan: Plan) -> Prepared:
        """The files that have to be read, and what their folders' habits are."""
        from index.recurring import digest, learn_habits

        habits, stale = learn_habits(plan.files, plan.stale, plan.gone, plan.old.habits)
        learned = {folder: digest(lines) for folder, lines in habits.items()}
        self.manifest.habits.update(learned)
        self.summary.files_unchanged = len(plan.files) - len(stale)
        none: frozenset[str] = frozenset()
        return stale, lambda file: Hints(plan.columns, habits.get(folder_of(file.source), none))

    def drop(self, sources: set[str]) -> None:
        """Drop every story of the files that have vanished."""
        from index.held import HeldStories

        held = HeldStories(self.folder, tuple(self._held.values()))
        for source in sources:
            if (stories := held.of(source)) is not None:
                self.summary.dropped += stories.drop_the_rest()
            del self.manifest.files[source]
        self._delete(held.deleted())

    def date_the_open(self) -> bool:
        """Date the stories that only the corpus can date, those of other runs among them.

        False if it was to stop before all were dated; then none is.
        """
        if not any(entry.undated for entry in self.manifest.files.values()):
            return True
        from index.redating import date_the_open

        dated = date_the_open(self.folder, self._all(), FULL, self.stopping)
        if dated is None:
            return False
        self.summary.changed += sum(
            len(docs) for name, docs in dated.deleted.items() if name in self._held
        )
        self._delete({name: np.array(docs, np.uint32) for name, docs in dated.deleted.items()})
        self._fresh.update((segment.name, segment) for segment in dated.segments)
        for source, entry in self.manifest.files.items():
            if entry.by_corpus != (told := dated.by_corpus[source]):
                self.manifest.files[source] = entry._replace(by_corpus=told)
        return True

    def merged(self) -> list[LiveSegment]:
        """The segments of the index, few enough, after this run; as they are if it is to stop."""
        held, fresh = list(self._held.values()), list(self._fresh.values())
        return merged_segments(self.folder, held, fresh, self.stopping)

    def _all(self) -> list[LiveSegment]:
        return [*self._held.values(), *self._fresh.values()]

    def _delete(self, gone: dict[str, NDArray[np.uint32]]) -> None:
        for name, docs in gone.items():
            segments = self._held if name in self._held else self._fresh
            segment = segments[name]
            deleted = np.union1d(segment.deleted, docs).astype(np.uint32)
            segments[name] = LiveSegment(name, segment.count, deleted)


def merged_segments(
    folder: Path,
    held: Sequence[LiveSegment],
    fresh: Sequence[LiveSegment],
    stopping: Stopping = never,
) -> list[LiveSegment]:
    """The segments in ``folder`` after those are merged that should be (`index.tiers`).

    ``held`` are those of the index so far, ``fresh`` those of this run. When it is
    ``stopping``, the rest is for another run to merge. Raises OSError.
    """
    from index.merge import can_merge, merge

    live = {one.name: one for one in (*held, *fresh) if one.deleted.size < one.count}
    old, new = (
        [one for one in known if one.name in live and can_merge(folder, one.name)]
        for known in (held, fresh)
    )
    for group in to_merge(old, new, TOGETHER):
        if stopping():
            break
        whole = merge(folder, group)
        for segment in group:
            del live[segment.name]
        live[whole.name] = whole
    return list(live.values())

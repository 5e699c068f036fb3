"""Corpus -> index on a cluster: built afresh, or brought up to date (`index.build` on a folder).

A rebuild makes another build beside the one that searches see, and takes its place in one step.
One that was stopped is gone on with by the next.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from cluster.access import Access
from cluster.builds import (
    drop,
    layout_of,
    live_build,
    prepare,
    refresh,
    swap,
    unfinished_builds,
)
from cluster.client import Cluster
from cluster.indexer import ClusterSetup
from cluster.lease import writing
from cluster.mapping import USUAL as USUAL_LAYOUT
from cluster.mapping import Layout, Wish, check_wish
from cluster.patience import patiently
from cluster.run import ClusterRun, Task
from cluster.sources import Sources, sources_in, stories_in
from index.build import count, nothing_found
from index.errors import ClusterError, CorpusError, StoppedError
from index.formats.columns import USUAL, Columns
from index.limits import USUAL_LIMITS, Limits
from index.manifest import FileEntry
from index.messages import Stopping, never
from index.plan import compare
from index.summary import Progress, Summary
from index.value import Value


def build_index(
    corpora: Sequence[Path],
    access: Access,
    *,
    rebuild: bool = False,
    jobs: int = 1,
    columns: Columns = USUAL,
    on_progress: Callable[[Progress], None] = lambda progress: None,
    stopping: Stopping = never,
    limits: Limits = USUAL_LIMITS,
    layout: Wish = USUAL_LAYOUT,
) -> Summary:
    """Bring the index at ``access`` up to date with ``corpora``.

    As `index.build.build_index` does, and with what it says of the parameters. ``layout`` is how
    the stories are wished to lie on the cluster, if it is a new index or a rebuild, which keeps
    the layout where nothing else is wished. Raises ClusterError, also for a layout that is
    another than the index has, IndexBusyError if another run is writing it, CorpusError and
    StoppedError.
    """
    check_wish(layout)
    started = time.monotonic()
    summary = Summary(access)
    with access.connect() as cluster, writing(cluster, stopping) as lease:

        def stops() -> bool:
            lease.check()
            return stopping()

        target = _target(cluster, rebuild, layout)
        refresh(cluster, target.build)
        stories = cluster.location.stories(target.build)
        sources = Sources(cluster, target.build)
        old = sources.load()
        is_empty = not stories_in(cluster, stories)
        if not (old.whole or is_empty):
            # A run that ended early may have sent stories of files that it has not noted.
            for source in sources_in(cluster, stories):
                old.files.setdefault(source, FileEntry(0, 0, 0))
        found = compare(
            corpora, old, columns, lambda path, why: summary.skipped.append((path, why)), limits
        )
        summary.files = len(found.files)
        if target.is_live and found.manifest == old and not (found.stale or found.gone):
            summary.files_unchanged = len(found.files)
            count(summary, found.manifest, found.files)
        else:
            counts = sources.counts()
            run = counts.run
            if target.before is not None:
                run = max(run, Sources(cluster, target.before).counts().run)
                summary.before = stories_in(cluster, cluster.location.name)
            setup = ClusterSetup(
                access, target.build, target.layout, run + 1, target.is_live, is_empty,
                target.before, limits,
            )  # fmt: skip
            task = Task(found, old, counts.tied, setup, columns, jobs)
            _carry_out(cluster, ClusterRun(cluster, task, summary, stops), task, on_progress)
            count(summary, found.manifest, found.files)
            if not summary.stories:
                raise CorpusError(nothing_found(corpora, summary))
            lease.check()
            patiently(lambda: swap(cluster, target.build, target.before), stops)
    summary.seconds = time.monotonic() - started
    return summary


class _Target(Value):
    """The build that a run brings up to date; ``before`` is the one that it replaces."""

    build: int
    layout: Layout
    is_live: bool
    before: int | None


def _target(cluster: Cluster, rebuild: bool, wish: Wish) -> _Target:
    """The build to be brought up to date, made ready if it is not there."""
    live = live_build(cluster)
    highest = live.build if live else 0
    unfinished = unfinished_builds(cluster, highest)
    known = Layout()
    if live is not None:
        known = layout_of(cluster, live.build) or Layout(live.period)
        if not rebuild:
            if wish.of(known) != known:
                raise ClusterError(
                    f"{cluster.location} has {known}, and keeps that until it is built anew: "
                    "newsq index CORPUS --rebuild"
                )
            for left in unfinished:
                drop(cluster, left)
            prepare(cluster, live.build, known)
            return _Target(live.build, known, True, None)
    build, wanted = max([highest, *unfinished]) + 1, None
    for left in unfinished:
        layout = layout_of(cluster, left) if left > highest else None
        if layout is not None and wish.of(layout) == layout:
            build, wanted = left, layout
        else:
            drop(cluster, left)
    wanted = wanted or wish.of(known)
    prepare(cluster, build, wanted)
    return _Target(build, wanted, live is None, live.build if live else None)


def _carry_out(
    cluster: Cluster, run: ClusterRun, task: Task, on_progress: Callable[[Progress], None]
) -> None:
    if run.carry_out(on_progress):
        return
    if task.setup.before is not None:
        raise StoppedError(
            "Stopped. Searches see the index as it was; to go on with the new one, run the same "
            "again, with --rebuild. A run without it gives the new one up."
        )
    files = len(task.found.files)
    raise StoppedError(
        f"Stopped. {files - len(run.left):,} of {files:,} files are in the index; run it again to "
        "go on."
    )

"""A damaged index on a cluster made whole again, with what is stored there and with its corpora."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from typing import Any

from cluster.access import Access
from cluster.build import build_index
from cluster.builds import drop, prepare, refresh, show
from cluster.bulk import Sender, version_of
from cluster.check.agreement import broken_ties, disagreements
from cluster.check.indices import Standing, standing
from cluster.check.stories import Examined, examined
from cluster.check.whole import readable
from cluster.client import Cluster
from cluster.lease import writing
from cluster.pointintime import PatientPointInTime
from cluster.rewriting import Place, Rewriter
from cluster.sources import Counts, Sources
from cluster.tying import tie_stories
from index.build import total
from index.check.findings import Report
from index.errors import ClusterError, CorpusError
from index.formats.columns import Columns
from index.manifest import FileEntry
from index.story import Story
from index.summary import Progress, Summary

Change = tuple[Place, Story, str, dict[str, Any]]
"""A story to be written again, as `Rewriter.write` takes it."""


def repair_index(
    access: Access,
    report: Report,
    *,
    jobs: int = 1,
    on_progress: Callable[[Progress], None] = lambda progress: None,
) -> Summary:
    """Make the index at ``access`` whole again, of which ``report`` tells that it is not.

    Stories that can be read are written again as they are to be; builds that no run has finished
    are removed. Files of which stories are missing, cannot be read or are too many are noted to be
    read anew, and are, from the corpora that the index was built from. Raises ClusterError, also
    for what can only be mended by hand; and as `cluster.build.build_index` does.
    """
    if report.remedy:
        raise ClusterError(f"{access} cannot be repaired as it is. {report.remedy}")
    with access.connect() as cluster:
        stands = standing(cluster)
        with writing(cluster) as lease:
            repair = _Repair(cluster, stands)
            for mend in (
                repair.mend_indices, repair.mend_stories, repair.mend_notes, repair.mend_ties
            ):  # fmt: skip
                lease.check()
                mend()
    manifest = repair.manifest
    if repair.unread:
        try:
            summary = build_index(
                [root.path for root in manifest.roots],
                access,
                jobs=jobs,
                columns=Columns.mapped(dict(manifest.columns)),
                on_progress=on_progress,
            )
        except CorpusError as error:
            raise CorpusError(
                f"{error} What could be mended from what is stored is mended; the rest has to be "
                f"read anew where the corpora are: newsq index CORPUS --index {access}"
            ) from error
    else:
        summary = Summary(access, files=len(manifest.files), files_unchanged=len(manifest.files))
        total(summary, manifest.files.values())
    summary.changed += repair.rewritten
    return summary


class _Repair:
    """What is mended of a build, in order; ``unread`` are the files to be read anew."""

    def __init__(self, cluster: Cluster, stands: Standing) -> None:
        self.unread: set[str] = set()
        self.rewritten = 0
        self._cluster, self._stands = cluster, stands
        self._indices = readable(cluster, stands)
        self._sources = Sources(cluster, stands.build)
        self.manifest = self._sources.load()
        self._counts = self._sources.counts()
        self._run = self._counts.run + 1

    def mend_indices(self) -> None:
        """Let searches see all of the build and no other, and its template be as it was."""
        for build in self._stands.others:
            drop(self._cluster, build)
        prepare(self._cluster, self._stands.build, self._stands.layout, anew=True)
        show(self._cluster, self._stands.build)

    def mend_stories(self) -> None:
        """Write again what can be read and is not as it is to be; delete what cannot."""
        rewriter = self._rewriter(1)
        sender: Sender[None] = Sender(self._cluster, version=version_of(self._run, 0))
        with closing(PatientPointInTime(self._cluster, self._indices)) as moment:
            stands = self._stands
            stories = examined(moment, self._cluster.location, stands.build, stands.layout)
            rewriter.write(self._changes(stories, sender))
        sender.finish()
        rewriter.finish()
        self.rewritten = rewriter.count
        refresh(self._cluster, self._stands.build)

    def _changes(self, stories: Iterable[Examined], sender: Sender[None]) -> Iterator[Change]:
        for one in stories:
            if not one.faults:
                continue
            if one.story is None or one.spare:
                sender.delete(one.place.index, one.place.identity)
                self.unread.add(one.source)
            else:
                own = {name: value for name, value in one.own.items() if name != "run"}
                own["arrived"] = min(own.get("arrived", self._run), self._run)
                yield one.place, one.story, one.source, own | {"stamp": one.stamp}

    def mend_notes(self) -> None:
        """Note of which files other stories are there than there should be: to be read anew."""
        with closing(PatientPointInTime(self._cluster, self._indices)) as moment:
            found = disagreements(self._cluster, self._stands.build, moment)
            self.unread.update(one.source for one in found)
        self.unread.discard("")
        known = self.manifest.files
        self._sources.note(
            (source, known.get(source, FileEntry(0, 0, 0))._replace(read_ns=0))
            for source in sorted(self.unread)
        )

    def mend_ties(self) -> None:
        """Tie anew what was written again, or all where ties do not fit together."""
        broken = next(broken_ties(self._cluster, self._indices), None)
        rewriter = self._rewriter(2)
        since = 0 if broken else self._counts.tied
        tie_stories(self._cluster, self._indices, since, rewriter)
        rewriter.finish()
        refresh(self._cluster, self._stands.build)
        self.manifest.whole &= not self.unread
        self._sources.note_all(self.manifest, Counts(self._run, self._run))

    def _rewriter(self, step: int) -> Rewriter:
        stands = self._stands
        return Rewriter(self._cluster, stands.build, stands.layout, self._run, step, is_live=True)

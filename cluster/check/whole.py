"""A whole index on a cluster: its indices, its stories, and all that is noted of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from itertools import islice

from cluster.access import Access
from cluster.check.agreement import Disagreement, broken_ties, disagreements
from cluster.check.indices import Standing, standing
from cluster.check.stories import Examined, examined
from cluster.client import Cluster
from cluster.pointintime import PatientPointInTime, PointInTime
from cluster.sources import Sources
from index.check.findings import Affected, Finding, Report

Progress = Callable[[int, int], None]
"""Takes how many stories have been checked, and how many there are."""
MOST_NAMED = 1_000
"""Stories that a finding names; it counts all."""
_NAMED = 20
"""Files, or ties, that are named of those that do not agree; all are counted."""
_PARTS = ("index", "indices")


def check_index(access: Access, on_progress: Progress = lambda done, total: None) -> Report:
    """Check all of the index at ``access``, as it is at one moment.

    Raises ClusterError or IndexVersionError if there is none that this newsq reads, and
    IndexBusyError while a run writes it.
    """
    with access.connect() as cluster:
        stands = standing(cluster)
        findings, notes = list(stands.findings), list(stands.notes)
        indices = readable(cluster, stands)
        count = 0
        if stands.count > len(stands.unreadable):
            with closing(PatientPointInTime(cluster, indices)) as moment:
                count = moment.stories
                stories = examined(moment, cluster.location, stands.build, stands.layout)
                findings += _story_findings(_counted(stories, count, on_progress))
                if not any(finding.remedy for finding in findings):
                    findings += _file_findings(cluster, stands, moment, notes)
                    findings += _tie_findings(cluster, indices)
        return Report(
            tuple(findings), stands.count, count, frozenset(), notes=tuple(notes), parts=_PARTS
        )


def readable(cluster: Cluster, stands: Standing) -> str:
    """The indices of a build's stories that can be asked, as a pattern."""
    without = [f"-{name}" for name in stands.unreadable]
    return ",".join([cluster.location.stories(stands.build), *without])


def _counted(stories: Iterable[Examined], count: int, on_progress: Progress) -> Iterator[Examined]:
    on_progress(0, count)
    for number, one in enumerate(stories, 1):
        yield one
        on_progress(number, max(count, number))


def _story_findings(stories: Iterable[Examined]) -> Iterator[Finding]:
    """What is wrong with stories: a finding for each thing in each index."""
    named: dict[tuple[str, str], list[Affected]] = {}
    counts: dict[tuple[str, str], int] = {}
    for one in stories:
        for fault in one.faults:
            key = one.place.index, fault
            counts[key] = counts.get(key, 0) + 1
            if len(affected := named.setdefault(key, [])) < MOST_NAMED:
                affected.append(one.known)
    for (index, fault), count in sorted(counts.items()):
        what = f"a story {fault}" if count == 1 else f"{count:,} stories: each {fault}"
        yield Finding(index, what, tuple(named[index, fault]), count)


def _file_findings(
    cluster: Cluster, stands: Standing, moment: PointInTime, notes: list[Finding]
) -> Iterator[Finding]:
    """Whether the stories are those that are noted of each file."""
    index = cluster.location.sources_of(stands.build)
    about = Sources(cluster, stands.build).about()
    if not about.roots:
        yield Finding(
            index,
            "nothing tells which files the index was built from",
            remedy="Build it again: newsq index CORPUS --rebuild",
        )
        return
    if not about.whole:
        notes.append(
            Finding(
                index,
                "the last run was stopped before its end",
                remedy="Go on: newsq index CORPUS",
            )
        )
    found = disagreements(cluster, stands.build, moment)
    # Of files that a stopped run has not noted there may be stories already.
    wrong = (one for one in found if about.whole or one.there < (one.noted or 0))
    some = list(islice(wrong, _NAMED))
    yield from (Finding(index, _disagreement(one)) for one in some)
    if more := sum(1 for _ in wrong):
        yield Finding(index, f"and so it is of {more:,} more files")


def _disagreement(one: Disagreement) -> str:
    if one.noted is None:
        return f"it does not know {one.source}, though there are stories of it ({one.there:,})"
    return f"of {one.source} it notes other stories ({one.noted:,}) than are there ({one.there:,})"


def _tie_findings(cluster: Cluster, indices: str) -> Iterator[Finding]:
    broken = broken_ties(cluster, indices)
    some = list(islice(broken, _NAMED))
    for name, count in some:
        what = f"the printings of {name} do not fit together ({count:,} are there)"
        yield Finding(cluster.location.name, what, (Affected(name),), count)
    if more := sum(1 for _ in broken):
        yield Finding(cluster.location.name, f"nor do those of {more:,} more stories")

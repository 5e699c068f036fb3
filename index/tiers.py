"""Which segments to merge: as few as a search needs, as seldom as an update can afford.

Segments are sorted into tiers by their number of stories, each tier `FAN` times as large as
the one below; `FAN` segments of a tier become one of the next. So a story is rewritten once
for each tier at most, whatever the order in which stories come (the logarithmic method of
Bentley and Saxe, 1980; log-structured merge, O'Neil et al., 1996).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from index.toc import LiveSegment

FAN = 8
SMALLEST = 1_000
"""Stories below which segments are all of one tier."""
ROTTEN = 0.25
"""The share of deleted stories from which a segment is written anew."""


def to_merge(
    held: Sequence[LiveSegment], fresh: Sequence[LiveSegment], full: int
) -> list[list[LiveSegment]]:
    """The groups of segments that are each to become one.

    ``held`` are the index's segments so far, ``fresh`` those of this run, which are put
    together first, up to ``full`` stories: one process alone would have written them so.
    A group of one is a segment to be rid of its deleted stories.
    """
    groups = _put_together(fresh, full)
    tiers: defaultdict[int, list[list[LiveSegment]]] = defaultdict(list)
    for group in [*([one] for one in held), *groups]:
        tiers[_tier(live_count(group))].append(group)
    for tier in range(max(tiers, default=0) + 1):
        while len(tiers[tier]) >= FAN:
            merged = [segment for group in tiers[tier][:FAN] for segment in group]
            del tiers[tier][:FAN]
            tiers[_tier(live_count(merged))].append(merged)
    found = [group for groups in tiers.values() for group in groups]
    return [group for group in found if len(group) > 1 or _is_rotten(group[0])]


def live_count(group: Sequence[LiveSegment]) -> int:
    """The number of stories in some segments that are not deleted."""
    return sum(segment.count - int(segment.deleted.size) for segment in group)


def _put_together(fresh: Sequence[LiveSegment], full: int) -> list[list[LiveSegment]]:
    groups: list[list[LiveSegment]] = []
    for segment in sorted(fresh, key=lambda one: one.count):
        if groups and live_count(groups[-1]) + live_count([segment]) <= full:
            groups[-1].append(segment)
        else:
            groups.append([segment])
    return groups


def _tier(stories: int) -> int:
    tier = 0
    while stories >= SMALLEST * FAN**tier:
        tier += 1
    return tier


def _is_rotten(segment: LiveSegment) -> bool:
    return segment.deleted.size > ROTTEN * segment.count

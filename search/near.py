"""What stands near what: spans of words, each within so many positions of the one before.

Along a chain of groups, what takes part is found by two sweeps: from left to right only what
has a neighbour stays, and then from right to left. All of it takes time linear in the spans,
but for the sorting.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.phrases import Keys, per_story
from search.tree import Link

Flags = NDArray[np.bool_]


class Spans(NamedTuple):
    """Runs of words: the keys (`search.phrases`) of the first of each, in order, and the last."""

    starts: Keys
    ends: Keys

    def kept(self, flags: Flags) -> Spans:
        """Those of these that ``flags`` says."""
        return Spans(self.starts[flags], self.ends[flags])


def united(found: Sequence[Spans]) -> Spans:
    """The spans of several, in order, each once."""
    if len(found) == 1:
        return found[0]
    starts = np.concatenate([one.starts for one in found])
    ends = np.concatenate([one.ends for one in found])
    order = np.lexsort((ends, starts))
    starts, ends = starts[order], ends[order]
    new = np.ones(starts.size, bool)
    new[1:] = (starts[1:] != starts[:-1]) | (ends[1:] != ends[:-1])
    return Spans(starts[new], ends[new])


def linked(groups: Sequence[Spans], links: Sequence[Link]) -> list[Spans]:
    """Of each group, the spans that take part: a whole chain of neighbours goes through them."""
    alive = [groups[0]]
    for group, (most, ordered) in zip(groups[1:], links, strict=True):
        flags = _after(group, alive[-1], most)
        alive.append(group.kept(flags if ordered else flags | _before(group, alive[-1], most)))
    for place in range(len(links) - 1, -1, -1):
        most, ordered = links[place]
        group, others = alive[place], alive[place + 1]
        flags = _before(group, others, most)
        alive[place] = group.kept(flags if ordered else flags | _after(group, others, most))
    return alive


def _after(spans: Spans, others: Spans, most: int) -> Flags:
    """Which ``spans`` begin 1 to ``most`` positions after one of ``others`` ends."""
    ends = np.sort(others.ends)
    places = ends.searchsorted(spans.starts, side="left") - 1
    found: Flags = places >= 0
    found[found] = spans.starts[found] - ends[places[found]] <= most
    return found


def _before(spans: Spans, others: Spans, most: int) -> Flags:
    """Which ``spans`` end 1 to ``most`` positions before one of ``others`` begins."""
    places = others.starts.searchsorted(spans.ends, side="right")
    found: Flags = places < others.starts.size
    found[found] = others.starts[places[found]] - spans.ends[found] <= most
    return found


def nearest(
    spans: Spans, others: Spans, *, after: bool = False, before: bool = False
) -> NDArray[np.int64]:
    """For each of ``spans``, the number of the nearest of ``others`` that does not overlap it.

    Of two as near, the one behind it; or only one ``after`` or ``before`` it. Where there is
    none at all, as `linked` leaves no span, the number means nothing.
    """
    following = others.starts.searchsorted(spans.ends, side="right")
    if after:
        return following
    by_end = np.argsort(others.ends, kind="stable")
    last = others.ends[by_end].searchsorted(spans.starts, side="left") - 1
    if before:
        return by_end[last]
    far = np.iinfo(np.int64).max
    ahead = np.append(others.starts, far)[following] - spans.ends
    back = np.where(last >= 0, spans.starts - others.ends[by_end[last]], far)
    return np.where(ahead <= back, following, by_end[last])


def counted(alive: Sequence[Spans]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The stories that have all of `linked` groups, in order, and how often in each.

    It is as often as the group that takes part least often does.
    """
    found = [per_story(group.starts) for group in alive]
    stories, counts = found[0]
    for _stories, others in found[1:]:  # whoever takes part has a neighbour in every group
        counts = np.minimum(counts, others)
    return stories, counts

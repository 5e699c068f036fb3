"""Pairs -> groups: stories tied together, without one story leading to all others.

What is joined pair by pair must not grow into a chain whose ends have nothing in common. So
copies are gathered as stars (Aslam, Pelekhov and Rus, "The star clustering algorithm", 2004):
of all that hang together, the longest story is the centre, and whoever is not its copy stays
outside, to be gathered again with the rest; a digest, whose pieces have nothing in common, is
no centre. Takes then join such stars, as long as the whole
lies within `RUNNING` days.

Which pairs are looked at, and so the groups, follow from the stories alone, not from their
order or from when they came: a tie of all stories that knows what was decided before reads few,
and ties what one afresh ties.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from index.samecopy.candidates import candidate_pairs
from index.samecopy.letters import Ints
from index.samecopy.printings import Tie
from index.samecopy.signed import UNDATED, Signed, Stamps
from index.samecopy.takes import in_order
from index.samecopy.verdicts import UNKNOWN, Verdicts, pair_keys
from index.samecopy.verify import Relation, Relations, relations
from index.story import Story

RUNNING = 7
"""Days over which takes are of one running story."""
ROUNDS = 6
"""Times that stars are gathered of what hangs together."""
PIECE = 0.6
"""The part of a centre's letters below which a copy is a piece, perhaps one of several."""
_PAIRS_AT_ONCE = 4096

Read = Callable[[Sequence[int]], Sequence[Story]]
"""Gives the stories of some numbers, in their order."""
Stopping = Callable[[], bool]
"""Whether no more stories are to be read."""


@dataclass(frozen=True, slots=True)
class Tied:
    """The groups of two or more stories, and what was decided to find them.

    Not ``whole`` if it was to stop before all pairs were decided about: groups may be missing.
    """

    groups: tuple[Tie, ...]
    verdicts: Verdicts
    whole: bool = True

    def numbers(self, count: int) -> Ints:
        """For each of ``count`` stories the number of its group, -1 for a story alone."""
        numbers = np.full(count, -1, np.int64)
        for number, group in enumerate(self.groups):
            numbers[list(group.stories)] = number
        return numbers


def tie(
    signed: Signed,
    read: Read,
    known: Verdicts | None = None,
    stopping: Stopping = lambda: False,
) -> Tied:
    """Tie stories together, which are numbered by their rows in ``signed``.

    ``known`` is what an earlier tie decided; only other pairs are read, and none of them when
    it is ``stopping``.
    """
    # Numbered by their stamps, stories are the same ones in whatever order they come.
    order = np.argsort(signed.stamps)
    names: list[int] = order.tolist()
    signed = signed.of(order)
    judge = _Judge(signed.stamps, lambda some: read([names[one] for one in some]), known, stopping)
    letters = signed.signatures[:, 0].astype(np.int64)
    pairs = candidate_pairs(signed.signatures)
    found = judge.of(pairs)
    stars = _stars(pairs[found == Relation.COPY], letters, judge)
    groups = _joined(stars, signed, judge)
    named = (group.renumbered(names) for group in groups)
    in_turn = tuple(sorted(named, key=lambda group: min(group.stories)))
    return Tied(in_turn, judge.verdicts(), judge.whole)


class _Judge:
    """Says what pairs of stories are to each other; reads those it has not heard of."""

    def __init__(
        self, stamps: Stamps, read: Read, known: Verdicts | None, stopping: Stopping
    ) -> None:
        self._stamps, self._read, self._stopping = stamps, read, stopping
        self._known = known or Verdicts.none()
        self.whole = True
        """Whether all pairs that it was asked of were decided about."""
        self._asked: list[Stamps] = []
        self._takes: list[Ints] = []

    def of(self, pairs: Ints) -> Relations:
        """The `Relation` of each pair; of one that nobody was to read any more, apart."""
        keys = pair_keys(self._stamps, pairs)
        found = self._known.of(keys)
        unknown = np.flatnonzero(found == UNKNOWN)
        for first in range(0, unknown.size, _PAIRS_AT_ONCE):
            if self._stopping():
                self.whole, unknown = False, unknown[:first]
                break
            part = unknown[first : first + _PAIRS_AT_ONCE]
            stories, places = np.unique(pairs[part], return_inverse=True)
            found[part] = relations(self._read(stories.tolist()), places.reshape(-1, 2))
        self._known = self._known.with_more(keys[unknown], found[unknown])
        found[found == UNKNOWN] = Relation.APART
        self._asked.append(keys)
        self._takes.append(pairs[found == Relation.TAKE])
        return found

    def takes(self) -> Ints:
        """All pairs asked so far that are takes of one story, each once."""
        return np.unique(np.concatenate([np.empty((0, 2), np.int64), *self._takes]), axis=0)

    def verdicts(self) -> Verdicts:
        """What is known of all pairs that were asked."""
        return self._known.only(np.concatenate([np.empty(0, np.uint64), *self._asked]))


def _stars(edges: Ints, letters: Ints, judge: _Judge) -> list[list[int]]:
    """Copies gathered around the longest of what hangs together, each centre first."""
    stars = []
    for _round in range(ROUNDS):
        parts = [_centre_first(stories, letters) for stories in _parts(edges)]
        if not parts:
            break
        found = _gathered(parts, judge)
        digests = _digests(found, letters, judge)
        whole = [star for star in found if star[0] not in digests and len(star) > 1]
        stars += whole
        gone = {story for star in whole for story in star} | {star[0] for star in found}
        edges = edges[~np.isin(edges, list(gone)).any(axis=1)]
    return stars


def _centre_first(stories: list[int], letters: Ints) -> list[int]:
    return sorted(stories, key=lambda story: (-letters[story], story))


def _gathered(parts: list[list[int]], judge: _Judge) -> list[list[int]]:
    """Of each part its first story and those that are copies of it."""
    asked = [sorted((part[0], story)) for part in parts for story in part[1:]]
    verdicts = iter(judge.of(np.array(asked)).tolist())
    return [
        [part[0], *[story for story in part[1:] if next(verdicts) == Relation.COPY]]
        for part in parts
    ]


def _digests(stars: list[list[int]], letters: Ints, judge: _Judge) -> set[int]:
    """The centres that hold several stories: two pieces of one have nothing in common."""
    asked: list[list[int]] = []
    centres: list[int] = []
    for centre, *others in stars:
        pieces = [story for story in others if letters[story] < PIECE * letters[centre]]
        asked += [sorted((pieces[0], piece)) for piece in pieces[1:]]
        centres += [centre] * len(pieces[1:])
    if not asked:
        return set()
    apart = judge.of(np.array(asked)) == Relation.APART
    return {centre for centre, other in zip(centres, apart.tolist(), strict=True) if other}


def _parts(edges: Ints) -> list[list[int]]:
    """The stories that hang together, part by part."""
    union = _Union()
    for one, other in edges.tolist():
        union.join(one, other)
    return union.parts()


class _Union:
    """Sets that are joined (Tarjan's union-find, with the lowest member as the root)."""

    def __init__(self) -> None:
        self._above: dict[int, int] = {}

    def root(self, member: int) -> int:
        """The lowest member of the set that ``member`` is in."""
        above = self._above
        path = []
        while (over := above.setdefault(member, member)) != member:
            path.append(member)
            member = over
        for passed in path:
            above[passed] = member
        return member

    def join(self, one: int, other: int) -> None:
        """Make the sets of two members one."""
        low, high = sorted((self.root(one), self.root(other)))
        self._above[high] = low

    def parts(self) -> list[list[int]]:
        """The sets, and their members, in order."""
        found: dict[int, list[int]] = {}
        for member in sorted(self._above):
            found.setdefault(self.root(member), []).append(member)
        return list(found.values())


def _joined(stars: list[list[int]], signed: Signed, judge: _Judge) -> list[Tie]:
    """Stars, and stories alone, gathered around the longest take of each running story."""
    takes = judge.takes()
    star_of = {story: number for number, star in enumerate(stars) for story in star}
    alone = [story for story in np.unique(takes).tolist() if story not in star_of]
    star_of |= {story: number for number, story in enumerate(alone, len(stars))}
    everyone = [*stars, *([story] for story in alone)]
    letters = signed.signatures[:, 0].astype(np.int64)
    days = [int(signed.days[star].min()) for star in everyone]
    edges = np.array([[star_of[one], star_of[other]] for one, other in takes.tolist()], np.int64)
    edges = edges.reshape(-1, 2)
    edges = edges[edges[:, 0] != edges[:, 1]]
    met = {tuple(sorted(edge)) for edge in edges.tolist()}
    centres = np.array([star[0] for star in everyone], np.int64)
    groups = []
    for _round in range(ROUNDS):
        parts = [_centre_first(part, letters[centres]) for part in _parts(edges)]
        if not parts:
            break
        asked = [sorted((centres[hub], centres[star])) for hub, *others in parts for star in others]
        verdicts = iter(judge.of(np.array(asked)).tolist())
        for hub, *others in parts:
            slug = signed.slugs[everyone[hub][0]]
            joined = [hub]
            for star in others:
                near = next(verdicts) != Relation.APART or tuple(sorted((hub, star))) in met
                near |= bool(slug and slug == signed.slugs[everyone[star][0]])
                if near and _within(days[hub], days[star]):
                    joined.append(star)
            groups.append(joined)
        edges = edges[~np.isin(edges, [star for group in groups for star in group]).any(axis=1)]
    grouped = {star for group in groups for star in group}
    groups += [[star] for star in range(len(everyone)) if star not in grouped]
    chosen = ([everyone[star] for star in group] for group in groups)
    return [in_order(group, signed) for group in chosen if sum(map(len, group)) > 1]


def _within(one: int, other: int) -> bool:
    """Whether two days may be of one running story; one that is not known may."""
    return UNDATED in (one, other) or abs(one - other) <= RUNNING

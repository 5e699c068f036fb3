"""The stories of a build that are one story, tied together at the end of a run.

Which stories are copies or takes of which follows from all of them (`index.samecopy`); but only
stories that share keys of their signatures may be, and which do, the cluster can be asked. So
from the stories that are new it is gone on to those that share keys with them, and from those
that prove to be tied, that are their twins or were tied to them before, to the ones that share
keys with these, until there are no more: of the stories reached so the ties are those that a tie
of all would tell. Where much is new, all
signatures are read instead.

A story tells its tie itself: by a name that its printings share, and how many they are. A tie
of which some are gone, or have been written anew, shows by their number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from cluster.client import Cluster
from cluster.document import keys_of, signed_rows
from cluster.mapping import SIGNED
from cluster.rewriting import Place, Rewriter, read
from cluster.scan import buckets, field, scan
from cluster.sources import stories_in
from index.samecopy.candidates import candidate_pairs
from index.samecopy.groups import Tied, tie
from index.samecopy.letters import Ints
from index.samecopy.printings import Tie
from index.samecopy.signatures import NO_KEY
from index.samecopy.signed import Signed
from index.samecopy.verdicts import Verdicts, pair_keys
from index.samecopy.verify import Relation
from index.story import Story
from index.value import Value

FEW = 0.1
"""The share of the stories up to which those that are new are followed by their keys."""
_TERMS = 5_000
"""Keys, or ties, that are asked about at once."""
_KEPT = 20_000
"""Stories whose texts are kept."""
_TIE = ("tie", "take", "nth", "behind", "printings")
_FIELDS = (SIGNED, "source", "stamp", "arrived", *_TIE)


class _Known(Value):
    """A story of the build, as far as it is tied: where it lies, what it tells of its tie."""

    place: Place
    signed: str
    source: str
    stamp: str
    arrived: int
    tie: tuple[Any, ...]


def tie_stories(cluster: Cluster, stories: str, since: int, rewriter: Rewriter) -> None:
    """Tie the stories in the indices ``stories``, and write those anew whose tie has changed.

    Those that runs after ``since`` have written have not been tied yet. Raises ClusterError.
    """
    everyone: dict[str, Any] = {"match_all": {}}
    fresh = {"range": {"run": {"gt": since}}}
    count = stories_in(cluster, stories)
    news = stories_in(cluster, stories, fresh)
    broken = list(_broken(cluster, stories))
    if not news and not broken:
        return
    texts = _Texts(cluster)
    if news + len(broken) > FEW * count:
        known = _found(cluster, stories, everyone)
        tied, rows = _tied(texts, known), set(range(len(known)))
    else:
        known = _found(cluster, stories, fresh)
        for part in _parts(broken):
            known += _found(cluster, stories, {"terms": {"tie": part}})
        known, tied, rows = _followed(cluster, stories, texts, known)
    rewriter.write(_changes(texts, known, tied, rows))


def _broken(cluster: Cluster, stories: str) -> Iterator[str]:
    """The names of ties that have not as many printings as these say."""
    several = {"range": {"printings": {"gt": 1}}}
    most = {"most": {"max": {"field": "printings"}}}
    for bucket in buckets(cluster, stories, several, "tie", most):
        if bucket["doc_count"] != bucket["most"]["value"]:
            yield bucket["key"]["tie"]


def _found(cluster: Cluster, stories: str, query: dict[str, Any]) -> list[_Known]:
    return [
        _Known(
            Place(hit["_index"], hit["_id"]),
            field(hit, SIGNED),
            field(hit, "source"),
            field(hit, "stamp"),
            field(hit, "arrived") or 0,
            tuple(field(hit, name) for name in _TIE),
        )
        for hit in scan(cluster, stories, query, fields=_FIELDS)
    ]


class _Texts:
    """Stories read from the cluster, and kept: pairs are asked about in parts, and most stories
    are in pairs of several."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._kept: dict[Place, Story] = {}

    def of(self, places: Sequence[Place]) -> list[Story]:
        """The stories at ``places``, in their order. Raises ClusterError if one is gone."""
        if len(self._kept) + len(places) > _KEPT:
            self._kept.clear()
        new = [place for place in dict.fromkeys(places) if place not in self._kept]
        self._kept.update(zip(new, read(self._cluster, new), strict=True))
        return [self._kept[place] for place in places]


def _tied(texts: _Texts, known: Sequence[_Known], verdicts: Verdicts | None = None) -> Tied:
    def stories(rows: Sequence[int]) -> list[Story]:
        return texts.of([known[row].place for row in rows])

    return tie(_signed(known), stories, verdicts)


def _signed(known: Iterable[_Known]) -> Signed:
    return signed_rows([one.signed for one in known])


def _followed(
    cluster: Cluster, stories: str, texts: _Texts, begun: list[_Known]
) -> tuple[list[_Known], Tied, set[int]]:
    """(stories, their ties, the rows of those that the ties are told of for good).

    The others share keys with these, and have no part in their ties.
    """
    known = {one.place: one for one in begun}
    reached = set(known)
    asked: set[int] = set()
    ties: set[str] = set()
    verdicts: Verdicts | None = None
    while True:
        # Who was tied to a story may have lost it.
        names = {one.tie[0] for place in reached if (one := known[place]).tie[-1] != 1} - ties
        for part in _parts(sorted(names)):
            for one in _found(cluster, stories, {"terms": {"tie": part}}):
                known.setdefault(one.place, one)
                reached.add(one.place)
        ties |= names
        signatures = _signed(known[place] for place in reached).signatures[:, 1:]
        keys = set(keys_of(np.unique(signatures[signatures != NO_KEY]))) - asked
        for part in _parts(sorted(keys)):
            for one in _found(cluster, stories, {"terms": {"keys": part}}):
                known.setdefault(one.place, one)
        asked |= keys
        rows = list(known.values())
        tied = _tied(texts, rows, verdicts)
        verdicts = tied.verdicts
        is_reached = np.array([one.place in reached for one in rows], bool)
        linked = np.concatenate([_linked(rows, tied), _twins(rows)])
        touched = linked[is_reached[linked].any(axis=1)]
        further = {rows[row].place for row in np.unique(touched).tolist()} - reached
        if not further:
            return rows, tied, set(np.flatnonzero(is_reached).tolist())
        reached |= further


def _linked(known: Sequence[_Known], tied: Tied) -> Ints:
    """The pairs of ``known`` that are copies, or takes of one story: rows, two and two."""
    signed = _signed(known)
    # In the order of a tie, for which of several alike meets the others depends on that.
    order = np.argsort(signed.stamps)
    pairs = order[candidate_pairs(signed.of(order).signatures)]
    relations = tied.verdicts.of(pair_keys(signed.stamps, pairs))
    linked: Ints = pairs[(relations == Relation.COPY) | (relations == Relation.TAKE)]
    return linked


def _twins(known: Sequence[_Known]) -> Ints:
    """The pairs of ``known`` that have one signature: only one of them meets others."""
    signatures = _signed(known).signatures
    keyed = np.flatnonzero(signatures[:, 1] != NO_KEY)
    _, firsts, rows = np.unique(signatures[keyed], axis=0, return_index=True, return_inverse=True)
    first_of = keyed[firsts[rows.ravel()]]
    twins: Ints = np.stack([first_of, keyed], axis=1)[first_of != keyed]
    return twins


def _changes(
    texts: _Texts, known: Sequence[_Known], tied: Tied, rows: set[int]
) -> Iterator[tuple[Place, Story, str, dict[str, Any]]]:
    """The stories of ``rows`` whose tie is not as they tell it, with what they are to tell."""
    wanted = {row: (known[row].place.identity, 0, 0, 0, 1) for row in rows}
    ids = [one.place.identity for one in known]
    for group in tied.groups:
        for row, told in _told(group, ids):
            if row in wanted:
                wanted[row] = told
    changed = [row for row in sorted(rows) if known[row].tie != wanted[row]]
    for part in _parts(changed):
        stories = texts.of([known[row].place for row in part])
        for row, story in zip(part, stories, strict=True):
            one = known[row]
            fields = dict(zip(_TIE, wanted[row], strict=True))
            fields |= {"stamp": one.stamp, "arrived": one.arrived}
            yield one.place, story, one.source, fields


def _told(group: Tie, ids: Sequence[str]) -> Iterator[tuple[int, tuple[str, int, int, int, int]]]:
    """What each story of a tie tells of it, as `_TIE` names it."""
    name = min(ids[row] for row in group.stories)
    newest = [row for take in reversed(group.takes) for row in take if row != group.front]
    behind = {row: place for place, row in enumerate([group.front, *newest])}
    take_of = {row: number for number, take in enumerate(group.takes) for row in take}
    for nth, row in enumerate(group.stories):
        yield row, (name, take_of[row], nth, behind[row], len(group.stories))


def _parts(values: Sequence[Any]) -> Iterator[list[Any]]:
    for first in range(0, len(values), _TERMS):
        yield list(values[first : first + _TERMS])

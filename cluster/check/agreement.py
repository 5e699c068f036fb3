"""Do a build's files and its stories agree, and do the printings of a story know of each other?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from cluster.client import Cluster
from cluster.pointintime import PointInTime
from cluster.scan import buckets, scan
from cluster.sources import noted_in
from index.value import Value

AT_ONCE = 1000
"""Files, or ties, that are asked about at once."""
_EVERYONE: dict[str, Any] = {"match_all": {}}


class Disagreement(Value):
    """A file of which other stories are there than were ``noted``; None if nothing was."""

    source: str
    noted: int | None
    there: int


def disagreements(cluster: Cluster, build: int, moment: PointInTime) -> Iterator[Disagreement]:
    """The files whose stories are not as many as are noted of them, in no order."""
    index = cluster.location.sources_of(build)
    accounted = 0
    notes = noted_in(scan(cluster, index, _EVERYONE, source=True))
    while batch := list(islice(notes, AT_ONCE)):
        there = _there(moment, [source for source, _ in batch])
        accounted += there.total()
        for source, entry in batch:
            if entry.stories != there[source]:
                yield Disagreement(source, entry.stories, there[source])
    if accounted == moment.stories:
        return
    for part in _parts(moment, _EVERYONE, "source"):
        names = [name for name in part if name is not None]
        query = {"terms": {"source": names}}
        known = {source for source, _ in noted_in(scan(cluster, index, query, source=True))}
        for name, count in part.items():
            if name not in known and name is not None:
                yield Disagreement(name, None, count)


def _there(moment: PointInTime, sources: Sequence[str]) -> Counter[str]:
    """How many stories there are of some files."""
    found: Counter[str] = Counter()
    for part in _parts(moment, {"terms": {"source": list(sources)}}, "source"):
        found.update(part)
    return found


def _parts(moment: PointInTime, query: Any, field: str) -> Iterator[Counter[Any]]:
    """How many stories each value of a field is of, some values at a time."""
    values = moment.values(query, {field: [field]})[field]
    while part := list(islice(values, AT_ONCE)):
        yield Counter({value: count for (value,), count in part})


def broken_ties(cluster: Cluster, indices: str) -> Iterator[tuple[str, int]]:
    """(the name of a tie in ``indices`` that does not fit together, how many stories bear it).

    Of its n printings each says n, and a place from 0 to n - 1 of its own in either order; the
    takes are numbered from 0.
    """
    several: dict[str, Any] = {
        "bool": {
            "should": [
                {"range": {"printings": {"gt": 1}}},
                *({"range": {name: {"gt": 0}}} for name in ("take", "nth", "behind")),
            ]
        }
    }
    told = {
        "printings": {"stats": {"field": "printings"}},
        "nth": {"extended_stats": {"field": "nth"}},
        "behind": {"extended_stats": {"field": "behind"}},
        "last": {"max": {"field": "take"}},
        "takes": {"cardinality": {"field": "take"}},
    }
    for bucket in buckets(cluster, indices, several, "tie", told):
        if not _fits(bucket):
            yield bucket["key"]["tie"], bucket["doc_count"]


def _fits(bucket: dict[str, Any]) -> bool:
    count = bucket["doc_count"]
    printings = bucket["printings"]
    places = (0, count - 1, count * (count - 1) / 2, (count - 1) * count * (2 * count - 1) / 6)
    orders = [
        (told["min"], told["max"], told["sum"], told["sum_of_squares"])
        for told in (bucket["nth"], bucket["behind"])
    ]
    return (
        printings["min"] == printings["max"] == count
        and orders == [places, places]
        and bucket["takes"]["value"] == bucket["last"]["value"] + 1
    )

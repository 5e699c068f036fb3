"""Each story of a build: can it be read, and is it found by what is stored of it, and once?

What newsq would write of the stored story is made anew and held against the values that the
cluster gives, and against what it finds (`cluster.check.words`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from cluster.check.words import Part, unfound_by
from cluster.document import Document, documents_of, stamped, story_of
from cluster.location import ClusterLocation
from cluster.mapping import (
    MEASURED,
    PRINTED,
    SIGNED,
    STORED,
    Layout,
    length_of,
    period_of,
    printed,
)
from cluster.pointintime import PointInTime
from cluster.rewriting import Place
from cluster.scan import field
from index.check.findings import Affected
from index.chronology import is_open, on_its_own
from index.schema import KEYWORDS
from index.story import Story
from index.value import Value

AT_ONCE = 500
"""Stories that are looked at at once, about."""
OWN = ("arrived", "run", "tie", "take", "nth", "behind", "printings")
"""Fields that a story does not tell itself."""
_TOLD = (
    *KEYWORDS, *map(printed, PRINTED), *map(length_of, MEASURED),
    "format", "file", "has_dateline", "date", "date_last", SIGNED, "stamp",
)  # fmt: skip
"""Fields that it does, as far as the cluster gives their values."""
_IDS = 2**48
"""Ids are numbers below that, as twelve hexadecimal digits (`index.read.story_id`)."""
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Examined:
    """A story of the cluster: where it lies, what is read of it, and clauses on what is wrong.

    Of one that is not readable there is no ``story``. One that is ``spare`` lies elsewhere as
    well, where it was written later. ``own`` are its fields that it does not tell itself.
    """

    place: Place
    known: Affected
    story: Story | None
    source: str
    stamp: str | None
    own: Json
    faults: tuple[str, ...]
    spare: bool = False


def examined(
    moment: PointInTime, location: ClusterLocation, build: int, layout: Layout
) -> Iterator[Examined]:
    """All stories of ``moment``, which is of ``build``, index by index."""
    periods = _Periods(location, build, layout)
    by_index = {"terms": {"field": "_index", "size": 10_000}}
    told = moment.search({"size": 0, "aggs": {"indices": by_index}})["aggregations"]["indices"]
    for bucket in sorted(told["buckets"], key=lambda bucket: str(bucket["key"])):
        part = Part(moment, bucket["key"])
        for among in _ranges(bucket["doc_count"]):
            hits = part.hits(among, [{"id": "asc"}], (*_TOLD, *OWN))
            while batch := list(islice(hits, AT_ONCE)):
                yield from _looked_at(part, batch, periods)


class _Periods(Value):
    location: ClusterLocation
    build: int
    layout: Layout

    def index_of(self, story: Story) -> str:
        period = period_of(story.date.iso or "", self.layout)
        return self.location.stories(self.build, period)


def _ranges(count: int) -> Iterator[Json]:
    """Queries that together match all stories, each about `AT_ONCE` of ``count``."""
    parts = max(1, -(-count // AT_ONCE))
    bounds = [f"{_IDS * part // parts:012x}" for part in range(1, parts)]
    for low, high in zip([None, *bounds], [*bounds, None], strict=True):
        ends = {name: value for name, value in (("gte", low), ("lt", high)) if value}
        yield {"range": {"id": ends}} if ends else {"exists": {"field": "id"}}
    yield {"bool": {"must_not": {"exists": {"field": "id"}}}}


def _looked_at(part: Part, hits: Sequence[Json], periods: _Periods) -> Iterator[Examined]:
    read = [_read(hit) for hit in hits]
    made = _made(read)
    unfound = unfound_by(part, {read[row].place.identity: one for row, one in made.items()})
    elsewhere = _elsewhere(part, [one.place.identity for one in read])
    for row, (one, hit) in enumerate(zip(read, hits, strict=True)):
        mine = (one.own.get("run", 0), one.place.index)
        later = max(
            (other for other in elsewhere[one.place.identity] if other > mine), default=None
        )
        if later:
            yield replace(one, faults=(f"lies in {later[1]} as well",), spare=True)
        elif one.story is None:
            yield one
        else:
            faults = list(_faults(one, hit, made[row], periods))
            if by := unfound.get(one.place.identity):
                faults.append(f"is not found by all of its {', '.join(by)}")
            yield replace(one, faults=tuple(faults))


def _elsewhere(part: Part, ids: Sequence[str]) -> defaultdict[str, list[tuple[int, str]]]:
    """Of stories that lie in other indices than ``part`` as well: the runs that wrote them, and
    where."""
    found = defaultdict(list)
    outside: Json = {
        "bool": {
            "filter": [{"ids": {"values": list(ids)}}],
            "must_not": [{"term": {"_index": part.index}}],
        }
    }
    for hit in part.moment.hits(outside, [{"_index": "asc"}, {"id": "asc"}], fields=["run"]):
        found[hit["_id"]].append((field(hit, "run") or 0, hit["_index"]))
    return found


def _read(hit: Json) -> Examined:
    """What can be read of a hit, not held against anything."""
    values = {name: found[0] for name, found in hit.get("fields", {}).items()}
    own = {name: values[name] for name in OWN if name in values}
    stored = hit.get("_source", {}).get(STORED) or {}
    place = Place(hit["_index"], hit["_id"])
    known = Affected(hit["_id"], stored.get("headline"), stored.get("path"))
    source = str(stored.get("source", values.get("source", "")))
    try:
        story = story_of(hit["_source"])
        (told,) = stamped([on_its_own(story) if is_open(story) else story], source)
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        why = f"makes no sense ({type(error).__name__}: {error})"
        return Examined(place, known, None, source, None, own, (why,))
    if story.id != hit["_id"]:
        why = f"has another id than what is stored of it ({story.id})"
        return Examined(place, known, None, source, None, own, (why,))
    return Examined(place, known, story, source, told.stamp, own, ())


def _made(read: Sequence[Examined]) -> dict[int, Document]:
    """What newsq would write of the stories, by their rows."""
    rows = [(row, one, one.story) for row, one in enumerate(read) if one.story is not None]
    ready = [made for _, one, story in rows for made in stamped([story], one.source)]
    return {
        row: document | {"stamp": one.stamp}
        for (row, one, _), document in zip(rows, documents_of(ready), strict=True)
    }


def _faults(one: Examined, hit: Json, made: Document, periods: _Periods) -> Iterator[str]:
    fields = hit.get("fields", {})
    wrong = [name for name in _TOLD if _values(fields.get(name)) != _values(made.get(name))]
    if wrong:
        yield f"is not matched by what is stored of it ({', '.join(wrong)})"
    if lost := [name for name in OWN if name not in one.own]:
        yield f"lacks what newsq notes of it ({', '.join(lost)})"
    elif one.own["arrived"] > one.own["run"]:
        yield "was first seen after it was written"
    if one.story is not None and one.place.index != periods.index_of(one.story):
        yield "does not lie in the period of its date"


def _values(value: Any) -> list[str]:
    """Values as the cluster keeps them: none twice, in order, binary ones without filling."""
    several = value if isinstance(value, list | tuple) else [value]
    return sorted({str(one).rstrip("=") for one in several if one is not None})

"""The open stories of a build that only the corpus can date, dated by all of it.

As `index.redating` does for a folder, and with what it says of why: the cluster tells how dense
the corpus is and which stories are open, and only if some can be dated are the others read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any

from cluster.client import Cluster
from cluster.document import story_of
from cluster.mapping import STORED
from cluster.rewriting import KEPT, Place, Rewriter
from cluster.scan import buckets, field, scan
from index.chronology import (
    Chronology,
    is_open,
    is_telling,
    names_of,
    on_its_own,
    redated,
    time_bin,
)
from index.messages import Stopping
from index.schema import stored_date
from index.story import Story, StoryDate
from index.value import Value

BATCH = 20_000
"""Open stories that are dated at once: they and their names are held in memory."""
_CERTAIN: dict[str, Any] = {"term": {"certain": "yes"}}
_NOT_CERTAIN: dict[str, Any] = {"term": {"certain": "no"}}
_READ = [f"{STORED}.{name}" for name in ("headline", "body", "story_date")]


class _Open(Value):
    place: Place
    story: Story
    source: str
    run: int
    kept: dict[str, Any]
    names: frozenset[str]


class Redated(Value):
    """How many stories of each file the corpus has told the year of, and how many that were
    there before have another date now."""

    by_corpus: Counter[str]
    changed: int


def date_the_open(
    cluster: Cluster, stories: str, rewriter: Rewriter, run: int, stopping: Stopping
) -> Redated | None:
    """Date the open stories in the indices ``stories``, and write those anew that differ.

    ``run`` is the number of this run. None if it was to stop before it was done. Raises
    ClusterError.
    """
    by_corpus: Counter[str] = Counter()
    changed = 0
    telling = is_telling(_density(cluster, stories))
    waiting = _open_stories(cluster, stories, all_=telling)
    while batch := list(islice(waiting, BATCH)):
        chronology = _chronology(cluster, stories, batch, stopping) if telling else None
        if stopping():
            return None
        differing = []
        for one in batch:
            if chronology is None:
                story = on_its_own(one.story)
            else:
                story = redated(one.story, chronology, one.names)
            by_corpus[one.source] += story.date.year is not None
            if story.date != one.story.date:
                changed += one.run < run
                differing.append((one.place, story, one.source, one.kept))
        rewriter.write(differing)
    return Redated(by_corpus, changed)


def _density(cluster: Cluster, stories: str) -> Counter[int]:
    """How many certain stories there are in each `time_bin`."""
    found: Counter[int] = Counter()
    for bucket in buckets(cluster, stories, _CERTAIN, "day"):
        year, *rest = map(int, bucket["key"]["day"].split("-"))
        month, day = (*rest, None, None)[:2]
        found[time_bin(year, StoryDate(year, month, day))] += bucket["doc_count"]
    return found


def _open_stories(cluster: Cluster, stories: str, *, all_: bool) -> Iterator[_Open]:
    """The open stories; or, where none can be told, only those that have been dated before."""
    query: dict[str, Any] = _NOT_CERTAIN
    if not all_:
        query = {"bool": {"filter": [_NOT_CERTAIN, {"exists": {"field": "day"}}]}}
    for hit in scan(cluster, stories, query, source=True, fields=("source", "run", *KEPT)):
        story = story_of(hit["_source"])
        if is_open(story):
            yield _Open(
                Place(hit["_index"], hit["_id"]),
                story,
                field(hit, "source"),
                field(hit, "run"),
                {name: field(hit, name) for name in KEPT},
                names_of(story.headline, story.body) if all_ else frozenset(),
            )


def _chronology(
    cluster: Cluster, stories: str, asking: list[_Open], stopping: Stopping
) -> Chronology:
    """What the certain stories say of the names that some open stories ask about."""
    chronology = Chronology(frozenset().union(*(one.names for one in asking)))
    for hit in scan(cluster, stories, _CERTAIN, source=_READ):
        if stopping():
            return chronology
        fields = hit["_source"][STORED]
        chronology.add(stored_date(fields), names_of(fields.get("headline"), fields["body"]))
    return chronology

"""The stories of an answer in order, each story once, as `search.best` and `search.copies` do.

The ranking is walked from its beginning, in the order of the cluster. Printings of one story
are told apart by asking, for those that may not be the one that is shown, which of their
printings are in the answer. (To collapse on the tie, the cluster would show the printing that
scores best, and could not go on behind ten thousand.)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from cluster.answering import Found
from cluster.dsl import all_of, matching, none_of
from cluster.leaves import Dsl
from cluster.pointintime import PointInTime
from cluster.preparing import Preparing
from cluster.scoring import Statistics, bare, scored, scored_words
from index.errors import ClusterError
from index.value import Value
from search.proximity import pairs
from search.question import Question
from search.tree import AnyField, Query

FIELDS = ("id", "tie", "behind", "printings")
MOST_AT_ONCE = 2_000
_NEWEST = {"date": {"order": "desc", "missing": "_last"}}
_TIES = [_NEWEST, {"take": "desc"}, {"id": "asc"}]
"""Stories equal in all else come newest first, later takes first, and then by their ids."""
_SORTS: dict[str, list[Any]] = {
    "relevance": [{"_score": "desc"}, *_TIES],
    "newest": _TIES,
    "oldest": [{"date": {"order": "asc", "missing": "_last"}}, *_TIES[1:]],
}
_SEVERAL: Dsl = {"range": {"printings": {"gt": 1}}}


class Row(Value):
    """A story in a ranking."""

    id: str
    score: float


def first(
    question: Question,
    found: Found,
    moment: PointInTime,
    sort: str,
    start: int,
    count: int,
    folded: bool,
) -> list[Row]:
    """The stories of an answer from place ``start`` on, ``count`` at most.

    ``folded`` shows each story once, whatever printings of it are found.
    """
    if found.outcome.total <= start:
        return []
    for each in (True, False):
        try:
            query = _scored(question, found, moment, each)
            walk = _walk(query, found, moment, sort, start + count, folded)
            return list(islice(walk, start, start + count))
        except ClusterError as error:
            if not (each and stands_for_too_many(error)):
                raise
    raise AssertionError  # without each term of a pattern there are not too many


def stands_for_too_many(error: ClusterError) -> bool:
    """Whether the cluster refuses to take a pattern apart into so many terms."""
    told = str(getattr(error.__cause__, "info", error.__cause__))
    return "too_many" in told or "too many terms" in told


def _scored(question: Question, found: Found, moment: PointInTime, each: bool) -> Dsl:
    """The query for an answer with its scores, proximity among them."""
    parts: list[Query] = [*found.words, *found.insisted]
    if (near := pairs(question.words)) is not None:
        parts += [Preparing(moment).narrowed(part) for part in near.parts]
    numbers = statistics(parts, moment, each)
    should = [scored(part, numbers) for part in parts]
    return {"bool": {"filter": [found.stories], "should": should}}


def statistics(parts: Sequence[Query], moment: PointInTime, each: bool = True) -> Statistics:
    """What the scores of ``parts`` depend on."""
    words = list(dict.fromkeys(word for part in parts for word in scored_words(part)))
    counts = moment.count([matching(word) for word in words])
    having: dict[AnyField, int] = {
        bare(word): count for word, count in zip(words, counts, strict=True)
    }
    return Statistics(moment.stories, moment.means if words else {}, having, each)


def _walk(
    query: Dsl, found: Found, moment: PointInTime, sort: str, size: int, folded: bool
) -> Iterator[Row]:
    """The stories of an answer: first those with all the words, then the others."""
    if found.complete is None:
        yield from _shown(query, found.stories, [], moment, sort, size, folded)
        return
    if found.outcome.complete:
        complete = all_of([found.stories, found.complete])
        within = {"bool": {"must": [query], "filter": [found.complete]}}
        yield from _shown(within, complete, [], moment, sort, size, folded)
    rest = none_of([found.complete])
    within = {"bool": {"must": [query], "filter": rest}}
    others = all_of([found.stories, *rest])
    before = [found.complete] if found.outcome.complete else []
    yield from _shown(within, others, before, moment, sort, size, folded)


def _shown(
    query: Dsl,
    stories: Dsl,
    before: list[Dsl],
    moment: PointInTime,
    sort: str,
    size: int,
    folded: bool,
) -> Iterator[Row]:
    """The stories that ``query`` matches, which are ``stories``, in order.

    Of the printings of a story none is shown if one is among those shown ``before``.
    """
    at_once = min(size + size // 4 + 1, MOST_AT_ONCE)
    hits = moment.hits(query, _SORTS[sort], at_once, FIELDS)
    while some := list(islice(hits, at_once)):
        behind = _behind(some, stories, before, moment) if folded else set()
        for hit in some:
            if (story := _value(hit, "id")) not in behind:
                yield Row(story, hit["_score"] or 0.0)


def _behind(some: list[Any], stories: Dsl, before: list[Dsl], moment: PointInTime) -> set[str]:
    """Those of ``some`` hits of which another printing is shown."""
    ties = {
        _value(hit, "tie")
        for hit in some
        if _value(hit, "printings") > 1 and (before or _value(hit, "behind"))
    }
    if not ties:
        return set()
    fronts = _fronts(ties, stories, moment)
    gone = _fronts(ties, all_of(before), moment) if before else {}
    found = set()
    for hit in some:
        tie = _value(hit, "tie")
        if tie in gone or _value(hit, "behind") > fronts.get(tie, _value(hit, "behind")):
            found.add(_value(hit, "id"))
    return found


def _fronts(ties: set[str], stories: Dsl, moment: PointInTime) -> dict[str, int]:
    """Of each of ``ties`` that is among ``stories``, how far behind the foremost stands."""
    body = {
        "size": 0,
        "track_total_hits": False,
        "query": all_of([stories, {"terms": {"tie": sorted(ties)}}]),
        "aggs": {
            "ties": {
                "terms": {"field": "tie", "size": len(ties), "shard_size": len(ties)},
                "aggs": {"front": {"min": {"field": "behind"}}},
            }
        },
    }
    buckets = moment.search(body)["aggregations"]["ties"]["buckets"]
    return {bucket["key"]: int(bucket["front"]["value"]) for bucket in buckets}


def distinct(found: Found, moment: PointInTime) -> int:
    """How many stories an answer holds, printings of one counted once."""
    several = all_of([found.stories, _SEVERAL])
    ties = printings = 0
    for _tie, count in moment.values(several, {"tie": ("tie",)})["tie"]:
        ties += 1
        printings += count
    return found.outcome.total - printings + ties


def _value(hit: Any, field: str) -> Any:
    return hit["fields"][field][0]

"""The tree of `search.tree` as queries of a cluster that say which stories match.

What the cluster cannot tell is answered by `Told`: stories whose text was read here
(`cluster.verify`). Scores are the work of `cluster.scoring`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import singledispatch

from cluster.leaves import (
    ONCE,
    Counted,
    Dsl,
    any_of,
    counted,
    matching_leaf,
)
from search.tree import (
    And,
    AndMaybe,
    AndNot,
    AnyField,
    AtLeast,
    Boosted,
    Constant,
    DisjunctionMax,
    Every,
    Exact,
    Leaf,
    Not,
    Nothing,
    NumberRange,
    Or,
    Query,
    Require,
)

ALL: Dsl = {"match_all": {}}
NONE: Dsl = {"match_none": {}}
_FIRST = datetime(1, 1, 1)
_LAST_MOMENT = (datetime.max - _FIRST) // timedelta(microseconds=1)


class Told(AnyField):
    """One word, phrase or what is near, of which it has been read where it stands.

    ``leaves`` are scored; ``ids`` are the stories that have it, beside those that the
    cluster is ``sure`` of itself. ``often`` tells of each leaf how often it has been read in
    which of them, where the cluster cannot tell.
    """

    ids: tuple[str, ...]
    sure: bool
    often: tuple[tuple[tuple[str, int], ...], ...] = ()


@singledispatch
def matching(query: Query) -> Dsl:
    """The query for the stories that ``query`` matches. Scores mean nothing."""
    raise TypeError(f"a {type(query).__name__} cannot be asked of a cluster")


@matching.register
def _(query: Leaf) -> Dsl:
    return matching_leaf(query)


@matching.register
def _(query: AnyField) -> Dsl:
    return any_of([matching_leaf(leaf) for leaf in query.leaves])


@matching.register
def _(query: Told) -> Dsl:
    read: Dsl = {"terms": {"id": list(query.ids)}} if query.ids else NONE
    if not query.sure:
        return read
    return any_of([*(matching_leaf(leaf) for leaf in query.leaves), read])


@matching.register
def _(query: Exact) -> Dsl:
    raise TypeError(f"{query} has to be read first")


@matching.register
def _(query: AtLeast) -> Dsl:
    return at_least(query)


@matching.register
def _(query: Or) -> Dsl:
    return any_of([matching(part) for part in query.parts])


@matching.register
def _(query: DisjunctionMax) -> Dsl:
    return any_of([matching(part) for part in query.parts])


@matching.register
def _(query: And) -> Dsl:
    return all_of([matching(part) for part in query.parts])


@matching.register
def _(query: Not) -> Dsl:
    return {"bool": {"filter": [ALL], "must_not": [matching(query.part)]}}


@matching.register
def _(query: AndNot) -> Dsl:
    return {"bool": {"filter": [matching(query.wanted)], "must_not": [matching(query.unwanted)]}}


@matching.register
def _(query: AndMaybe) -> Dsl:
    return matching(query.wanted)


@matching.register
def _(query: Require) -> Dsl:
    return all_of([matching(query.scored), matching(query.required)])


@matching.register(Constant)
@matching.register(Boosted)
def _(query: Constant | Boosted) -> Dsl:
    return matching(query.part)


@matching.register
def _(query: NumberRange) -> Dsl:
    ends: Dsl = {"format": "strict_date_optional_time"}
    if query.low is not None:
        ends["gt" if query.low_out else "gte"] = _moment(query.low, up=not query.low_out)
    if query.high is not None:
        ends["lt" if query.high_out else "lte"] = _moment(query.high, up=query.high_out)
    if len(ends) == 1:
        return {"exists": {"field": query.field}}
    return {"range": {query.field: ends}}


@matching.register
def _(query: Every) -> Dsl:
    return ALL if query.field is None else {"exists": {"field": query.field}}


@matching.register
def _(_query: Nothing) -> Dsl:
    return NONE


def all_of(queries: list[Dsl]) -> Dsl:
    """What all of ``queries`` match."""
    kept = [query for query in queries if query != ALL]
    if not kept:
        return ALL
    return kept[0] if len(kept) == 1 else {"bool": {"filter": kept}}


def none_of(queries: list[Dsl]) -> list[Dsl]:
    """``queries`` turned round, as parts of `all_of`."""
    return [{"bool": {"filter": [ALL], "must_not": [query]}} for query in queries]


def most_of(queries: list[Dsl], least: int) -> Dsl:
    """What so many of ``queries`` match, at least."""
    if least <= 1:
        return any_of(queries)
    return {"bool": {"should": queries, "minimum_should_match": least}}


def at_least(query: AtLeast) -> Dsl:
    """What the leaves of ``query``, each of them countable, together occur so often in."""
    found = [_as_count(counted(leaf)) for leaf in query.leaves]
    return {
        "script_score": {
            "query": any_of(found),
            "script": {"source": ONCE},
            "min_score": query.count,
        }
    }


def _as_count(one: Counted) -> Dsl:
    """``one`` with a score that is the count itself."""
    if one.by == ONCE:
        return one.query
    script = {"source": f"Math.rint({one.by})", "params": {"words": one.words}}
    return {"script_score": {"query": one.query, "script": script}}


def _moment(microseconds: int, up: bool) -> str:
    """A moment as a date of the cluster's, which knows thousandths of a second."""
    thousandths = -(-microseconds // 1_000) if up else microseconds // 1_000
    at = _FIRST + timedelta(milliseconds=min(thousandths, _LAST_MOMENT // 1_000))
    return at.isoformat(timespec="milliseconds")

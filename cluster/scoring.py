"""How well stories match, told by the cluster as `search.rank` tells it.

The cluster's own BM25 saturates each field by itself and rounds a field's length to a byte, so
the formula is sent with the question: a field's similarity gives the plain frequency, a script
sets it against the field's length, another saturates the sum over all fields (BM25F). How many
stories have a word, how long fields are on average and how many stories there are is counted
before, in the same point in time: scores do not depend on shards, nor on stories that are
deleted and not yet gone, which is more than ``dfs_query_then_fetch`` would do.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import singledispatch

from cluster.dsl import ALL, NONE, Told, at_least, matching
from cluster.leaves import ONCE, Counted, Dsl, any_of, counted
from cluster.mapping import length_of
from index.value import Value
from search.rank import FIELD_SCORING, K1
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
    Leaf,
    Not,
    Nothing,
    NumberRange,
    Or,
    Query,
    Require,
)

Often = tuple[tuple[str, int], ...]
"""Ids of stories, and how often something is in each."""
_WEIGHED = "params.weight * {count} / (params.flat + params.slope * doc[params.length].value)"
_SATURATED = "params.rarity * _score / (params.k1 + _score)"


class Statistics(Value):
    """What scores depend on beside the story itself.

    ``stories`` are all there are, ``means`` the words that a field has on average, and
    ``having`` how many stories have each word (or phrase, pattern, pair). Patterns count
    ``each`` term that they stand for, or else once.
    """

    stories: int
    means: dict[str, float]
    having: dict[AnyField, int]
    each: bool = True

    def rarity(self, word: AnyField) -> float:
        """What having ``word`` is worth at most."""
        having = self.having[word]
        return math.log1p((self.stories - having + 0.5) / (having + 0.5))


def scored_words(query: Query) -> list[AnyField]:
    """The words of ``query`` whose rarity its scores depend on, each once.

    How many stories have a word is how many `matching` finds of these; `bare` is what that is
    kept under. A word as it is printed is as rare as the word is.
    """
    return list(dict.fromkeys(_words(query)))


def _words(query: Query) -> list[AnyField]:
    match query:
        case Told(sure=True):
            return [query]
        case AnyField():
            return [bare(query)]
        case Leaf():
            return [AnyField((query,))]
        case AndNot():
            return _words(query.wanted)
        case Require():
            return _words(query.scored)
        case Not() | Constant():
            return []
    return [word for child in query.children() for word in _words(child)]


def bare(query: AnyField) -> AnyField:
    """``query`` as it is counted and scored: its leaves, whatever else is asked of them."""
    return AnyField(query.leaves)


@singledispatch
def scored(query: Query, numbers: Statistics) -> Dsl:
    """The query for the stories that ``query`` matches, with the scores of `search.rank`."""
    raise TypeError(f"a {type(query).__name__} cannot be asked of a cluster")


@scored.register
def _(query: Leaf, numbers: Statistics) -> Dsl:
    return _bm25f(AnyField((query,)), numbers)


@scored.register
def _(query: AnyField, numbers: Statistics) -> Dsl:
    return _bm25f(bare(query), numbers)


@scored.register
def _(query: Told, numbers: Statistics) -> Dsl:
    worth = _bm25f(bare(query), numbers, query.often)
    return {"bool": {"filter": [matching(query)], "should": [worth]}}


@scored.register
def _(query: AtLeast, numbers: Statistics) -> Dsl:
    often = at_least(query)
    return {"bool": {"must": [_bm25f(bare(query), numbers)], "filter": [often]}}


@scored.register
def _(query: Or, numbers: Statistics) -> Dsl:
    return any_of([scored(part, numbers) for part in query.parts])


@scored.register
def _(query: And, numbers: Statistics) -> Dsl:
    must = [scored(part, numbers) for part in query.parts if not isinstance(part, Not)]
    must_not = [matching(part.part) for part in query.parts if isinstance(part, Not)]
    return {"bool": {"must": must, "filter": [ALL], "must_not": must_not}}


@scored.register
def _(query: DisjunctionMax, numbers: Statistics) -> Dsl:
    parts = [scored(part, numbers) for part in query.parts]
    return {"dis_max": {"queries": parts, "tie_breaker": query.tie}}


@scored.register
def _(query: AndNot, numbers: Statistics) -> Dsl:
    without = [matching(query.unwanted)]
    return {"bool": {"must": [scored(query.wanted, numbers)], "must_not": without}}


@scored.register
def _(query: AndMaybe, numbers: Statistics) -> Dsl:
    wanted, welcome = scored(query.wanted, numbers), scored(query.welcome, numbers)
    return {"bool": {"must": [wanted], "should": [welcome]}}


@scored.register
def _(query: Require, numbers: Statistics) -> Dsl:
    required = [matching(query.required)]
    return {"bool": {"must": [scored(query.scored, numbers)], "filter": required}}


@scored.register
def _(query: Boosted, numbers: Statistics) -> Dsl:
    return {"bool": {"must": [scored(query.part, numbers)], "boost": query.factor}}


@scored.register
def _(query: Constant, _numbers: Statistics) -> Dsl:
    return flat(matching(query.part), query.score)


@scored.register
def _(query: Not, _numbers: Statistics) -> Dsl:
    return flat(matching(query), 0.0)


@scored.register(NumberRange)
@scored.register(Every)
def _(query: NumberRange | Every, _numbers: Statistics) -> Dsl:
    return flat(matching(query), 1.0)


@scored.register
def _(_query: Nothing, _numbers: Statistics) -> Dsl:
    return NONE


def flat(query: Dsl, score: float) -> Dsl:
    """What ``query`` matches, each story with the same score."""
    if not score:
        return {"bool": {"filter": [query]}}
    return {"constant_score": {"filter": query, "boost": score}}


def _bm25f(word: AnyField, numbers: Statistics, often: Sequence[Often] = ()) -> Dsl:
    """The score of one word (phrase, pattern) over the fields that its leaves look in.

    ``often`` has, for each of these, what has been read of it. A field without
    `FIELD_SCORING` holds names, not text: having one is worth 1.
    """
    if any(leaf.field not in FIELD_SCORING for leaf in word.leaves):
        return flat(matching(word), 1.0)
    found = []
    for place, leaf in enumerate(word.leaves):
        one = counted(leaf, numbers.each)
        if often and often[place]:
            one = Counted(any_of([one.query, _as_read(often[place])]))
        found.append(_weighed(one, leaf.field, numbers))
    rarity = {"rarity": numbers.rarity(word), "k1": K1}
    return _scripted(any_of(found), _SATURATED, rarity)


def _as_read(often: Often) -> Dsl:
    """Stories with a count that is known of each."""
    counts = dict(often)
    source = "params.often[doc['id'].value]"
    return _scripted({"terms": {"id": list(counts)}}, source, {"often": counts})


def _weighed(one: Counted, field: str, numbers: Statistics) -> Dsl:
    """How often a leaf occurs, weighted and set against the length of its field."""
    scoring = FIELD_SCORING[field]
    if not scoring.b:
        if one.by == ONCE and scoring.weight == 1.0:
            return one.query
        params = {"weight": scoring.weight, "words": one.words}
        return _scripted(one.query, f"params.weight * {one.by}", params)
    length = {
        "weight": scoring.weight,
        "flat": 1 - scoring.b,
        "slope": scoring.b / numbers.means[field],
        "length": length_of(field),
        "words": one.words,
    }
    return _scripted(one.query, _WEIGHED.format(count=one.by), length)


def _scripted(query: Dsl, source: str, params: Dsl) -> Dsl:
    return {"script_score": {"query": query, "script": {"source": source, "params": params}}}

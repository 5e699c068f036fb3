"""Which stories match a query tree, and how well: exactly, a set at a time.

Each node has its own small function, chosen by ``functools.singledispatch``. The score is
BM25F (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond",
Foundations and Trends in Information Retrieval 3(4), 2009, section 3.6): a word's frequencies
in the fields are weighted, set against the field's length, summed, and only then saturated,
so that a word counts once however many fields repeat it. A phrase and a prefix count as
words of their own. Lengths, means and frequencies are those of the live stories of the whole
index, so scores do not depend on how it is cut into segments. A word's score is rounded to
single precision; sums are in double.
"""

from __future__ import annotations

import math
from functools import singledispatch

import numpy as np
from numpy.typing import NDArray

from index.value import Value
from search.arrays import UNKNOWN, IndexArrays
from search.matches import DENSE, Flags, Matches, Numbers, flat, join, meet, none, summed
from search.occurrences import occurrences
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
    Prefix,
    Query,
    Require,
)

K1 = 1.2
"""How soon repeating a word stops to help."""


class FieldScoring(Value):
    """A field's weight in the sum, and how far (0 to 1) its length is held against it."""

    weight: float
    b: float


FIELD_SCORING = {
    "headline": FieldScoring(weight=5.0, b=0.5),
    "lead": FieldScoring(weight=1.0, b=0.0),
    "body": FieldScoring(weight=1.0, b=0.7),
    "byline": FieldScoring(weight=1.0, b=0.5),
}
"""Chosen by ``benchmarks/retrieval.py``. The lead is a part of the body: its words count twice,
however long it is."""


@singledispatch
def evaluate(query: Query, index: IndexArrays) -> Matches:
    """The stories of ``index`` that match ``query``, scored.

    ``query`` is a tree of `search.tree`, or one of Whoosh's. Raises QueryError for what
    would take too long, TypeError for a class that is not known here.
    """
    from search.whooshtree import from_whoosh

    return evaluate(from_whoosh(query), index)


@evaluate.register
def _(query: Leaf, index: IndexArrays) -> Matches:
    return index.remembered(query) or index.remember(query, _bm25f((query,), index))


@evaluate.register
def _(query: AnyField, index: IndexArrays) -> Matches:
    return index.remembered(query) or index.remember(query, _bm25f(query.leaves, index))


@evaluate.register
def _(query: AtLeast, index: IndexArrays) -> Matches:
    docs, counts, _parts = summed([occurrences(leaf, index) for leaf in query.leaves])
    found = _bm25f(query.leaves, index)
    return found.kept(counts[docs.searchsorted(found.docs)] >= query.count)


@evaluate.register
def _(query: Exact, index: IndexArrays) -> Matches:
    found = evaluate(AnyField(query.leaves), index)
    return found.kept(passes(query, found.docs, index))


@evaluate.register
def _(query: Or, index: IndexArrays) -> Matches:
    return join([evaluate(part, index) for part in query.parts], index.size)


@evaluate.register
def _(query: And, index: IndexArrays) -> Matches:
    wanted = [wide(part) for part in query.parts if not isinstance(part, _TESTS)]
    tests = [part for part in query.parts if isinstance(part, _TESTS | Exact)]
    found = (
        meet([evaluate(part, index) for part in wanted]) if wanted else flat(index.live, index.size)
    )
    for test in tests:
        found = found.kept(passes(test, found.docs, index))
        if isinstance(test, NumberRange | Every):
            found = Matches(found.docs, found.scores + 1.0, index.size, found.positive)
    return found


@evaluate.register
def _(query: DisjunctionMax, index: IndexArrays) -> Matches:
    found = [evaluate(part, index) for part in query.parts]
    docs, sums, _counts = summed([(matches.docs, matches.scores) for matches in found])
    best = np.full(docs.size, -math.inf)
    for matches in found:
        places = docs.searchsorted(matches.docs)
        best[places] = np.maximum(best[places], matches.scores)
    return Matches(docs, best + query.tie * (sums - best), index.size)


@evaluate.register
def _(query: AndNot, index: IndexArrays) -> Matches:
    found = evaluate(query.wanted, index)
    return found.kept(~passes(query.unwanted, found.docs, index))


@evaluate.register
def _(query: AndMaybe, index: IndexArrays) -> Matches:
    found, welcome = evaluate(query.wanted, index), evaluate(query.welcome, index)
    scores = found.scores.astype(np.float64)
    both = welcome.has(found.docs)
    scores[both] += welcome.scores_of(found.docs[both])
    return Matches(found.docs, scores, index.size)


@evaluate.register
def _(query: Require, index: IndexArrays) -> Matches:
    found = evaluate(query.scored, index)
    return found.kept(passes(query.required, found.docs, index))


@evaluate.register
def _(query: Not, index: IndexArrays) -> Matches:
    return flat(index.live[passes(query, index.live, index)], index.size)


@evaluate.register
def _(query: Constant, index: IndexArrays) -> Matches:
    return evaluate(query.part, index).flat(query.score)


@evaluate.register
def _(query: Boosted, index: IndexArrays) -> Matches:
    found = evaluate(query.part, index)
    scores = found.scores.astype(np.float64) * query.factor
    return Matches(found.docs, scores, index.size, found.positive and query.factor > 0)


@evaluate.register
def _(query: NumberRange, index: IndexArrays) -> Matches:
    return flat(index.live[passes(query, index.live, index)], index.size, 1.0)


@evaluate.register
def _(query: Every, index: IndexArrays) -> Matches:
    if query.field is None:
        return flat(index.live, index.size, 1.0)
    docs, _freqs = occurrences(Prefix(query.field, ""), index)
    return flat(docs, index.size, 1.0)


@evaluate.register
def _(_query: Nothing, index: IndexArrays) -> Matches:
    return none(index.size)


@singledispatch
def passes(query: Query, docs: Numbers, index: IndexArrays) -> Flags:
    """Which of the live stories ``docs``, in order, match ``query``: its scores are not asked."""
    return evaluate(query, index).has(docs)


@passes.register
def _(query: Not, docs: Numbers, index: IndexArrays) -> Flags:
    return ~passes(query.part, docs, index)


@passes.register
def _(query: Constant, docs: Numbers, index: IndexArrays) -> Flags:
    return passes(query.part, docs, index)


@passes.register
def _(query: Exact, docs: Numbers, index: IndexArrays) -> Flags:
    from search.exact import printed_in

    flags = evaluate(AnyField(query.leaves), index).has(docs)
    flags[flags] = printed_in(query, docs[flags], index)
    return flags


@passes.register
def _(query: And, docs: Numbers, index: IndexArrays) -> Flags:
    flags = np.ones(docs.size, bool)
    for part in query.parts:
        flags &= passes(part, docs, index)
    return flags


@passes.register
def _(query: Or, docs: Numbers, index: IndexArrays) -> Flags:
    flags = np.zeros(docs.size, bool)
    for part in query.parts:
        flags |= passes(part, docs, index)
    return flags


@passes.register
def _(query: NumberRange, docs: Numbers, index: IndexArrays) -> Flags:
    numbers = index.numbers(query.field)[docs]
    flags: Flags = numbers != UNKNOWN
    if query.low is not None:
        flags &= numbers > query.low if query.low_out else numbers >= query.low
    if query.high is not None:
        flags &= numbers < query.high if query.high_out else numbers <= query.high
    return flags


@passes.register
def _(query: Every, docs: Numbers, index: IndexArrays) -> Flags:
    if query.field is None:
        return np.ones(docs.size, bool)
    return evaluate(query, index).has(docs)


def wide(query: Query) -> Query:
    """``query``, or what is far cheaper to evaluate, matches as much or more, and scores alike.

    Whoever evaluates that asks afterwards which of what is left `passes` the query itself.
    """
    return AnyField(query.leaves) if isinstance(query, Exact) else query


_TESTS = Not | NumberRange | Every
"""Nodes that are cheaper asked of a few stories than of all."""


def _added(
    weighted: list[tuple[Numbers, NDArray[np.float64]]], size: int
) -> tuple[Numbers, NDArray[np.float64]]:
    """The stories of all fields, and the sums of their weighted frequencies (above 0)."""
    if len(weighted) == 1:
        return weighted[0]
    if sum(docs.size for docs, _ in weighted) * DENSE < size:
        docs, freqs, _counts = summed(weighted)
        return docs, freqs
    row = np.zeros(size)
    for docs, freqs in weighted:
        row[docs] += freqs
    docs = (row > 0).nonzero()[0]
    return docs, row[docs]


def _bm25f(leaves: tuple[Leaf, ...], index: IndexArrays) -> Matches:
    """The score of one word (phrase, prefix) over the fields that ``leaves`` look in.

    A field without `FIELD_SCORING` holds names, not text: having one is worth 1.
    """
    weighted = []
    for leaf in leaves:
        docs, freqs = occurrences(leaf, index)
        scoring = FIELD_SCORING.get(leaf.field)
        if scoring is None:
            return flat(docs, index.size, 1.0)
        if docs.size:
            factors = index.length_factors(leaf.field, scoring.weight, scoring.b)
            weighted.append((docs, freqs * factors[docs]))
    docs, freqs = _added(weighted, index.size)
    # The + 1 keeps the weight of a word that most stories have above zero.
    idf = math.log1p((index.live_count - docs.size + 0.5) / (docs.size + 0.5))
    scores = (idf * freqs / (K1 + freqs)).astype(np.float32)
    return Matches(docs, scores, index.size, positive=True)

"""Which stories match a Whoosh query tree, and how well: exactly, a set at a time.

Each query class has its own small function, chosen by ``functools.singledispatch``. The
score is BM25F (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and
Beyond", Foundations and Trends in Information Retrieval 3(4), 2009, section 3.6): a
word's frequencies in the fields are weighted, set against the field's length, summed, and
only then saturated, so that a word counts once however many fields repeat it. A phrase
and a prefix count as words of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import singledispatch
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.query import (
    And,
    AndNot,
    ConstantScoreQuery,
    DateRange,
    Every,
    Not,
    NullQuery,
    Or,
    Phrase,
    Prefix,
    Query,
    Term,
)

from search.arrays import UNKNOWN, Floats, IndexArrays, Numbers, Postings
from search.phrases import STEP, chains
from search.question import AnyField

K1 = 1.2
"""How soon repeating a word stops to help."""


@dataclass(frozen=True, slots=True)
class FieldScoring:
    """A field's weight in the sum, and how far (0 to 1) its length is held against it."""

    weight: float
    b: float


FIELD_SCORING = {
    "headline": FieldScoring(weight=3.0, b=0.5),
    "body": FieldScoring(weight=1.0, b=0.75),
    "byline": FieldScoring(weight=1.0, b=0.5),
}


@dataclass(frozen=True, slots=True)
class Matches:
    """Stories in order of their numbers, each once, and the score of each."""

    docs: Numbers
    scores: Floats


def evaluate(query: Query, index: IndexArrays) -> Matches:
    """The stories of ``index`` that match ``query``, scored.

    Raises TypeError for a query class that is not known here.
    """
    found = _evaluate(query, index)
    boost = getattr(query, "boost", 1.0)
    return found if boost == 1.0 else Matches(found.docs, found.scores * boost)


def tally(
    queries: Iterable[Query], index: IndexArrays
) -> tuple[Numbers, Floats, NDArray[np.int64]]:
    """Stories that match any of ``queries``, the sum of their scores, and how many they match."""
    found = (evaluate(query, index) for query in queries)
    return _summed((match.docs, match.scores) for match in found)


@singledispatch
def _evaluate(query: Query, index: IndexArrays) -> Matches:
    raise TypeError(f"queries of the class {type(query).__name__} are not known here")


@_evaluate.register(Term)
@_evaluate.register(Phrase)
@_evaluate.register(Prefix)
def _(query: Query, index: IndexArrays) -> Matches:
    return _bm25f([query], index)


@_evaluate.register(AnyField)
def _(query: AnyField, index: IndexArrays) -> Matches:
    return _bm25f(query.subqueries, index)


@_evaluate.register(Or)
def _(query: Or, index: IndexArrays) -> Matches:
    docs, scores, _counts = tally(query.subqueries, index)
    return Matches(docs, scores)


@_evaluate.register(And)
def _(query: And, index: IndexArrays) -> Matches:
    without = [child.query for child in query.subqueries if isinstance(child, Not)]
    wanted = [child for child in query.subqueries if not isinstance(child, Not)]
    found = evaluate(wanted[0], index) if wanted else _flat(index.live)
    for child in wanted[1:]:
        other = evaluate(child, index)
        docs, left, right = np.intersect1d(
            found.docs, other.docs, assume_unique=True, return_indices=True
        )
        found = Matches(docs, found.scores[left] + other.scores[right])
    for child in without:
        found = _excluding(found, evaluate(child, index).docs)
    return found


@_evaluate.register(AndNot)
def _(query: AndNot, index: IndexArrays) -> Matches:
    return _excluding(evaluate(query.a, index), evaluate(query.b, index).docs)


@_evaluate.register(Not)
def _(query: Not, index: IndexArrays) -> Matches:
    return _excluding(_flat(index.live), evaluate(query.query, index).docs)


@_evaluate.register(ConstantScoreQuery)
def _(query: ConstantScoreQuery, index: IndexArrays) -> Matches:
    return _flat(evaluate(query.child, index).docs, query.score)


@_evaluate.register(Every)
def _(query: Every, index: IndexArrays) -> Matches:
    if query.fieldname in (None, "*"):
        return _flat(index.live, 1.0)
    return _flat(_occurrences(Prefix(query.fieldname, ""), index).docs, 1.0)


@_evaluate.register(type(NullQuery))
def _(query: Query, index: IndexArrays) -> Matches:
    return _flat(np.empty(0, np.int64))


@_evaluate.register(DateRange)
def _(query: DateRange, index: IndexArrays) -> Matches:
    dates = index.date_column(query.fieldname)[index.live]
    kept = dates != UNKNOWN
    if query.start is not None:
        kept &= dates > query.start if query.startexcl else dates >= query.start
    if query.end is not None:
        kept &= dates < query.end if query.endexcl else dates <= query.end
    return _flat(index.live[kept], 1.0)


@singledispatch
def _occurrences(leaf: Query, index: IndexArrays) -> Postings:
    """The stories a word, phrase or prefix occurs in, and how often."""
    raise TypeError(f"a {type(leaf).__name__} is no word, phrase or prefix")


@_occurrences.register(Term)
def _(leaf: Term, index: IndexArrays) -> Postings:
    return index.postings(leaf.fieldname, leaf.text)


@_occurrences.register(Phrase)
def _(leaf: Phrase, index: IndexArrays) -> Postings:
    words = [index.positions(leaf.fieldname, word) for word in leaf.words]
    starts = chains(words, leaf.slop)[0] // STEP
    docs, counts = np.unique(starts, return_counts=True)
    return Postings(docs, counts.astype(np.float64))


@_occurrences.register(Prefix)
def _(leaf: Prefix, index: IndexArrays) -> Postings:
    terms = index.terms(leaf.fieldname, leaf.text)
    found = (index.postings(leaf.fieldname, term) for term in terms)
    docs, freqs, _counts = _summed((postings.docs, postings.freqs) for postings in found)
    return Postings(docs, freqs)


def _bm25f(leaves: Iterable[Query], index: IndexArrays) -> Matches:
    """The score of one word (phrase, prefix) over the fields that ``leaves`` look in.

    A field without `FIELD_SCORING` holds names, not text: having one is worth 1.
    """
    weighted = []
    for leaf in leaves:
        found = _occurrences(leaf, index)
        scoring = FIELD_SCORING.get(leaf.fieldname)
        if scoring is None:
            return _flat(found.docs, 1.0)
        lengths, mean = index.lengths(leaf.fieldname)
        norms = 1 - scoring.b + scoring.b * lengths[found.docs] / mean
        weighted.append((found.docs, scoring.weight * found.freqs / norms))
    docs, freqs, _counts = _summed(weighted)
    # The + 1 keeps the weight of a word that most stories have above zero.
    idf = np.log1p((index.live.size - docs.size + 0.5) / (docs.size + 0.5))
    return Matches(docs, idf * freqs / (K1 + freqs))


def _summed(
    parts: Iterable[tuple[Numbers, Floats]],
) -> tuple[Numbers, Floats, NDArray[np.int64]]:
    """Numbers in order, each once; the sum of their values; in how many parts each is."""
    pairs = list(parts)
    if not pairs:
        return np.empty(0, np.int64), np.empty(0), np.empty(0, np.int64)
    docs, where = np.unique(np.concatenate([docs for docs, _ in pairs]), return_inverse=True)
    counts = np.bincount(where, minlength=docs.size)
    weights = np.concatenate([values for _, values in pairs])
    return docs, np.bincount(where, weights, docs.size).astype(np.float64), counts


def _flat(docs: Numbers, score: float = 0.0) -> Matches:
    return Matches(docs, np.full(docs.size, score))


def _excluding(found: Matches, docs: Numbers) -> Matches:
    kept = ~np.isin(found.docs, docs, assume_unique=True)
    return Matches(found.docs[kept], found.scores[kept])


def top(docs: Numbers, keys: Sequence[NDArray[Any]], count: int, index: IndexArrays) -> Numbers:
    """The ``count`` best of ``docs``, best first: highest in the first of ``keys``, then the next.

    Stories equal in every key come in the order of their ids. Only what may be among the
    best is sorted, and ids are read only if they decide.
    """
    sure = np.empty(0, np.int64)
    tied = np.arange(docs.size)
    for key in (*keys, None):
        need = count - sure.size
        if tied.size <= need:
            break
        values = -index.id_ranks[docs[tied]] if key is None else key[tied]
        worst = np.partition(values, values.size - need)[values.size - need] if need else np.inf
        sure = np.concatenate([sure, tied[values > worst]])
        tied = tied[values == worst]
    picked = np.concatenate([sure, tied])
    columns = [-key[picked] for key in reversed(keys)]
    order = np.lexsort(columns)
    rows = np.array(columns)[:, order]
    if (rows[:, 1:] == rows[:, :-1]).all(axis=0).any():
        order = np.lexsort([index.id_ranks[docs[picked]], *columns])
    best: Numbers = docs[picked[order]]
    return best

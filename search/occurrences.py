"""Where a leaf of a query tree occurs: the stories, and how often in each.

A leaf that stands for many terms (a prefix, a pattern) counts as one word: a story's
frequency is that of all of them. What such a leaf may cost is bounded; a dearer one is
refused with a sentence.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import singledispatch

import numpy as np
from numpy.typing import NDArray

from index.codec.postings import FieldPostings
from index.errors import QueryError
from index.story import LEAD
from search.allowance import Cost, may_spend
from search.arrays import IndexArrays, Segment
from search.expansion import term_numbers
from search.matches import Numbers, summed
from search.near import counted
from search.phrases import in_both, per_story
from search.standing import inside, near_spans, phrase_chains, runs, spans, stories_of
from search.tree import Leaf, Near, Phrase, Term

_FEW = 64
"""Terms up to which each is read by itself."""

Occurrences = tuple[Numbers, NDArray[np.float64]]
Counted = tuple[Numbers, Numbers]


@singledispatch
def occurrences(leaf: Leaf, index: IndexArrays) -> Occurrences:
    """The stories of ``index`` that ``leaf`` occurs in, in order, and how often in each.

    Raises QueryError for a leaf that stands for too much.
    """
    return _expanded(leaf, index)


@occurrences.register
def _(leaf: Term, index: IndexArrays) -> Occurrences:
    docs, freqs = index.postings(leaf.field, leaf.text)
    return docs, freqs.astype(np.float64)


@occurrences.register
def _(leaf: Phrase, index: IndexArrays) -> Occurrences:
    if leaf.field == LEAD:
        return _in_lead(leaf, index)
    if len(leaf.texts) == 2 and leaf.slop == 1:
        first, second = (index.positions(leaf.field, text) for text in leaf.texts)
        docs, freqs = per_story(in_both(first + 1, second))
        return docs, freqs.astype(np.float64)

    def count(part: Segment, field: FieldPostings) -> Counted:
        return per_story(phrase_chains(leaf, field, live=part.live)[0])

    return _counted(leaf.field, index, count)


@occurrences.register
def _(leaf: Near, index: IndexArrays) -> Occurrences:
    if leaf.field == LEAD:
        return _in_lead(leaf, index)

    def count(part: Segment, field: FieldPostings) -> Counted:
        stories = _alive(stories_of(leaf, field), part)
        return counted(near_spans(leaf, field, stories))

    return _counted(leaf.field, index, count)


def _in_lead(leaf: Leaf, index: IndexArrays) -> Occurrences:
    """The same within the first paragraphs of bodies."""

    def count(part: Segment, field: FieldPostings) -> Counted:
        lead = part.arrays.lengths(LEAD)
        if lead is None:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        stories = _alive(stories_of(leaf, field), part)
        if isinstance(leaf, Near):
            return counted(near_spans(leaf, field, stories, lead))
        return per_story(inside(spans(leaf, field, stories), lead).starts)

    return _counted("body", index, count)


def _counted(
    name: str, index: IndexArrays, count: Callable[[Segment, FieldPostings], Counted]
) -> Occurrences:
    """What ``count`` finds in each segment: stories, and how often in each."""
    docs: list[Numbers] = []
    freqs: list[Numbers] = []
    for part, field in index.terms(name):
        there, often = count(part, field)
        if there.size:
            docs.append(there + part.base)
            freqs.append(often)
    if not docs:
        return np.empty(0, np.int64), np.empty(0)
    return np.concatenate(docs), np.concatenate(freqs).astype(np.float64)


def _alive(stories: Numbers, part: Segment) -> Numbers:
    return stories if part.live is None else stories[part.live[stories]]


def _expanded(leaf: Leaf, index: IndexArrays) -> Occurrences:
    """The occurrences of all the terms that ``leaf`` stands for, as one word."""
    parts: list[Occurrences] = []
    for part, field in index.terms(leaf.field):
        chosen = term_numbers(leaf, field)
        if not chosen.size:
            continue
        if not may_spend(Cost.POSTINGS, int(field.counts[chosen].sum(dtype=np.int64))):
            raise QueryError(f"{leaf} stands for too many words. Give more letters.")
        find = _one_by_one if chosen.size <= _FEW else _tallied
        docs, freqs = find(part, field, chosen)
        if part.live is not None:
            alive = part.live[docs]
            docs, freqs = docs[alive], freqs[alive]
        parts.append((docs + part.base, freqs))
    docs, freqs, _counts = summed(parts)
    return docs, freqs


def _one_by_one(part: Segment, field: FieldPostings, chosen: Numbers) -> Occurrences:
    docs, freqs, _counts = summed([(field.docs(n), field.freqs(n)) for n in chosen.tolist()])
    return docs, freqs


def _tallied(part: Segment, field: FieldPostings, chosen: Numbers) -> Occurrences:
    """The same for many terms, in runs of neighbours, each story's frequency added up."""
    total = np.zeros(part.size)
    for piece in runs(chosen, field):
        low, high = int(piece[0]), int(piece[-1]) + 1
        postings = field.range(low, high)
        wanted = np.zeros(high - low, bool)
        wanted[piece - low] = True
        kept = wanted.repeat(postings.counts)
        total += np.bincount(postings.docs[kept], postings.freqs[kept], part.size)
    docs = total.nonzero()[0]
    return docs, total[docs]

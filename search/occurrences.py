"""Where a leaf of a query tree occurs: the stories, and how often in each.

A leaf that stands for many terms (a prefix, a pattern) counts as one word: a story's
frequency is that of all of them. What such a leaf may cost is bounded; a dearer one is
refused with a sentence.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Iterator
from functools import singledispatch

import numpy as np
from numpy.typing import NDArray

from index.codec.postings import FieldPostings
from index.errors import QueryError
from search.arrays import IndexArrays, Segment
from search.editdistance import within
from search.matches import Numbers, summed
from search.phrases import STEP, chains
from search.tree import AnyTerm, Fuzzy, Leaf, Phrase, Prefix, Term, TermRange, Wildcard

MAX_SCANNED = 2_000_000
"""Terms that a pattern is tried on."""
MAX_POSTINGS = 50_000_000
"""Postings that one leaf reads."""
_AT_ONCE = 4_000_000
_FEW = 64
"""Terms up to which each is read by itself."""

Occurrences = tuple[Numbers, NDArray[np.float64]]


@singledispatch
def occurrences(leaf: Leaf, index: IndexArrays) -> Occurrences:
    """The stories of ``index`` that ``leaf`` occurs in, in order, and how often in each.

    Raises QueryError for a leaf that stands for too much.
    """
    raise TypeError(f"a {type(leaf).__name__} is no word, phrase or prefix")


@occurrences.register
def _(leaf: Term, index: IndexArrays) -> Occurrences:
    docs, freqs = index.postings(leaf.field, leaf.text)
    return docs, freqs.astype(np.float64)


@occurrences.register
def _(leaf: AnyTerm, index: IndexArrays) -> Occurrences:
    found = (index.postings(leaf.field, text) for text in dict.fromkeys(leaf.texts))
    docs, freqs, _counts = summed(list(found))
    return docs, freqs


@occurrences.register
def _(leaf: Phrase, index: IndexArrays) -> Occurrences:
    docs: list[Numbers] = []
    counts: list[Numbers] = []
    for part, field in index.terms(leaf.field):
        starts = _phrase_starts(leaf, part, field)
        if starts is not None:
            there, often = np.unique(starts, return_counts=True)
            docs.append(there + part.base)
            counts.append(often)
    if not docs:
        return np.empty(0, np.int64), np.empty(0)
    return np.concatenate(docs), np.concatenate(counts).astype(np.float64)


def _phrase_starts(leaf: Phrase, part: Segment, field: FieldPostings) -> Numbers | None:
    """The story of each place in a segment where a phrase begins; None if it cannot stand there.

    Only stories that have all of its words are looked into.
    """
    places = {text: field.terms.find(text.encode()) for text in leaf.texts}
    if min(places.values()) < 0:
        return None
    stories = {text: field.docs(place) for text, place in places.items()}
    smallest, *others = sorted(stories.values(), key=lambda docs: docs.size)
    common = smallest if part.live is None else smallest[part.live[smallest]]
    for docs in others:
        common = common[_among(docs, common)]
    if not common.size:
        return None
    keys = {text: _keys(field, place, stories[text], common) for text, place in places.items()}
    return chains([keys[text] for text in leaf.texts], leaf.slop)[0] // STEP


def _keys(field: FieldPostings, place: int, docs: Numbers, common: Numbers) -> Numbers:
    """Where a term stands in the stories ``common``, as keys for `search.phrases`."""
    freqs = field.freqs(place)
    positions = field.positions(place, freqs)
    if docs.size > common.size:
        chosen = np.zeros(docs.size, bool)
        chosen[docs.searchsorted(common)] = True
        positions = positions[chosen.repeat(freqs)]
        docs, freqs = common, freqs[chosen]
    keys: Numbers = (docs * STEP).repeat(freqs)
    keys += positions
    return keys


def _among(docs: Numbers, wanted: Numbers) -> NDArray[np.bool_]:
    """Which of ``wanted`` are in ``docs``; both are in order."""
    places = docs.searchsorted(wanted)
    places[places == docs.size] = 0
    found: NDArray[np.bool_] = docs[places] == wanted
    return found


@occurrences.register
def _(leaf: Prefix, index: IndexArrays) -> Occurrences:
    prefix = leaf.text.encode()
    return _expanded(leaf, index, lambda field: _span(*field.terms.prefix_range(prefix)))


@occurrences.register
def _(leaf: TermRange, index: IndexArrays) -> Occurrences:
    low, high = (None if end is None else end.encode() for end in (leaf.low, leaf.high))

    def choose(field: FieldPostings) -> Numbers:
        return _span(*field.terms.span(low, high, low_out=leaf.low_out, high_out=leaf.high_out))

    return _expanded(leaf, index, choose)


@occurrences.register
def _(leaf: Wildcard, index: IndexArrays) -> Occurrences:
    literal = re.split(r"[*?]", leaf.pattern, maxsplit=1)[0].encode()
    # Python's translation matches in linear time, however many stars there are.
    matches = re.compile(fnmatch.translate(leaf.pattern.replace("[", "[[]"))).match

    def choose(field: FieldPostings) -> Numbers:
        low, terms = _scanned(leaf, field, literal)
        return low + np.array([n for n, text in enumerate(terms) if matches(text)], np.int64)

    return _expanded(leaf, index, choose)


@occurrences.register
def _(leaf: Fuzzy, index: IndexArrays) -> Occurrences:
    fixed = leaf.text[: leaf.fixed].encode()

    def choose(field: FieldPostings) -> Numbers:
        low, terms = _scanned(leaf, field, fixed)
        return low + within(leaf.text, list(terms), leaf.distance)

    return _expanded(leaf, index, choose)


def _scanned(leaf: Leaf, field: FieldPostings, prefix: bytes) -> tuple[int, Iterator[str]]:
    """The number of the first term with ``prefix``, and all such terms."""
    low, high = field.terms.prefix_range(prefix)
    if high - low > MAX_SCANNED:
        raise QueryError(
            f"{leaf} would be compared with {high - low:,} words. Give the word's first letters."
        )
    return low, (term.decode() for term in field.terms.between(low, high))


def _span(low: int, high: int) -> Numbers:
    return np.arange(low, high)


def _expanded(
    leaf: Leaf, index: IndexArrays, choose: Callable[[FieldPostings], Numbers]
) -> Occurrences:
    """The occurrences of all the terms that ``choose`` picks in each segment, as one word."""
    parts: list[Occurrences] = []
    for part, field in index.terms(leaf.field):
        chosen = choose(field)
        if not chosen.size:
            continue
        postings = int(field.counts[chosen].sum(dtype=np.int64))
        if postings > MAX_POSTINGS:
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
    breaks = (np.diff(chosen) > _FEW).nonzero()[0] + 1
    for run in np.split(chosen, breaks):
        for piece in _pieces(field, run):
            low, high = int(piece[0]), int(piece[-1]) + 1
            postings = field.range(low, high)
            wanted = np.zeros(high - low, bool)
            wanted[piece - low] = True
            kept = wanted.repeat(postings.counts)
            total += np.bincount(postings.docs[kept], postings.freqs[kept], part.size)
    docs = total.nonzero()[0]
    return docs, total[docs]


def _pieces(field: FieldPostings, run: Numbers) -> Iterator[Numbers]:
    """``run`` cut where a piece would hold more than `_AT_ONCE` postings."""
    counts = field.counts[run[0] : run[-1] + 1].cumsum(dtype=np.int64)[run - run[0]]
    return iter(np.split(run, (np.diff(counts // _AT_ONCE) > 0).nonzero()[0] + 1))

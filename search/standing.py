"""Where leaves stand in the texts of a segment: spans of positions, of a word or of several.

A span is two keys of `search.phrases`: where its first word stands and where its last does.
Positions are read only of the stories that matter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.codec.postings import FieldPostings
from index.errors import QueryError
from search.allowance import Cost, may_spend
from search.expansion import term_numbers
from search.matches import Numbers
from search.near import Spans, linked, united
from search.phrases import STEP, Keys, chains, followed
from search.tree import Leaf, Near, Phrase, Term

_AT_ONCE = 4_000_000
_FEW = 64
"""Terms up to which each is read by itself; and more than these, read for nothing, are a gap."""


def stories_of(leaf: Leaf, field: FieldPostings) -> Numbers:
    """The stories of a segment, in order, that ``leaf`` may stand in: they have its words.

    Raises QueryError for a leaf that stands for too much.
    """
    if isinstance(leaf, Phrase):
        words = dict.fromkeys(leaf.texts)
        return _common([stories_of(Term(leaf.field, text), field) for text in words])
    if isinstance(leaf, Near):
        groups = ([stories_of(one, field) for one in group] for group in leaf.groups)
        return _common([np.unique(np.concatenate(group)) for group in groups])
    numbers = term_numbers(leaf, field)
    if numbers.size == 1:
        return field.docs(int(numbers[0]))
    _bounded(leaf, numbers, field, Cost.POSTINGS)
    found = [_docs(field, run) for run in runs(numbers, field)]
    return np.unique(np.concatenate(found)) if found else np.empty(0, np.int64)


def _docs(field: FieldPostings, run: Numbers) -> Numbers:
    if run.size == 1:
        return field.docs(int(run[0]))
    low = int(run[0])
    postings = field.range(low, int(run[-1]) + 1)
    return postings.docs[_wanted(run).repeat(postings.counts)]


def _common(found: Sequence[Numbers]) -> Numbers:
    smallest, *others = sorted(found, key=len)
    for docs in others:
        if not smallest.size:
            break
        smallest = smallest[among(docs, smallest)]
    return smallest


def among(docs: Numbers, wanted: Numbers) -> NDArray[np.bool_]:
    """Which of ``wanted`` are in ``docs``; both are in order."""
    if not docs.size:
        return np.zeros(wanted.size, bool)
    places = docs.searchsorted(wanted)
    places[places == docs.size] = 0
    found: NDArray[np.bool_] = docs[places] == wanted
    return found


def spans(leaf: Leaf, field: FieldPostings, stories: Numbers) -> Spans:
    """Where ``leaf`` stands in ``stories`` of a segment, which are in order.

    Of something near something, where the first of it stands. Raises QueryError for a leaf
    that stands for too much.
    """
    if isinstance(leaf, Phrase):
        columns = followed(phrase_chains(leaf, field, stories))
        return Spans(columns[0], columns[-1])
    if isinstance(leaf, Near):
        return near_spans(leaf, field, stories)[0]
    keys = _keys(leaf, field, stories)
    return Spans(keys, keys)


def near_spans(
    leaf: Near, field: FieldPostings, stories: Numbers, lead: NDArray[Any] | None = None
) -> list[Spans]:
    """For each group of ``leaf``, what of it takes part in ``stories`` of a segment.

    With ``lead``, how many words there are of each story's first paragraph, only what
    stands in that.
    """
    groups = [united([spans(one, field, stories) for one in group]) for group in leaf.groups]
    if lead is not None:
        groups = [inside(group, lead) for group in groups]
    return linked(groups, leaf.links)


def inside(found: Spans, lead: NDArray[Any]) -> Spans:
    """Those of ``found`` that end within so many words of their story."""
    return found.kept(found.ends % STEP < lead[found.ends // STEP])


def phrase_chains(
    leaf: Phrase,
    field: FieldPostings,
    wanted: Numbers | None = None,
    live: NDArray[np.bool_] | None = None,
) -> list[Keys]:
    """For each word of a phrase, where it takes part in it.

    Only stories that have all of its words are looked into, and of these only those in
    ``wanted`` and those that ``live`` says.
    """
    places = {text: field.terms.find(text.encode()) for text in leaf.texts}
    nothing = [np.empty(0, np.int64)] * len(leaf.texts)
    if min(places.values()) < 0:
        return nothing
    stories = {text: field.docs(place) for text, place in places.items()}
    common = _common([*stories.values(), *([] if wanted is None else [wanted])])
    if live is not None:
        common = common[live[common]]
    if not common.size:
        return nothing
    keys = {
        text: _keys_of_term(field, place, stories[text], common) for text, place in places.items()
    }
    return chains([keys[text] for text in leaf.texts], leaf.slop)


def _keys_of_term(field: FieldPostings, place: int, docs: Numbers, common: Numbers) -> Keys:
    """Where a term, which ``docs`` have, stands in those of them that are in ``common``."""
    freqs = field.freqs(place)
    positions = field.positions(place, freqs)
    if docs.size > common.size:
        chosen = np.zeros(docs.size, bool)
        chosen[docs.searchsorted(common)] = True
        positions = positions[chosen.repeat(freqs)]
        docs, freqs = common, freqs[chosen]
    keys: Keys = (docs * STEP).repeat(freqs)
    keys += positions
    return keys


def _keys(leaf: Leaf, field: FieldPostings, stories: Numbers) -> Keys:
    """Where a word, or one of several, stands in ``stories``, in order."""
    numbers = term_numbers(leaf, field)
    _bounded(leaf, numbers, field, Cost.PLACES)
    found = [_keys_of_run(field, run, stories) for run in runs(numbers, field)]
    if len(found) == 1 and numbers.size == 1:
        return found[0]
    return np.sort(np.concatenate(found)) if found else np.empty(0, np.int64)


def _keys_of_run(field: FieldPostings, run: Numbers, stories: Numbers) -> Keys:
    if run.size == 1:
        place = int(run[0])
        docs = field.docs(place)
        return _keys_of_term(field, place, docs, docs[among(stories, docs)])
    postings = field.range(int(run[0]), int(run[-1]) + 1, positions=True)
    docs, freqs = postings.docs, postings.freqs
    positions = docs[:0] if postings.positions is None else postings.positions
    kept = among(stories, docs)
    kept &= _wanted(run).repeat(postings.counts)
    if not kept.all():
        positions = positions[kept.repeat(freqs)]
        docs, freqs = docs[kept], freqs[kept]
    keys: Keys = (docs * STEP).repeat(freqs)
    keys += positions
    return keys


def _bounded(leaf: Leaf, numbers: Numbers, field: FieldPostings, cost: Cost) -> None:
    if numbers.size > 1 and not may_spend(cost, int(field.counts[numbers].sum(dtype=np.int64))):
        raise QueryError(f"{leaf} stands for too many words to tell where. Give more letters.")


def runs(numbers: Numbers, field: FieldPostings) -> Iterator[Numbers]:
    """``numbers`` of terms in pieces to be read at once: neighbours, and not too many postings."""
    if numbers.size <= _FEW:
        yield from np.split(numbers, numbers.size) if numbers.size else ()
        return
    for run in np.split(numbers, (np.diff(numbers) > _FEW).nonzero()[0] + 1):
        counts = field.counts[run[0] : run[-1] + 1].cumsum(dtype=np.int64)[run - run[0]]
        yield from np.split(run, (np.diff(counts // _AT_ONCE) > 0).nonzero()[0] + 1)


def _wanted(run: Numbers) -> NDArray[np.bool_]:
    """Of the terms from the first of ``run`` to its last, which are in it."""
    wanted = np.zeros(int(run[-1] - run[0]) + 1, bool)
    wanted[run - run[0]] = True
    return wanted

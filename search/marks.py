"""What of a text to highlight: exactly what matched, as character spans."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, pairwise
from typing import NamedTuple

import numpy as np

from index.analysis import WordTable, word_table
from index.story import LEAD, lead_of
from index.value import Value
from search.chunks import Chunks
from search.exact import printed_among
from search.expansion import fitting
from search.near import Spans, linked, nearest, united
from search.phrases import Keys, chains, followed
from search.question import Question
from search.tree import Exact, Leaf, Near, Phrase, Term, parts

Span = tuple[int, int]
"""Where something starts and ends in a text, in characters, the end exclusive."""
_LONG = 10
"""Words from which a chain is told from the first of them alone: it is a phrase."""
MOST_STEPS = 20_000
"""Steps from neighbour to neighbour that are taken to tell the chains of near words in a text."""


class Match(NamedTuple):
    """One place where a part of a question stands in a text.

    ``part`` numbers the question's words, phrases and patterns. ``spans`` is what to mark:
    one run for a word or an exact phrase, each word of a loose one and of what is near.
    """

    start: int
    end: int
    part: int
    spans: tuple[Span, ...]


class _Wanted(Value):
    """What to look for in one field; each with the number of the part it is of."""

    terms: dict[str, int]
    patterns: list[tuple[Leaf, int]]
    runs: list[tuple[Leaf, int]]
    """Phrases, and what is near."""
    printed: list[tuple[tuple[str, ...], int]]


@lru_cache(maxsize=64)
def _wanted(question: Question, name: str) -> tuple[_Wanted, _Wanted | None]:
    """What to look for in a field, and in its first paragraph once more."""
    wanted = _wanted_in(question, name)
    lead = _wanted_in(question, LEAD) if name == "body" else None
    if lead == wanted:
        lead = wanted
    return wanted, lead if lead and any(lead.as_dict().values()) else None


def _wanted_in(question: Question, name: str) -> _Wanted:
    wanted = _Wanted({}, [], [], [])
    for number, part in enumerate(parts(question.query)):
        leaves = [leaf for leaf in part.leaves if leaf.field == name]
        if isinstance(part, Exact):
            if leaves:
                wanted.printed.append((part.printed, number))
            continue
        for leaf in leaves:
            if isinstance(leaf, Phrase | Near):
                wanted.runs.append((leaf, number))
            elif isinstance(leaf, Term):
                wanted.terms.setdefault(leaf.text, number)
            else:
                wanted.patterns.append((leaf, number))
    return wanted


def find(text: str, question: Question, name: str) -> list[Match]:
    """Every match of ``question`` in ``text``, the field ``name`` of a story, in order."""
    return find_in_chunks(Chunks(text), question, name)


def find_in_chunks(text: Chunks, question: Question, name: str) -> list[Match]:
    """`find`, for a text in chunks."""
    wanted, lead = _wanted(question, name)
    found = _matches(text, wanted)
    if lead:
        end = len(lead_of(text.text))
        same = lead is wanted
        found += [m for m in found if m.end <= end] if same else _matches(text, lead, end)
    found.sort()
    return found


def count_in(text: str, leaf: Leaf) -> int:
    """How often ``leaf`` occurs in ``text``, as `search.occurrences` counts it."""
    places = _Places(word_table(text))
    if isinstance(leaf, Phrase):
        return places.phrase(leaf)[0].size
    if isinstance(leaf, Near):
        groups = [united([places.spans(one) for one in group]) for group in leaf.groups]
        return min(group.starts.size for group in linked(groups, leaf.links))
    return places.spans(leaf).starts.size


def _matches(text: Chunks, wanted: _Wanted, end: int | None = None) -> list[Match]:
    """What stands in ``text``; or in what of it is before ``end``, where a paragraph ends."""
    terms = wanted.terms
    if end is not None and (wanted.patterns or wanted.runs or wanted.printed):
        return _matches(Chunks(text.text[:end]), wanted)
    if wanted.patterns:
        known = set(text.words.terms)
        found = {term: n for leaf, n in reversed(wanted.patterns) for term in fitting(leaf, known)}
        terms = {**found, **terms}
    matches = [
        Match(first, last, terms[term], ((first, last),))
        for term, first, last in (text.words_among(terms, end) if terms else ())
    ]
    if wanted.runs:
        places = _Places(text.words)
        for leaf, part in wanted.runs:
            matches += _run_matches(leaf, part, text.words, places)
    for phrase, part in wanted.printed:
        for span in printed_among(text.text, text.words, phrase):
            matches.append(Match(*span, part, (span,)))
    return matches


class _Places:
    """Where the terms of a text stand, as positions."""

    def __init__(self, printed: WordTable) -> None:
        places: defaultdict[str, list[int]] = defaultdict(list)
        for position, term in enumerate(printed.terms):
            places[term].append(position)
        self._places = places

    def keys(self, terms: Iterable[str]) -> Keys:
        """Where any of ``terms`` stands, in order."""
        found = [self._places[term] for term in terms if term in self._places]
        return np.array(found[0] if len(found) == 1 else sorted(chain(*found)), np.int64)

    def phrase(self, leaf: Phrase) -> list[Keys]:
        """The positions of each word of a phrase, a column a word."""
        if not all(text in self._places for text in leaf.texts):
            return [np.empty(0, np.int64)] * len(leaf.texts)
        return followed(chains([self.keys([text]) for text in leaf.texts], leaf.slop))

    def spans(self, leaf: Leaf) -> Spans:
        """Where ``leaf``, part of something near, stands."""
        if isinstance(leaf, Phrase):
            columns = self.phrase(leaf)
            return Spans(columns[0], columns[-1])
        known = [leaf.text] if isinstance(leaf, Term) else fitting(leaf, self._places)
        keys = self.keys(known)
        return Spans(keys, keys)


def _run_matches(leaf: Leaf, part: int, printed: WordTable, places: _Places) -> Iterator[Match]:
    """The matches of a phrase, or of what is near."""
    if isinstance(leaf, Phrase):
        columns = places.phrase(leaf)
        for run in zip(*(column.tolist() for column in columns), strict=True):
            whole = (printed.starts[run[0]], printed.ends[run[-1]])
            words = ((printed.starts[n], printed.ends[n]) for n in run)
            yield Match(*whole, part, (whole,) if leaf.slop == 1 else tuple(words))
    if isinstance(leaf, Near):
        groups = [united([places.spans(one) for one in group]) for group in leaf.groups]
        for each in _chains(leaf, linked(groups, leaf.links)):
            spans = sorted((printed.starts[first], printed.ends[last]) for first, last in each)
            whole = (spans[0][0], max(end for _, end in spans))
            side_by_side = all(most == 1 for most, _ordered in leaf.links)
            yield Match(*whole, part, (whole,) if side_by_side else tuple(spans))


def _chains(leaf: Near, alive: Sequence[Spans]) -> Iterator[tuple[Span, ...]]:
    """Chains of neighbours, as positions: for each span that takes part, the tightest from it.

    Of a text that has very many, those that begin it.
    """
    size = len(alive)
    if not alive[0].starts.size:
        return
    begun = range(size if size <= _LONG else 1)
    most = max(MOST_STEPS // (size * len(begun)), 1)
    neighbours = list(zip(pairwise(alive), leaf.links, strict=True))
    ahead = [nearest(one, other, after=ordered) for (one, other), (_, ordered) in neighbours]
    back = [nearest(other, one, before=ordered) for (one, other), (_, ordered) in neighbours]
    rows = []
    for place in begun:
        columns = [np.arange(min(alive[place].starts.size, most))]
        for step in ahead[place:]:
            columns.append(step[columns[-1]])
        for step in reversed(back[:place]):
            columns.insert(0, step[columns[0]])
        rows.append(np.array(columns).T)
    groups = [list(zip(one.starts.tolist(), one.ends.tolist(), strict=True)) for one in alive]
    for row in dict.fromkeys(map(tuple, np.concatenate(rows).tolist())):
        yield tuple([group[number] for group, number in zip(groups, row, strict=True)])


def merged(spans: Sequence[Span]) -> tuple[Span, ...]:
    """``spans`` in order, those that overlap made one."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def marked(text: str, question: Question, name: str) -> tuple[Span, ...]:
    """What to highlight of ``text``, the field ``name`` of a story: spans that never overlap."""
    return merged([span for match in find(text, question, name) for span in match.spans])

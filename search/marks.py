"""What of a text to highlight: exactly what matched, as character spans."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from index.analysis import Word, words
from index.value import Value
from search.phrases import chains, each
from search.question import Question
from search.tree import Phrase, Prefix, Term, parts

Span = tuple[int, int]
"""Where something starts and ends in a text, in characters, the end exclusive."""


class Match(NamedTuple):
    """One place where a part of a question stands in a text.

    ``part`` numbers the question's words, phrases and prefixes. ``spans`` is what to
    mark: one run for a word or an exact phrase, each word of a loose one.
    """

    start: int
    end: int
    part: int
    spans: tuple[Span, ...]


class _Patterns(Value):
    """What to look for in one field."""

    terms: dict[str, int]
    prefixes: dict[str, int]
    phrases: list[tuple[Phrase, int]]


@lru_cache(maxsize=32)
def _patterns(question: Question, name: str) -> _Patterns:
    patterns = _Patterns({}, {}, [])
    for part, leaves in enumerate(parts(question.query)):
        for leaf in leaves:
            if leaf.field != name:
                continue
            if isinstance(leaf, Phrase):
                patterns.phrases.append((leaf, part))
            elif isinstance(leaf, Prefix):
                patterns.prefixes.setdefault(leaf.text, part)
            elif isinstance(leaf, Term):
                patterns.terms.setdefault(leaf.text, part)
    return patterns


def find(text: str, question: Question, name: str) -> list[Match]:
    """Every match of ``question`` in ``text``, the field ``name`` of a story, in order."""
    return find_in_words(list(words(text)), question, name)


def find_in_words(printed: Sequence[Word], question: Question, name: str) -> list[Match]:
    """`find`, for a text whose words are known already."""
    patterns = _patterns(question, name)
    found = []
    prefixes = tuple(patterns.prefixes)
    for word in printed:
        part = patterns.terms.get(word.term)
        if part is None and prefixes and word.term.startswith(prefixes):
            part = next(
                n for prefix, n in patterns.prefixes.items() if word.term.startswith(prefix)
            )
        if part is not None:
            span = (word.start, word.end)
            found.append(Match(*span, part, (span,)))
    if patterns.phrases:
        found += _phrase_matches(printed, patterns.phrases)
        found.sort()
    return found


def _phrase_matches(printed: Sequence[Word], phrases: Sequence[tuple[Phrase, int]]) -> list[Match]:
    wanted = {term for phrase, _ in phrases for term in phrase.texts}
    places: defaultdict[str, list[int]] = defaultdict(list)
    for position, word in enumerate(printed):
        if word.term in wanted:
            places[word.term].append(position)
    keys = {term: np.array(places[term], np.int64) for term in wanted}
    found = []
    for phrase, part in phrases:
        for positions in each(chains([keys[term] for term in phrase.texts], phrase.slop)):
            run = [printed[position] for position in positions]
            whole = (run[0].start, run[-1].end)
            spans = (whole,) if phrase.slop == 1 else tuple((w.start, w.end) for w in run)
            found.append(Match(*whole, part, spans))
    return found


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

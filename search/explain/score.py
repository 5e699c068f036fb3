"""A story's score taken apart: what each word, and each pair of neighbours, adds to it.

It is worked out anew, for one story and with plain numbers, by the formula of `search.rank`,
and follows the tree as `search.rank.evaluate` does. So the parts add up to the score, but for
rounding.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import singledispatch
from typing import NamedTuple, Protocol

import numpy as np

from index.value import Value
from search.arrays import IndexArrays
from search.occurrences import occurrences
from search.proximity import pairs
from search.question import Question
from search.rank import FIELD_SCORING, K1, evaluate, wide
from search.results import Hit, Page
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
    NumberRange,
    Or,
    Query,
    Require,
)


class InField(Value):
    """A word in one field of a story.

    ``count`` is how often it is there; ``length`` how many words the field has, and ``mean``
    how many on average; ``weight`` what the field counts for. ``worth`` is the frequency that
    comes of these: the count, weighted and set against the length.
    """

    field: str
    count: int
    length: int
    mean: float
    weight: float
    worth: float


class Part(Value):
    """What a word, a phrase, a pattern or a pair of neighbours adds to a story's score.

    ``stories`` have it, and ``rarity`` is what that makes it worth at most. The worths in
    ``fields``, summed and saturated, are a ``share`` of that, from 0 to 1. ``factor`` is what
    the part counts for in the question; ``pair`` says that it is two words side by side. The
    ``score`` is the product. A filter or a name that is scored has neither fields nor rarity.
    """

    text: str
    pair: bool
    stories: int
    rarity: float
    share: float
    factor: float
    score: float
    fields: tuple[InField, ...]

    def times(self, factor: float) -> Part:
        """The same in a query that counts ``factor`` times."""
        scaled = {"factor": self.factor * factor, "score": self.score * factor}
        return Part(**{**self.as_dict(), **scaled})

    def as_pair(self) -> Part:
        """The same as two words side by side."""
        return Part(**{**self.as_dict(), "pair": True})


class Explanation(Value):
    """A story's score: the sum of its ``parts``. ``stories`` is how many the index holds."""

    score: float
    stories: int
    parts: tuple[Part, ...]


class Facts(Protocol):
    """What a score is worked out from: one story, and the index that it is in."""

    @property
    def stories(self) -> int:
        """How many the index holds."""

    def matches(self, query: Query) -> bool:
        """Whether the story matches ``query``."""

    def having(self, leaves: tuple[Leaf, ...]) -> int:
        """How many stories have one of ``leaves``, which are one word."""

    def standing(self, leaf: Leaf) -> Standing:
        """How often a leaf occurs in its field of the story, and how long fields are."""


class Standing(NamedTuple):
    """How many ``times``, how many words the field has (``length``), and has on average."""

    times: int
    length: int
    mean: float


class IndexFacts:
    """Of the story numbered ``doc`` of an open index."""

    def __init__(self, doc: int, index: IndexArrays) -> None:
        self._doc = doc
        self._index = index

    @property
    def stories(self) -> int:
        """As `Facts` has it."""
        return self._index.live_count

    def matches(self, query: Query) -> bool:
        """As `Facts` has it."""
        return bool(evaluate(query, self._index).has(np.array([self._doc]))[0])

    def having(self, leaves: tuple[Leaf, ...]) -> int:
        """As `Facts` has it."""
        return int(evaluate(AnyField(leaves), self._index).docs.size)

    def standing(self, leaf: Leaf) -> Standing:
        """As `Facts` has it."""
        docs, counts = occurrences(leaf, self._index)
        place = int(docs.searchsorted(self._doc))
        there = place < docs.size and docs[place] == self._doc
        length = self._index.length(leaf.field, self._doc)
        return Standing(
            int(counts[place]) if there else 0, length, self._index.mean_length(leaf.field)
        )


def explained(page: Page, facts: Callable[[Hit], Facts]) -> Page:
    """``page`` with an explanation of each hit, of which ``facts`` are known."""
    hits = (
        Hit(**{**hit.as_dict(), "explanation": explain(page.question, facts(hit))})
        for hit in page.hits
    )
    return Page(**{**page.as_dict(), "hits": tuple(hits)})


def explained_by(page: Page, index: IndexArrays) -> Page:
    """``page`` with an explanation of each hit, which is a story of ``index``."""
    return explained(page, lambda hit: IndexFacts(int(index.postings("id", hit.id)[0][0]), index))


def explain(question: Question, facts: Facts) -> Explanation:
    """Why a story, which answers ``question``, has its score."""
    found: list[Part] = []
    for query in question.words:
        found += score_parts(query, facts)
    for query in question.insisted:
        found += score_parts(wide(query), facts)
    if (near := pairs(question.words)) is not None:
        found += [part.as_pair() for part in score_parts(near, facts)]
    total = math.fsum(part.score for part in found)
    return Explanation(total, facts.stories, tuple(found))


def score_parts(query: Query, facts: Facts) -> list[Part]:
    """The parts of what ``query`` gives a story; none where the story does not match it."""
    if not facts.matches(query):
        return []
    return list(_parts(query, facts))


@singledispatch
def _parts(_query: Query, _facts: Facts) -> Iterator[Part]:
    """The parts for a story that matches; what is not named below adds nothing."""
    return iter(())


@_parts.register
def _(query: Leaf, facts: Facts) -> Iterator[Part]:
    yield _word((query,), _named((query,)), facts)


@_parts.register
def _(query: AnyField, facts: Facts) -> Iterator[Part]:
    yield _word(query.leaves, _named(query.leaves), facts)


@_parts.register
def _(query: AtLeast, facts: Facts) -> Iterator[Part]:
    yield _word(query.leaves, f"atleast{query.count}({_named(query.leaves)})", facts)


@_parts.register
def _(query: Exact, facts: Facts) -> Iterator[Part]:
    yield _word(query.leaves, f"={' '.join(query.printed)}", facts)


@_parts.register(And)
@_parts.register(Or)
def _(query: And | Or, facts: Facts) -> Iterator[Part]:
    for part in query.parts:
        yield from score_parts(part, facts)


@_parts.register
def _(query: DisjunctionMax, facts: Facts) -> Iterator[Part]:
    found = [score_parts(part, facts) for part in query.parts]
    sums = [math.fsum(part.score for part in parts) for parts in found]
    matching = [n for n, part in enumerate(query.parts) if facts.matches(part)]
    best = max(matching, key=sums.__getitem__)
    for number, parts in enumerate(found):
        yield from (part.times(1.0 if number == best else query.tie) for part in parts)


@_parts.register
def _(query: AndNot, facts: Facts) -> Iterator[Part]:
    return iter(score_parts(query.wanted, facts))


@_parts.register
def _(query: AndMaybe, facts: Facts) -> Iterator[Part]:
    yield from score_parts(query.wanted, facts)
    yield from score_parts(query.welcome, facts)


@_parts.register
def _(query: Require, facts: Facts) -> Iterator[Part]:
    return iter(score_parts(query.scored, facts))


@_parts.register
def _(query: Boosted, facts: Facts) -> Iterator[Part]:
    for part in score_parts(query.part, facts):
        yield part.times(query.factor)


@_parts.register
def _(query: Constant, _facts: Facts) -> Iterator[Part]:
    if query.score:
        yield _flat(str(query.part), query.score)


@_parts.register(NumberRange)
@_parts.register(Every)
def _(query: NumberRange | Every, _facts: Facts) -> Iterator[Part]:
    yield _flat(str(query), 1.0)


def _flat(text: str, score: float) -> Part:
    return Part(text, False, 0, 0.0, 1.0, 1.0, score, ())


def _word(leaves: tuple[Leaf, ...], text: str, facts: Facts) -> Part:
    """The score of one word over the fields that ``leaves`` look in, as a part."""
    if any(leaf.field not in FIELD_SCORING for leaf in leaves):
        return _flat(text, 1.0)
    fields = tuple(found for leaf in leaves if (found := _in_field(leaf, facts)) is not None)
    stories = facts.having(leaves)
    rarity = math.log1p((facts.stories - stories + 0.5) / (stories + 0.5))
    frequency = math.fsum(found.worth for found in fields)
    share = frequency / (K1 + frequency)
    return Part(text, False, stories, rarity, share, 1.0, rarity * share, fields)


def _in_field(leaf: Leaf, facts: Facts) -> InField | None:
    count, length, mean = facts.standing(leaf)
    if not count:
        return None
    scoring = FIELD_SCORING[leaf.field]
    norm = 1 - scoring.b + scoring.b * length / mean
    worth = scoring.weight * count / norm
    return InField(leaf.field, count, length, mean, scoring.weight, worth)


def _named(leaves: tuple[Leaf, ...]) -> str:
    """What leaves look for, less the fields: ``troop``, ``"south korea"``, ``pyongyan~1``."""
    return " or ".join(dict.fromkeys(str(leaf).replace(f"{leaf.field}:", "") for leaf in leaves))

"""A story's score taken apart: what each word, and each pair of neighbours, adds to it.

It is worked out anew, for one story and with plain numbers, by the formula of `search.rank`,
and follows the tree as `search.rank.evaluate` does. So the parts add up to the score, but for
rounding.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import singledispatch

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


def explained(page: Page, index: IndexArrays) -> Page:
    """``page`` with an explanation of each hit."""
    hits = []
    for hit in page.hits:
        doc = int(index.postings("id", hit.id)[0][0])
        explanation = explain(page.question, doc, index)
        hits.append(Hit(**{**hit.as_dict(), "explanation": explanation}))
    return Page(**{**page.as_dict(), "hits": tuple(hits)})


def explain(question: Question, doc: int, index: IndexArrays) -> Explanation:
    """Why the story numbered ``doc``, which answers ``question``, has its score."""
    found: list[Part] = []
    for query in question.words:
        found += score_parts(query, doc, index)
    for query in question.insisted:
        found += score_parts(wide(query), doc, index)
    if (near := pairs(question.words)) is not None:
        found += [part.as_pair() for part in score_parts(near, doc, index)]
    total = math.fsum(part.score for part in found)
    return Explanation(total, index.live_count, tuple(found))


def score_parts(query: Query, doc: int, index: IndexArrays) -> list[Part]:
    """The parts of what ``query`` gives a story; none where the story does not match it."""
    if not _matches(query, doc, index):
        return []
    return list(_parts(query, doc, index))


@singledispatch
def _parts(_query: Query, _doc: int, _index: IndexArrays) -> Iterator[Part]:
    """The parts for a story that matches; what is not named below adds nothing."""
    return iter(())


@_parts.register
def _(query: Leaf, doc: int, index: IndexArrays) -> Iterator[Part]:
    yield _word((query,), _named((query,)), doc, index)


@_parts.register
def _(query: AnyField, doc: int, index: IndexArrays) -> Iterator[Part]:
    yield _word(query.leaves, _named(query.leaves), doc, index)


@_parts.register
def _(query: AtLeast, doc: int, index: IndexArrays) -> Iterator[Part]:
    yield _word(query.leaves, f"atleast{query.count}({_named(query.leaves)})", doc, index)


@_parts.register
def _(query: Exact, doc: int, index: IndexArrays) -> Iterator[Part]:
    yield _word(query.leaves, f"={' '.join(query.printed)}", doc, index)


@_parts.register(And)
@_parts.register(Or)
def _(query: And | Or, doc: int, index: IndexArrays) -> Iterator[Part]:
    for part in query.parts:
        yield from score_parts(part, doc, index)


@_parts.register
def _(query: DisjunctionMax, doc: int, index: IndexArrays) -> Iterator[Part]:
    found = [score_parts(part, doc, index) for part in query.parts]
    sums = [math.fsum(part.score for part in parts) for parts in found]
    matching = [n for n, part in enumerate(query.parts) if _matches(part, doc, index)]
    best = max(matching, key=sums.__getitem__)
    for number, parts in enumerate(found):
        yield from (part.times(1.0 if number == best else query.tie) for part in parts)


@_parts.register
def _(query: AndNot, doc: int, index: IndexArrays) -> Iterator[Part]:
    return iter(score_parts(query.wanted, doc, index))


@_parts.register
def _(query: AndMaybe, doc: int, index: IndexArrays) -> Iterator[Part]:
    yield from score_parts(query.wanted, doc, index)
    yield from score_parts(query.welcome, doc, index)


@_parts.register
def _(query: Require, doc: int, index: IndexArrays) -> Iterator[Part]:
    return iter(score_parts(query.scored, doc, index))


@_parts.register
def _(query: Boosted, doc: int, index: IndexArrays) -> Iterator[Part]:
    for part in score_parts(query.part, doc, index):
        yield part.times(query.factor)


@_parts.register
def _(query: Constant, _doc: int, _index: IndexArrays) -> Iterator[Part]:
    if query.score:
        yield _flat(str(query.part), query.score)


@_parts.register(NumberRange)
@_parts.register(Every)
def _(query: NumberRange | Every, _doc: int, _index: IndexArrays) -> Iterator[Part]:
    yield _flat(str(query), 1.0)


def _matches(query: Query, doc: int, index: IndexArrays) -> bool:
    return bool(evaluate(query, index).has(np.array([doc]))[0])


def _flat(text: str, score: float) -> Part:
    return Part(text, False, 0, 0.0, 1.0, 1.0, score, ())


def _word(leaves: tuple[Leaf, ...], text: str, doc: int, index: IndexArrays) -> Part:
    """The score of one word over the fields that ``leaves`` look in, as a part."""
    if any(leaf.field not in FIELD_SCORING for leaf in leaves):
        return _flat(text, 1.0)
    fields = tuple(found for leaf in leaves if (found := _in_field(leaf, doc, index)) is not None)
    stories = int(evaluate(AnyField(leaves), index).docs.size)
    rarity = math.log1p((index.live_count - stories + 0.5) / (stories + 0.5))
    frequency = math.fsum(found.worth for found in fields)
    share = frequency / (K1 + frequency)
    return Part(text, False, stories, rarity, share, 1.0, rarity * share, fields)


def _in_field(leaf: Leaf, doc: int, index: IndexArrays) -> InField | None:
    docs, counts = occurrences(leaf, index)
    place = int(docs.searchsorted(doc))
    if place == docs.size or docs[place] != doc:
        return None
    scoring, count = FIELD_SCORING[leaf.field], int(counts[place])
    length, mean = index.length(leaf.field, doc), index.mean_length(leaf.field)
    norm = 1 - scoring.b + scoring.b * length / mean
    worth = scoring.weight * count / norm
    return InField(leaf.field, count, length, mean, scoring.weight, worth)


def _named(leaves: tuple[Leaf, ...]) -> str:
    """What leaves look for, less the fields: ``troop``, ``"south korea"``, ``pyongyan~1``."""
    return " or ".join(dict.fromkeys(str(leaf).replace(f"{leaf.field}:", "") for leaf in leaves))

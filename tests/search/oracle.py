"""A slow, plain scorer: one story after another, with dictionaries and no arrays."""

from __future__ import annotations

import calendar
import fnmatch
import math
import re
from datetime import date
from itertools import product

import numpy as np

from index.analysis import words
from index.story import Story
from search.filters import moment
from search.rank import FIELD_SCORING, K1
from search.tree import (
    And,
    AndMaybe,
    AndNot,
    AnyField,
    AnyTerm,
    AtLeast,
    Boosted,
    Constant,
    DisjunctionMax,
    Every,
    Exact,
    Fuzzy,
    Leaf,
    Link,
    Near,
    Not,
    Nothing,
    NumberRange,
    Or,
    Phrase,
    Prefix,
    Query,
    Require,
    Term,
    TermRange,
    Wildcard,
)

Found = dict[str, float]


class Oracle:
    """What `search.rank.evaluate` has to say of ``stories``: id -> score."""

    def __init__(self, stories: list[Story]) -> None:
        self.stories = {story.id: story for story in stories}
        self.words = {
            (field, story.id): [word.term for word in words(getattr(story, field) or "")]
            for story in stories
            for field in ("headline", "body")
        }
        for story in stories:
            first = words(story.body.split("\n\n")[0])
            self.words["lead", story.id] = [word.term for word in first]

    def terms(self, leaf: Leaf, name: str) -> list[str]:
        return self.words[leaf.field, name]

    def is_printed(self, query: Exact, name: str) -> bool:
        story = self.stories[name]
        texts = {
            "headline": story.headline or "",
            "body": story.body,
            "lead": story.body.split("\n\n")[0],
        }
        wanted = list(query.printed)
        for leaf in query.leaves:
            text = texts[leaf.field]
            shown = [re.sub("['’]s$", "", text[w.start : w.end]) for w in words(text)]
            size = len(wanted)
            if any(shown[at : at + size] == wanted for at in range(len(shown))):
                return True
        return False

    def scores(self, query: Query) -> Found:
        match query:
            case AtLeast():
                return {
                    name: score
                    for name, score in self.bm25f(query.leaves).items()
                    if sum(self.count(leaf, self.terms(leaf, name)) for leaf in query.leaves)
                    >= query.count
                }
            case Exact():
                found = self.bm25f(query.leaves)
                return {name: found[name] for name in found if self.is_printed(query, name)}
            case AnyField():
                return self.bm25f(query.leaves)
            case Leaf():
                return self.bm25f((query,))
            case And():
                found = dict.fromkeys(self.stories, 0.0)
                for part in map(self.scores, query.parts):
                    found = {name: found[name] + part[name] for name in found if name in part}
                return found
            case Or():
                return self.added([self.scores(part) for part in query.parts])
            case DisjunctionMax():
                return self.best_of([self.scores(part) for part in query.parts], query.tie)
            case AndNot():
                without = self.scores(query.unwanted)
                return {i: n for i, n in self.scores(query.wanted).items() if i not in without}
            case AndMaybe():
                welcome = self.scores(query.welcome)
                return {i: n + welcome.get(i, 0) for i, n in self.scores(query.wanted).items()}
            case Require():
                required = self.scores(query.required)
                return {i: n for i, n in self.scores(query.scored).items() if i in required}
            case Not():
                without = self.scores(query.part)
                return {name: 0.0 for name in self.stories if name not in without}
            case Constant():
                return dict.fromkeys(self.scores(query.part), query.score)
            case Boosted():
                return {i: n * query.factor for i, n in self.scores(query.part).items()}
            case Every():
                return {name: 1.0 for name in self.stories if self.has(name, query.field)}
            case NumberRange():
                return {name: 1.0 for name in self.stories if self.is_in(query, name)}
        assert isinstance(query, Nothing)
        return {}

    def added(self, parts: list[Found]) -> Found:
        found: Found = {}
        for part in parts:
            for name, score in part.items():
                found[name] = found.get(name, 0.0) + score
        return found

    def best_of(self, parts: list[Found], tie: float) -> Found:
        best = {name: max(p[name] for p in parts if name in p) for part in parts for name in part}
        sums = self.added(parts)
        return {name: best[name] + tie * (sums[name] - best[name]) for name in best}

    def has(self, name: str, field: str | None) -> bool:
        return field is None or bool(self.words[field, name])

    def is_in(self, query: NumberRange, name: str) -> bool:
        known = self.stories[name].date
        if known.year is None:
            return False
        month = known.month or (12 if query.field == "date_last" else 1)
        last = calendar.monthrange(known.year, month)[1] if query.field == "date_last" else 1
        at = moment(date(known.year, month, known.day or last))
        low, high = query.low, query.high
        return (low is None or (at > low if query.low_out else at >= low)) and (
            high is None or (at < high if query.high_out else at <= high)
        )

    def bm25f(self, leaves: tuple[Leaf, ...]) -> Found:
        sums: Found = {}
        for leaf in leaves:
            scoring = FIELD_SCORING[leaf.field]
            sizes = {name: len(self.words[leaf.field, name]) for name in self.stories}
            known = [size for size in sizes.values() if size]
            for name in self.stories:
                count = self.count(leaf, self.terms(leaf, name))
                if count:
                    mean = sum(known) / len(known)
                    norm = 1 - scoring.b + scoring.b * sizes[name] / mean
                    sums[name] = sums.get(name, 0.0) + scoring.weight * count / norm
        total, having = len(self.stories), len(sums)
        idf = math.log(1 + (total - having + 0.5) / (having + 0.5))
        # A word's score is kept in single precision.
        return {name: float(np.float32(idf * tf / (K1 + tf))) for name, tf in sums.items()}

    def count(self, leaf: Leaf, terms: list[str]) -> int:
        match leaf:
            case Term():
                return terms.count(leaf.text)
            case Prefix():
                return sum(term.startswith(leaf.text) for term in terms)
            case AnyTerm():
                return sum(term in leaf.texts for term in terms)
            case Wildcard():
                patterns = (leaf.pattern, *leaf.others)
                return sum(any(fnmatch.fnmatchcase(t, p) for p in patterns) for t in terms)
            case Fuzzy():
                fixed = leaf.text[: leaf.fixed]
                near = (t for t in terms if t.startswith(fixed))
                also = sum(term in leaf.others for term in terms)
                return also + sum(
                    edits(leaf.text, term) <= leaf.distance
                    for term in near
                    if term not in leaf.others
                )
            case TermRange():
                return sum(self.is_between(leaf, term) for term in terms)
            case Near():
                return self.count_near(leaf, terms)
        assert isinstance(leaf, Phrase)
        return sum(self.stands(leaf, terms, start, 0) for start in range(len(terms)))

    def count_near(self, near: Near, terms: list[str]) -> int:
        """Every choice of one span a group is tried."""
        groups = [
            sorted({span for leaf in group for span in self.spans(leaf, terms)})
            for group in near.groups
        ]
        parts: list[set[tuple[int, int]]] = [set() for _ in groups]
        for chain in product(*groups):
            if all(map(self.is_linked, chain, chain[1:], near.links)):
                for part, span in zip(parts, chain, strict=True):
                    part.add(span)
        return min(map(len, parts))

    def is_linked(self, one: tuple[int, int], other: tuple[int, int], link: Link) -> bool:
        most, ordered = link
        return 1 <= other[0] - one[1] <= most or (not ordered and 1 <= one[0] - other[1] <= most)

    def spans(self, leaf: Leaf, terms: list[str]) -> set[tuple[int, int]]:
        """The places of a word; of a phrase, from a start to the nearest end."""
        if not isinstance(leaf, Phrase):
            return {(at, at) for at, term in enumerate(terms) if self.count(leaf, [term])}
        found = set()
        for at in range(len(terms)):
            if self.stands(leaf, terms, at, 0):
                end = at
                for text in leaf.texts[1:]:
                    end = terms.index(text, end + 1)
                found.add((at, end))
        return found

    def is_between(self, leaf: TermRange, term: str) -> bool:
        low, high = leaf.low, leaf.high
        return (low is None or (term > low if leaf.low_out else term >= low)) and (
            high is None or (term < high if leaf.high_out else term <= high)
        )

    def stands(self, phrase: Phrase, terms: list[str], at: int, word: int) -> bool:
        if at >= len(terms) or terms[at] != phrase.texts[word]:
            return False
        if word == len(phrase.texts) - 1:
            return True
        return any(
            self.stands(phrase, terms, at + step, word + 1) for step in range(1, phrase.slop + 1)
        )


def edits(one: str, other: str) -> int:
    """The fewest additions, losses and changes of a letter that make one word the other."""
    if not one or not other:
        return len(one) + len(other)
    if one[-1] == other[-1]:
        return edits(one[:-1], other[:-1])
    return 1 + min(edits(one[:-1], other), edits(one, other[:-1]), edits(one[:-1], other[:-1]))

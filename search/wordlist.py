"""Which words do the stories of an index have, and how do they print them?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Protocol

import numpy as np

from index.schema import PHRASE_FIELDS, SEPARATOR
from search.arrays import IndexArrays
from search.best import best
from search.expansion import term_numbers
from search.occurrences import occurrences
from search.tree import Leaf, Phrase


class Wordlist(Protocol):
    """The words of an index, as `search.suggest` asks for them."""

    def stories(self, terms: Sequence[str]) -> list[int]:
        """In how many stories each term stands, those counted twice that have it in two fields."""

    def names(self, folded: str) -> bool:
        """Whether any story has a place or an agency of this name."""

    def printed_names(self, field: str) -> tuple[str, ...]:
        """The different places, agencies or bylines of the stories, in order, as printed."""

    def near(self, leaves: Sequence[Leaf]) -> Counter[str]:
        """The terms that ``leaves``, all alike but for their fields, stand for, as `stories`."""

    def side_by_side(self, pairs: Sequence[tuple[str, str]]) -> list[int]:
        """In how many bodies two terms follow one another."""

    def texts(self, term: str, count: int) -> Iterable[str]:
        """Headlines and bodies that a term stands in, so many of each, of the newest stories."""


def names_among(values: Iterable[str]) -> tuple[str, ...]:
    """The different names in values of a column, which may have several each, in order."""
    return tuple(sorted({name for value in values for name in value.split(SEPARATOR)} - {""}))


class IndexWordlist:
    """The words of an open index."""

    def __init__(self, index: IndexArrays) -> None:
        self._index = index

    def stories(self, terms: Sequence[str]) -> list[int]:
        """As `Wordlist` has it."""
        return [
            sum(self._index.postings(name, term)[0].size for name in PHRASE_FIELDS)
            for term in terms
        ]

    def names(self, folded: str) -> bool:
        """As `Wordlist` has it."""
        return any(self._index.postings(name, folded)[0].size for name in ("place", "agency"))

    def printed_names(self, field: str) -> tuple[str, ...]:
        """As `Wordlist` has it."""
        values, _column = self._index.text_column(field)
        return names_among(values)

    def near(self, leaves: Sequence[Leaf]) -> Counter[str]:
        """As `Wordlist` has it."""
        found: Counter[str] = Counter()
        for leaf in leaves:
            for _part, field in self._index.terms(leaf.field):
                for number in term_numbers(leaf, field).tolist():
                    found[field.terms[number].decode()] += int(field.counts[number])
        there = zip(found, self.stories(list(found)), strict=True)
        return Counter({term: count for term, count in there if count})

    def side_by_side(self, pairs: Sequence[tuple[str, str]]) -> list[int]:
        """As `Wordlist` has it."""
        return [occurrences(Phrase("body", pair), self._index)[0].size for pair in pairs]

    def texts(self, term: str, count: int) -> Iterable[str]:
        """As `Wordlist` has it."""
        for name in PHRASE_FIELDS:
            docs = self._index.postings(name, term)[0]
            newest = best(docs, (np.zeros(docs.size),), count, self._index)
            for doc in docs[newest].tolist():
                yield str(self._index.stored(doc).get(name) or "")

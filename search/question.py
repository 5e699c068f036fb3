"""A question, understood: the query tree and the parts of it that matter elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

from search.tree import AnyField, Phrase, Query


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """What a query text asks for.

    ``query`` is all of it. A question of plain words and phrases also comes in parts:
    ``words`` may be relaxed, ``insisted`` (a word in one field, a place) and ``excluded``
    may not. With AND, OR or a group that is not plain, ``words`` is empty.
    """

    text: str
    query: Query
    words: tuple[Query, ...] = ()
    insisted: tuple[Query, ...] = ()
    excluded: tuple[Query, ...] = ()

    @property
    def kind(self) -> str:
        """What to call ``words`` when speaking to the user."""
        leaves = (leaf for word in self.words if isinstance(word, AnyField) for leaf in word.leaves)
        phrases = any(isinstance(leaf, Phrase) for leaf in leaves)
        return "parts of the query" if phrases else "words"

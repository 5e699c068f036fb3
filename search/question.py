"""A question, understood: the query tree, the parts of it that matter elsewhere, the filters."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from index.value import Value
from search.tree import AnyField, Near, Phrase, Query

When = str | date
Values = str | Sequence[str]


class Question(Value):
    """What a query text asks for.

    ``query`` is all of it, and the rest are its parts. ``words`` (and phrases) may be relaxed;
    ``insisted`` (a word in one field, a place), ``excluded`` and ``dates`` may not. With AND,
    OR or a group that is not plain, ``words`` is empty.
    """

    text: str
    query: Query
    words: tuple[Query, ...] = ()
    insisted: tuple[Query, ...] = ()
    excluded: tuple[Query, ...] = ()
    dates: tuple[Query, ...] = ()

    @property
    def kind(self) -> str:
        """What to call ``words`` when speaking to the user."""
        words = (word for word in self.words if isinstance(word, AnyField))
        phrases = any(isinstance(word.leaves[0], Phrase | Near) for word in words)
        return "parts of the query" if phrases else "words"


class Filters(Value):
    """What a story must be, apart from what it says.

    ``dates`` stands apart because a story without a known year can never meet it.
    """

    dates: Query | None = None
    others: tuple[Query, ...] = ()

    @property
    def queries(self) -> tuple[Query, ...]:
        """Every filter there is."""
        return (*self.others, self.dates) if self.dates is not None else self.others


NO_FILTERS = Filters()

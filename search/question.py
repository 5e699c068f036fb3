"""A question, understood: the Whoosh query tree and the parts of it that matter elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from whoosh.query import And, ConstantScoreQuery, NullQuery, Or, Phrase, Prefix, Query, Term

LEAVES = (Term, Phrase, Prefix)


class AnyField(Or):
    """One word, phrase or prefix in any of several fields; its children are those leaves.

    Any searcher may run it as the Or it is. Ours scores all the fields as one (BM25F), so
    that a word in headline and body counts once, and more than in either alone.
    """


@dataclass(frozen=True, eq=False)
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
        phrases = any(isinstance(leaf, Phrase) for word in self.words for leaf in _leaves(word))
        return "parts of the query" if phrases else "words"


def all_of(*queries: Query) -> Query:
    """An And of ``queries``; a single one as it is; NullQuery for none."""
    if not queries:
        return NullQuery
    return queries[0] if len(queries) == 1 else And(list(queries))


def parts(query: Query) -> list[tuple[Query, ...]]:
    """What a story can match of ``query``: for each word, phrase or prefix its leaves.

    Excluded parts and filters are none of these. Equal parts count once.
    """
    return list(dict.fromkeys(_parts(query)))


def _parts(query: Query) -> Iterator[tuple[Query, ...]]:
    if isinstance(query, AnyField):
        yield tuple(_leaves(query))
    elif isinstance(query, LEAVES):
        yield (query,)
    elif isinstance(query, And | Or):
        for child in query.children():
            yield from _parts(child)


def _leaves(query: Query) -> Iterator[Query]:
    if isinstance(query, LEAVES):
        yield query
    elif isinstance(query, AnyField):
        yield from query.children()


def unscored(query: Query) -> Query:
    """``query`` as a filter: it decides who is in, and adds nothing to a score."""
    return ConstantScoreQuery(query, 0.0)

"""What w/5, pre/5 and atleast3() make of the words that they stand beside."""

from __future__ import annotations

from collections.abc import Sequence

from index.errors import QueryError
from index.story import LEAD
from search.leaves import TEXTS
from search.tree import And, AnyField, AtLeast, Exact, Leaf, Link, Near, Or, Query, all_of

MAX_APART = 1_000
MAX_NEAR = 10
"""Words and groups that may stand in one chain of w/n."""
MAX_COUNT = 1_000


def near(parts: Sequence[Query], links: Sequence[Link]) -> Query:
    """Each of ``parts`` near the one before it, in every field that all of them look in.

    Raises QueryError if one is no word, phrase, pattern or choice of these, or for too many.
    """
    if not all(1 <= most <= MAX_APART for most, _ in links):
        raise QueryError(f"Words can be asked to stand within 1 to {MAX_APART:,} words.")
    if len(parts) > MAX_NEAR:
        raise QueryError(
            f"{MAX_NEAR} words or groups at most can be asked to stand near one another, "
            f"not {len(parts):,}."
        )
    groups = [leaves(part) for part in parts]
    fields = [
        name for name in TEXTS if all(any(leaf.field == name for leaf in group) for group in groups)
    ]
    if not fields or any(isinstance(leaf, Near) for group in groups for leaf in group):
        raise QueryError(_advice("Words, phrases and groups with OR can stand near one another"))
    found = tuple(
        Near(
            name,
            tuple(tuple(leaf for leaf in group if leaf.field == name) for group in groups),
            tuple(links),
        )
        for name in fields
    )
    return found[0] if len(found) == 1 else AnyField(found)


def at_least(query: Query, count: int) -> Query:
    """``query``, of which each word occurs so often in a story; those of an OR count together.

    Raises QueryError for what does not count.
    """
    if not 1 <= count <= MAX_COUNT:
        raise QueryError(f"A word can be asked to occur 1 to {MAX_COUNT:,} times at least.")
    if type(query) is And:
        return all_of(*(at_least(part, count) for part in query.parts))
    found = leaves(query)
    if not found or not all(leaf.field in TEXTS for leaf in found):
        raise QueryError(_advice("Words, phrases and groups with OR can be counted"))
    return AtLeast(found, count)


def leaves(query: Query) -> tuple[Leaf, ...]:
    """The leaves of a word or phrase, or of a choice of such; none for anything else.

    What stands in the body is not told again by the leaves of the lead, which is a part of it.
    """
    match query:
        case Exact() | AtLeast():
            return ()
        case AnyField():
            apart = tuple(leaf for leaf in query.leaves if leaf.field != LEAD)
            return apart or query.leaves
        case Leaf():
            return (query,)
        case Or():
            found = [leaves(part) for part in query.parts]
            return tuple(leaf for group in found for leaf in group) if all(found) else ()
    return ()


def _advice(sentence: str) -> str:
    return f'{sentence}. Write: (troops OR soldiers) w/5 "south korea"'

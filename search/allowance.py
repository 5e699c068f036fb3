"""What one question may cost: terms compared, postings and positions and stories read.

Each part of a question knows its own cost; together they are counted here, so that many parts
cannot cost what one may not.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import Enum


class Cost(Enum):
    """What is counted."""

    TERMS = "terms that a pattern or a word is compared with"
    POSTINGS = "postings of all that a pattern stands for"
    PLACES = "postings of these whose positions are read as well"
    STORIES = "stories that are read"


MOST = {
    Cost.TERMS: 500_000,
    Cost.POSTINGS: 50_000_000,
    Cost.PLACES: 8_000_000,
    Cost.STORIES: 4_000,
}
"""How much of each one question may take."""
_spent: ContextVar[dict[Cost, int] | None] = ContextVar("spent", default=None)


@contextmanager
def one_question() -> Iterator[None]:
    """Count together all that is spent within."""
    token = _spent.set({})
    try:
        yield
    finally:
        _spent.reset(token)


def may_spend(cost: Cost, count: int) -> bool:
    """Whether so much more may be spent; then it is counted."""
    spent = _spent.get()
    before = spent.get(cost, 0) if spent else 0
    if before + count > MOST[cost]:
        return False
    if spent is not None:
        spent[cost] = before + count
    return True

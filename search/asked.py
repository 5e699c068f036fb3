"""What a caller asks, query text and filters, as a question and as queries."""

from __future__ import annotations

from collections.abc import Sized
from datetime import date
from functools import lru_cache

from index.errors import QueryError
from search.query import PATTERN, parse
from search.question import NO_FILTERS, Filters, Question, Values, When
from search.tree import Every, unscored

SORTS = ("relevance", "newest", "oldest")
MAX_LIMIT = 1_000
"""Hits that a page has at most."""
MAX_KEPT = 1_000
"""Characters of a query up to which its tree is kept: pages, facets and exports ask again."""


def filters_of(
    today: date | None,
    since: When | None = None,
    until: When | None = None,
    on: When | None = None,
    place: Values = (),
    country: Values = (),
    agency: Values = (),
    byline: Values = (),
    certain: bool = False,
    words: str = "most",
) -> Filters:
    """What a story has to be; ``words`` says something of the question instead."""
    dates = since is not None or until is not None or on is not None
    if not (dates or place or country or agency or byline or certain):
        return NO_FILTERS
    # What dates are called takes a while to learn, and most questions have none.
    from search.filters import build

    day = today or date.today()
    return build(day, since, until, on, place, country, agency, byline, certain)


def question_of(query: str, today: date | None) -> Question:
    """The question of ``query``; without a word in it, any story answers."""
    if not query.strip():
        return Question(query, unscored(Every()), (), (), (), ())
    if ":" in query or len(query) > MAX_KEPT or PATTERN.search(query):
        # It may hold a date, which tomorrow is another, or stand for very many words.
        return parse(query, today)
    return _parsed(query)


_parsed = lru_cache(maxsize=256)(parse)


def check_asks(query: str, filters: Sized) -> None:
    """Refuse a question with neither a word nor a filter. Raises QueryError."""
    if not query.strip() and not filters:
        raise QueryError("There is nothing to search for. Give a word or a filter.")


def check_page(sort: str, limit: int, page: int) -> None:
    """Refuse an order or a page that there is not. Raises QueryError."""
    if sort not in SORTS:
        raise QueryError(f"Stories cannot be sorted by {sort!r}. Use {', '.join(SORTS)}.")
    if not 1 <= limit <= MAX_LIMIT:
        raise QueryError(f"A page holds 1 to {MAX_LIMIT:,} stories, not {limit:,}.")
    if page < 1:
        raise QueryError(f"Pages count from 1; there is no page {page:,}.")

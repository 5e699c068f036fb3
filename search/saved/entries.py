"""One saved search: may it be called so, and what does it ask?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from index.errors import QueryError, SavedSearchError
from search.asked import check_asks, filters_of, question_of
from search.question import Filters, Question
from search.saved.state import SavedSearch
from search.terminal import plain

MAX_NAME = 60


def entry(name: str, query: str, filters: Mapping[str, Any], today: date | None) -> SavedSearch:
    """A search to be saved, of which nothing has been looked at yet.

    Raises QueryError if it cannot mean anything, SavedSearchError if the name cannot be one.
    """
    check_asks(query, filters)
    told = {key: _told(value) for key, value in filters.items()}
    search = SavedSearch(_named(name), query, told, (today or date.today()).isoformat(), 0)
    asked(search, today)
    return search


def asked(search: SavedSearch, today: date | None) -> tuple[Question, Filters, str]:
    """What a saved search asks: the question, the filters, which words are wanted.

    Raises QueryError if that cannot mean anything, SavedSearchError for a filter that is none.
    """
    try:
        filters = filters_of(today, **search.filters)
        words = search.filters.get("words", "all")
        return question_of(search.query, today), filters, words
    except TypeError as error:
        raise SavedSearchError(
            f"The saved search {search.name!r} has a filter that is none ({error}). "
            f"Drop it: newsq unsave {search.name}"
        ) from error


@contextmanager
def told_of(search: SavedSearch) -> Iterator[None]:
    """Tell as a SavedSearchError that a search, once good, is none any more."""
    try:
        yield
    except QueryError as error:
        raise SavedSearchError(
            f"The saved search {search.name!r} cannot be asked any more: {error} "
            f"Drop it: newsq unsave {search.name}"
        ) from error


def chosen_of(searches: Mapping[str, SavedSearch], names: Sequence[str]) -> list[SavedSearch]:
    """Those of ``searches`` that ``names`` name; all for none. Raises SavedSearchError."""
    if missing := next((name for name in names if name not in searches), None):
        raise SavedSearchError(
            f"There is no saved search {plain(missing)!r}. newsq saved lists those there are."
        )
    return [search for name, search in searches.items() if not names or name in names]


def marked(search: SavedSearch, mark: int) -> SavedSearch:
    """``search``, looked at as far as ``mark``."""
    return SavedSearch(search.name, search.query, search.filters, search.since, mark)


def taken(name: str) -> str:
    """What to tell whoever saves a search under a name that another has."""
    return (
        f"There is a saved search {name!r} already. Choose another name, "
        "or put this one in its place with --force."
    )


def _named(name: str) -> str:
    if not name.strip() or name != plain(name).strip() or len(name) > MAX_NAME or name[0] == "-":
        raise SavedSearchError(
            f"{plain(name)!r} cannot be the name of a search. Give one of at most {MAX_NAME} "
            "characters on one line, such as: troops"
        )
    return name


def _told(value: Any) -> Any:
    """A filter's value as JSON has it."""
    if isinstance(value, date):
        return value.isoformat()[:10]
    return value if isinstance(value, str | bool) else list(value)

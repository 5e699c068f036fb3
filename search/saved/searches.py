"""The searches saved beside an open index: save, drop, and tell what is new for each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.errors import SavedSearchError
from index.value import Value
from search.arrays import IndexArrays
from search.best import best
from search.matches import Numbers
from search.question import Question
from search.relax import answer
from search.results import Hit
from search.saved import arrivals
from search.saved.arrivals import Arrivals, NewStories
from search.saved.entries import asked, chosen_of, entry, marked, taken, told_of
from search.saved.state import SavedSearch, State, load, locked, store

if TYPE_CHECKING:
    from typing import Unpack

    from search.results import FilterOptions


class Alert(Value):
    """What is new for a saved search since it was last marked as seen.

    ``total`` counts the new stories that match, ``hits`` are the newest of them. ``mark``
    says how far was looked.
    """

    search: SavedSearch
    total: int
    hits: tuple[Hit, ...]
    mark: int


class SavedSearches:
    """The saved searches of an open index in ``folder``; ``hit`` reads one of its stories.

    Others may change them meanwhile: each method reads them anew. All of them raise
    SavedSearchError if they cannot be read or written.
    """

    def __init__(
        self, folder: Path, index: IndexArrays, hit: Callable[[int, float, Question], Hit]
    ) -> None:
        self._folder = folder
        self._index = index
        self._hit = hit

    def all(self) -> tuple[SavedSearch, ...]:
        """Every saved search, in the order saved."""
        return tuple(load(self._folder).searches.values())

    def save(
        self,
        name: str,
        query: str = "",
        *,
        replace: bool = False,
        today: date | None = None,
        **filters: Unpack[FilterOptions],
    ) -> SavedSearch:
        """Save a search; the stories that are here now count as seen.

        Raises QueryError if it cannot mean anything, SavedSearchError if the name cannot be
        one, or is taken and not to be replaced.
        """
        search = entry(name, query, filters, today)
        with locked(self._folder):
            state = load(self._folder)
            if name in state.searches and not replace:
                raise SavedSearchError(taken(name))
            _seen, state = self._up_to_date(state)
            search = marked(search, state.arrived)
            store(_with(state, [search]), self._folder)
        return search

    def drop(self, name: str) -> None:
        """Drop the saved search ``name``. Raises SavedSearchError if there is none."""
        with locked(self._folder):
            state = load(self._folder)
            chosen_of(state.searches, [name])
            left = {key: value for key, value in state.searches.items() if key != name}
            store(State(left, state.arrived, state.segments, state.log), self._folder)

    def news(
        self, names: Sequence[str] = (), *, limit: int = 10, today: date | None = None
    ) -> tuple[Alert, ...]:
        """What is new for the searches ``names`` (none: for all), ``limit`` hits of each.

        A story is new if it was not here when the search was last marked as seen; a story
        that was changed or moved to another segment is not. All the words have to be there.
        Nothing is marked. Raises SavedSearchError for a name that is none.
        """
        with locked(self._folder):
            state = load(self._folder)
            chosen = chosen_of(state.searches, names)
            if not chosen:
                return ()
            before = state
            seen, state = self._up_to_date(state)
            if state != before:
                store(state, self._folder)
        mark = min(search.mark for search in chosen)
        known = set(before.segments) if mark >= before.arrived else set()
        fresh = _Fresh(arrivals.behind(mark, seen, self._index, known))
        return tuple(self._alert(search, fresh, len(seen), limit, today) for search in chosen)

    def mark_seen(self, alerts: Iterable[Alert]) -> None:
        """Count what ``alerts`` tell as seen; searches dropped meanwhile are passed over."""
        with locked(self._folder):
            state = load(self._folder)
            moved = [
                marked(search, max(search.mark, min(alert.mark, state.arrived)))
                for alert in alerts
                if (search := state.searches.get(alert.search.name)) is not None
            ]
            if any(search != state.searches[search.name] for search in moved):
                store(_with(state, moved), self._folder)

    def catch_up(self, names: Sequence[str] = ()) -> None:
        """Count all that is here as seen by the searches ``names``; by all, the log made anew."""
        with locked(self._folder):
            state = load(self._folder)
            chosen = chosen_of(state.searches, names)
            if not names:
                state = State(state.searches, 0, (), state.log + 1)
            _seen, state = self._up_to_date(state)
            moved = [marked(search, state.arrived) for search in chosen]
            store(_with(state, moved), self._folder)
            arrivals.drop_others(state, self._folder)

    def _up_to_date(self, state: State) -> tuple[Arrivals, State]:
        seen = arrivals.read(self._folder, state)
        return arrivals.brought_up(seen, state, self._index, self._folder)

    def _alert(
        self, search: SavedSearch, fresh: _Fresh, mark: int, limit: int, today: date | None
    ) -> Alert:
        with told_of(search):
            question, filters, words = asked(search, today)
            found = answer(question, filters, fresh.index, words).docs
        docs = fresh.docs[found[fresh.places[found] >= search.mark]]
        first = best(docs, (self._index.numbers("date")[docs],), limit, self._index)
        hits = tuple(self._hit(int(docs[place]), 0.0, question) for place in first)
        return Alert(search, int(docs.size), hits, mark)


class _Fresh:
    """The new stories as an index of their own, so that nothing else is looked at.

    ``docs`` and ``places`` have, for each story of that, its number in the whole index and
    its place in the log.
    """

    def __init__(self, found: Sequence[NewStories]) -> None:
        segments = []
        docs: list[Numbers] = [np.empty(0, np.int64)]
        places: list[Numbers] = [np.empty(0, np.int64)]
        for new in found:
            part = new.segment
            others = np.setdiff1d(np.arange(part.size, dtype=np.uint32), new.docs)
            segments.append((part.arrays, others.astype(np.uint32)))
            docs.append(part.base + np.arange(part.size, dtype=np.int64))
            row = np.full(part.size, -1, np.int64)
            row[new.docs] = new.places
            places.append(row)
        self.index = IndexArrays(segments)
        self.docs = np.concatenate(docs)
        self.places = np.concatenate(places)


def _with(state: State, searches: Iterable[SavedSearch]) -> State:
    """``state`` with some searches new, or as they are now."""
    changed = {search.name: search for search in searches}
    return State({**state.searches, **changed}, state.arrived, state.segments, state.log)

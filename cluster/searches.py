"""The searches saved beside the stories on a cluster: save, drop, and tell what is new for each.

One document in an index of its own, which a rebuild leaves as it is. Who changes it says which
version of it was read, so that of two at once the second is refused, and reads it anew. A story
is new if the run that first saw it came after the one up to which a search was looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from cluster.answering import answer
from cluster.client import Cluster
from cluster.pointintime import NEWEST, PointInTime
from cluster.ranking import Row
from index.errors import ClusterError, SavedSearchError
from search.question import Question
from search.results import Hit
from search.saved.entries import asked, chosen_of, entry, marked, taken, told_of
from search.saved.searches import Alert
from search.saved.state import VERSION, SavedSearch, search_of

if TYPE_CHECKING:
    from typing import Unpack

    from search.results import FilterOptions

_TRIES = 10
_DOCUMENT = "searches"
_CONFLICT = 409
Searches = dict[str, SavedSearch]
Hits = Callable[[Iterable[Row], Question], Iterable[Hit]]


class ClusterSearches:
    """The saved searches beside the stories of ``moment`` (`search.stories.Searches`).

    ``hits`` reads stories of it. All methods raise SavedSearchError if what is saved cannot be
    understood, ClusterError if it cannot be had.
    """

    def __init__(self, cluster: Cluster, moment: PointInTime, hits: Hits) -> None:
        self._cluster = cluster
        self._moment = moment
        self._hits = hits
        self._path = f"/{cluster.location.saved}/_doc/{_DOCUMENT}"

    def all(self) -> tuple[SavedSearch, ...]:
        """Every saved search, in the order saved."""
        return tuple(self._load()[0].values())

    def save(
        self,
        name: str,
        query: str = "",
        *,
        replace: bool = False,
        today: date | None = None,
        **filters: Unpack[FilterOptions],
    ) -> SavedSearch:
        """As `search.saved.searches.SavedSearches.save`."""
        search = marked(entry(name, query, filters, today), self._arrived())

        def added(searches: Searches) -> Searches:
            if name in searches and not replace:
                raise SavedSearchError(taken(name))
            return {**searches, name: search}

        self._change(added)
        return search

    def drop(self, name: str) -> None:
        """As `search.saved.searches.SavedSearches.drop`."""

        def left(searches: Searches) -> Searches:
            chosen_of(searches, [name])
            return {key: value for key, value in searches.items() if key != name}

        self._change(left)

    def news(
        self, names: Sequence[str] = (), *, limit: int = 10, today: date | None = None
    ) -> tuple[Alert, ...]:
        """As `search.saved.searches.SavedSearches.news`."""
        chosen = chosen_of(self._load()[0], names)
        if not chosen:
            return ()
        mark = self._arrived()
        return tuple(self._alert(search, mark, limit, today) for search in chosen)

    def mark_seen(self, alerts: Iterable[Alert]) -> None:
        """As `search.saved.searches.SavedSearches.mark_seen`."""
        marks = {alert.search.name: alert.mark for alert in alerts}
        self._change(
            lambda searches: {
                name: marked(search, max(search.mark, marks.get(name, 0)))
                for name, search in searches.items()
            }
        )

    def catch_up(self, names: Sequence[str] = ()) -> None:
        """Count all that is here as seen by the searches ``names``, or by all."""
        mark = self._arrived()

        def caught_up(searches: Searches) -> Searches:
            moved = {one.name: marked(one, mark) for one in chosen_of(searches, names)}
            return {**searches, **moved}

        self._change(caught_up)

    def _alert(self, search: SavedSearch, mark: int, limit: int, today: date | None) -> Alert:
        new = {"range": {"arrived": {"gt": search.mark}}}
        with told_of(search):
            question, filters, words = asked(search, today)
            found = answer(question, filters, self._moment, words, new)
        rows: list[Row] = []
        if found.outcome.total:
            body = {"query": found.stories, "size": limit, "sort": list(NEWEST)}
            told = self._moment.search({**body, "_source": False, "docvalue_fields": ["id"]})
            rows = [Row(hit["fields"]["id"][0], 0.0) for hit in told["hits"]["hits"]]
        return Alert(search, found.outcome.total, tuple(self._hits(rows, question)), mark)

    def _arrived(self) -> int:
        """The number of the last run that has seen a story for the first time."""
        body = {"size": 0, "aggs": {"last": {"max": {"field": "arrived"}}}}
        return int(self._moment.search(body)["aggregations"]["last"]["value"] or 0)

    def _change(self, change: Callable[[Searches], Searches]) -> None:
        """Put what ``change`` makes of the saved searches in their place."""
        for _try in range(_TRIES):
            searches, version = self._load()
            changed = change(searches)
            if changed == searches:
                return
            stored = {
                "version": VERSION,
                "searches": [search.as_dict() for search in changed.values()],
            }
            try:
                self._cluster.ask("PUT", self._path, {"saved": stored}, refresh=True, **version)
            except ClusterError as error:
                if getattr(error.__cause__, "status_code", None) != _CONFLICT:
                    raise
            else:
                return
        raise SavedSearchError("Others change the saved searches without end. Try again.")

    def _load(self) -> tuple[Searches, Mapping[str, Any]]:
        """The saved searches by name, and what tells this version of them from others."""
        index = self._cluster.location.saved
        if not self._cluster.exists(index):
            self._make(index)
        told = self._cluster.ask("GET", self._path)
        if told is None:
            return {}, {"op_type": "create"}
        version = {"if_seq_no": told["_seq_no"], "if_primary_term": told["_primary_term"]}
        try:
            return {one.name: one for one in _searches(told["_source"]["saved"])}, version
        except (KeyError, TypeError) as error:
            raise SavedSearchError(
                f"The saved searches in {index} are damaged ({error}), or of another version of "
                "newsq. Delete that index, and save them again; the stories are sound."
            ) from error

    def _make(self, index: str) -> None:
        mapping = {
            "dynamic": "strict",
            "properties": {"saved": {"type": "object", "enabled": False}},
        }
        try:
            self._cluster.ask("PUT", f"/{index}", {"mappings": mapping})
        except ClusterError:
            if not self._cluster.exists(index):  # another made it meanwhile
                raise


def _searches(stored: Mapping[str, Any]) -> Iterator[SavedSearch]:
    if stored["version"] != VERSION:
        raise KeyError(stored["version"])
    yield from map(search_of, stored["searches"])

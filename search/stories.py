"""What can be asked of an index, wherever it lies: in a folder, or on a cluster."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

from index.story import Story
from search.facets import Facets
from search.question import Values, When
from search.results import Matching, Page, Ranking, Suggestion

if TYPE_CHECKING:
    from typing import Unpack

    from search.kwic.lines import Concordance
    from search.results import FilterOptions
    from search.saved.searches import Alert
    from search.saved.state import SavedSearch
    from search.stats import Stats
    from search.timeline.periods import Timeline
    from search.versions.takes import Versions


class Stories(Protocol):
    """An open index: the stories it held when it was opened. Made by `search.open_index`.

    `search.page.StoryIndex`, which reads a folder, says what each method means; whatever else
    reads an index answers the same.
    """

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def __len__(self) -> int: ...

    def close(self) -> None: ...

    def search(
        self,
        query: str = "",
        *,
        since: When | None = None,
        until: When | None = None,
        on: When | None = None,
        place: Values = (),
        country: Values = (),
        agency: Values = (),
        byline: Values = (),
        certain: bool = False,
        words: str = "most",
        sort: str = "relevance",
        ungroup: bool = False,
        limit: int = 10,
        page: int = 1,
        today: date | None = None,
        facets: bool = True,
        explain: bool = False,
        lines: int = ...,
        columns: int = ...,
    ) -> Page: ...

    def similar(
        self,
        story: Story,
        *,
        newer: bool = False,
        older: bool = False,
        limit: int = 10,
        page: int = 1,
        today: date | None = None,
        facets: bool = False,
        **filters: Unpack[FilterOptions],
    ) -> Page: ...

    def top(
        self,
        query: str,
        *,
        limit: int = 10,
        ungroup: bool = False,
        today: date | None = None,
        facets: bool = False,
        most: int | None = None,
        **filters: Unpack[FilterOptions],
    ) -> Ranking: ...

    def every(
        self, query: str = "", *, today: date | None = None, **filters: Unpack[FilterOptions]
    ) -> Matching: ...

    def facets(
        self,
        query: str = "",
        *,
        by: str = "month",
        today: date | None = None,
        **filters: Unpack[FilterOptions],
    ) -> Facets: ...

    def kwic(
        self,
        query: str,
        *,
        sort: str = "left",
        limit: int = 50,
        today: date | None = None,
        **filters: Unpack[FilterOptions],
    ) -> Concordance: ...

    def timeline(
        self,
        query: str = "",
        *,
        by: str = "fit",
        today: date | None = None,
        **filters: Unpack[FilterOptions],
    ) -> Timeline: ...

    def story(self, name: str, *, by_file: bool = True) -> Story: ...

    def suggest(self, query: str, *, today: date | None = None) -> tuple[Suggestion, ...]: ...

    def copies(self, story: Story) -> int: ...

    def versions(self, name: str, *, by_file: bool = True) -> Versions: ...

    def names(self, field: str) -> tuple[str, ...]: ...

    @property
    def saved(self) -> Searches: ...

    def stats(self) -> Stats: ...


class Searches(Protocol):
    """The searches saved beside an index, as `search.saved.searches.SavedSearches` has them."""

    def all(self) -> tuple[SavedSearch, ...]: ...

    def save(
        self,
        name: str,
        query: str = "",
        *,
        replace: bool = False,
        today: date | None = None,
        **filters: Unpack[FilterOptions],
    ) -> SavedSearch: ...

    def drop(self, name: str) -> None: ...

    def news(
        self, names: Sequence[str] = (), *, limit: int = 10, today: date | None = None
    ) -> tuple[Alert, ...]: ...

    def mark_seen(self, alerts: Iterable[Alert]) -> None: ...

    def catch_up(self, names: Sequence[str] = ()) -> None: ...

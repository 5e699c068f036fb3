"""An open index on a cluster: search it, read a story, count. What it says, a folder's says too."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import wraps
from types import TracebackType
from typing import TYPE_CHECKING, Concatenate, ParamSpec, Self, TypeVar, cast

from cluster import counting, ranking
from cluster.access import Access
from cluster.answering import Found, answer
from cluster.document import story_of
from cluster.dsl import all_of, matching
from cluster.lookup import Printings, copies_of, printings_of, stories_of, story_id
from cluster.mapping import check_meta
from cluster.pointintime import PointInTime
from cluster.preparing import Preparing
from cluster.wordlist import ClusterWordlist
from index.errors import ClusterError, QueryError
from index.samecopy.printings import Tie
from index.story import Story
from search.asked import check_asks, check_page, filters_of, question_of
from search.facets import Facets
from search.hits import hit_of
from search.question import Filters, Question, Values, When
from search.relax import Reply, note
from search.results import Hit, Matching, Page, Ranking, Suggestion
from search.snippets import COLUMNS, LINES, SNIPPETS, Room, room_for

if TYPE_CHECKING:
    from typing import Unpack

    from cluster.searches import ClusterSearches
    from search.kwic.lines import Concordance
    from search.results import FilterOptions
    from search.stats import Stats
    from search.timeline.periods import Timeline
    from search.versions.takes import Versions

_BUSY = 429
P = ParamSpec("P")
R = TypeVar("R")


Method = Callable[Concatenate["ClusterStories", P], R]


def whole(method: Method[P, R]) -> Method[P, R]:
    """``method``, asked once more of another moment where a part of this one is lost.

    A node that is gone takes with it what it held of a moment; others hold copies of the
    stories. Nothing of an answer is kept that was not whole.
    """

    @wraps(method)
    def asked(self: ClusterStories, *args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return method(self, *args, **kwargs)
        except ClusterError as error:
            if ranking.stands_for_too_many(error):
                raise QueryError(
                    "A pattern stands for too many words to tell where or how often they stand. "
                    "Give more letters."
                ) from error
            if not error.passing:
                raise
            if error.status != _BUSY:  # what is refused for that has lost nothing
                self.reopen()
            return method(self, *args, **kwargs)

    return cast("Method[P, R]", asked)


class ClusterStories:
    """The stories on a cluster as they were when this was opened (`search.stories.Stories`).

    Raises ClusterError if there are none at ``access``, or they cannot be read; every method
    may raise it, and does so rather than give a part of an answer. Where a part of the moment is
    lost, another is taken, if what there is ``is_same`` still.
    """

    def __init__(self, access: Access, is_same: Callable[[], bool] = lambda: True) -> None:
        self._is_same = is_same
        self.access = access
        self._cluster = access.connect()
        for name, told in (self._cluster.ask("GET", f"/{access.location.name}/_mapping")).items():
            check_meta(f"{access} ({name})", told["mappings"].get("_meta"))
        self.moment = PointInTime(self._cluster)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __len__(self) -> int:
        return self.moment.stories

    def close(self) -> None:
        """Let go of the cluster."""
        self.moment.close()
        self._cluster.close()

    def reopen(self) -> None:
        """Go on with the stories as they are now, which are the same."""
        if not self._is_same():
            raise ClusterError(
                f"{self.access} has lost a part of what it was when it was opened, and has changed "
                "since. Ask again."
            )
        self.moment = PointInTime(self._cluster)

    @whole
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
        lines: int = LINES,
        columns: int = COLUMNS,
    ) -> Page:
        """As `search.page.StoryIndex.search`."""
        started = time.perf_counter()
        check_page(sort, limit, page)
        room = room_for(lines, columns)
        filters = filters_of(today, since, until, on, place, country, agency, byline, certain)
        check_asks(query, filters.queries)
        question = question_of(query, today)
        found = answer(question, filters, self.moment, words)
        reply = Reply(question, found, note(question, found.outcome))
        if found.outcome.least < len(question.words) or not found.outcome.total:
            from search.suggest import reconsidered

            reply = reconsidered(
                reply,
                filters,
                ClusterWordlist(self.moment),
                lambda other: answer(other, filters, self.moment, words),
                today,
            )
        shown = self._page(query, reply, sort, ungroup, limit, page, facets, started, room)
        if not explain:
            return shown
        from cluster.explaining import explained_by

        return explained_by(shown, reply.found, self.moment)

    @whole
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
    ) -> Page:
        """As `search.page.StoryIndex.similar`."""
        from search.similar import beside, question_like, telling

        started = time.perf_counter()
        check_page("relevance", limit, page)
        own = printings_of(self.moment, [story.id]).get(story.id)
        having = ClusterWordlist(self.moment).bodies
        question = question_like(story, own.ids if own else (), having, self.moment.stories)
        asked = filters_of(today, **filters)
        if (days := beside(story, newer, older)) is not None:
            asked = Filters(asked.dates, (*asked.others, days))
        found = answer(question, asked, self.moment, "all")
        reply = Reply(telling(question), found, note(question, found.outcome))
        return self._page(question.text, reply, "relevance", False, limit, page, facets, started)

    def _page(
        self,
        query: str,
        reply: Reply[Found],
        sort: str,
        ungroup: bool,
        limit: int,
        page: int,
        facets: bool,
        started: float,
        room: Room = SNIPPETS,
    ) -> Page:
        found, moment = reply.found, self.moment
        rows = ranking.first(
            reply.question, found, moment, sort, (page - 1) * limit, limit, not ungroup
        )
        total = found.outcome.total
        distinct = total if ungroup else ranking.distinct(found, moment)
        return Page(
            query=query,
            question=reply.question,
            total=total,
            distinct=distinct,
            relaxed=found.outcome.least < len(reply.question.words),
            note=reply.note,
            hits=tuple(self.hits(rows, reply.question, room)),
            page=page,
            pages=max(math.ceil(distinct / limit), 1),
            limit=limit,
            facets=counting.facets(found.stories, "month", moment) if facets else {},
            suggestions=reply.suggestions,
            corrected=reply.corrected,
            took_ms=round((time.perf_counter() - started) * 1000, 3),
        )

    @whole
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
    ) -> Ranking:
        """As `search.page.StoryIndex.top`."""
        question, found = self._found(query, today, filters)
        moment = self.moment
        rows = ranking.first(question, found, moment, "relevance", 0, limit, not ungroup)
        return Ranking(
            tuple([row.id for row in rows]),
            tuple([row.score for row in rows]),
            found.outcome.total,
            counting.facets(found.stories, "month", moment, most) if facets else {},
        )

    @whole
    def every(
        self, query: str = "", *, today: date | None = None, **filters: Unpack[FilterOptions]
    ) -> Matching:
        """As `search.page.StoryIndex.every`, in the order of ids."""
        question, found = self._found(query, today, filters)
        return Matching(
            found.outcome.total, note(question, found.outcome), self._read(found, self.moment)
        )

    def _read(self, found: Found, moment: PointInTime) -> Iterator[Story]:
        for hit in moment.hits(found.stories, [{"id": "asc"}], source=True):
            yield story_of(hit["_source"])

    @whole
    def facets(
        self,
        query: str = "",
        *,
        by: str = "month",
        today: date | None = None,
        **filters: Unpack[FilterOptions],
    ) -> Facets:
        """As `search.page.StoryIndex.facets`."""
        _, found = self._found(query, today, filters)
        return counting.facets(found.stories, by, self.moment)

    @whole
    def kwic(
        self,
        query: str,
        *,
        sort: str = "left",
        limit: int = 50,
        today: date | None = None,
        **filters: Unpack[FilterOptions],
    ) -> Concordance:
        """As `search.page.StoryIndex.kwic`."""
        from cluster.concordance import concordance
        from search.kwic.lines import keyword

        question = keyword(query)
        others = filters_of(today, **filters).queries
        ready = Preparing(self.moment).ready(question.query, others)
        stories = all_of([matching(ready), *map(matching, others)])
        return concordance(question, stories, self.moment, sort, limit)

    @whole
    def timeline(
        self,
        query: str = "",
        *,
        by: str = "fit",
        today: date | None = None,
        **filters: Unpack[FilterOptions],
    ) -> Timeline:
        """As `search.page.StoryIndex.timeline`."""
        _, found = self._found(query, today, filters)
        return counting.timeline(query, found.stories, by, self.moment)

    @whole
    def story(self, name: str, *, by_file: bool = True) -> Story:
        """As `search.page.StoryIndex.story`."""
        return stories_of(self.moment, [story_id(self.moment, name, by_file)])[0]

    @whole
    def suggest(self, query: str, *, today: date | None = None) -> tuple[Suggestion, ...]:
        """As `search.page.StoryIndex.suggest`."""
        from search.suggest import suggestions

        return suggestions(question_of(query, today), ClusterWordlist(self.moment))

    @whole
    def copies(self, story: Story) -> int:
        """As `search.page.StoryIndex.copies`."""
        return copies_of(self.moment, story.id)

    @whole
    def versions(self, name: str, *, by_file: bool = True) -> Versions:
        """As `search.page.StoryIndex.versions`."""
        from search.versions.takes import versions_of

        printings = self._printings(story_id(self.moment, name, by_file))
        stories = stories_of(self.moment, printings.ids)
        return versions_of(printings.tie, stories.__getitem__)

    @whole
    def names(self, field: str) -> tuple[str, ...]:
        """As `search.page.StoryIndex.names`."""
        return counting.names(field, self.moment)

    @property
    def saved(self) -> ClusterSearches:
        """As `search.page.StoryIndex.saved`."""
        from cluster.searches import ClusterSearches

        return ClusterSearches(self._cluster, self.moment, self.hits)

    @whole
    def stats(self) -> Stats:
        """As `search.page.StoryIndex.stats`; ``bytes`` are those of one copy of each shard."""
        told = self._cluster.ask("GET", f"/{self.access.location.name}/_stats/store")
        return counting.stats(self.moment, told["_all"]["primaries"]["store"]["size_in_bytes"])

    def _found(
        self, query: str, today: date | None, filters: FilterOptions
    ) -> tuple[Question, Found]:
        words = filters.get("words", "most")
        question = question_of(query, today)
        return question, answer(question, filters_of(today, **filters), self.moment, words)

    def _printings(self, story: str) -> Printings:
        found = printings_of(self.moment, [story])
        return found.get(story, Printings((story,), Tie(((0,),), 0)))

    def hits(
        self, rows: Iterable[ranking.Row], question: Question, room: Room = SNIPPETS
    ) -> Iterator[Hit]:
        """The stories of a ranking, read, with what shows why they match."""
        rows = list(rows)
        ids = [row.id for row in rows]
        if not ids:
            return
        printings = printings_of(self.moment, ids)
        for row, story in zip(rows, stories_of(self.moment, ids), strict=True):
            known = printings[row.id]
            yield hit_of(story, row.score, question, room, len(known.ids), len(known.tie.takes))

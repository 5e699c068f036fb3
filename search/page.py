"""An open index of stories: search it, read a story, count.

>>> from search import open_index                              # doctest: +SKIP
>>> with open_index("stories") as stories:                     # doctest: +SKIP
...     for hit in stories.search("troops South Korea", since="2018-10").hits:
...         hit.headline
"""

from __future__ import annotations

import math
import time
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.schema import from_document
from index.snapshot import open_snapshot
from index.story import Story
from index.ties import Ties
from search.allowance import one_question
from search.arrays import UNKNOWN, IndexArrays
from search.asked import check_asks, check_page, filters_of, question_of
from search.best import best
from search.copies import Copies
from search.facets import FacetCounter, Facets
from search.hits import hit_of
from search.proximity import with_proximity
from search.question import Filters, Question, Values, When
from search.rank import evaluate
from search.relax import Answer, Reply, answer, note
from search.results import Hit, Matching, Page, Ranking, Suggestion
from search.snippets import COLUMNS, LINES, SNIPPETS, Room, room_for
from search.tree import all_of

if TYPE_CHECKING:
    from typing import Unpack

    from search.kwic.lines import Concordance
    from search.matches import Numbers
    from search.results import FilterOptions
    from search.saved.searches import SavedSearches
    from search.stats import Stats
    from search.timeline.periods import Timeline
    from search.versions.takes import Versions


class StoryIndex:
    """An open index: the stories it held when it was opened. Made by `search.open_index`.

    Raises IndexFolderError if there is none in the folder ``where``, or it cannot be read.
    """

    def __init__(self, where: Path) -> None:
        self._where = where
        snapshot = open_snapshot(where)
        self._index = IndexArrays(snapshot.segments)
        self._copies = Copies(snapshot.ties)
        self._facets = FacetCounter(self._index)

    def __enter__(self) -> StoryIndex:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __len__(self) -> int:
        return self._index.live_count

    def close(self) -> None:
        """Let go of the index's files."""
        self._index, self._copies = IndexArrays(()), Copies(Ties(None, 0))

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
        """The stories that answer ``query`` and pass the filters, ``limit`` to a page.

        Dates are dates or text (`search.dates`), told from ``today``; of several places,
        countries, agencies or bylines any will do; ``certain`` leaves out stories whose date
        is not. Stories that have all the words come first, and where there are few, stories
        with most of them follow; with ``words`` "all" or "any" they need all, or only one.
        ``sort`` is "relevance", "newest" or "oldest". A story that was printed more than once
        is one hit, its newest complete version where that matches, unless ``ungroup``. Without
        words, everything that passes the filters is listed, newest first. With ``explain`` each
        hit says what its score is made of. Its snippets take at most ``lines`` of ``columns``
        characters. Raises QueryError for a question or filter that
        cannot mean anything, and for neither.
        """
        started = time.perf_counter()
        check_page(sort, limit, page)
        room = room_for(lines, columns)
        filters = filters_of(today, since, until, on, place, country, agency, byline, certain)
        check_asks(query, filters.queries)
        question = question_of(query, today)
        found = answer(question, filters, self._index, words)
        reply = Reply(question, found, note(question, found.outcome))
        if found.least < len(question.words) or not found.docs.size:
            from search.suggest import reconsidered
            from search.wordlist import IndexWordlist

            reply = reconsidered(
                reply,
                filters,
                IndexWordlist(self._index),
                lambda other: answer(other, filters, self._index, words),
                today,
            )
        shown = self._page(query, reply, sort, ungroup, limit, page, facets, started, room)
        if not explain:
            return shown
        from search.explain.score import explained_by

        return explained_by(shown, self._index)

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
        """Stories like ``story``, which may be one of the index or not; best first.

        They share the words that tell it from others. The story itself, its copies and its other
        versions are left out; ``newer`` and ``older`` keep stories of later or earlier
        days. Raises QueryError as `search` does, and where the story's day is not known.
        """
        from search.similar import beside, question_like, telling

        started = time.perf_counter()
        check_page("relevance", limit, page)
        known = self._index.frequency("id", story.id)
        printings = self._printings(story.id) if known else ()
        question = question_like(story, printings, self._bodies_with, self._index.live_count)
        asked = filters_of(today, **filters)
        if (days := beside(story, newer, older)) is not None:
            asked = Filters(asked.dates, (*asked.others, days))
        found = answer(question, asked, self._index, "all")
        reply = Reply(telling(question), found, note(question, found.outcome))
        return self._page(question.text, reply, "relevance", False, limit, page, facets, started)

    def _page(
        self,
        query: str,
        reply: Reply[Answer],
        sort: str,
        ungroup: bool,
        limit: int,
        page: int,
        facets: bool,
        started: float,
        room: Room = SNIPPETS,
    ) -> Page:
        found = reply.found
        shown = found if ungroup else self._copies.folded(found)
        shown = with_proximity(reply.question, shown, self._index)
        places = self._best(shown, sort, page * limit)[(page - 1) * limit :]
        hits = zip(shown.docs[places].tolist(), shown.scores[places].tolist(), strict=True)
        return Page(
            query=query,
            question=reply.question,
            total=int(found.docs.size),
            distinct=int(shown.docs.size),
            relaxed=bool(found.least < len(reply.question.words)),
            note=reply.note,
            hits=tuple(self._hit(doc, score, reply.question, room) for doc, score in hits),
            page=page,
            pages=max(math.ceil(shown.docs.size / limit), 1),
            limit=limit,
            facets=self._facets.count(found.docs) if facets else {},
            suggestions=reply.suggestions,
            corrected=reply.corrected,
            took_ms=round((time.perf_counter() - started) * 1000, 3),
        )

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
        """The ``limit`` stories that `search` would put first, without reading them.

        With ``facets`` all that match are counted too, the ``most`` frequent values of
        each facet. Raises QueryError as `search` does.
        """
        question, found = self._found(query, today, filters)
        shown = found if ungroup else self._copies.folded(found)
        shown = with_proximity(question, shown, self._index)
        places = self._best(shown, "relevance", limit)
        return Ranking(
            tuple(self._index.ids([int(shown.docs[place]) for place in places])),
            tuple([float(shown.scores[place]) for place in places]),
            int(found.docs.size),
            self._facets.count(found.docs, most=most) if facets else {},
        )

    def every(
        self, query: str = "", *, today: date | None = None, **filters: Unpack[FilterOptions]
    ) -> Matching:
        """All the stories that `search` would find, one after the other and in bounded memory.

        Without query and filters, all of the index. Raises QueryError as `search` does.
        """
        question, found = self._found(query, today, filters)
        stories = (self._story(doc) for doc in map(int, found.docs))
        return Matching(int(found.docs.size), note(question, found.outcome), stories)

    def facets(
        self,
        query: str = "",
        *,
        by: str = "month",
        today: date | None = None,
        **filters: Unpack[FilterOptions],
    ) -> Facets:
        """Counts of the stories that `search` would find; of all without query and filters.

        ``by`` is "year", "month" or "day", or "fit" for the one that suits how long a time
        the stories span. Raises QueryError as `search` does.
        """
        _, found = self._found(query, today, filters)
        return self._facets.count(found.docs, by)

    def kwic(
        self,
        query: str,
        *,
        sort: str = "left",
        limit: int = 50,
        today: date | None = None,
        **filters: Unpack[FilterOptions],
    ) -> Concordance:
        """Where a word, phrase or prefix stands, with what stands around it.

        Several words are a phrase; ``sort`` is as `search.kwic.lines.concordance` has it.
        Raises QueryError as `search` does.
        """
        from search.kwic.lines import concordance, keyword

        question = keyword(query)
        docs = self._matching(question, filters_of(today, **filters))
        return concordance(question, docs, self._index, sort, limit)

    def timeline(
        self,
        query: str = "",
        *,
        by: str = "fit",
        today: date | None = None,
        **filters: Unpack[FilterOptions],
    ) -> Timeline:
        """How many of the stories that `search` would find are of each day, week, month or year.

        ``by`` is one of these, or "fit". Without query and filters, all stories are counted.
        Raises QueryError as `search` does.
        """
        from search.timeline.periods import timeline

        _, found = self._found(query, today, filters)
        return timeline(query, found.docs, by, self._index)

    def story(self, name: str, *, by_file: bool = True) -> Story:
        """The story of an id, of the only id that begins so, or ``by_file`` of a source file.

        Raises NoSuchStoryError if there is none, or more than one.
        """
        return self._story(self._number(name, by_file))

    def suggest(self, query: str, *, today: date | None = None) -> tuple[Suggestion, ...]:
        """What may be meant by the words of ``query`` that no story has.

        Raises QueryError as `search` does.
        """
        from search.suggest import suggestions
        from search.wordlist import IndexWordlist

        return suggestions(question_of(query, today), IndexWordlist(self._index))

    def copies(self, story: Story) -> int:
        """How many other printings of a story the index holds, in whatever version."""
        return len(self._copies.tie(self._number(story.id)).stories) - 1

    def versions(self, name: str, *, by_file: bool = True) -> Versions:
        """The versions of the story that ``name`` is of, in order, and what changed in each.

        Raises NoSuchStoryError as `story` does.
        """
        from search.versions.takes import versions_of

        return versions_of(self._copies.tie(self._number(name, by_file)), self._story)

    def _printings(self, name: str) -> list[str]:
        """The ids of all printings of the story that ``name`` is of."""
        return self._index.ids(self._copies.tie(self._number(name)).stories)

    def _bodies_with(self, terms: list[str]) -> list[int]:
        return [self._index.frequency("body", term) for term in terms]

    def names(self, field: str) -> tuple[str, ...]:
        """The different places, countries or agencies of the stories, in order, as printed."""
        from search.wordlist import IndexWordlist

        return IndexWordlist(self._index).printed_names(field)

    @property
    def saved(self) -> SavedSearches:
        """The searches that are saved beside this index, and what is new for them."""
        from search.saved.searches import SavedSearches

        return SavedSearches(self._where, self._index, self._hit)

    def stats(self) -> Stats:
        """What the index holds."""
        from search.stats import count_stats

        return count_stats(self._index, self._where)

    def _found(
        self, query: str, today: date | None, filters: FilterOptions
    ) -> tuple[Question, Answer]:
        words = filters.get("words", "most")
        question = question_of(query, today)
        return question, answer(question, filters_of(today, **filters), self._index, words)

    @one_question()
    def _matching(self, question: Question, filters: Filters) -> Numbers:
        """The stories that have all of ``question``, without a word missing."""
        return evaluate(all_of(question.query, *filters.queries), self._index).docs

    def _number(self, name: str, by_file: bool = True) -> int:
        from search.lookup import story_number

        return story_number(self._index, name, by_file)

    def _best(self, found: Answer, sort: str, count: int) -> list[int]:
        """Where the ``count`` first stories of an answer stand in it, in order."""
        keys: tuple[NDArray[Any], ...] = (found.scores,)
        if sort != "relevance":
            dates = self._index.numbers("date")[found.docs]
            last = -np.iinfo(np.int64).max
            keys = (dates if sort == "newest" else np.where(dates == UNKNOWN, last, -dates),)
        if found.complete is not None:
            keys = (found.complete.astype(np.int8), *keys)
        return best(found.docs, keys, count, self._index, self._copies.takes)

    def _hit(self, doc: int, score: float, question: Question, room: Room = SNIPPETS) -> Hit:
        story, tie = self._story(doc), self._copies.tie(doc)
        return hit_of(story, score, question, room, len(tie.stories), len(tie.takes))

    def _story(self, doc: int) -> Story:
        return from_document(self._index.stored(doc))

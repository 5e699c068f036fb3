"""An open index of stories: search it, read a story, count.

>>> from search import open_index                              # doctest: +SKIP
>>> with open_index("stories") as stories:                     # doctest: +SKIP
...     for hit in stories.search("troops South Korea", since="2018-10").hits:
...         hit.headline
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from whoosh.query import Every

from index.errors import QueryError
from index.schema import from_document
from index.store import open_store
from index.story import Story
from search.arrays import UNKNOWN, IndexArrays, Numbers
from search.facets import Facets, count_facets
from search.filters import Values, When, build
from search.lookup import story_number
from search.marks import Span, marked
from search.query import parse
from search.question import Question, unscored
from search.rank import top
from search.relax import Answer, answer, note
from search.snippets import Snippet, snippets
from search.stats import Stats, count_stats

SORTS = ("relevance", "newest", "oldest")
MAX_LIMIT = 1_000


@dataclass(frozen=True, slots=True)
class Hit:
    """A story that was found.

    ``score`` is BM25F, 0 where a query only filters. ``copies`` counts the other stories
    of the index whose text is the same word for word.
    """

    story: Story
    score: float
    snippets: tuple[Snippet, ...]
    headline_marks: tuple[Span, ...]
    copies: int

    @property
    def id(self) -> str:
        """The story's id."""
        return self.story.id

    @property
    def headline(self) -> str | None:
        """As printed; None where the story has none."""
        return self.story.headline

    @property
    def place(self) -> str | None:
        """The first place of the dateline."""
        return self.story.place

    @property
    def country(self) -> str | None:
        """The ISO 3166-1 alpha-2 code of that place."""
        return self.story.country

    @property
    def agency(self) -> str | None:
        """Who filed the story."""
        return self.story.agency

    @property
    def date(self) -> str | None:
        """ISO 8601, in full or cut short; None without a year."""
        return self.story.date.iso

    @property
    def path(self) -> str:
        """The source file."""
        return self.story.path


@dataclass(frozen=True, slots=True)
class Page:
    """One page of hits, and what can be said of all that matched.

    ``total`` and ``facets`` cover every matching story. ``relaxed`` means that some of
    them lack a word of the query; ``note`` is a sentence for the user, or None. ``page``
    counts from 1 to ``pages``, ``limit`` hits on each. ``question`` is the query, understood.
    """

    query: str
    question: Question
    total: int
    relaxed: bool
    note: str | None
    took_ms: float
    hits: tuple[Hit, ...]
    page: int
    pages: int
    limit: int
    facets: Facets = field(default_factory=dict)


def open_index(where: str | Path) -> StoryIndex:
    """The index in the folder ``where``, for a ``with`` statement or until its `close`.

    Raises IndexFolderError if there is none, or it cannot be read.
    """
    return StoryIndex(open_store(Path(where)))


class StoryIndex:
    """An open index: the stories it held when it was opened. Made by `open_index`."""

    def __init__(self, store: Any) -> None:
        self._where = Path(store.storage.folder)
        self._index = IndexArrays(store.reader())

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
        return int(self._index.live.size)

    def close(self) -> None:
        """Let go of the index's files."""
        self._index.close()

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
        certain: bool = False,
        sort: str = "relevance",
        limit: int = 10,
        page: int = 1,
        today: date | None = None,
        facets: bool = True,
    ) -> Page:
        """The stories that answer ``query`` and pass the filters, ``limit`` to a page.

        Dates are dates or text (`search.dates`), told from ``today``; of several places,
        countries or agencies any will do; ``certain`` leaves out stories whose date is not.
        Stories that have all the words come first;
        ``sort`` is "relevance", "newest" or "oldest". Without words, everything that
        passes the filters is listed, newest first. Raises QueryError for a question or
        filter that cannot mean anything, and for neither.
        """
        started = time.perf_counter()
        _check(sort, limit, page)
        day = today or date.today()
        filters = build(day, since, until, on, place, country, agency, certain)
        if not query.strip() and not filters.queries:
            raise QueryError("There is nothing to search for. Give a word or a filter.")
        question = _question(query)
        found = answer(question, filters, self._index)
        pages = max(math.ceil(found.docs.size / limit), 1)
        best = self._best(found, sort, page * limit)[(page - 1) * limit :]
        scores = dict(zip(found.docs.tolist(), found.scores.tolist(), strict=True))
        hits = tuple(self._hit(doc, scores[doc], question) for doc in best.tolist())
        counted = count_facets(self._index, found.docs) if facets else {}
        return Page(
            query=query,
            question=question,
            total=int(found.docs.size),
            relaxed=bool(found.least < len(question.words)),
            note=note(question, found),
            took_ms=round((time.perf_counter() - started) * 1000, 3),
            hits=hits,
            page=page,
            pages=pages,
            limit=limit,
            facets=counted,
        )

    def facets(
        self,
        query: str = "",
        *,
        by: str = "month",
        since: When | None = None,
        until: When | None = None,
        on: When | None = None,
        place: Values = (),
        country: Values = (),
        agency: Values = (),
        certain: bool = False,
        today: date | None = None,
    ) -> Facets:
        """Counts of the stories that `search` would find; of all without query and filters.

        ``by`` is "year", "month" or "day". Raises QueryError as `search` does.
        """
        day = today or date.today()
        filters = build(day, since, until, on, place, country, agency, certain)
        found = answer(_question(query), filters, self._index)
        return count_facets(self._index, found.docs, by)

    def story(self, name: str) -> Story:
        """The story of an id, of the only id that begins so, or of a source file.

        Raises NoSuchStoryError if there is none, or more than one.
        """
        return self._story(story_number(self._index, name))

    def copies(self, story: Story) -> int:
        """How many other stories of the index have the same text, word for word."""
        return self._copies(story_number(self._index, story.id))

    def stats(self) -> Stats:
        """What the index holds."""
        return count_stats(self._index, self._where)

    def _best(self, found: Answer, sort: str, count: int) -> Numbers:
        dates = self._index.date_column("date")[found.docs]
        if sort == "oldest":
            dates = np.where(dates == UNKNOWN, -np.iinfo(np.int64).max, -dates)
        keys = (found.scores, dates) if sort == "relevance" else (dates,)
        return top(found.docs, (found.complete.astype(np.int8), *keys), count, self._index)

    def _hit(self, doc: int, score: float, question: Question) -> Hit:
        story = self._story(doc)
        return Hit(
            story=story,
            score=score,
            snippets=snippets(story.body, question),
            headline_marks=marked(story.headline or "", question, "headline"),
            copies=self._copies(doc),
        )

    def _story(self, doc: int) -> Story:
        return from_document(self._index.stored(doc))

    def _copies(self, doc: int) -> int:
        key = self._index.text_column("copy")[doc]
        return self._index.postings("copy", key).docs.size - 1 if key else 0


def _question(query: str) -> Question:
    """The question of ``query``; without a word in it, any story answers."""
    return parse(query) if query.strip() else Question(query, unscored(Every()))


def _check(sort: str, limit: int, page: int) -> None:
    if sort not in SORTS:
        raise QueryError(f"Stories cannot be sorted by {sort!r}. Use {', '.join(SORTS)}.")
    if not 1 <= limit <= MAX_LIMIT:
        raise QueryError(f"A page holds 1 to {MAX_LIMIT:,} stories, not {limit:,}.")
    if page < 1:
        raise QueryError(f"Pages count from 1; there is no page {page:,}.")

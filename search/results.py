"""What a search takes and gives: filters; hits, pages of them, rankings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from index.story import Story
from index.value import Value
from search.facets import Facets
from search.marks import Span
from search.question import Question
from search.snippets import Snippet

if TYPE_CHECKING:
    from typing import TypedDict

    from search.explain.score import Explanation
    from search.question import Values, When

    class FilterOptions(TypedDict, total=False):
        """What a story has to be, as `search.page.StoryIndex.search` takes it."""

        since: When | None
        until: When | None
        on: When | None
        place: Values
        country: Values
        agency: Values
        byline: Values
        certain: bool
        words: str


class Suggestion(Value):
    """A word of a query that no story has, and words that are near to it, the best first.

    ``start`` and ``end`` are where it stands in the query. ``kind`` is "word"; "place" or "agency"
    for a name of one; or "field" for what stands before a colon and names none.
    """

    word: str
    start: int
    end: int
    words: tuple[str, ...]
    kind: str = "word"


class Hit(Value):
    """A story that was found.

    ``score`` is BM25F with proximity, 0 where a query only filters; ``explanation`` takes it
    apart, where that was asked for. The index may hold the story more than once: ``copies``
    counts its other printings, ``versions`` the takes that all of them are.
    """

    story: Story
    score: float
    snippets: tuple[Snippet, ...]
    headline_marks: tuple[Span, ...]
    copies: int
    versions: int
    explanation: Explanation | None = None

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


class Page(Value):
    """One page of hits, and what can be said of all that matched.

    ``total`` and ``facets`` cover every matching story; ``distinct`` counts the hits of all
    pages, where a story that was printed more than once may be one. ``relaxed`` means that some
    of them lack a word of the query; ``note`` is a sentence for the user, or None. ``page``
    counts from 1 to ``pages``, ``limit`` hits on each. ``question`` is the query, understood.
    ``suggestions`` are for words that no story has; where nothing matched, ``corrected`` is
    the query with the best of them, and the hits are those of that.
    """

    query: str
    question: Question
    total: int
    distinct: int
    relaxed: bool
    note: str | None
    took_ms: float
    hits: tuple[Hit, ...]
    page: int
    pages: int
    limit: int
    facets: Facets
    suggestions: tuple[Suggestion, ...] = ()
    corrected: str | None = None


class Matching(Value):
    """Every story that answers a question, in the order of the index, read as it is taken.

    ``note`` is as a `Page` has it.
    """

    total: int
    note: str | None
    stories: Iterator[Story]


class Ranking(Value):
    """The best stories without their texts: ids and scores, best first.

    ``total`` counts every story that matches; ``facets`` too, where they were asked for.
    """

    ids: tuple[str, ...]
    scores: tuple[float, ...]
    total: int
    facets: Facets

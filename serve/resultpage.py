"""The page of a result, and the front page, which has all stories for one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from starlette.datastructures import QueryParams

from index.errors import QueryError
from index.value import Value
from search.results import Hit, Page
from search.terminal import plain
from serve import parameters as known
from serve.bars import chart
from serve.calls import Answer, Call, View
from serve.facetlinks import TITLES, facet_groups
from serve.languages import language_of
from serve.parameters import Parameter, read
from serve.rendering import HTML, country_shown, marked, rendered
from serve.states import DATES, State, state_of

MORE = Parameter(
    "more", {"type": "string", "enum": list(TITLES)}, "Facets to show more of.", "more", many=True
)
ASKED = (known.QUERY, *known.FILTERS, known.WORDS)
"""What makes a result, wherever it is shown."""
STATE = (*ASKED, known.UNGROUP, known.SORT, known.PAGE, MORE)
_OF_LIST = ("ungroup", "sort", "page")
"""What says how hits are listed, and not which stories match."""
_MOST_WIDER = 6
"""Filters that are tried without, where nothing matches."""
_SHOWN = {"since": "from", "until": "until", "on": "in", "byline": "by"}
_SORTS = {"relevance": "best first", "newest": "newest first", "oldest": "oldest first"}


class Chip(Value):
    """A filter that holds, and where it is taken back."""

    text: str
    address: str


def _result(call: Call) -> Answer:
    state = state_of(call.parameters.multi_items())
    options = {name: value for name, value in call.options.items() if name != "more"}
    try:
        page = call.snapshot.stories.search(today=call.today, **options)
    except QueryError as error:
        return _mistaken(state, error)
    asked = {name: value for name, value in options.items() if name not in _OF_LIST}
    understood = state
    if page.corrected:
        asked["query"] = page.corrected
        understood = state.given(q=page.corrected)
    line = call.snapshot.stories.timeline(today=call.today, **asked)
    body = rendered(
        "results.html",
        state=state,
        title=title_of(state, page.page),
        page=page,
        hits=[_hit(hit, understood) for hit in page.hits],
        groups=facet_groups(call, state, page.facets),
        chart=chart(line, state),
        chips=_chips(state),
        wider=[] if page.total else list(_wider(call, state)),
        sorts=[
            (text, state.given(sort=name).at(), name == (state.get("sort") or "relevance"))
            for name, text in _SORTS.items()
        ],
        apart=state.given(ungroup="true").at() if page.distinct < page.total else None,
        **_around(page, state),
        **_feeds(state),
    )
    return Answer(body, HTML)


def _front(call: Call) -> Answer:
    stories = call.snapshot.stories
    line = stories.timeline(today=call.today)
    found = stories.top("", limit=1, facets=True, today=call.today) if len(stories) else None
    body = rendered(
        "front.html",
        state=State(),
        total=len(stories),
        chart=chart(line, State()),
        groups=facet_groups(call, State(), found.facets if found else {}),
        **_feeds(State()),
    )
    return Answer(body, HTML)


def _mistaken(state: State, error: QueryError) -> Answer:
    """The page of a question that cannot mean anything: the form as it was, and why."""
    start, end = error.place
    query = error.query if error.query is not None else ""
    pointed = marked(query, ((start, end),)) if start < end else None
    body = rendered(
        "mistake.html",
        state=state,
        title=title_of(state),
        chips=_chips(state),
        sentence=str(error),
        pointed=pointed,
    )
    return Answer(body, HTML, status=400)


def _hit(hit: Hit, state: State) -> dict[str, object]:
    """What the page shows of a hit."""
    pieces = [marked(part.text, part.marks) for part in hit.snippets]
    return {
        "story": hit.story,
        "title": marked(hit.story.title, hit.headline_marks),
        "address": state.without("more").at(f"/story/{hit.id}"),
        "language": language_of(" ".join([hit.story.title, *(part.text for part in hit.snippets)])),
        "pieces": pieces,
        "follows": bool(hit.snippets) and hit.snippets[0].follows,
        "goes_on": bool(hit.snippets) and hit.snippets[-1].goes_on,
        "copies": hit.copies,
        "versions": hit.versions,
    }


def _chips(state: State) -> list[Chip]:
    """The filters that hold."""
    return [
        Chip(told, _less(state, name, value))
        for name, value in state.pairs
        if (told := filter_shown(name, value))
    ]


def title_of(state: State, page: int = 1) -> str:
    """What is asked, in words, and which page of it, where that is not the first."""
    number = [f"page {page:,}"] if page > 1 else []
    return ", ".join([*(asked_shown(state) or ["Stories"]), *number])


def asked_shown(state: State) -> list[str]:
    """The query and the filters of a state, in words."""
    filters = (filter_shown(name, value) for name, value in state.pairs if name != "ungroup")
    return [text for text in (plain(state.get("q")), *filters) if text]


def filter_shown(name: str, value: str) -> str:
    """What a parameter asks of stories, in words; nothing for one that is no filter."""
    if name in ("certain", "ungroup") and value != "true":
        return ""
    if name == "country":
        return country_shown(value)
    if name in (*DATES, "place", "agency", "byline"):
        return f"{_SHOWN.get(name, '')} {value}".strip()
    if name == "words":
        return "" if value == "most" else f"{value} of the words"
    return {"certain": "certain dates only", "ungroup": "each printing by itself"}.get(name, "")


def _wider(call: Call, state: State) -> Iterator[tuple[Chip, int]]:
    """The filters without which there are stories, where nothing matches, and how many."""
    for name, value in state.pairs[:_MOST_WIDER]:
        told = filter_shown(name, value)
        if told and name != "ungroup":
            less = state.less(name, value)
            options = read(QueryParams(list(less.without("more").pairs)), STATE)
            asked = {key: one for key, one in options.items() if key not in _OF_LIST}
            with suppress(QueryError):  # what is left may ask for nothing
                found = call.snapshot.stories.top(
                    limit=1, today=call.today, **{"query": "", **asked}
                )
                if found.total:
                    yield Chip(told, less.at()), found.total


def _less(state: State, name: str, value: str) -> str:
    left = state.less(name, value)
    return left.at() if left.without("sort", "more").pairs else "/"


def _around(page: Page, state: State) -> dict[str, str | None]:
    """Where the pages before and after are; and the last, for those who are beyond it."""

    def at(number: int) -> str | None:
        return state.given(page=number).at() if 1 <= number <= page.pages else None

    last = at(page.pages) if page.page > page.pages else None
    return {"before": at(page.page - 1), "after": at(page.page + 1), "last": last}


def _feeds(state: State) -> dict[str, str]:
    """Where the same result is as a feed, and where it is saved."""
    asked = state.without("page", "more", "sort", "ungroup")
    return {
        "atom": asked.at("/feed.atom"),
        "rss": asked.at("/feed.rss"),
        "save": asked.at("/saved/new"),
    }


RESULT = View(STATE, _result, forgiving=True)
FRONT = View((), _front, forgiving=True)

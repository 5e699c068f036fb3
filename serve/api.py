"""The API: the objects that the command line prints with ``--json``, over HTTP.

Pages do not skip or repeat a story when the index changes between them: the links to the
others (RFC 8288) name the snapshot that the first was of, which is kept for a while; when it
is gone, the answer says so (410) and never comes from another.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from index.errors import NoSuchStoryError
from index.story import Story
from search.asked import question_of
from search.jsonout import (
    dumps,
    facets_json,
    page_json,
    stats_json,
    story_json,
    suggest_json,
    timeline_json,
    versions_json,
)
from search.results import Page
from serve import parameters as known
from serve.calls import Answer, Call, View
from serve.parameters import Parameter

PREFIX = "/api/v1"
JSON = "application/json"
_SHARED = (*known.FILTERS, known.WORDS, known.SNAPSHOT)


@dataclass(frozen=True, slots=True)
class Operation:
    """One address of the API.

    ``schema`` names the file in ``search/schemas`` that the answer fits.
    """

    path: str
    schema: str
    about: str
    parameters: tuple[Parameter, ...]
    answer: Callable[[Call], Answer]

    @property
    def view(self) -> View:
        """What stands at the address."""
        return View(self.parameters, self.answer)


def _search(call: Call) -> Answer:
    page = call.snapshot.stories.search(today=call.today, **call.options)
    return _json(page_json(page), {"Link": _links(call, page)})


def _similar(call: Call) -> Answer:
    story = story_of(call)
    options = {"facets": True, **call.options}
    page = call.snapshot.stories.similar(story, today=call.today, **options)
    return _json(page_json(page), {"Link": _links(call, page)})


def _facets(call: Call) -> Answer:
    counted = call.snapshot.stories.facets(today=call.today, **{"by": "fit", **call.options})
    total = sum(count.count for count in counted["date"])
    return _json(facets_json(call.options.get("query", ""), total, counted))


def _timeline(call: Call) -> Answer:
    return _json(timeline_json(call.snapshot.stories.timeline(today=call.today, **call.options)))


def _story(call: Call) -> Answer:
    story = story_of(call)
    query = call.options.get("query")
    question = question_of(query, call.today) if query else None
    return _json(story_json(story, call.snapshot.stories.copies(story), question))


def _versions(call: Call) -> Answer:
    story = story_of(call)
    return _json(versions_json(call.snapshot.stories.versions(story.id, by_file=False)))


def _suggest(call: Call) -> Answer:
    query = call.options.get("query", "")
    return _json(suggest_json(query, call.snapshot.stories.suggest(query, today=call.today)))


def _stats(call: Call) -> Answer:
    return _json(stats_json(call.snapshot.stories.stats()))


OPERATIONS = (
    Operation(
        "/search",
        "search",
        "Stories that answer a query and pass the filters, a page of them.",
        (known.QUERY, *_SHARED, known.UNGROUP, known.SORT, known.LIMIT, known.PAGE, known.FACETS),
        _search,
    ),
    Operation(
        "/facets",
        "facets",
        "How many of the stories share a date, place, country, agency, byline.",
        (known.QUERY, *_SHARED, known.FACET_BY),
        _facets,
    ),
    Operation(
        "/timeline",
        "timeline",
        "How many of the stories are of each day, week, month or year.",
        (known.QUERY, *_SHARED, known.TIMELINE_BY),
        _timeline,
    ),
    Operation(
        "/story/{id}",
        "show",
        "One whole story; with a query, what matches it marked.",
        (known.QUERY, known.SNAPSHOT),
        _story,
    ),
    Operation(
        "/similar/{id}",
        "search",
        "Stories that share the words which tell one from others.",
        (*known.FILTERS, known.SNAPSHOT, *known.BESIDES, known.LIMIT, known.PAGE, known.FACETS),
        _similar,
    ),
    Operation(
        "/versions/{id}",
        "versions",
        "The versions of a story in order, who printed each, and what changed in it.",
        (known.SNAPSHOT,),
        _versions,
    ),
    Operation(
        "/suggest",
        "suggest",
        "What may be meant by the words of a query that no story has.",
        (known.QUERY, known.SNAPSHOT),
        _suggest,
    ),
    Operation("/stats", "stats", "What the index holds.", (known.SNAPSHOT,), _stats),
)


def story_of(call: Call) -> Story:
    """The story that the address names by its id, or by the start of one.

    Raises NoSuchStoryError if there is none. Files are not looked for: who asks is not at
    this machine.
    """
    name = call.names["id"]
    if "/" in name or "\\" in name or "\0" in name:
        raise NoSuchStoryError(f"No story has the id {name!r}. A search tells the ids of stories.")
    return call.snapshot.stories.story(name, by_file=False)


def _json(value: dict[str, Any], headers: dict[str, str] | None = None) -> Answer:
    shown = {name: text for name, text in (headers or {}).items() if text}
    return Answer(dumps(value, indent=None).encode(), JSON, shown)


def _links(call: Call, page: Page) -> str:
    """The pages around ``page``, as a Link header has them."""
    moving = ("page", "snapshot")
    kept = [one for one in call.parameters.multi_items() if one[0] not in moving]
    start = f"{call.path}?{urlencode([*kept, ('page', '')])}"
    around = {"first": 1, "prev": page.page - 1, "next": page.page + 1, "last": page.pages}
    return ", ".join(
        f'<{start}{number}&snapshot={call.snapshot.name}>; rel="{rel}"'
        for rel, number in around.items()
        if 1 <= number <= page.pages
    )

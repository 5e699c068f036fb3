"""Golden searches: rows of golden/, each with its reason.

searches.jsonl over corpus.jsonl tries searching, language.jsonl over newsroom.jsonl what the query
language means. A row has a query, the ids in order, and what is marked of each story, in the
snippets and in the headline; nothing else is marked.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from index.errors import QueryError
from search import StoryIndex
from search.language import EXAMPLES
from search.results import Page
from search.stories import Stories
from tests.search.corpora import lines as rows

TODAY = date(2019, 1, 15)


def name_of(case: dict[str, Any]) -> str:
    """What a row is called."""
    return f"{case['query']} {case.get('filters', '')}".strip()


def search_of(stories: Stories, case: dict[str, Any]) -> Page:
    """The page that a row asks for."""
    return stories.search(case["query"], today=TODAY, limit=100, **case.get("filters", {}))


@pytest.mark.parametrize("case", rows("searches.jsonl"), ids=name_of)
def test_golden(golden: StoryIndex, case: dict[str, Any]) -> None:
    page = search_of(golden, case)
    assert [hit.id for hit in page.hits] == case["ids"], case["why"]
    check(page, case)


@pytest.mark.parametrize("case", rows("language.jsonl"), ids=name_of)
def test_language(newsroom: StoryIndex, case: dict[str, Any]) -> None:
    if "error" in case:
        with pytest.raises(QueryError, match=re.escape(case["error"])) as caught:
            search_of(newsroom, case)
        start, end = caught.value.place
        assert case["query"][start:end] == case.get("place", ""), case["why"]
        return
    page = search_of(newsroom, case)
    assert [hit.id for hit in page.hits] == case["ids"], case["why"]
    check(page, case)


def check(page: Page, case: dict[str, Any]) -> None:
    """What a row says of a page besides its ids."""
    assert page.total == len(case["ids"])
    if "note" in case:
        assert page.note == case["note"]
    if "corrected" in case:
        assert page.corrected == case["corrected"]
    for hit in page.hits:
        marked = [part.text[a:b] for part in hit.snippets for a, b in part.marks]
        assert marked == case.get("marks", {}).get(hit.id, []), case["why"]
        marked = [(hit.headline or "")[a:b] for a, b in hit.headline_marks]
        assert marked == case.get("headline_marks", {}).get(hit.id, []), case["why"]


OPERATORS = {
    "a phrase": r'"\w[^"]* [^"]*"',
    "words near": r'"~\d',
    "w/n": r"\bw/\d",
    "pre/n": r"\bpre/\d",
    "AND": r"\bAND\b",
    "OR": r"\bOR\b",
    "NOT": r"\bNOT\b",
    "minus": r"(?:^|\s)-\S",
    "parentheses": r"\(.+\)",
    "prefix": r"\w\*",
    "pattern": r"\?\w|\*\w",
    "about so spelled": r"\w~(?:\s|$)",
    "about so spelled, two": r"\w~2",
    "as printed": r"(?:^|[\s:-])=\w",
    "as printed, a name": r'="',
    "exact:": r"\bexact:",
    "atleast()": r"\batleast\d\(",
    **{
        f"{name}:": rf"\b{name}:"
        for name in "headline lead body byline place country agency".split()
    },
    **{f"{name}:": rf"\b{name}:" for name in "slug date since until".split()},
}
"""What the language has, and how it looks in a query."""
SEVERAL = 3
"""Searches that each of them is in at least, with what is marked."""


def test_every_operator_has_its_searches() -> None:
    cases = [*rows("searches.jsonl"), *rows("language.jsonl")]
    good = [case for case in cases if "error" not in case and case["ids"]]
    assert len(good) >= 120
    assert all(case["why"] for case in cases)
    marked = [case["query"] for case in good if "marks" in case or "headline_marks" in case]
    for name, looks in OPERATORS.items():
        assert sum(bool(re.search(looks, query)) for query in marked) >= SEVERAL, name


@pytest.mark.parametrize("query", [query for query, _ in EXAMPLES])
def test_every_example_of_the_help_finds_something(golden: StoryIndex, query: str) -> None:
    page = golden.search(query, today=TODAY)
    assert page.total
    assert page.corrected is None

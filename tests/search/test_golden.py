"""Golden searches: rows of golden/, each with its reason.

searches.jsonl over corpus.jsonl says which stories are found, in which order; language.jsonl
over newsroom.jsonl says what the query language means, so which stories are found.
"""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from index.errors import QueryError
from search import StoryIndex
from search.language import EXAMPLES
from search.results import Page

TODAY = date(2019, 1, 15)
GOLDEN = Path(__file__).parent / "golden"


def _rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (GOLDEN / name).read_text("utf-8").splitlines()]


def _name(case: dict[str, Any]) -> str:
    return f"{case['query']} {case.get('filters', '')}".strip()


def _search(stories: StoryIndex, case: dict[str, Any]) -> Page:
    return stories.search(case["query"], today=TODAY, limit=100, **case.get("filters", {}))


@pytest.mark.parametrize("case", _rows("searches.jsonl"), ids=_name)
def test_golden(golden: StoryIndex, case: dict[str, Any]) -> None:
    page = _search(golden, case)
    assert [hit.id for hit in page.hits] == case["ids"], case["why"]
    _check(page, case)


@pytest.mark.parametrize("case", _rows("language.jsonl"), ids=_name)
def test_language(newsroom: StoryIndex, case: dict[str, Any]) -> None:
    if "error" in case:
        with pytest.raises(QueryError, match=re.escape(case["error"])) as caught:
            _search(newsroom, case)
        start, end = caught.value.place
        assert case["query"][start:end] == case.get("place", ""), case["why"]
        return
    page = _search(newsroom, case)
    assert sorted(hit.id for hit in page.hits) == sorted(case["ids"]), case["why"]
    _check(page, case)


def _check(page: Page, case: dict[str, Any]) -> None:
    """What a row says of a page besides its ids."""
    assert page.total == len(case["ids"])
    if "note" in case:
        assert page.note == case["note"]
    if "corrected" in case:
        assert page.corrected == case["corrected"]
    for hit in page.hits:
        if hit.id in case.get("marks", {}):
            marked = [part.text[a:b] for part in hit.snippets for a, b in part.marks]
            assert marked == case["marks"][hit.id], case["why"]


@pytest.mark.parametrize("query", [query for query, _ in EXAMPLES])
def test_every_example_of_the_help_finds_something(golden: StoryIndex, query: str) -> None:
    page = golden.search(query, today=TODAY)
    assert page.total
    assert page.corrected is None

"""Golden searches: golden/searches.jsonl over golden/corpus.jsonl, each with its reason."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from search import StoryIndex

TODAY = date(2019, 1, 15)
SEARCHES = [
    json.loads(line)
    for line in (Path(__file__).parent / "golden" / "searches.jsonl")
    .read_text("utf-8")
    .splitlines()
]


def _name(case: dict[str, Any]) -> str:
    return f"{case['query']} {case.get('filters', '')}".strip()


@pytest.mark.parametrize("case", SEARCHES, ids=_name)
def test_golden(golden: StoryIndex, case: dict[str, Any]) -> None:
    page = golden.search(case["query"], today=TODAY, **case.get("filters", {}))
    assert [hit.id for hit in page.hits] == case["ids"], case["why"]
    assert page.total == len(case["ids"])
    if "note" in case:
        assert page.note == case["note"]
    for hit in page.hits:
        if hit.id in case.get("marks", {}):
            marked = [part.text[a:b] for part in hit.snippets for a, b in part.marks]
            assert marked == case["marks"][hit.id], case["why"]

"""Pairs and groups of our own writing, with the truth and the reason why."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.samecopy.groups import Tied, tie
from index.samecopy.signed import signed
from index.story import DateBasis, Dateline, Story, StoryDate, Version

GOLDEN = Path(__file__).resolve().parent.parent / "golden" / "copies.jsonl"
CASES = [json.loads(line) for line in GOLDEN.read_text("utf-8").splitlines()]


def story(number: int, told: dict[str, Any]) -> Story:
    year, month, day = map(int, told["date"].split("-"))
    place = told.get("place")
    return Story(
        id=f"{number + 1:012x}",
        path="",
        format="text",
        headline=told["headline"],
        body=told["body"],
        byline=told.get("byline"),
        dateline=Dateline(place, (place,)) if place else None,
        date=StoryDate(year, month, day, DateBasis.METADATA, certain=True),
        version=Version(told.get("level", 0), told.get("corrected", False), slug=told.get("slug")),
    )


def tied(stories: list[Story]) -> Tied:
    stamps = np.array([int(one.id, 16) for one in stories], np.uint64)
    return tie(signed(stories, stamps), lambda some: [stories[number] for number in some])


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_golden_copies(case: dict[str, Any]) -> None:
    groups = tied([story(*one) for one in enumerate(case["stories"])]).groups
    assert [sorted(group.stories) for group in groups] == case["groups"], case["comment"]
    if "takes" in case:
        assert [[list(take) for take in group.takes] for group in groups] == case["takes"]
    if "fronts" in case:
        assert [group.front for group in groups] == case["fronts"]


def test_all_golden_stories_together() -> None:
    """Cases that are of one event are tied to each other as well; the others stay apart."""
    stories: list[Story] = []
    for case in CASES:
        stories += [story(len(stories) + n, told) for n, told in enumerate(case["stories"])]
    bodies = [one.body.casefold() for one in stories]
    for group in tied(stories).groups:
        about = {"marigold" in bodies[n] or "marig0ld" in bodies[n] for n in group.stories}
        assert len(about) == 1

"""Copies made of real stories are tied, and the real ones kept apart: a floor for each kind."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.copies import KINDS, any_kind, copies_of, distinct, score, tied
from index.read import read_stories
from index.story import Story

FILES = ("reut2-000.sgm", "reut2-001.sgm")
FLOOR, FLOOR_AT_WORST = 0.97, 0.95
"""F1 over pairs; the second where a story is cut, moved about, misread and dressed anew at once."""


@pytest.fixture(scope="module")
def stories(reuters: Path) -> list[Story]:
    found = [one for name in FILES for one in read_stories(reuters / name, name) if one.body]
    return distinct(found)


@pytest.mark.parametrize("kind", KINDS)
def test_copies_of_a_kind(stories: list[Story], kind: str) -> None:
    corpus = copies_of(stories, KINDS[kind], originals=250)
    found = score(corpus, tied(corpus.stories))
    floor = FLOOR_AT_WORST if kind.startswith("all at once") else FLOOR
    assert found.f1 >= floor, f"precision {found.precision:.3f}, recall {found.recall:.3f}"


def test_families_of_copies(stories: list[Story]) -> None:
    corpus = copies_of(stories, any_kind, each=5, originals=250)
    assert score(corpus, tied(corpus.stories)).f1 >= FLOOR

"""Which stories answer where too few have all the words, against counting by hand."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from index.story import Story
from search import open_index
from search.relax import ENOUGH, ENOUGH_OF_MANY, SHARE, SHARE_OF_BEST

VOCABULARY = ("ba", "co", "du", "fa", "gi", "hu", "ja", "ke")
STORIES = 120


@pytest.fixture
def stories(make_story: Callable[..., Story]) -> list[Story]:
    """Each word is rarer than the one before it."""
    chance = np.random.default_rng(7)
    return [
        make_story(
            f"{n:03}",
            None,
            " ".join(w for k, w in enumerate(VOCABULARY) if chance.random() < 0.6 / (k + 1)),
            date="2018" if n % 2 else None,
        )
        for n in range(STORIES)
    ]


def _words(story: Story) -> set[str]:
    return set(story.body.split())


def _weights(stories: list[Story], asked: list[str]) -> dict[str, float]:
    having = {word: sum(word in _words(story) for story in stories) for word in asked}
    return {
        word: math.log(1 + (len(stories) - count + 0.5) / (count + 0.5)) if count else 0.0
        for word, count in having.items()
    }


@pytest.mark.parametrize("dense", [6, 0], ids=["in a row", "sorted"])
@pytest.mark.parametrize("since", [None, "2018"])
def test_many_words_are_weighed(
    tmp_path: Path,
    write_index: Callable[..., Path],
    stories: list[Story],
    monkeypatch: pytest.MonkeyPatch,
    dense: int,
    since: str | None,
) -> None:
    monkeypatch.setattr("search.matches.DENSE", dense)
    chance = np.random.default_rng(11)
    with open_index(write_index(tmp_path / "index", [stories[:50], stories[50:]])) as index:
        for _ in range(30):
            drawn = chance.permutation([*VOCABULARY, "none"])
            asked = [str(word) for word in drawn[: chance.integers(4, 7)]]
            weights = _weights(stories, asked)
            rest = [story for story in stories if since is None or story.date.year]
            worth = {s.id: sum(weights[w] for w in asked if w in _words(s)) for s in rest}
            complete = {story.id for story in rest if set(asked) <= _words(story)}
            least = min(SHARE * sum(weights.values()), SHARE_OF_BEST * max(worth.values()))
            expected = {i for i, weight in worth.items() if weight >= least - 1e-9}
            if len(complete) >= ENOUGH_OF_MANY:
                expected = complete
            found = index.top(" ".join(asked), since=since, limit=STORIES)
            assert set(found.ids) == expected
            assert set(found.ids[: len(complete)]) == complete
            by_any = index.top(" ".join(asked), words="any", since=since, limit=STORIES)
            scores = dict(zip(by_any.ids, by_any.scores, strict=True))
            assert list(found.scores) == pytest.approx([scores[name] for name in found.ids])


@pytest.mark.parametrize(
    ("complete", "words", "relaxed"),
    [
        (ENOUGH, "ba co", False),
        (ENOUGH - 1, "ba co", True),
        (ENOUGH_OF_MANY, "ba co du fa", False),
        (ENOUGH_OF_MANY - 1, "ba co du fa", True),
    ],
)
def test_when_stories_with_all_the_words_are_too_few(
    tmp_path: Path,
    make_story: Callable[..., Story],
    write_index: Callable[..., Path],
    complete: int,
    words: str,
    relaxed: bool,
) -> None:
    some = [make_story(f"all{n}", None, words) for n in range(complete)]
    lacking = [word for word in words.split() for _ in range(10)]
    others = [make_story(f"{n}", None, words.replace(word, "")) for n, word in enumerate(lacking)]
    with open_index(write_index(tmp_path / "index", [some + others])) as index:
        page = index.search(words, facets=False)
        assert page.relaxed is relaxed
        assert page.total == complete + len(others) * relaxed
        assert {hit.id for hit in page.hits[:complete]} == {story.id for story in some}

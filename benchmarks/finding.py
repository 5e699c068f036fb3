"""How well stories are found, and copies tied: short forms of `benchmarks.retrieval` and
`benchmarks.copies` as gates, on some of the Reuters files.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from benchmarks import copies, retrieval
from benchmarks.gate import Gate, Score
from benchmarks.rankers import Ranker, newsq, newsq_any
from index.story import Story

FILES = 3
"""Files that are read, of a thousand stories each."""
STORIES = 1_000
"""Stories among which copies are to be found,"""
ORIGINALS = 100
"""and those that copies are made of, three of each."""
EACH = 3
SEED = 1987


def reuters_files() -> tuple[Path, ...]:
    """The files that are read; a place where there is nothing if they are not there."""
    found = sorted(retrieval.DATA.glob("*.sgm"))[:FILES]
    return tuple(found) or (retrieval.DATA / "reut2-000.sgm",)


@lru_cache(maxsize=1)
def _collection() -> retrieval.Collection:
    return retrieval.read_collection(reuters_files())


@contextmanager
def _ranker(make: Callable[[list[Story], Path], Ranker], stories: list[Story]) -> Iterator[Ranker]:
    with tempfile.TemporaryDirectory() as folder:
        yield make(stories, Path(folder) / "index")


def items(make: Callable[[list[Story], Path], Ranker], deepest: int | None = None) -> Score:
    """Headlines as questions for bodies: 1 / the rank of the right one, on average.

    With ``deepest``, whether it is among so many instead.
    """
    stories = _collection().stories
    score = Score()
    with _ranker(make, [replace(story, headline=None) for story in stories]) as rank:
        for headline, identity in retrieval.known_items(stories):
            place = retrieval.place_of(identity, rank(headline, deepest or 100))
            score.cases += 1
            score.right += (1.0 if deepest else 1 / place) if place else 0.0
            if place != 1:
                score.misses.append(f"{headline}: {place or 'not found'}")
    return score


def topics(make: Callable[[list[Story], Path], Ranker]) -> Score:
    """Topics as questions: the mean of their average precisions."""
    collection = _collection()
    score = Score()
    with _ranker(make, collection.stories) as rank:
        for topic, text in retrieval.asked_topics(collection.topics).items():
            found = rank(text, retrieval.DEPTH)
            precision = retrieval.average_precision(found, collection.topics[topic])
            score.cases += 1
            score.right += precision
            score.misses.append(f"{topic}: {precision:.3f}")
    return score


def tied_copies() -> Score:
    """Copies of every kind among distinct stories: F1 of the pairs that are tied."""
    chosen = random.Random(SEED).sample(_collection().stories, STORIES)
    base = copies.distinct([story for story in chosen if story.body])
    corpus = copies.copies_of(base, copies.any_kind, EACH, ORIGINALS)
    found = copies.score(corpus, copies.tied(corpus.stories))
    wrong = [
        f"{corpus.stories[one].headline} | {corpus.stories[other].headline}"
        for one, other in found.wrong
    ]
    return Score(found.true, found.f1 * found.true, wrong)


def gates() -> list[Gate]:
    """Every measure there is of what is found."""
    data = reuters_files()
    return [
        Gate("items, any word: 1 / rank", data, lambda: items(newsq_any)),
        Gate("items among the first ten", data, lambda: items(newsq, 10)),
        Gate("topics, any word: precision", data, lambda: topics(newsq_any)),
        Gate("copies tied: F1", data, tied_copies),
    ]

"""What the comparison of engines rests on: corpora, questions and sums that repeat."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections import Counter
from itertools import islice
from pathlib import Path

import pytest

from benchmarks.harness.corpus import Corpus, keep, resampled
from benchmarks.harness.questions import Question, draw
from benchmarks.harness.searching import Searching, disagreements
from benchmarks.harness.tables import quantile
from index.analysis import terms
from index.story import DateBasis, Dateline, Story, StoryDate

ROOT = Path(__file__).resolve().parent.parent.parent
WORDS = """grain ship port strike minister rate bond yen crude barrel harvest tonnes quota dollar
bank loan budget deficit tariff export import dock union wage mine copper zinc cocoa""".split()


def stories(count: int = 60) -> list[Story]:
    """Stories of one to five paragraphs; the n-th word is in every (n + 1)-th of them."""
    made = []
    for n in range(count):
        has = [word for place, word in enumerate(WORDS) if n % (place + 1) == 0]
        paragraphs = [f"The {word} talks, part {n}, went on. U.S. {word}s rose." for word in has]
        made.append(
            Story(
                id=f"{n:012x}",
                path=f"/wire/{n}.txt",
                format="text",
                headline=f"{has[-1].title()} and {has[0]} talks",
                body="\n\n".join(paragraphs[: n % 5 + 1]),
                dateline=Dateline("PARIS, Nov 1 -", places=("Paris",), country="FR"),
                agency="Reuters",
                date=StoryDate(2018, 11, n % 28 + 1, DateBasis.DATELINE, True),
            )
        )
    return made


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    return keep(stories(), tmp_path / "records")


def test_resampled_stories_are_the_same_every_time_however_many() -> None:
    many = list(islice(resampled(stories()), 500))
    assert many[:200] == list(islice(resampled(stories()), 200))
    assert many != list(islice(resampled(stories(), seed=2), 500))
    assert len({story.id for story in many}) == len(many)


def test_resampling_keeps_lengths_and_paragraphs() -> None:
    real = stories()
    pool = {paragraph for story in real for paragraph in story.body.split("\n\n")}
    made = list(islice(resampled(real), 5_000))
    assert {p for story in made for p in story.body.split("\n\n")} == pool
    length = sum(len(story.body) for story in made) / len(made)
    assert length == pytest.approx(sum(len(story.body) for story in real) / len(real), rel=0.05)


def test_a_kept_corpus_gives_stories_and_their_terms_back(corpus: Corpus) -> None:
    records = list(corpus.records())
    assert [record.story for record in records] == stories()
    assert [record.body_terms.split() for record in records] == [terms(s.body) for s in stories()]
    assert corpus.text_bytes == sum(
        len(f"{record.story.headline}{record.story.body}".encode()) for record in records
    )


def test_questions_are_the_same_every_time_and_find_something(corpus: Corpus) -> None:
    questions = draw(corpus.records(), per_kind=5)
    assert questions == draw(corpus.records(), per_kind=5)
    kinds = Counter(question.kind for question in questions)
    assert set(kinds) >= {"words and a filter", "prefix"}
    assert kinds["words, all of 2-6"] == kinds["phrase of 2-4"] == 5
    texts = [f" {r.headline_terms} | {r.body_terms} " for r in corpus.records()]
    for question in questions:
        if question.mode == "phrase":
            assert any(f" {' '.join(question.terms)} " in text for text in texts), question
        elif question.mode == "all" and not question.excluded:
            assert any(all(f" {t} " in text for t in question.terms) for text in texts), question


def test_questions_do_not_depend_on_how_python_hashes(corpus: Corpus) -> None:
    code = (
        "import pickle, sys; from benchmarks.harness.questions import draw;"
        "print(draw(pickle.load(sys.stdin.buffer).records(), per_kind=3))"
    )
    drawn = [
        subprocess.run(  # noqa: S603 (our own code)
            [sys.executable, "-c", code],
            input=pickle.dumps(corpus),
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=ROOT,
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert drawn[0] == drawn[1] != b""


def test_a_total_differs_when_most_engines_give_another() -> None:
    questions = [Question("kind", "all", ("oil",), ("oil",)) for _ in range(3)]
    found = [Searching("newsq", totals={0: 1, 1: 5, 2: 9}), Searching("tantivy", totals={0: 1})]
    found[1].totals[1] = 4
    assert disagreements(questions, found) == {"kind": {"newsq": (1, 2), "tantivy": (0, 2)}}
    found.append(Searching("xapian", totals={0: 1, 1: 5}))
    assert disagreements(questions, found)["kind"]["tantivy"] == (1, 2)


@pytest.mark.parametrize(("share", "value"), [(0.0, 1), (0.5, 2), (0.75, 3), (0.76, 4), (1.0, 4)])
def test_a_quantile_is_the_least_value_that_reaches_the_share(share: float, value: float) -> None:
    assert quantile([4, 1, 3, 2], share) == value

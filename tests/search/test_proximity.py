"""Words of a question that stand side by side in a story are worth more, exactly so much."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.story import Story
from search import open_index
from search.phrases import in_both
from search.proximity import WEIGHT, pairs
from search.query import parse
from search.tree import AnyField, Leaf, Near, Or, Phrase, Prefix, Query, Term
from tests.search.oracle import Found, Oracle

VOCABULARY = ("ba", "co", "du", "fa")
FIELDS = ("headline", "body")
texts = st.lists(st.sampled_from(VOCABULARY), max_size=9).map(" ".join)
bodies = st.lists(texts, max_size=2).map("\n\n".join)
asked = st.lists(
    st.sampled_from([*VOCABULARY, *VOCABULARY, '"ba co"', "du*"]),
    min_size=1,
    max_size=4,
    unique=True,
)


def _word(part: str) -> Query:
    """A part of a question as the tree has it, in all fields."""
    if part.endswith("*"):
        return AnyField(tuple(Prefix(name, part[:-1]) for name in ("headline", "lead", "body")))
    words = tuple(part.strip('"').split())
    if len(words) > 1:
        return AnyField(tuple(Phrase(name, words) for name in FIELDS))
    return AnyField(tuple(Term(name, part) for name in ("headline", "lead", "body")))


def _leaf(part: str, name: str) -> Leaf:
    words = tuple(part.strip('"').split())
    return Phrase(name, words) if len(words) > 1 else Term(name, part)


def _expected(plain: Oracle, question: list[str]) -> Found:
    found = plain.scores(Or(tuple(_word(part) for part in question)))
    for one, other in pairwise(question):
        if "*" in one + other:
            continue
        near = tuple(
            Near(name, ((_leaf(one, name),), (_leaf(other, name),)), ((1, True),))
            for name in FIELDS
        )
        for name, score in plain.bm25f(near).items():
            found[name] += WEIGHT * score
    return found


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    batches=st.lists(
        st.lists(st.tuples(texts, bodies), min_size=1, max_size=6), min_size=1, max_size=3
    ),
    questions=st.lists(asked, min_size=8, max_size=16),
    data=st.data(),
)
def test_against_brute_force(
    folders: Iterator[Path],
    make_story: Callable[..., Story],
    write_index: Callable[..., Path],
    batches: list[list[tuple[str, str]]],
    questions: list[list[str]],
    data: st.DataObject,
) -> None:
    stories = [
        [make_story(f"{part}-{place}", *texts) for place, texts in enumerate(batch)]
        for part, batch in enumerate(batches)
    ]
    ids = [story.id for batch in stories for story in batch]
    deleted = data.draw(st.sets(st.sampled_from(ids), max_size=len(ids) - 1))
    plain = Oracle([s for batch in stories for s in batch if s.id not in deleted])
    with open_index(write_index(next(folders), stories, deleted)) as index:
        for question in questions:
            text = " ".join(question)
            found = index.top(text, words="any", limit=100)
            expected = _expected(plain, question)
            got = dict(zip(found.ids, found.scores, strict=True))
            assert got == pytest.approx(expected, rel=1e-6), text
            assert found.total == len(expected)
            assert list(found.scores) == sorted(found.scores, reverse=True)
            page = index.search(text, words="any", limit=2, page=2, facets=False)
            assert [hit.id for hit in page.hits] == list(found.ids[2:4])
            assert [hit.score for hit in page.hits] == list(found.scores[2:4])


def test_scores_and_order_do_not_depend_on_segments(
    tmp_path: Path, make_story: Callable[..., Story], write_index: Callable[..., Path]
) -> None:
    stories = [make_story(f"{n:02}", "ba co", "du ba co " * (n % 7) + "fa " * n) for n in range(40)]
    gone = [make_story(f"gone{n}", "ba co", "ba co du") for n in range(9)]
    whole = write_index(tmp_path / "whole", [stories])
    cut = write_index(
        tmp_path / "cut", [stories[:3], gone, stories[3:25], stories[25:]],
        [story.id for story in gone],
    )  # fmt: skip
    with open_index(whole) as one, open_index(cut) as other:
        for text in ("du ba co", '"du ba" co', "fa co ba"):
            expected, found = (index.top(text, words="any", limit=40) for index in (one, other))
            assert (found.ids, found.scores) == (expected.ids, expected.scores)


def test_words_side_by_side_come_before_words_apart(
    tmp_path: Path, make_story: Callable[..., Story], write_index: Callable[..., Path]
) -> None:
    stories = [
        make_story("apart", None, "south of the border, the korea desk said so"),
        make_story("turned", None, "korea south of the border, the desk said so"),
        make_story("beside", None, "the border of south korea, the desk said so"),
        make_story("other", None, "nothing of it, said the desk, not this time"),
    ]
    with open_index(write_index(tmp_path / "index", [stories])) as index:
        assert index.top("south korea").ids[0] == "beside"
        assert index.top("korea south").ids[0] == "turned"
        assert len(set(index.top("south korea").scores[1:])) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("troops", ""),
        ("oil prices", 'headline:"oil price" OR body:"oil price"'),
        ("troop* korea", ""),
        ("troops OR korea", ""),
        ("place:Seoul troops -korea", ""),
        ('"south korea" troops', "pre/1"),
    ],
)
def test_what_is_a_pair(text: str, expected: str) -> None:
    near = pairs(parse(text).words)
    assert expected in str(near) if expected else near is None


@pytest.mark.parametrize(("some", "others"), [(0, 5), (1, 400), (400, 3), (200, 300), (20, 0)])
def test_what_is_in_both(some: int, others: int) -> None:
    draw = np.random.default_rng(some)
    one, other = (np.sort(draw.choice(500, size, replace=False)) for size in (some, others))
    expected = sorted(set(one.tolist()) & set(other.tolist()))
    assert in_both(one, other).tolist() == expected

"""rank against a slow, plain scorer, over several segments and deletions."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from whoosh.query import (
    And,
    AndNot,
    ConstantScoreQuery,
    DateRange,
    Every,
    Not,
    NullQuery,
    Or,
    Phrase,
    Prefix,
    Query,
    Term,
    Wildcard,
)

from index.analysis import words
from index.schema import date_span
from index.store import open_store
from index.story import Story
from search.arrays import IndexArrays
from search.question import AnyField
from search.rank import FIELD_SCORING, K1, evaluate, top

VOCABULARY = ("ba", "bab", "co", "do", "fa")
texts = st.lists(st.sampled_from(VOCABULARY), max_size=8).map(" ".join)
days = st.sampled_from([None, "2018", "2018-10", "2018-11-01", "2018-11-02"])

leaf_text = st.sampled_from(VOCABULARY)
fields = st.sampled_from(["headline", "body"])
leaves = st.one_of(
    st.builds(Term, fields, leaf_text),
    st.builds(Prefix, fields, st.sampled_from(["b", "ba", "z"])),
    st.builds(Phrase, fields, st.lists(leaf_text, min_size=2, max_size=3), slop=st.integers(1, 3)),
)
anywhere = st.one_of(
    leaf_text.map(lambda text: AnyField([Term("headline", text), Term("body", text)])),
    st.lists(leaf_text, min_size=2, max_size=3).map(
        lambda text: AnyField([Phrase("headline", text), Phrase("body", text)])
    ),
)
moments = st.sampled_from([None, datetime(2018, 10, 31), datetime(2018, 11, 1)])
ranges = st.builds(
    DateRange,
    st.sampled_from(["date", "date_last"]),
    moments,
    moments,
    st.booleans(),
    st.booleans(),
)
queries = st.recursive(
    st.one_of(leaves, anywhere, anywhere, ranges, st.just(Every()), st.just(NullQuery)),
    lambda children: st.one_of(
        st.lists(children, min_size=1, max_size=3).map(And),
        st.lists(children, min_size=1, max_size=3).map(Or),
        st.lists(children, min_size=1, max_size=2).map(lambda qs: And([*qs, Not(qs[0])])),
        children.map(Not),
        st.builds(AndNot, children, children),
        children.map(lambda query: ConstantScoreQuery(query, 2.0)),
    ),
    max_leaves=6,
)


class Oracle:
    """The same scores, one story after another, with dictionaries."""

    def __init__(self, stories: list[Story]) -> None:
        self.stories = {story.id: story for story in stories}
        self.words = {
            (field, story.id): [word.term for word in words(getattr(story, field) or "")]
            for story in stories
            for field in ("headline", "body")
        }

    def scores(self, query: Query) -> dict[str, float]:
        everything = dict.fromkeys(self.stories, 0.0)
        match query:
            case AnyField():
                return self.bm25f(query.subqueries)
            case Term() | Prefix() | Phrase():
                return self.bm25f([query])
            case And():
                found = everything
                for child in query.subqueries:
                    scores = self.scores(child)
                    found = {name: found[name] + scores[name] for name in found if name in scores}
                return found
            case Or():
                found = {}
                for child in query.subqueries:
                    for name, score in self.scores(child).items():
                        found[name] = found.get(name, 0.0) + score
                return found
            case AndNot():
                without = self.scores(query.b)
                return {i: score for i, score in self.scores(query.a).items() if i not in without}
            case Not():
                without = self.scores(query.query)
                return {name: 0.0 for name in everything if name not in without}
            case ConstantScoreQuery():
                return dict.fromkeys(self.scores(query.child), query.score)
            case Every():
                return dict.fromkeys(everything, 1.0)
            case DateRange():
                return {name: 1.0 for name in everything if self.is_in(query, name)}
        assert query is NullQuery
        return {}

    def is_in(self, query: DateRange, name: str) -> bool:
        span = date_span(self.stories[name].date)
        if span is None:
            return False
        day = span[query.fieldname == "date_last"]
        first, last = query.startdate, query.enddate
        return (first is None or (day > first if query.startexcl else day >= first)) and (
            last is None or (day < last if query.endexcl else day <= last)
        )

    def bm25f(self, children: list[Query]) -> dict[str, float]:
        sums: dict[str, float] = {}
        for child in children:
            scoring = FIELD_SCORING[child.fieldname]
            sizes = {name: len(self.words[child.fieldname, name]) for name in self.stories}
            known = [size for size in sizes.values() if size]
            for name in self.stories:
                count = self.count(child, self.words[child.fieldname, name])
                if count:
                    mean = sum(known) / len(known)
                    norm = 1 - scoring.b + scoring.b * sizes[name] / mean
                    sums[name] = sums.get(name, 0.0) + scoring.weight * count / norm
        total, having = len(self.stories), len(sums)
        idf = math.log(1 + (total - having + 0.5) / (having + 0.5))
        return {name: idf * tf / (K1 + tf) for name, tf in sums.items()}

    def count(self, leaf: Query, terms: list[str]) -> int:
        if isinstance(leaf, Term):
            return terms.count(leaf.text)
        if isinstance(leaf, Prefix):
            return sum(term.startswith(leaf.text) for term in terms)
        return sum(self.stands(leaf, terms, start, 0) for start in range(len(terms)))

    def stands(self, phrase: Phrase, terms: list[str], at: int, word: int) -> bool:
        if at >= len(terms) or terms[at] != phrase.words[word]:
            return False
        if word == len(phrase.words) - 1:
            return True
        return any(
            self.stands(phrase, terms, at + step, word + 1) for step in range(1, phrase.slop + 1)
        )


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    where = tmp_path_factory.mktemp("rank")
    return (where / str(number) for number in range(1_000_000))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    batches=st.lists(
        st.lists(st.tuples(texts, texts, days), min_size=1, max_size=6), min_size=1, max_size=3
    ),
    asked=st.lists(queries, min_size=10, max_size=20),
    data=st.data(),
)
def test_against_brute_force(
    folders: Iterator[Path],
    make_story: Callable[..., Story],
    write_index: Callable[..., Path],
    batches: list[list[tuple[str, str, str | None]]],
    asked: list[Query],
    data: st.DataObject,
) -> None:
    stories = [
        [
            make_story(f"{part}-{place}", headline, body, date=day)
            for place, (headline, body, day) in enumerate(batch)
        ]
        for part, batch in enumerate(batches)
    ]
    ids = [story.id for batch in stories for story in batch]
    deleted = data.draw(st.sets(st.sampled_from(ids), max_size=len(ids) - 1))
    store = open_store(write_index(next(folders), stories, deleted))
    index = IndexArrays(store.reader())
    oracle = Oracle([story for batch in stories for story in batch if story.id not in deleted])
    for query in asked:
        found = evaluate(query, index)
        assert (np.diff(found.docs) > 0).all()
        got = {
            index.stored(doc)["id"]: score
            for doc, score in zip(found.docs.tolist(), found.scores.tolist(), strict=True)
        }
        expected = oracle.scores(query)
        assert got == pytest.approx(expected, rel=1e-9, abs=1e-12), query
        best = top(found.docs, (found.scores.round(9),), 3, index)
        order = sorted(expected, key=lambda name: (-round(got[name], 9), name))[:3]
        assert [index.stored(doc)["id"] for doc in best.tolist()] == order
    index.close()


def test_an_empty_index(tmp_path: Path, write_index: Callable[..., Path]) -> None:
    index = IndexArrays(open_store(write_index(tmp_path / "index", [])).reader())
    for query in (Every(), Term("body", "ba"), Not(Every()), Prefix("body", "b")):
        assert evaluate(query, index).docs.size == 0
    index.close()


@pytest.mark.parametrize(
    ("first", "last", "open_first", "open_last", "expected"),
    [
        (1, 2, False, False, "ab"),
        (1, 2, True, False, "b"),
        (1, 2, False, True, "a"),
        (1, 2, True, True, ""),
        (None, 2, False, True, "a"),
        (2, None, False, False, "bc"),
        (None, None, False, False, "abc"),
    ],
)
def test_the_ends_of_date_ranges(
    tmp_path: Path,
    make_story: Callable[..., Story],
    write_index: Callable[..., Path],
    first: int | None,
    last: int | None,
    open_first: bool,
    open_last: bool,
    expected: str,
) -> None:
    stories = [make_story(name, date=f"2018-11-0{day}") for day, name in enumerate("abc", 1)]
    index = IndexArrays(open_store(write_index(tmp_path / "index", [stories])).reader())
    ends = [day and datetime(2018, 11, day) for day in (first, last)]
    found = evaluate(DateRange("date", *ends, open_first, open_last), index)
    assert "".join(index.stored(doc)["id"] for doc in found.docs.tolist()) == expected
    index.close()


def test_boosts_multiply(
    tmp_path: Path, make_story: Callable[..., Story], write_index: Callable[..., Path]
) -> None:
    folder = write_index(tmp_path / "index", [[make_story("a", "ba"), make_story("b", "co")]])
    index = IndexArrays(open_store(folder).reader())
    once = evaluate(Term("headline", "ba"), index).scores
    assert evaluate(Term("headline", "ba", boost=2.0), index).scores == pytest.approx(2 * once)
    index.close()


def test_unknown_query_classes_are_told(tmp_path: Path, write_index: Callable[..., Path]) -> None:
    index = IndexArrays(open_store(write_index(tmp_path / "index", [])).reader())
    with pytest.raises(TypeError, match="Wildcard"):
        evaluate(Wildcard("body", "b?"), index)
    index.close()

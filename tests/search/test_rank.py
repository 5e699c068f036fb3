"""rank against a slow, plain scorer, over several segments and deletions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.errors import QueryError
from index.snapshot import open_snapshot
from index.story import Story
from search.allowance import MOST, Cost
from search.arrays import IndexArrays
from search.best import best
from search.filters import moment
from search.rank import evaluate
from search.tree import (
    AnyField,
    AnyTerm,
    Every,
    Fuzzy,
    Not,
    NumberRange,
    Or,
    Prefix,
    Query,
    Term,
    Wildcard,
)
from tests.search.oracle import Oracle
from tests.search.trees import Batches, batches, queries, some_deleted


def _open(folder: Path) -> IndexArrays:
    return IndexArrays(open_snapshot(folder).segments)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    batches=batches,
    asked=st.lists(queries, min_size=15, max_size=25),
    data=st.data(),
)
def test_against_brute_force(
    folders: Iterator[Path],
    make_story: Callable[..., Story],
    write_index: Callable[..., Path],
    batches: Batches,
    asked: list[Query],
    data: st.DataObject,
) -> None:
    stories, deleted = some_deleted(batches, make_story, data)
    index = _open(write_index(next(folders), stories, deleted))
    plain = Oracle([s for batch in stories for s in batch if s.id not in deleted])
    for query in asked:
        found = evaluate(query, index)
        assert (np.diff(found.docs) > 0).all()
        names = index.ids(found.docs.tolist())
        got = dict(zip(names, found.scores.tolist(), strict=True))
        expected = plain.scores(query)
        assert got == pytest.approx(expected, rel=1e-6, abs=1e-12), query
        rounded = found.scores.round(5)
        dates = index.numbers("date")[found.docs]
        keys = {
            name: (-score, -day, -(doc % 2), name)
            for name, score, day, doc in zip(
                names, rounded.tolist(), dates.tolist(), found.docs.tolist(), strict=True
            )
        }
        places = best(found.docs, (rounded,), 3, index, lambda docs: docs % 2)
        assert [names[n] for n in places] == sorted(keys, key=keys.__getitem__)[:3]


def test_scores_do_not_depend_on_segments(
    tmp_path: Path, make_story: Callable[..., Story], write_index: Callable[..., Path]
) -> None:
    stories = [make_story(f"{n:02}", "ba co", "do " * n + "ba " * (n % 5)) for n in range(40)]
    gone = [make_story(f"gone{n}", "ba", "ba ba do") for n in range(9)]
    whole = _open(write_index(tmp_path / "whole", [stories]))
    cut = _open(
        write_index(
            tmp_path / "cut", [stories[:3], gone, stories[3:25], stories[25:]],
            [story.id for story in gone],
        )
    )  # fmt: skip
    query = Or((AnyField((Term("headline", "ba"), Term("body", "ba"))), Prefix("body", "d")))
    one, other = evaluate(query, whole), evaluate(query, cut)
    assert whole.ids(one.docs.tolist()) == cut.ids(other.docs.tolist())
    assert one.scores.tolist() == other.scores.tolist()


def test_ties_come_newest_first_and_then_by_id(
    tmp_path: Path, make_story: Callable[..., Story], write_index: Callable[..., Path]
) -> None:
    days = ["2018-11-01", None, "2019-01-01", "2018-11-01", "2018-11-01"]
    stories = [make_story(name, "ba", date=day) for name, day in zip("ecbda", days, strict=True)]
    index = _open(write_index(tmp_path / "index", [stories[:2], stories[2:]]))
    found = evaluate(Term("headline", "ba"), index)
    for count in range(1, 7):
        places = best(found.docs, (found.scores,), count, index)
        assert "".join(index.ids(found.docs[places].tolist())) == "badec"[:count]


@pytest.mark.parametrize("takes", [False, True])
def test_many_ties(
    tmp_path: Path, make_story: Callable[..., Story], write_index: Callable[..., Path], takes: bool
) -> None:
    stories = [
        make_story(f"{n * 7 % 300:03}", "ba", date="2018-11-01" if n % 3 else "2018-11-02")
        for n in range(300)
    ]
    index = _open(write_index(tmp_path / "index", [stories[:120], stories[120:]]))
    found = evaluate(Term("headline", "ba"), index)

    def order(doc: int) -> tuple[bool, int, str]:
        return doc % 3 > 0, -(doc % 5) if takes else 0, stories[doc].id

    for count in (1, 10, 99, 101, 180):
        places = best(
            found.docs, (found.scores,), count, index, (lambda docs: docs % 5) if takes else None
        )
        assert found.docs[places].tolist() == sorted(range(300), key=order)[:count]


def test_the_best_of_many_blocks(
    tmp_path: Path,
    make_story: Callable[..., Story],
    write_index: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    index = _open(write_index(tmp_path / "index", [[make_story("a", "ba")]]))
    draw = np.random.default_rng(7)
    for size in (4_095, 4_097, 20_000):
        monkeypatch.setattr(index, "numbers", lambda name, size=size: np.zeros(size, np.int64))
        scores = draw.permutation(size).astype(np.float32)
        for count in (1, 10, 500):
            places = best(np.arange(size), (scores,), count, index)
            assert scores[places].tolist() == list(range(size - 1, size - 1 - count, -1))


def test_an_empty_index(tmp_path: Path, write_index: Callable[..., Path]) -> None:
    index = _open(write_index(tmp_path / "index", []))
    for query in (Every(), Term("body", "ba"), Not(Every()), Prefix("body", "b")):
        assert evaluate(query, index).docs.size == 0


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
    index = _open(write_index(tmp_path / "index", [stories]))
    low, high = (day and moment(date(2018, 11, day)) for day in (first, last))
    found = evaluate(NumberRange("date", low, high, open_first, open_last), index)
    assert "".join(index.ids(found.docs.tolist())) == expected


def test_what_stands_for_too_much_is_refused(
    tmp_path: Path,
    make_story: Callable[..., Story],
    write_index: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stories = [make_story(str(n), f"w{n}", "co do fa") for n in range(100)]
    index = _open(write_index(tmp_path / "index", [stories]))
    with pytest.raises(QueryError, match="3 changes at most"):
        evaluate(Fuzzy("body", "co", 9), index)
    assert evaluate(Prefix("headline", "w"), index).docs.size == 100
    monkeypatch.setitem(MOST, Cost.POSTINGS, 99)
    with pytest.raises(QueryError, match="more letters"):
        evaluate(Wildcard("headline", "w*"), index)
    monkeypatch.setitem(MOST, Cost.TERMS, 99)
    with pytest.raises(QueryError, match="first letters"):
        evaluate(Wildcard("headline", "*1"), index)


def test_a_pattern_of_many_stars_takes_no_longer(
    tmp_path: Path, make_story: Callable[..., Story], write_index: Callable[..., Path]
) -> None:
    index = _open(write_index(tmp_path / "index", [[make_story("a", "a" * 64)]]))
    assert evaluate(Wildcard("headline", "a*" * 30 + "b"), index).docs.size == 0


def test_what_was_found_is_kept_as_far_as_there_is_room(
    tmp_path: Path,
    make_story: Callable[..., Story],
    write_index: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stories = [make_story(str(n), "ba co", "do") for n in range(50)]
    index = _open(write_index(tmp_path / "index", [stories]))
    ba, co = Term("headline", "ba"), Term("headline", "co")
    kept = evaluate(ba, index)
    assert evaluate(ba, index) is kept
    monkeypatch.setattr("search.arrays.CACHE_BYTES", kept.nbytes)
    again = evaluate(co, index)
    assert index.remembered(ba) is None
    assert index.remembered(co) is again


def test_a_query_that_is_large_itself_is_not_kept_for_long(
    tmp_path: Path,
    make_story: Callable[..., Story],
    write_index: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    index = _open(write_index(tmp_path / "index", [[make_story("a", "ba co", "do")]]))
    monkeypatch.setattr("search.arrays.CACHE_BYTES", 100_000)
    many, ba = AnyTerm("headline", tuple(f"word{n}" for n in range(3_000))), Term("headline", "ba")
    evaluate(many, index)
    assert index.remembered(many) is not None
    evaluate(ba, index)
    assert index.remembered(many) is None
    assert index.remembered(ba) is not None

"""What stands nearest to what."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from search.marks import MOST_STEPS, marked
from search.near import Spans, nearest, united
from search.operators import MAX_NEAR
from search.query import parse

RUNS = st.lists(
    st.tuples(st.integers(0, 30), st.integers(0, 4)).map(lambda run: (run[0], run[0] + run[1])),
    min_size=1,
    max_size=9,
)


def spans(runs: list[tuple[int, int]]) -> Spans:
    starts, ends = np.array(runs, np.int64).T
    return united([Spans(starts[:1], ends[:1]), Spans(starts, ends)])


@given(RUNS, RUNS, st.sampled_from([{}, {"after": True}, {"before": True}]))
def test_the_nearest_is_the_nearest(
    some: list[tuple[int, int]], others: list[tuple[int, int]], side: dict[str, bool]
) -> None:
    ours, theirs = spans(some), spans(others)
    for number, found in enumerate(nearest(ours, theirs, **side).tolist()):
        start, end = int(ours.starts[number]), int(ours.ends[number])
        gaps = [
            *(theirs.starts[theirs.starts > end] - end if "before" not in side else ()),
            *(start - theirs.ends[theirs.ends < start] if "after" not in side else ()),
        ]
        if gaps:
            one = int(theirs.starts[found]), int(theirs.ends[found])
            assert max(one[0] - end, start - one[1]) == min(gaps)


def test_a_long_chain_marks_all_of_a_text_that_has_little_of_it() -> None:
    text = "the ferry " * 20
    query = parse(" w/1000 ".join(["the"] * MAX_NEAR))
    assert len(marked(text, query, "body")) == 20


def test_a_text_that_has_very_much_of_it_is_marked_as_far_as_that_goes() -> None:
    found = marked("a b. " * MOST_STEPS, parse("a w/2 b"), "body")
    assert 1_000 < len(found) < MOST_STEPS
    assert found[:2] == ((0, 1), (2, 3))

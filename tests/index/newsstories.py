"""Stories of every shape, drawn by hypothesis."""

from __future__ import annotations

from hypothesis import strategies as st

from index.story import DateBasis, Dateline, Story, StoryDate, Version

_words = st.sampled_from(
    [
        "wheat",
        "Wheat,",
        "the",
        "U.S.",
        "South-Korea",
        "--",
        "28,500",
        "Korea's",
        "São",
        "(oil)",
        "AP",
    ]
)
texts = st.one_of(st.lists(_words, max_size=30).map(" ".join), st.text(max_size=40))
names = st.sampled_from(["Seoul", "São Paulo", "New York", "Kyiv"])
agencies = st.none() | st.sampled_from(["AP", "Reuters", "dpa"])
dates = st.one_of(
    st.builds(
        StoryDate, st.sampled_from([1987, 2018]), st.sampled_from([2, 12]),
        st.none() | st.integers(1, 28), st.sampled_from(list(DateBasis)), st.booleans(), texts,
    ),
    st.builds(StoryDate, st.just(2019), reason=texts),
    st.just(StoryDate(None, 11, 5, DateBasis.NO_YEAR)),
    st.just(StoryDate()),
)  # fmt: skip
datelines = st.builds(
    Dateline,
    texts,
    st.lists(names, max_size=2).map(tuple),
    st.none() | st.just("SP"),
    st.none() | st.sampled_from(["BR", "KR"]),
    st.none() | st.integers(1, 12),
    st.none() | st.integers(1, 28),
    st.none() | st.just(2018),
    agencies,
    st.none() | st.tuples(st.floats(-90, 90), st.floats(-180, 180)),
)
versions = st.builds(
    Version, st.integers(0, 4), st.booleans(), st.booleans(), st.booleans(), st.none() | texts,
    st.none() | st.sampled_from(["am-budget", "BC-Café"]),
)  # fmt: skip
stories = st.builds(
    Story,
    id=st.uuids().map(str),
    path=st.sampled_from(["/c/a.txt", "/c/b.sgm"]),
    format=st.sampled_from(["text", "nitf"]),
    headline=st.none() | texts,
    body=texts,
    byline=st.none() | texts,
    dateline=st.none() | datelines,
    agency=agencies,
    credits=st.lists(st.sampled_from(["EFE", "TASS"]), max_size=2, unique=True).map(tuple),
    date=dates,
    page_date=st.none() | st.just("2025-04"),
    version=st.none() | versions,
)
corpora = st.lists(stories, max_size=12, unique_by=lambda story: story.id)
"""Stories for one segment."""

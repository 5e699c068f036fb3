"""The query language, asked: any text is answered or refused, soon and with a place."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.errors import QueryError
from search import StoryIndex
from search.allowance import MOST, Cost
from search.language import language
from search.marks import marked
from search.query import parse

TODAY = date(2019, 1, 15)
words = st.sampled_from(
    "troops border Soldiers Apple apples Kim Jong Un us US South Korea 28,500 bank the".split()
)
marks = st.sampled_from(
    [*("(", ")", '"', "-", "*", "~2", "?", "=", "atleast2(", "w/3", "pre/3", "AND", "OR", "NOT")]
)
names = st.sampled_from("headline: lead: body: byline: place: country: date: since: exact:".split())
queries = st.lists(
    st.tuples(st.one_of(words, words, marks, names), st.sampled_from(["", " ", " "])), max_size=12
).map(lambda pieces: "".join(piece + space for piece, space in pieces))


@settings(max_examples=300, deadline=None)
@given(query=queries)
@example("date:us South w/3")
@example('=( "Kim Jong" OR -place: )')
def test_any_text_is_answered_or_refused(newsroom: StoryIndex, query: str) -> None:
    page = None
    try:
        page = newsroom.search(query, today=TODAY, limit=30)
    except QueryError as error:
        start, end = error.place
        told = str(error)
    else:
        start, end, told = 0, 0, page.note or ""
    assert told.isprintable()
    assert 0 <= start <= end <= len(query)
    if page is None:
        return
    assert page.total == newsroom.top(query, today=TODAY).total or page.corrected
    for hit in page.hits:
        for part in hit.snippets:
            assert all(0 <= a < b <= len(part.text) for a, b in part.marks)


@settings(max_examples=100, deadline=None)
@given(
    one=words, other=words, distance=st.integers(1, 12), field=st.sampled_from(["headline", "body"])
)
def test_near_widens_and_has_no_sides(
    newsroom: StoryIndex, one: str, other: str, distance: int, field: str
) -> None:
    def ids(query: str) -> set[str]:
        return set(newsroom.top(f"{field}:({query})", limit=30, words="all").ids)

    near = ids(f"{one} w/{distance} {other}")
    assert near == ids(f"{other} w/{distance} {one}")
    assert near <= ids(f"{one} w/{distance + 1} {other}")
    in_order = ids(f"{one} pre/{distance} {other}")
    assert near == in_order | ids(f"{other} pre/{distance} {one}")
    assert near <= ids(f"{one} AND {other}")


@settings(max_examples=60, deadline=None)
@given(word=words)
def test_exactness_narrows(newsroom: StoryIndex, word: str) -> None:
    exact = set(newsroom.top(f"={word}", limit=30).ids)
    assert exact <= set(newsroom.top(f'"{word}"', limit=30).ids)
    for name in exact:
        story = newsroom.story(name)
        text = f"{story.headline} {story.body}"
        shown = {text[a:b] for a, b in marked(text, parse(f"={word}"), "body")}
        assert shown <= {word, f"{word}'s", f"{word}’s"}
        assert shown


HOSTILE = [
    "word " * 100_000,
    "x" * 200_000,
    "(" * 50_000,
    "(" * 50_000 + "troops" + ")" * 50_000,
    *("*", "?*", "*?*?*", "a~9", "a~", "a~2", "* troops", "a*b*c*d*e*f*g*h*i*j*k*l*"),
    "*a" * 40 + "*",
    "?" * 900 + "a",
    "since:0001 until:9999",
    "date:0001..9999 the",
    "since:1900 " * 200,
    "troops w/5 " * 150 + "border",
    "atleast2(" * 900 + "troops",
    "troops w/1000 border w/1000 troops w/1000 border",
    "=" * 50_000,
    "=the " * 150,
    "exact:" * 10_000 + "x",
    "date:" * 10_000 + "2018",
    "date: since: until:",
    '"us us us us us us us us"',
    "1 000 " * 300,
    "South Korea " * 300,
    "$1 billion " * 200,
    "a-" * 800 + "a",
    "troops\x00\x1b[31m w/5 \u202eborder",
    "99999999999999999999999 w/999999 atleast999999(x) x~999999",
]


@pytest.mark.parametrize("query", HOSTILE, ids=lambda query: f"{query[:12]}... {len(query)}")
def test_hostile_queries_are_answered_or_refused_within_a_second(
    newsroom: StoryIndex, query: str
) -> None:
    started = time.process_time()
    told = ""
    try:
        newsroom.search(query, today=TODAY)
    except QueryError as error:
        told = str(error)
    assert told.isprintable()
    assert len(told) < 600
    assert time.process_time() - started < 1


def test_the_help_is_one_screen() -> None:
    lines = language().splitlines()
    assert len(lines) <= 30
    assert max(map(len, lines)) <= 82


def test_what_would_take_too_long_is_refused(
    newsroom: StoryIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(MOST, Cost.STORIES, 2)
    with pytest.raises(QueryError, match="as printed"):
        newsroom.search("=apple")
    assert newsroom.search("=Apple phones").total == 1  # one story is left to read
    assert newsroom.search("=Apple", agency="AP").total == 1
    monkeypatch.setitem(MOST, Cost.PLACES, 2)
    with pytest.raises(QueryError, match="more letters"):
        newsroom.search("t* w/5 b*")


def test_words_are_wanted_most_all_or_any(newsroom: StoryIndex) -> None:
    with pytest.raises(QueryError, match="most, all, any"):
        newsroom.search("troops", words="some")
    assert newsroom.top("troops ferry", words="all").total == 0
    assert newsroom.top("troops ferry", words="any").total == 6
    assert sum(count.count for count in newsroom.facets("troops ferry", words="any")["date"]) == 6

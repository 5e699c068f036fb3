"""Query text to query trees."""

from __future__ import annotations

import contextlib
import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from whoosh.index import open_dir

from index.errors import QueryError
from search.filters import moment
from search.query import parse
from search.tree import Phrase
from search.whooshtree import to_whoosh


def _days(month: str, rest: str) -> str:
    start = moment(date.fromisoformat(f"{month}-01"))
    end = moment(date.fromisoformat(f"{month}-31")) + 86_400_000_000 - 1
    return f"({rest} AND (date:[ TO {end}] AND date_last:[{start} TO ])=0)"


TREES = [
    # words, phrases, operators
    ("troops", "(headline:troop OR lead:troop OR body:troop)"),
    ('"South Korea"', '(headline:"south korea" OR body:"south korea")'),
    (
        "Jong-un",
        '(headline:"jong un" OR headline:jongun OR lead:jongun OR body:"jong un" OR body:jongun)',
    ),
    ("headline:troops", "headline:troop"),
    ("headline:x OR body:y AND byline:z", "(headline:x OR (body:y AND byline:z))"),
    ("headline:(x OR y) body:z", "((headline:x OR headline:y) AND body:z)"),
    ("headline:x NOT body:y", "(headline:x AND NOT body:y)"),
    ("headline:x -body:y", "(headline:x AND NOT body:y)"),
    ("headline:x NOT NOT body:y", "(headline:x AND body:y)"),
    ("headline:troop*", "headline:troop*"),
    ("HEADLINE:x", "headline:x"),
    ("headline:(x w/5 y)", "(headline:x) w/5 (headline:y)"),
    (
        "headline:x W/5 headline:y PRE/2 headline:z",
        "(headline:x) w/5 (headline:y) pre/2 (headline:z)",
    ),
    ('headline:(x OR "y z") w/1 headline:z', '(headline:x OR headline:"y z") w/1 (headline:z)'),
    ("headline:atleast3(x OR y)", "atleast3(headline:x OR headline:y)"),
    ("atleast3(headline:x lead:y)", "(atleast3(headline:x) AND atleast3(lead:y))"),
    ("headline:=Apple", '="Apple"(headline:appl)'),
    ('exact:headline:"New York"', '="New York"(headline:"new york")'),
    ("lead:x slug:US-Korea,", "(lead:x AND slug:us-korea=0)"),
    ("headline:t*p?", "headline:t*p?"),
    ("headline:troop?", "headline:troop"),
    ("headline:kim~2", "headline:kim~2"),
    ("headline:us", "headline:<us|usa>"),
    ("headline:US", "headline:usa"),
    ("headline:28,500", '(headline:<28500|28.500> OR headline:"28 500")'),
    ("headline:1,600,000", '(headline:<1600000|1.600.000> OR headline:"1 600 000")'),
    ("headline:1987", "headline:1987"),
    ("headline:(South Africa)", '((headline:south OR headline:"s africa") AND headline:africa)'),
    ("headline:(South Bend)", "(headline:south AND headline:bend)"),
    ("headline:x date:2018-10", _days("2018-10", "headline:x")),
    # what cannot be an operator
    ("headline:x AND", "headline:x"),
    ("OR headline:x", "headline:x"),
    ("headline:x OR OR body:y", "(headline:x OR body:y)"),
    ("((headline:x", "headline:x"),
    ("headline:x))) body:y", "(headline:x AND body:y)"),
    ("headline:x () body:y", "(headline:x AND body:y)"),
    ('headline:x "', "headline:x"),
    ("- headline:x -- !? *", "headline:x"),
    # stop words
    ("the headline:x", "headline:x"),
    ("headline:the headline:x", "(headline:the AND headline:x)"),
]


pieces = st.sampled_from(
    [
        *("(", ")", '"', "-", "*", "~", ":", " ", "AND ", "OR ", "NOT ", '"~5', "“"),
        *("headline:", "place:", "country:", "KR ", "the ", "troops ", "Jong-un "),
        *("w/5 ", "pre/2 ", "atleast2(", "=", "exact:", "lead:", "date:", "2018-10 "),
        *("since:", "us ", "South ", "Korea ", "28 ", "500 ", "$1.6 ", "billion "),
        *("slug:", "byline:", "t*p? ", "trops~2 ", "?", "w/0 ", "\t", "`é`", "\x00"),
    ]
)


@pytest.mark.parametrize(("text", "tree"), TREES)
def test_tree(text: str, tree: str) -> None:
    assert str(parse(text).query) == tree


def test_slop() -> None:
    phrases = parse('"US troops"~5').query.children()
    assert [leaf.slop for leaf in phrases if isinstance(leaf, Phrase)] == [5, 5]


def test_parts_of_a_plain_question() -> None:
    question = parse('the troops "South Korea" headline:drill -japan country:KR troops')
    assert len(question.words) == 2
    assert len(question.insisted) == 2
    assert len(question.excluded) == 1


@pytest.mark.parametrize("text", ["troops AND korea", "troops OR korea", "troops (korea OR japan)"])
def test_operators_make_a_question_exact(text: str) -> None:
    assert parse(text).words == ()


def test_grouping_alone_is_no_operator() -> None:
    assert len(parse("Washington, Nov 1 (IANS) The US Defense").words) == 6


@pytest.mark.parametrize("text", ["", " ", "?!", '""', "((()))", "- -- *", "headline:", "\x00"])
def test_a_question_needs_a_word(text: str) -> None:
    if text == "headline:":
        assert parse(text).words
        return
    with pytest.raises(QueryError, match="no word"):
        parse(text)


def test_too_many_words() -> None:
    parse("word " * 1000)
    with pytest.raises(QueryError, match="more than 1,000 words"):
        parse("word " * 1001)


def test_a_country_must_be_one() -> None:
    with pytest.raises(QueryError, match="Ruritania"):
        parse("country:Ruritania")


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("troops korea", {"a001", "a002"}),
        ('"south korea"', {"a001", "a002"}),
        ("econom*", {"a010"}),
        ("place:seoul drill", {"a023"}),
    ],
)
def test_a_plain_whoosh_searcher_takes_the_tree(
    golden_folder: Path, text: str, ids: set[str]
) -> None:
    with open_dir(str(golden_folder)).searcher() as searcher:
        assert {hit["id"] for hit in searcher.search(to_whoosh(parse(text).query))} == ids


@given(st.one_of(st.text(max_size=200), st.lists(pieces, max_size=60).map("".join)))
@example("headlıne:x")
@example("headline:body:place:x")
@example("NOT (NOT (the))")
def test_any_text_parses_or_is_a_mistake(text: str) -> None:
    try:
        question = parse(text)
    except QueryError:
        return
    assert question.query is not None
    repr(question.query)


@pytest.mark.parametrize(
    "text",
    [
        *("(" * 99_000, ")" * 99_000, '"' * 99_000, "-" * 99_000, "a" * 99_000, "() " * 30_000),
        *(
            "NOT " * 20_000 + "x",
            "headline:" * 10_000 + "x",
            "(x " * 900,
            "a-" * 40_000,
            " " * 99_000,
        ),
        *("x" * 200_000, '"x" ~' * 10_000, "*" * 90_000, "é" * 90_000, "1,1." * 20_000),
    ],
    ids=lambda text: f"{text[:8]}...",
)
def test_hostile_text_is_quick(text: str) -> None:
    started = time.process_time()
    with contextlib.suppress(QueryError):
        parse(text)
    assert time.process_time() - started < 2


@given(
    st.lists(st.sampled_from("the us US troops Koreas 28 a14 São not Or 1990s".split()), min_size=1)
)
def test_the_short_way_for_plain_words_leads_where_the_long_one_does(printed: list[str]) -> None:
    short = parse(" ".join(printed))
    long = parse(" ".join(printed) + " !")
    assert (short.query, short.words) == (long.query, long.words)

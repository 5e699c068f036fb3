"""Trees as queries of a cluster: what is asked, operator by operator."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from cluster.dsl import ALL, Told, all_of, matching, most_of, none_of
from cluster.leaves import (
    counted,
    is_countable,
    is_loose,
    is_untold,
    loosely,
    matching_leaf,
)
from cluster.scoring import Statistics, scored, scored_words
from search.filters import days_query, moment
from search.tree import (
    And,
    AndMaybe,
    AndNot,
    AnyField,
    AnyTerm,
    AtLeast,
    Boosted,
    Constant,
    DisjunctionMax,
    Every,
    Exact,
    Fuzzy,
    Leaf,
    Near,
    Not,
    Nothing,
    NumberRange,
    Or,
    Phrase,
    Prefix,
    Query,
    Require,
    Term,
    TermRange,
    Wildcard,
)

TROOP, BORDER, MAY = (Term("body", text) for text in ("troop", "border", "may"))
HAS_TROOP = {"term": {"body": {"value": "troop"}}}
HAS_BORDER = {"term": {"body": {"value": "border"}}}


@pytest.mark.parametrize(
    ("leaf", "asked"),
    [
        (TROOP, HAS_TROOP),
        (Phrase("body", ("south", "korea")), {"match_phrase": {"body": {"query": "south\nkorea"}}}),
        (Prefix("body", "troo"), {"prefix": {"body": {"value": "troo"}}}),
        (Prefix("place", ""), {"exists": {"field": "place"}}),
        (Wildcard("body", "tr?op*"), {"wildcard": {"body": {"value": "tr?op*"}}}),
        (AnyTerm("body", ("us", "usa", "us")), {"terms": {"body": ["us", "usa"]}}),
        (AnyTerm("body", ()), {"match_none": {}}),
        (TermRange("body", "a", "c", high_out=True), {"range": {"body": {"gte": "a", "lt": "c"}}}),
        (TermRange("body", None, None), {"exists": {"field": "body"}}),
        (
            Fuzzy("body", "troop", 2),
            {
                "fuzzy": {
                    "body": {
                        "value": "troop",
                        "fuzziness": 2,
                        "prefix_length": 1,
                        "transpositions": False,
                        "rewrite": "constant_score",
                    }
                }
            },
        ),
    ],
    ids=str,
)
def test_a_leaf(leaf: Leaf, asked: dict[str, Any]) -> None:
    assert matching_leaf(leaf) == asked


def test_patterns_and_spellings_that_will_do_as_well() -> None:
    asked = matching_leaf(Wildcard("body", "a?", ("b*",)))
    assert [one["wildcard"]["body"]["value"] for one in asked["bool"]["should"]] == ["a?", "b*"]
    asked = matching_leaf(Fuzzy("body", "troop", 1, 1, ("soldier",)))
    assert asked["bool"]["should"][1] == {"terms": {"body": ["soldier"]}}


def test_what_stands_near_what() -> None:
    def word(text: str) -> dict[str, Any]:
        return {"match": {"query": text, "max_gaps": 0, "ordered": True}}

    def ordered(first: str, second: str, gaps: int) -> dict[str, Any]:
        parts = [word(first), word(second)]
        return {"all_of": {"intervals": parts, "ordered": True, "max_gaps": gaps}}

    before = ordered("troop", "border", 4)
    asked = matching_leaf(Near("body", ((TROOP,), (BORDER,)), ((5, True),)))
    assert asked == {"intervals": {"body": before}}
    either = {"any_of": {"intervals": [before, ordered("border", "troop", 4)]}}
    asked = matching_leaf(Near("body", ((TROOP,), (BORDER,)), ((5, False),)))
    assert asked == {"intervals": {"body": either}}
    asked = matching_leaf(Phrase("body", ("troop", "border"), 5))
    assert asked == {"intervals": {"body": before}}


def test_what_intervals_cannot_tell_is_read() -> None:
    words = ((TROOP,), (BORDER,), (MAY,))
    chain = Near("body", words, ((1, True), (2, True)))
    loose = Near("body", words, ((1, False), (2, True)))
    assert is_loose(chain)
    assert not is_untold(chain)
    assert is_untold(loose)
    assert matching_leaf(loose) == {"match_none": {}}
    assert len(loosely(loose)["bool"]["filter"]) == 2
    assert is_loose(Phrase("body", ("a", "b", "c"), 2))
    assert len(loosely(Phrase("body", ("a", "b", "c"), 2))["bool"]["filter"]) == 2
    assert not is_loose(Phrase("body", ("a", "b", "c")))
    assert not is_loose(Phrase("body", ("a", "b"), 2))


def test_how_often() -> None:
    assert counted(TROOP).query == HAS_TROOP
    phrase = counted(Phrase("body", ("a", "b", "c")))
    assert (phrase.by, phrase.words) == ("_score / params.words", 3)
    begun = counted(Prefix("body", "troo")).query
    assert begun == {"prefix": {"body": {"value": "troo", "rewrite": "scoring_boolean"}}}
    several = counted(Wildcard("body", "a?b", ("c*",))).query
    assert several["regexp"]["body"]["value"] == "a.b|c.*"
    once = counted(Prefix("body", "troo"), each=False).query
    assert once == {"constant_score": {"filter": {"prefix": {"body": {"value": "troo"}}}}}
    assert is_countable(TROOP)
    assert is_countable(Prefix("body", "troo"))
    assert not is_countable(Fuzzy("body", "troop"))
    assert not is_countable(Near("body", ((TROOP,), (BORDER,)), ((1, True),)))


def _some(query: Query) -> dict[str, Any]:
    return {"bool": {"filter": [ALL], "must_not": [matching(query)]}}


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        (AnyField((TROOP,)), HAS_TROOP),
        (And((TROOP, BORDER)), {"bool": {"filter": [HAS_TROOP, HAS_BORDER]}}),
        (And((Every(), TROOP)), HAS_TROOP),
        (
            Or((TROOP, BORDER)),
            {"bool": {"should": [HAS_TROOP, HAS_BORDER], "minimum_should_match": 1}},
        ),
        (
            DisjunctionMax((TROOP, BORDER)),
            {"bool": {"should": [HAS_TROOP, HAS_BORDER], "minimum_should_match": 1}},
        ),
        (Not(TROOP), {"bool": {"filter": [ALL], "must_not": [HAS_TROOP]}}),
        (
            AndNot(TROOP, BORDER),
            {"bool": {"filter": [HAS_TROOP], "must_not": [HAS_BORDER]}},
        ),
        (AndMaybe(TROOP, BORDER), HAS_TROOP),
        (Require(TROOP, BORDER), {"bool": {"filter": [HAS_TROOP, HAS_BORDER]}}),
        (Constant(TROOP), HAS_TROOP),
        (Boosted(TROOP, 2.0), HAS_TROOP),
        (Every(), ALL),
        (Every("place"), {"exists": {"field": "place"}}),
        (Nothing(), {"match_none": {}}),
        (Told((TROOP,), ("a", "b"), False), {"terms": {"id": ["a", "b"]}}),
        (Told((TROOP,), (), False), {"match_none": {}}),
        (
            Told((TROOP,), ("a",), True),
            {"bool": {"should": [HAS_TROOP, {"terms": {"id": ["a"]}}], "minimum_should_match": 1}},
        ),
        (NumberRange("date", None, None), {"exists": {"field": "date"}}),
    ],
    ids=str,
)
def test_a_node(query: Query, asked: dict[str, Any]) -> None:
    assert matching(query) == asked


def test_dates_are_days_and_their_ends() -> None:
    days = days_query("date", "2018-11", date(2019, 1, 1))
    first, last = matching(days)["bool"]["filter"]
    assert first["range"]["date"]["lte"] == "2018-11-30T23:59:59.999"
    assert last["range"]["date_last"]["gte"] == "2018-11-01T00:00:00.000"
    after = NumberRange("date", moment(date(2018, 11, 1)), None, low_out=True)
    assert matching(after)["range"]["date"]["gt"] == "2018-11-01T00:00:00.000"
    far = matching(days_query("since", "2018-11", date(2019, 1, 1)))["bool"]["filter"]
    assert far[0]["range"]["date"]["lte"] == "9999-12-31T23:59:59.999"


def test_what_has_not_been_read_cannot_be_asked() -> None:
    with pytest.raises(TypeError, match="read first"):
        matching(Exact((TROOP,), ("Troops",)))
    with pytest.raises(TypeError, match="cannot be asked"):
        matching(Query())


def test_lists_of_queries() -> None:
    assert all_of([]) == ALL
    assert all_of([ALL, HAS_TROOP]) == HAS_TROOP
    assert none_of([HAS_TROOP]) == [_some(TROOP)]
    assert most_of([HAS_TROOP, HAS_BORDER], 2)["bool"]["minimum_should_match"] == 2


def test_at_least_so_often() -> None:
    asked = matching(AtLeast((TROOP, Phrase("body", ("a", "b"))), 3))["script_score"]
    assert asked["min_score"] == 3
    phrase = asked["query"]["bool"]["should"][1]["script_score"]
    assert phrase["script"]["params"] == {"words": 2}


def test_scores_are_reckoned_over_all_fields() -> None:
    word = AnyField((Term("headline", "troop"), Term("lead", "troop"), TROOP))
    numbers = Statistics(10, {"headline": 5.0, "body": 100.0}, {word: 4})
    asked = scored(word, numbers)["script_score"]
    assert asked["script"]["params"]["k1"] == 1.2
    assert round(asked["script"]["params"]["rarity"], 3) == 0.894
    headline, lead, body = asked["query"]["bool"]["should"]
    params = headline["script_score"]["script"]["params"]
    assert params == {
        "weight": 5.0, "flat": 0.5, "slope": 0.1, "length": "headline_words", "words": 1,
    }  # fmt: skip
    assert lead == {"term": {"lead": {"value": "troop"}}}, "its length is not held against it"
    assert body["script_score"]["script"]["params"]["length"] == "body_words"


def test_which_words_are_scored() -> None:
    word = AnyField((BORDER,))
    query = And((TROOP, Not(MAY), Constant(MAY), Require(word, MAY), AndNot(word, MAY)))
    assert scored_words(query) == [AnyField((TROOP,)), word]
    read = Told((BORDER,), ("a",), True)
    assert scored_words(read) == [read]
    assert scored_words(Told((BORDER,), ("a",), False)) == [word]


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        (Constant(TROOP, 2.0), {"constant_score": {"filter": HAS_TROOP, "boost": 2.0}}),
        (Constant(TROOP), {"bool": {"filter": [HAS_TROOP]}}),
        (Every(), {"constant_score": {"filter": ALL, "boost": 1.0}}),
        (Nothing(), {"match_none": {}}),
        (
            Term("place", "seoul"),
            {"constant_score": {"filter": {"term": {"place": {"value": "seoul"}}}, "boost": 1.0}},
        ),
    ],
    ids=str,
)
def test_scores_that_are_flat(query: Query, asked: dict[str, Any]) -> None:
    assert scored(query, Statistics(1, {}, {})) == asked

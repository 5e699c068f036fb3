"""Snippets and marks: exactly what matched, cut where a reader would."""

from __future__ import annotations

import textwrap
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.analysis import words
from index.errors import QueryError
from search.marks import marked
from search.query import parse
from search.snippets import MAX_SCANNED, Room, room_for, snippets

BODY = (
    "The US Defense Secretary said on Wednesday that 28,500 troops will stay in South Korea. "
    "North Korea is to the south of China.\n\nNobody in Korea expected the troops to leave; "
    "South Korean papers said so."
)


def _marks(query: str, text: str = BODY, field: str = "body") -> list[str]:
    return [text[start:end] for start, end in marked(text, parse(query), field)]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("troops", ["troops", "troops"]),
        ("troop", ["troops", "troops"]),
        ('"south korea"', ["South Korea"]),
        ("south korea", ["South", "Korea", "Korea", "south", "Korea", "South"]),
        ('"south korea" troops', ["troops", "South Korea", "troops"]),
        ('"south korea" south', ["South Korea", "south", "South"]),
        ('"nobody expected"~3', ["Nobody", "expected"]),
        ('"expected nobody"~3', []),
        ('"troops leave"~2', ["troops", "leave"]),
        ("secret*", ["Secretary"]),
        ("28,500", ["28,500"]),
        ("the troops", ["troops", "troops"]),
        ('"the troops"', ["the troops"]),
        ("korea -troops", ["Korea", "Korea", "Korea"]),
        ("korea NOT (troops OR nobody)", ["Korea", "Korea", "Korea"]),
        ("headline:troops nobody", ["Nobody"]),
        ("headline:troops OR body:china", ["China"]),
        ("country:KR papers", ["papers"]),
    ],
)
def test_marks(query: str, expected: list[str]) -> None:
    assert _marks(query) == expected


def test_marks_in_the_headline() -> None:
    assert _marks("headline:troops body:korea", "Troops to leave Korea", "headline") == ["Troops"]


def test_accents_and_possessives_do_not_shift_marks() -> None:
    assert _marks("sao paulo", "São Paulo’s markets; SÃO PAULO's") == [
        *("São", "Paulo’s", "SÃO", "PAULO's")
    ]


LONG = "Harvests were good. " + "Filler says nothing at all. " * 60
LONG += "The drought ruined maize. " + "More filler follows here. " * 60 + "Farmers want seed."


def test_fragments_cover_the_parts_of_the_question() -> None:
    found = snippets(LONG, parse("harvests drought seed"), Room(3, 100))
    assert len(found) == 3
    texts = [[part.text[a:b] for a, b in part.marks] for part in found]
    assert texts == [["Harvests"], ["drought"], ["seed"]]
    assert sum(len(part.text) for part in found) <= 300
    assert [(part.follows, part.goes_on) for part in found] == [
        (False, True),
        (True, True),
        (True, False),
    ]


def test_no_more_fragments_than_it_takes() -> None:
    assert len(snippets(LONG, parse("drought maize"), Room(3, 80))) == 1
    assert len(snippets("seed " * 3 + LONG + "seed", parse("seed"), Room(2, 80))) == 1


def test_fragments_prefer_sentences() -> None:
    (found,) = snippets(LONG, parse("maize"), Room(1, 70))
    assert found.text.startswith("The drought ruined maize.")
    assert found.text.endswith(".")


@pytest.mark.parametrize(
    "shortened", ["Sept. 3", "Gen. Lee", "Sen. J. Lee", "the U.S. army", "Mr. Lee"]
)
def test_a_shortened_word_ends_no_sentence(shortened: str) -> None:
    body = (
        f"Nothing was known to the court. A word that {shortened} had of the troops was read. Then "
        "the court, which had heard nothing else of it all day, rose and went home."
    )
    (only,) = snippets(body, parse("troops"), Room(1, 70))
    assert only.text.startswith("A word that")


def test_a_body_without_matches_gives_its_beginning() -> None:
    (found,) = snippets(BODY, parse("zzyzx"), Room(1, 50))
    assert BODY.startswith(found.text)
    assert found.marks == ()
    assert snippets("", parse("x")) == ()
    assert snippets("?!", parse("x")) == ()


def test_white_space_is_squeezed_and_marks_follow() -> None:
    (found,) = snippets("One\n\n  two   three\n\nfour", parse("two four"))
    assert found.text == "One two three four"
    assert [found.text[a:b] for a, b in found.marks] == ["two", "four"]


alphabet = st.sampled_from([*"abcdeü", " ", "  ", "\n\n", ".", ". ", "-", "’", "troops ", "korea "])
bodies = st.lists(alphabet, max_size=120).map("".join)
questions = st.lists(
    st.sampled_from(["troops", "korea", '"troops korea"', '"korea troops"~4', "a*", "b", "-c"]),
    min_size=1,
    max_size=4,
).map(" ".join)


@given(bodies, questions, st.integers(10, 80), st.integers(1, 4))
def test_properties(body: str, query: str, columns: int, lines: int) -> None:
    try:
        question = parse(query)
    except QueryError:
        return
    squeezed = " ".join(body.split())
    edges = {edge for word in words(squeezed) for edge in (word.start, word.end)}
    inside = {at for word in words(squeezed) for at in range(word.start + 1, word.end)}
    found = snippets(body, question, Room(lines, columns))
    at = 0
    for part in found:
        # The same run may stand at several places; one of them must be cut well.
        at = next(
            start
            for start in range(at, len(squeezed))
            if squeezed.startswith(part.text, start)
            and {start, start + len(part.text)}.isdisjoint(inside)
            and {start + mark for span in part.marks for mark in span} <= edges
        )
        before = 0
        for first, last in part.marks:
            assert before <= first < last <= len(part.text)
            before = last
        at += len(part.text)
    # A narrow fragment may hold one of two matches that touch in the whole body.
    whole = [" ".join(body[a:b].split()) for a, b in marked(body, question, "body")]
    for part in found:
        for first, last in part.marks:
            assert any(part.text[first:last] in run for run in whole)


@given(bodies, st.sets(st.sampled_from(["troops", "korea", "b", "e"]), min_size=1))
def test_every_word_of_the_question_is_shown_where_there_is_room(
    body: str, asked: set[str]
) -> None:
    question = parse(" ".join(sorted(asked)))
    found = snippets(body, question, Room(4, 60))
    shown = {part.text[a:b].lower() for part in found for a, b in part.marks}
    there = {body[a:b].lower() for a, b in marked(body, question, "body")}
    assert shown == there


@given(bodies, questions, st.integers(20, 80), st.integers(1, 5))
def test_lines_are_no_more_than_were_asked_for(
    body: str, query: str, columns: int, lines: int
) -> None:
    try:
        question = parse(query)
    except QueryError:
        return
    found = snippets(body, question, Room(lines, columns))
    text = " ... ".join(part.text for part in found)
    if found:
        text = f"{'... ' * found[0].follows}{text}{' ...' * found[-1].goes_on}"
    # A match that takes more room than there is has to be shown all the same.
    if max((b - a for a, b in marked(body, question, "body")), default=0) < columns // 2:
        assert len(textwrap.wrap(text, columns)) <= lines
    assert snippets(body, question, Room(0, columns)) == ()


def test_room_that_is_none() -> None:
    for lines, columns in ((-1, 80), (101, 80), (3, 0)):
        with pytest.raises(QueryError):
            room_for(lines, columns)
    assert room_for(2, 40) == Room(2, 40)


@given(st.lists(st.sampled_from(["troops", "korea", "x"]), max_size=30).map(" ".join))
def test_a_phrase_marks_nothing_but_the_phrase(body: str) -> None:
    got = {body[a:b] for a, b in marked(body, parse('"troops korea"'), "body")}
    assert got == ({"troops korea"} if "troops korea" in body else set())


@pytest.mark.parametrize(
    "body",
    [
        *("troops " * 100_000, "a" * 2_000_000, "troops korea " * 60_000, "\n\n" * 500_000),
        *(("x. " * 300_000) + "troops", '"' * 500_000 + "troops", "." * 700_000 + " troops"),
        "a b. " * 200_000,
    ],
    ids=lambda body: body[:8],
)
def test_long_bodies_are_quick(body: str) -> None:
    started = time.process_time()
    found = snippets(body, parse('troops "troops korea"~900 korea a*'))
    assert time.process_time() - started < 3
    assert sum(len(part.text) for part in found) <= MAX_SCANNED

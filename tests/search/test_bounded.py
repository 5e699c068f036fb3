"""What a question costs does not grow with the stories that match, nor with how much is asked.

Counted in calls of functions, which are the same on every machine and under any load.
"""

from __future__ import annotations

import cProfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from index.errors import QueryError
from index.story import Story
from search import StoryIndex, open_index
from search.jsonout import dumps, kwic_json, page_json
from search.marks import marked
from search.query import parse

MOST = 2_000_000
"""Calls: less than a second of any machine that is in use."""
LETTERS = "abcdefghijklmnop"
SENTENCE = "The ferry of the port and the grain of the harvest were late, the minister said of it. "
QUESTIONS = {
    "every word of a text": "*e*",
    "one in three words": "the",
    "every word near every other": "*e* w/1000 *a*",
    "in three groups": "*e* w/1000 *a* w/1000 *i*",
    "very frequent words near one another": "the w/1000 of",
    "a long chain of one word": " w/1000 ".join(["the"] * 10),
    "a chain that is too long": " w/1000 ".join(["the"] * 100),
    "as printed": '="of the"',
    "a loose phrase": '"the of"~9',
    "many patterns": " OR ".join(f"*{one}*" for one in LETTERS),
    "very many patterns": " OR ".join(f"*{one}{two}*" for one in LETTERS for two in LETTERS),
    "very many words": " ".join(f"word{number}" for number in range(1_000)),
    "very many words that are there": "the ferry of port and grain harvest late " * 100,
}


@pytest.fixture(scope="module")
def crowd(
    tmp_path_factory: pytest.TempPathFactory,
    make_story: Callable[..., Story],
    write_index: Callable[..., Path],
) -> Iterator[StoryIndex]:
    stories = [
        make_story(f"c{number:011}", f"Ferry {number} late", f"{SENTENCE}{number}. " * 9)
        for number in range(2_500)
    ]
    with open_index(write_index(tmp_path_factory.mktemp("crowd") / "index", [stories])) as opened:
        yield opened


def calls(ask: Callable[[], object]) -> int:
    """How many functions are called to ask, whether that is answered or refused."""
    profile = cProfile.Profile()
    with suppress(QueryError), profile:
        ask()
    return sum(row.callcount for row in profile.getstats())


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_search_is_bounded(crowd: StoryIndex, name: str) -> None:
    question = QUESTIONS[name]
    assert calls(lambda: dumps(page_json(crowd.search(question)))) < MOST


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_concordance_is_bounded(crowd: StoryIndex, name: str) -> None:
    question = QUESTIONS[name]
    assert calls(lambda: dumps(kwic_json(crowd.kwic(question)))) < MOST


@pytest.mark.parametrize("there", [False, True])
def test_a_long_phrase_of_words_of_several_spellings_is_marked_in_linear_time(there: bool) -> None:
    phrase = "tell us of the ferry " * 150
    question = parse(f'"{phrase}"')
    text = phrase if there else SENTENCE * 9
    assert len(marked(text, question, "body")) == there
    assert calls(lambda: marked(text, question, "body")) < 60_000

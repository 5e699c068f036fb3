"""What many parts of a question cost together is bounded as what one costs."""

from __future__ import annotations

import pytest

from index.errors import NoSuchStoryError, QueryError
from search import StoryIndex
from search.allowance import MOST, Cost, may_spend, one_question


def test_what_is_spent_is_counted_within_one_question(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(MOST, Cost.TERMS, 10)
    assert [may_spend(Cost.TERMS, 6) for _ in range(3)] == [True, True, True]
    with one_question():
        assert [may_spend(Cost.TERMS, 6) for _ in range(2)] == [True, False]
        assert may_spend(Cost.TERMS, 4)
        assert may_spend(Cost.STORIES, 6)
    with one_question():
        assert may_spend(Cost.TERMS, 10)


def test_many_patterns_cost_no_more_than_one_may(
    newsroom: StoryIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spent(query: str) -> int:
        """The least allowance with which ``query`` is answered."""
        for most in range(100_000):
            monkeypatch.setitem(MOST, Cost.TERMS, most)
            try:
                newsroom.search(query, words="all")
            except QueryError:
                continue
            return most
        raise AssertionError

    one = spent("*zq*")
    assert one > 0
    monkeypatch.setitem(MOST, Cost.TERMS, 2 * one - 1)
    with pytest.raises(QueryError, match="first letters"):
        newsroom.search("*zx* OR *zy*")
    monkeypatch.setitem(MOST, Cost.TERMS, 2 * one)
    assert newsroom.search("*zw* OR *zv*").total == 0


@pytest.mark.parametrize("letter", ["a", "ß", "ﷺ", "İ", "ﬁ", "ａ", "新"])
def test_one_long_word_is_cut_before_it_is_varied(newsroom: StoryIndex, letter: str) -> None:
    assert newsroom.search(letter * 50_000).total == 0
    assert newsroom.search(letter * 50_000 + "~").total == 0


def test_stars_before_what_is_no_pattern_take_no_longer(newsroom: StoryIndex) -> None:
    assert newsroom.search("*" * 5_000 + "a_b" + "*?" * 5_000 + "c-d e").total >= 0


def test_what_is_no_text_names_nothing(newsroom: StoryIndex) -> None:
    assert newsroom.search("troops", place="S\udcc3o").total == 0
    assert newsroom.search("troops", agency="A\ud800P").total == 0
    with pytest.raises(NoSuchStoryError):
        newsroom.story("\ud800abcdef")

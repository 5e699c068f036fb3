"""Words looked up chunk by chunk are those that an analysis of the whole text finds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from index.analysis import words
from index.story import lead_of
from search.chunks import Chunks

PIECES = ["oil", "Oil's", "U.S.", "US", "us", "1,600.5", "oil-price", "São", "x/y", '"end."', ";"]
SPACES = [" ", "  ", "\n", "\n\n", "\n \n", "\t", "\u00a0", "\u2028", ""]
TEXTS = st.lists(st.sampled_from([*PIECES, *SPACES]), max_size=30).map("".join)


@given(TEXTS, st.sets(st.sampled_from(["oil", "usa", "us", "1600.5", "price", "sao", "y", "end"])))
def test_words_among_are_those_of_the_text(text: str, terms: set[str]) -> None:
    expected = [tuple(word) for word in words(text) if word.term in terms]
    assert Chunks(text).words_among(terms) == expected


@given(TEXTS)
def test_words_before_the_end_of_a_paragraph(text: str) -> None:
    lead = lead_of(text)
    terms = {word.term for word in words(text)}
    assert Chunks(text).words_among(terms, len(lead)) == [tuple(word) for word in words(lead)]


@given(TEXTS)
def test_first_word(text: str) -> None:
    chunks = Chunks(text)
    found = next(words(text), None)
    assert chunks.hold_words == (found is not None)
    if found:
        assert chunks.first_word == found

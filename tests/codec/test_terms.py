"""The dictionary of terms against a sorted list."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.codec.terms import TermDictionary, write_terms
from tests.codec.files import opened

# Few letters and long common beginnings, so that keys are alike and terms stand in terms.
letters = st.sampled_from([b"", b"\0", b"a", b"b", b"ab", b"\xff", b"newsworthy", b"news"])
words = st.one_of(
    st.lists(letters, max_size=5).map(b"".join),
    st.binary(max_size=12),
    st.integers(0, 5000).map(lambda number: b"%05d" % number),
)
vocabularies = st.sets(words, max_size=150).map(sorted)


def _dictionary(terms: list[bytes]) -> TermDictionary:
    return TermDictionary(opened(lambda file: write_terms(file, "terms", terms)), "terms")


@given(vocabularies, st.lists(words, max_size=30))
def test_exact_look_ups(terms: list[bytes], others: list[bytes]) -> None:
    found = _dictionary(terms)
    assert list(found) == terms
    assert [found.find(term) for term in terms] == list(range(len(terms)))
    for term in others:
        assert found.find(term) == (terms.index(term) if term in terms else -1)


@given(vocabularies, words, words, st.booleans(), st.booleans())
def test_ranges(terms: list[bytes], low: bytes, high: bytes, low_out: bool, high_out: bool) -> None:
    found = _dictionary(terms)
    assert found.first_from(low) == bisect_left(terms, low)
    start = (bisect_right if low_out else bisect_left)(terms, low)
    end = (bisect_left if high_out else bisect_right)(terms, high)
    assert found.span(low, high, low_out=low_out, high_out=high_out) == (start, max(start, end))
    assert found.span(None, high, high_out=high_out) == (0, end)
    assert found.span(low, None, low_out=low_out) == (start, len(terms))


@given(vocabularies, words)
def test_prefixes(terms: list[bytes], prefix: bytes) -> None:
    start, end = _dictionary(terms).prefix_range(prefix)
    assert terms[start:end] == [term for term in terms if term.startswith(prefix)]


@pytest.mark.parametrize("size", [1, 8, 12, 40])
@pytest.mark.parametrize("count", [1, 15, 16, 17, 100])
def test_terms_of_one_size(size: int, count: int) -> None:
    terms = [str(number).zfill(size)[-size:].encode() for number in range(count)]
    terms = sorted(set(terms))
    found = _dictionary(terms)
    assert [found.find(term) for term in terms] == list(range(len(terms)))
    assert found.find(b"x" * size) == -1
    assert found.find(terms[0][:-1] + b"~") == -1
    assert found.take([0, len(terms) - 1]) == [terms[0], terms[-1]]


def test_terms_alike_in_more_than_the_key() -> None:
    terms = sorted(b"https://wire.example/story/%d" % number for number in range(1000))
    found = _dictionary(terms)
    assert [found.find(term) for term in terms] == list(range(1000))
    assert found.find(b"https://wire.example/story/") == -1
    assert found.prefix_range(b"https://wire.example/story/99") == (
        bisect_left(terms, b"https://wire.example/story/99"),
        1000,
    )


def test_an_empty_dictionary() -> None:
    found = _dictionary([])
    assert (len(found), found.find(b""), found.find(b"a"), found.first_from(b"a")) == (0, -1, -1, 0)
    assert found.prefix_range(b"") == found.span(None, None) == (0, 0)

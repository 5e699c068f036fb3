"""Postings against plain dictionaries."""

from __future__ import annotations

from itertools import chain, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.codec.arrayfile import ArrayFileWriter
from index.codec.checked import DamagedFileError
from index.codec.postings import FieldPostings, FieldWriter, Kind, Postings, write_field
from tests.codec.files import opened

STORIES = 70_000
places = st.sets(st.one_of(st.integers(0, 20), st.integers(0, 70_000)), min_size=1, max_size=6)
postings = st.dictionaries(st.integers(0, STORIES - 1), places, min_size=1, max_size=8)
fields = st.dictionaries(st.binary(max_size=6), postings, max_size=40)
Field = dict[bytes, dict[int, set[int]]]


def _postings(field: Field, kind: Kind) -> tuple[list[bytes], Postings]:
    terms = sorted(field)
    docs = [sorted(field[term]) for term in terms]
    runs = [sorted(field[term][doc]) for term, own in zip(terms, docs, strict=True) for doc in own]
    freqs = [1 if kind is Kind.EXISTENCE else len(run) for run in runs]
    opaque = kind is Kind.OPAQUE
    return terms, Postings(
        np.array([len(own) for own in docs], np.int64),
        np.array(list(chain(*docs)), np.int64),
        np.array(freqs, np.int64),
        np.array(list(chain(*runs)), np.int64) if kind is Kind.POSITIONS else None,
        np.array([len(run) * 0.5 for run in runs], np.float64) if opaque else None,
        [b"%d" % sum(run) for run in runs] if opaque else None,
    )


def _written(field: Field, kind: Kind) -> FieldPostings:
    def write(file: ArrayFileWriter) -> None:
        write_field(file, "words", kind, *_postings(field, kind))

    return FieldPostings(opened(write), "words", STORIES)


@given(fields.filter(bool), st.sampled_from(Kind))
def test_each_term_comes_back(field: Field, kind: Kind) -> None:
    found = _written(field, kind)
    assert list(found.terms) == sorted(field)
    for place, term in enumerate(sorted(field)):
        known = field[term]
        docs, freqs = found.docs(place), found.freqs(place)
        assert docs.tolist() == sorted(known)
        assert int(found.counts[place]) == len(known)
        if kind in (Kind.FREQUENCY, Kind.POSITIONS):
            assert freqs.tolist() == [len(known[doc]) for doc in sorted(known)]
        else:
            assert freqs.tolist() == [1] * len(known)
        if kind is Kind.POSITIONS:
            expected = [place for doc in sorted(known) for place in sorted(known[doc])]
            assert found.positions(place, freqs).tolist() == expected
        if kind is Kind.OPAQUE:
            first = found.first_posting(place)
            runs = [sorted(known[doc]) for doc in sorted(known)]
            last = first + len(known)
            assert found.weights(first, last).tolist() == [len(run) * 0.5 for run in runs]
            assert found.values(first, last) == [b"%d" % sum(run) for run in runs]


@given(fields.filter(bool), st.sampled_from(Kind), st.data())
def test_any_range_of_terms_comes_back(field: Field, kind: Kind, data: st.DataObject) -> None:
    low = data.draw(st.integers(0, len(field)))
    high = data.draw(st.integers(low, len(field)))
    found = _written(field, kind).range(low, high, positions=True)
    terms = sorted(field)[low:high]
    _, expected = _postings({term: field[term] for term in terms}, kind)
    assert found.counts.tolist() == expected.counts.tolist()
    assert found.docs.tolist() == expected.docs.tolist()
    if kind is not Kind.OPAQUE:
        assert found.freqs.tolist() == expected.freqs.tolist()
    if kind is Kind.POSITIONS and terms:
        assert found.positions is not None
        assert expected.positions is not None
        assert found.positions.tolist() == expected.positions.tolist()
    assert found.values == expected.values
    assert kind is not Kind.OPAQUE or found.weights is not None


@given(fields, st.sampled_from(Kind), st.lists(st.integers(0, 40), max_size=4))
def test_portions_make_the_same_field(field: Field, kind: Kind, cuts: list[int]) -> None:
    terms = sorted(field)
    bounds = sorted({0, len(terms), *(cut for cut in cuts if cut < len(terms))})

    def write(file: ArrayFileWriter) -> None:
        writer = FieldWriter(file, "words", kind)
        for low, high in pairwise(bounds):
            writer.add(*_postings({term: field[term] for term in terms[low:high]}, kind))
        writer.close()

    whole = opened(lambda file: write_field(file, "words", kind, *_postings(field, kind)))
    parts = opened(write)
    assert parts.meta == whole.meta
    assert parts.names() == whole.names()
    for name in whole.names():
        assert parts.array(name).tobytes() == whole.array(name).tobytes()


def test_a_field_without_terms_is_no_part_of_the_file() -> None:
    file = opened(lambda writer: FieldWriter(writer, "words", Kind.POSITIONS).close())
    assert file.meta == {}
    assert file.names() == []


def test_stories_beyond_the_last_are_damage() -> None:
    def write(file: ArrayFileWriter) -> None:
        one = np.array([1])
        write_field(file, "words", Kind.EXISTENCE, [b"a"], Postings(one, np.array([7]), one))

    field = FieldPostings(opened(write), "words", 7)
    with pytest.raises(DamagedFileError, match="stories that are not there"):
        field.docs(0)
    with pytest.raises(DamagedFileError, match="stories that are not there"):
        field.range(0, 1)
    assert FieldPostings(opened(write), "words", 8).docs(0).tolist() == [7]

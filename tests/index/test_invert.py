"""Segments made of whole arrays say what Whoosh would have written, a posting at a time."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh.index import create_in

from index.analysis import term_of, terms, words
from index.codec.codec import ArrayCodec
from index.invert import invert, ranked
from index.schema import from_document, make_schema, to_document
from index.segmenting import SegmentBuilder
from index.story import Story
from index.toc import read_toc
from index.vocabulary import Vocabulary
from tests.index.newsstories import corpora, stories, texts
from tests.index.segments import contents

ODD = st.text(
    alphabet=st.one_of(
        st.characters(),
        st.sampled_from("aBsUUSS1\0_\"/().,'’-_ ßﬁéſ\u0301İ\ud800"),
        st.sampled_from(" \n\t\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2028\u2029\u3000"),
    ),
    max_size=60,
)


@given(ODD)
@settings(max_examples=400)
def test_the_terms_of_a_text_are_those_of_its_chunks(text: str) -> None:
    assert terms(text) == [word.term for word in words(text)]


def test_no_word_holds_white_space() -> None:
    spaces = [character for character in map(chr, range(0x110000)) if character.isspace()]
    assert len(spaces) > 20
    for space in spaces:
        assert f"a{space}b".split() == ["a", "b"]
        for text in (f"U.{space}S.", f"1,{space}000", f"Korea'{space}s", f"a.{space}b"):
            assert terms(text) == [word.term for word in words(text)]


@given(st.lists(texts | ODD, max_size=8))
@settings(max_examples=200)
def test_a_vocabulary_reads_what_the_analysis_reads(read: list[str]) -> None:
    vocabulary = Vocabulary()
    halves = [vocabulary.read(half) for half in (read[:4], read[4:])]
    counts = [count for _, half in halves for count in half.tolist()]
    numbers, sizes = vocabulary.terms_of(np.concatenate([chunks for chunks, _ in halves]))
    known = vocabulary.terms()
    ends = np.cumsum([0, *sizes.tolist()])[np.cumsum(np.array(counts, np.int64))]
    assert np.diff(ends, prepend=0).tolist() == [len(terms(text)) for text in read]
    assert [known[n].decode() for n in numbers.tolist()] == [
        t for text in read for t in terms(text)
    ]


def test_hostile_words_are_read_in_linear_time_and_not_kept() -> None:
    vocabulary = Vocabulary()
    for number in range(3):
        assert vocabulary.read([f"x{number}" + "y" * 200_000])[0].size == 1
        assert vocabulary.read(["a'," * 100_000])[0].size == 1
    assert all(len(term) <= 64 for term in vocabulary.terms())
    assert not vocabulary._long
    assert not vocabulary._plain
    assert term_of("y" * 10_000_000) == term_of("y" * 64)


@given(st.lists(st.lists(st.integers(0, 6), max_size=8), min_size=1, max_size=6))
def test_inversion_by_sorting(read: list[list[int]]) -> None:
    names = [b"e", b"aa", b"a", b"", b"zz", b"never", b"b"]
    tokens = np.array([term for text in read for term in text], np.int32)
    if not tokens.size:
        return
    places, sorted_terms, counts = ranked(tokens, names)
    lengths = np.array([len(text) for text in read])
    found = []
    for low, high, postings in invert(places, counts, lengths):
        at = place = 0
        for term, stories_ in zip(sorted_terms[low:high], postings.counts.tolist(), strict=True):
            for doc, freq in zip(
                postings.docs[at : at + stories_].tolist(),
                postings.freqs[at : at + stories_].tolist(),
                strict=True,
            ):
                assert postings.positions is not None
                found.append((term, doc, postings.positions[place : place + freq].tolist()))
                place += freq
            at += stories_
    expected = sorted(
        (names[term], doc, [n for n, other in enumerate(text) if other == term])
        for doc, text in enumerate(read)
        for term in set(text)
    )
    assert found == expected


@given(read=corpora.filter(bool))
@settings(max_examples=60, deadline=None)
def test_a_segment_says_what_whoosh_would_have_written(
    folder_of_examples: Path, read: list[Story]
) -> None:
    folder = Path(tempfile.mkdtemp(dir=folder_of_examples))
    store = create_in(str(folder), make_schema())
    writer = store.writer(codec=ArrayCodec())
    for number, story in enumerate(read):
        writer.add_document(**to_document(story, f"corpus/{number % 3}.txt"))
    writer.commit()
    (by_whoosh,) = read_toc(folder, 1).segments
    builder = SegmentBuilder()
    for number, story in enumerate(read):
        builder.add(story, f"corpus/{number % 3}.txt")
    ours = builder.write(folder)
    assert contents(folder, ours.name) == contents(folder, by_whoosh.name)


@pytest.fixture(scope="module")
def folder_of_examples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where each example makes a folder of its own."""
    return tmp_path_factory.mktemp("examples")


@given(stories)
def test_a_story_comes_back_from_what_is_stored_of_it(story: Story) -> None:
    document = to_document(story, "x")
    stored = {name: document.get(f"_stored_{name}", value) for name, value in document.items()}
    back = from_document(stored)
    assert back == story

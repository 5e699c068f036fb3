"""Files of arrays: what is foreign, cut short or changed is said so, and never crashes."""

from __future__ import annotations

import json
import random
import struct
import zlib
from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from index.codec import arrayfile
from index.codec.arrayfile import FORMAT, ArrayFile, ArrayFileWriter
from index.codec.checked import BLOCK, DamagedFileError
from index.codec.columns import write_numbers, write_opaque, write_text
from index.codec.postings import Kind, Postings, write_field
from index.codec.segment import SegmentArrays
from index.codec.stored import StoredWriter, line_of
from index.codec.vectors import Vectors, write_vectors
from index.errors import IndexFolderError, NewsqError
from tests.codec.files import flipped, opened, written

KINDS = ("u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8", "f4", "f8")
STORIES = 300


@given(
    st.dictionaries(
        st.text(max_size=5), st.sampled_from(KINDS).flatmap(lambda k: arrays(k, st.integers(0, 9)))
    ),
    st.dictionaries(st.text(max_size=5), st.integers()),
)
def test_arrays_come_back(given_arrays: dict[str, Any], meta: dict[str, int]) -> None:
    def write(file: ArrayFileWriter) -> None:
        file.meta |= meta
        for name, array in given_arrays.items():
            file.add(name, array)

    file = opened(write)
    assert file.meta == meta
    assert file.names() == list(given_arrays)
    for name, array in given_arrays.items():
        found = file.array(name)
        assert found.dtype == array.dtype
        assert found.tobytes() == array.tobytes()
        assert not found.flags.writeable
    assert list(file.damaged()) == []


def test_arrays_grow_side_by_side() -> None:
    def write(file: ArrayFileWriter) -> None:
        for number in range(5):
            file.grow("a", np.array([number], np.uint32))
            file.grow("b", np.arange(number))
        file.add("c", np.ones(3))

    file = opened(write)
    assert file.array("a").tolist() == [0, 1, 2, 3, 4]
    assert file.array("b").tolist() == [0, 0, 1, 0, 1, 2, 0, 1, 2, 3]
    assert file.array("c").tolist() == [1, 1, 1]
    assert "d" not in file


def test_a_grown_array_is_written_when_it_is_finished() -> None:
    def write(file: ArrayFileWriter) -> None:
        file.grow("a", np.zeros(arrayfile._SPOOLED, np.uint8))  # more than waits in memory
        file.grow("a", np.ones(5, np.uint8))
        file.finish("a")
        file.add("b", np.arange(3))

    file = opened(write)
    assert file.names() == ["a", "b"]
    assert file.array("a").size == arrayfile._SPOOLED + 5
    assert int(file.array("a").sum()) == 5
    assert list(file.damaged()) == []


def test_big_endian_arrays_are_turned() -> None:
    assert opened(lambda file: file.add("a", np.array([1, 2], ">u4"))).array("a").tolist() == [1, 2]


def test_arrays_of_other_types_are_refused() -> None:
    with pytest.raises(ValueError, match="are not kept"):
        ArrayFileWriter(BytesIO()).add("a", np.array(["text"]))


def test_a_file_without_an_array_that_is_asked_for() -> None:
    with pytest.raises(DamagedFileError, match="it has no body/docs"):
        opened(lambda file: None).array("body/docs")


@pytest.mark.parametrize("data", [b"", b"x", b"From: a mailbox\n" * 20, bytes(100)])
def test_foreign_files(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "MAIN_x.docs"
    path.write_bytes(data)
    with pytest.raises(DamagedFileError, match=r"MAIN_x\.docs is damaged \(it is not a file of an"):
        ArrayFile.map(path)


def test_every_truncation_is_told() -> None:
    data = written(lambda file: file.add("a", np.arange(20)))
    for size in range(len(data)):
        with pytest.raises(DamagedFileError, match="Build the index again"):
            ArrayFile(data[:size], "cut")
    with pytest.raises(DamagedFileError):
        ArrayFile(data + b"\0", "longer")


def test_a_newer_format(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrayfile, "FORMAT", arrayfile.FORMAT + 1)
    data = written(lambda file: file.add("a", np.arange(3)))
    monkeypatch.undo()
    with pytest.raises(IndexFolderError, match=r"by a newer version of newsq\. Update newsq"):
        ArrayFile(data, "new")


@pytest.mark.parametrize(
    "directory",
    [
        [],
        {"format": FORMAT},
        {"format": FORMAT, "meta": {}, "arrays": []},
        {"format": FORMAT, "meta": [], "arrays": {}},
        {"format": FORMAT, "meta": {}, "arrays": {"a": ["u1", 8]}},
        {"format": FORMAT, "meta": {}, "arrays": {"a": ["O", 8, 8, 0]}},
        {"format": FORMAT, "meta": {}, "arrays": {"a": ["u1", -8, 8, 0]}},
        {"format": FORMAT, "meta": {}, "arrays": {"a": ["u1", 8, -8, 0]}},
        {"format": FORMAT, "meta": {}, "arrays": {"a": ["u1", 8, 1, 0]}},
        {"format": FORMAT, "meta": {}, "arrays": {"a": ["u1", 0, 9, 0]}},
        {"format": FORMAT, "meta": {}, "arrays": {"a": ["u4", 0, 3, 0]}},
        {"format": FORMAT, "meta": {}, "arrays": {"a": ["u1", None, 1, 0]}},
        {"format": "1", "meta": {}, "arrays": {}},
    ],
)
def test_directories_that_make_no_sense(directory: Any) -> None:
    magic = written(lambda file: None)[:8]
    text = json.dumps(directory).encode()
    trailer = struct.pack("<QII8s", len(magic), len(text), zlib.crc32(text), magic)
    with pytest.raises(DamagedFileError, match="its directory makes no sense"):
        ArrayFile(magic + text + trailer, "odd")


def test_every_bit_of_directory_and_trailer_counts() -> None:
    data = written(lambda file: file.add("a", np.arange(20, dtype=np.uint8)))
    directory = 8 + 20
    for at in [*range(8), *range(directory, len(data))]:
        for bit in range(8):
            with pytest.raises(NewsqError):
                ArrayFile(flipped(data, at, bit), "changed")


# A segment with runs of every width, and every kind of field and column.


def _docs(file: ArrayFileWriter) -> None:
    file.meta["count"] = STORIES
    stored = StoredWriter(file)
    for doc in range(STORIES):
        stored.add(line_of([f"story {doc} " * 30, (doc, b"x")]))
    stored.close(["body", "more"])
    file.add("body/lengths", np.arange(STORIES, dtype=np.uint16))
    write_text(file, "place", [b"Washington", b"", b"Seoul"] * (STORIES // 3))
    write_numbers(file, "date", np.arange(STORIES) * 1000 - 7, -1)
    write_opaque(file, "flag", b"as it was")
    write_vectors(file, "body", STORIES, {3: [(b"a", 1.0, b"v")], 9: [(b"b", 2.0, b"")] * 300})


def _terms(file: ArrayFileWriter) -> None:
    draw = random.Random(7)  # noqa: S311 - a fixed draw
    terms = sorted({b"%x" % draw.getrandbits(12) for _ in range(50)})
    sizes = [draw.choice([1, 1, 2, 30, 270]) for _ in terms]
    docs = [sorted(draw.sample(range(STORIES), size)) for size in sizes]
    flat = np.array([doc for run in docs for doc in run])
    freqs = np.array([draw.choice([1, 1, 2, 300]) for _ in flat])
    positions = [
        sorted(draw.sample(range(draw.choice([400, 90_000])), freq)) for freq in freqs.tolist()
    ]
    counts = np.array(sizes)
    every = np.array([position for run in positions for position in run])
    write_field(file, "body", Kind.POSITIONS, terms, Postings(counts, flat, freqs, every))
    ones = np.ones_like(flat)
    values = [b"v" * (doc % 5) for doc in flat.tolist()]
    opaque = Postings(counts, flat, ones, None, freqs * 0.5, values)
    write_field(file, "boosted", Kind.OPAQUE, terms, opaque)


DOCS, TERMS = written(_docs), written(_terms)


def _everything(docs: bytes, terms: bytes) -> list[object]:
    """All of a segment, read as the engine and Whoosh's contract do."""
    segment = SegmentArrays(ArrayFile(docs, "docs"), ArrayFile(terms, "terms"))
    seen: list[object] = []
    for name in segment.fields():
        field = segment.field(name)
        assert field is not None
        for place in range(0, len(field.terms), 9):
            term = field.terms[place]
            seen += [term, field.terms.find(term), field.terms.first_from(term + b"0")]
            freqs = field.freqs(place)
            seen += [freqs.tolist(), field.docs(place).tolist()]
            if field.kind is Kind.POSITIONS:
                seen.append(field.positions(place, freqs).tolist())
        seen.append(list(field.terms.between(0, len(field.terms))))
        postings = field.range(0, len(field.terms), positions=True)
        seen += [postings.counts.tolist(), postings.docs.tolist(), postings.freqs.tolist()]
    lengths, numbers = segment.lengths("body"), segment.numbers("date")
    assert lengths is not None
    assert numbers is not None
    seen += [lengths.tolist(), segment.total_length("body"), numbers.tolist()]
    column = segment.text_column("place")
    assert column is not None
    for doc in range(0, STORIES, 50):
        seen += [column[doc], segment.stored().fields(doc)]
    vectors = Vectors(segment.docs_file, "body")
    for doc in (3, 9):
        terms_of, weights, values = vectors.of(doc)
        seen += [terms_of, weights.tolist(), values]
    return seen


SOUND = _everything(DOCS, TERMS)


def _inside(data: bytes, at: int) -> str:
    """The array that a byte belongs to, or whose checksums it does; "" between them."""
    for name, (_kind, start, size, *sums) in ArrayFile(data, "")._directory.items():
        parts = [(start, size)]
        if len(sums) > 1:
            parts.append((sums[1], 4 * -(-size // BLOCK)))
        if any(first <= at < first + length for first, length in parts):
            return str(name)
    return ""


@settings(max_examples=60)
@given(st.integers(0, len(DOCS) - 1), st.integers(0, 7))
def test_a_bit_turned_among_stories(at: int, bit: int) -> None:
    _check(DOCS, at, bit, lambda changed: _everything(changed, TERMS))


@settings(max_examples=60)
@given(st.integers(0, len(TERMS) - 1), st.integers(0, 7))
def test_a_bit_turned_among_terms(at: int, bit: int) -> None:
    _check(TERMS, at, bit, lambda changed: _everything(DOCS, changed))


def test_a_bit_turned_where_runs_lie() -> None:
    """The same in every small array, where a bit can lead astray most."""
    for data in (DOCS, TERMS):
        for name, (_kind, start, size, *_sums) in ArrayFile(data, "")._directory.items():
            for at in range(start, start + min(size, 16), 3):
                changed = flipped(data, at, at % 8)
                docs, terms = (changed, TERMS) if data is DOCS else (DOCS, changed)
                assert list(ArrayFile(changed, "").damaged()) == [name]
                _right_or_refused(partial(_everything, docs, terms))


def _check(data: bytes, at: int, bit: int, read: Any) -> None:
    changed = flipped(data, at, bit)
    try:
        damaged = list(ArrayFile(changed, "changed").damaged())
    except NewsqError:
        return
    assert damaged == [_inside(data, at)]
    _right_or_refused(lambda: read(changed))


def _right_or_refused(read: Callable[[], list[object]]) -> None:
    """Nothing that was not written is ever read."""
    try:
        seen = read()
    except NewsqError as error:
        assert "Build the index again" in str(error)  # noqa: PT017 - it need not be raised
    else:
        assert seen == SOUND

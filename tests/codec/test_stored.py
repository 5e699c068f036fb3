"""Stored values: what a program stores comes back, equal and of the same type."""

from __future__ import annotations

import datetime
from collections import OrderedDict, namedtuple
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import Any

import numpy as np
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from index.codec import stored
from index.codec.arrayfile import ArrayFileWriter
from index.codec.checked import DamagedFileError
from index.codec.stored import StoredReader, StoredWriter, compressed, line_of
from index.codec.values import told, untold
from tests.codec.files import opened

texts = st.text(st.characters(exclude_categories=()))  # lone surrogates too
plain = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), texts,
    st.binary(), st.dates(), st.times(), st.datetimes(), st.timedeltas(),
    st.datetimes(timezones=st.just(datetime.UTC)), st.decimals(allow_nan=False),
)  # fmt: skip
values = st.recursive(
    plain,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(inner, max_size=4).map(tuple),
        st.dictionaries(st.one_of(texts, st.integers()), inner, max_size=4),
        st.frozensets(st.one_of(texts, st.integers()), max_size=4),
        st.sets(st.one_of(texts, st.integers()), max_size=4),
    ),
    max_leaves=8,
)
documents = st.lists(st.dictionaries(st.sampled_from("abcd"), values, max_size=4), max_size=12)


def _reader(lines: list[list[Any]], names: list[str]) -> StoredReader:
    def write(file: ArrayFileWriter) -> None:
        file.meta["count"] = len(lines)
        writer = StoredWriter(file)
        for line in lines:
            writer.add(line_of(line))
        writer.close(names)

    return StoredReader(opened(write))


@given(documents)
def test_documents_come_back(given_documents: list[dict[str, Any]]) -> None:
    reader = _reader([[one.get(name) for name in "abcd"] for one in given_documents], list("abcd"))
    for doc, one in enumerate(given_documents):
        found = reader.fields(doc)
        known = {name: value for name, value in one.items() if value is not None}
        assert found == known
        assert {name: type(value) for name, value in found.items()} == {
            name: type(value) for name, value in known.items()
        }


class _Level(IntEnum):
    FLASH = 1


class _Basis(StrEnum):
    HEADER = "header"


class _Loud(str):
    def __str__(self) -> str:
        return self.upper()


_Pair = namedtuple("_Pair", "a b")


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (_Level.FLASH, 1),
        (_Basis.HEADER, "header"),
        (_Loud("wire"), "wire"),
        (np.int32(7), 7),
        (np.float64(0.5), 0.5),
        (np.str_("text"), "text"),
        (bytearray(b"\0\xff"), b"\0\xff"),
        (_Pair(1, (2,)), (1, (2,))),
        (OrderedDict(a=[1]), {"a": [1]}),
        (type("Day", (datetime.date,), {})(2018, 11, 1), datetime.date(2018, 11, 1)),
        (Decimal("1.50"), Decimal("1.50")),
    ],
)
def test_derived_types_are_kept_as_the_type_itself(value: Any, kept: Any) -> None:
    found = untold(told(value))
    assert found == kept
    assert type(found) is type(kept)


def test_what_cannot_be_stored_is_refused() -> None:
    with pytest.raises(TypeError, match="a object cannot be stored"):
        line_of([object()])


def test_fields_met_later_are_added_at_the_end() -> None:
    reader = _reader([[1], [2, "x"], []], ["a", "b"])
    assert [reader.fields(doc) for doc in range(3)] == [{"a": 1}, {"a": 2, "b": "x"}, {}]


def test_stories_are_found_in_their_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored, "BLOCK", 50)
    reader = _reader([[f"story {number}\n"] for number in range(100)], ["a"])
    blocks = list(reader.blocks())
    assert len(blocks) > 10
    assert sum(count for _, count in blocks) == 100
    assert [reader.fields(doc)["a"] for doc in (0, 57, 99)] == [
        "story 0\n", "story 57\n", "story 99\n",
    ]  # fmt: skip
    assert list(reader.lines()) == [line for block, _ in blocks for line in reader.unpacked(block)]


def test_blocks_are_copied_as_they_are() -> None:
    lines = [line_of(["one"]), line_of(["two"])]

    def write(file: ArrayFileWriter) -> None:
        file.meta["count"] = 3
        writer = StoredWriter(file)
        writer.add(line_of(["zero"]))
        writer.add_block(compressed(lines), 2)
        writer.close(["a"])

    reader = StoredReader(opened(write))
    assert [reader.fields(doc)["a"] for doc in range(3)] == ["zero", "one", "two"]
    assert list(reader.blocks())[1] == (compressed(lines), 2)


def test_a_block_with_another_number_of_stories_is_damage() -> None:
    def write(file: ArrayFileWriter) -> None:
        file.meta["count"] = 2
        writer = StoredWriter(file)
        writer.add_block(compressed([b"[]"]), 2)
        writer.close([])

    with pytest.raises(DamagedFileError, match="not the stories"):
        StoredReader(opened(write)).fields(0)


def test_a_block_that_says_it_is_huge_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored, "MAX_BLOCK", 1000)
    block = zstandard.ZstdCompressor().compress(b" " * 1001)

    def write(file: ArrayFileWriter) -> None:
        file.meta["count"] = 1
        writer = StoredWriter(file)
        writer.add_block(block, 1)
        writer.close([])

    with pytest.raises(DamagedFileError, match="too large"):
        StoredReader(opened(write)).fields(0)

"""Columns: what each story has comes back, in the type it was written in."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.codec.arrayfile import ArrayFile, ArrayFileWriter
from index.codec.checked import DamagedFileError
from index.codec.columns import TextColumn, read_numbers, write_numbers, write_text
from tests.codec.files import opened

TYPES = ("i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8")


def _numbers(values: np.ndarray[Any, Any], default: int | float) -> ArrayFile:
    return opened(lambda file: write_numbers(file, "price", values, default))


@given(st.lists(st.binary(max_size=5), max_size=60))
def test_text(values: list[bytes]) -> None:
    column = TextColumn(opened(lambda file: write_text(file, "place", values)), "place")
    assert [column[doc] for doc in range(len(values))] == values
    assert list(column.values) == sorted(set(values))


@given(st.sampled_from(TYPES), st.data())
def test_whole_numbers(kind: str, data: st.DataObject) -> None:
    limits = np.iinfo(kind)
    edges = [limits.min, limits.min + 1, 0, 1, limits.max - 1, limits.max]
    any_number = st.one_of(st.sampled_from(edges), st.integers(limits.min, limits.max))
    values = np.array(data.draw(st.lists(any_number, max_size=40)), kind)
    default = data.draw(any_number)
    found = read_numbers(_numbers(values, int(default)), "price")
    assert found.dtype == np.dtype(kind)
    assert found.tolist() == values.tolist()


@given(st.integers(-(2**62), 2**62), st.integers(1, 10**13), st.lists(st.integers(0, 200)))
def test_equal_steps_take_a_byte(base: int, step: int, counts: list[int]) -> None:
    values = np.array([base + step * count for count in counts], np.int64)
    file = _numbers(values, -(2**63))
    assert file.array("price/column").itemsize == 1
    assert read_numbers(file, "price").tolist() == values.tolist()


@pytest.mark.parametrize("kind", ["f4", "f8"])
def test_floats(kind: str) -> None:
    values = np.array([0.1, -0.0, np.inf, -np.inf, np.nan, 1e300 if kind == "f8" else 1e30], kind)
    found = read_numbers(_numbers(values, 0.0), "price")
    assert found.tobytes() == values.tobytes()


def test_numbers_of_values_that_are_not_there_are_damage() -> None:
    def write(file: ArrayFileWriter) -> None:
        write_text(file, "place", [b"a", b"b"])
        file.add("place/column", np.array([0, 2], np.uint8))

    with pytest.raises(DamagedFileError, match="place has values"):
        TextColumn(opened(write), "place")

"""Checksums of blocks: every change shows, wherever it is."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.codec.arrayfile import ArrayFile, ArrayFileWriter
from index.codec.checked import BLOCK, DamagedFileError, checksums
from tests.codec.files import flipped, written

LONG = random.Random(3).randbytes(2 * BLOCK + 100)  # noqa: S311 - the same bytes every time


@given(st.binary(max_size=40), st.integers(0, 39), st.integers(0, 7))
def test_a_bit_turned_shows(data: bytes, at: int, bit: int) -> None:
    if at < len(data):
        assert checksums(flipped(data, at, bit)) != checksums(data)


def test_each_block_has_its_own() -> None:
    sums = checksums(LONG)
    assert sums == [
        *checksums(LONG[:BLOCK]), *checksums(LONG[BLOCK : 2 * BLOCK]), *checksums(LONG[-100:]),
    ]  # fmt: skip
    assert checksums(b"") == []
    changed = checksums(flipped(LONG, BLOCK + 5))
    assert [one == other for one, other in zip(changed, sums, strict=True)] == [True, False, True]


def test_only_what_is_looked_at_is_checked() -> None:
    data = written(lambda file: file.add("a", np.frombuffer(LONG, np.uint8)))
    at = data.index(LONG)
    changed = ArrayFile(flipped(data, at + BLOCK + 5), "a file")
    blocks = changed.blocks("a")
    assert blocks.size == len(LONG)
    assert blocks.between(10, BLOCK).tobytes() == LONG[10:BLOCK]
    assert blocks.between(2 * BLOCK, 3 * BLOCK).tobytes() == LONG[2 * BLOCK :]
    assert blocks.between(7, 7).size == 0
    for _again in range(2):
        with pytest.raises(DamagedFileError, match="has changed"):
            blocks.between(BLOCK - 1, BLOCK + 1)
    with pytest.raises(DamagedFileError, match="a has changed"):
        changed.array("a")
    with pytest.raises(DamagedFileError, match="the checksums of a have changed"):
        ArrayFile(
            flipped(data, data.index(np.array(checksums(LONG), "<u4").tobytes())), "a file"
        ).blocks("a")
    assert ArrayFile(data, "a file").blocks("none").size == 0


def test_what_lies_between_arrays_is_checked() -> None:
    def write(file: ArrayFileWriter) -> None:
        file.add("a", np.ones(3, np.uint8))
        file.add("b", np.ones(3))

    data = written(write)
    assert list(ArrayFile(data, "").damaged()) == []
    assert list(ArrayFile(flipped(data, 8 + 4), "").damaged()) == [""]

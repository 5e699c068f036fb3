"""Runs of numbers: what is packed comes back, in as few bytes as promised."""

from __future__ import annotations

from itertools import chain

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.codec.arrayfile import ArrayFile, ArrayFileWriter
from index.codec.numberruns import NumberRuns
from index.codec.packing import LARGEST, gapped, narrowed, pack, ungapped
from index.codec.runs import ByteRuns, Runs, write_bytes, write_runs
from tests.codec.files import opened

EDGES = [0, 1, 254, 255, 256, 509, 510, 511, 65534, 65535, 65536, 131070, LARGEST - 1, LARGEST]
numbers = st.one_of(st.integers(0, 3), st.sampled_from(EDGES), st.integers(0, LARGEST))
runs = st.lists(st.lists(numbers, min_size=1, max_size=40), max_size=60)


def _packed(given_runs: list[list[int]]) -> NumberRuns:
    counts = np.array([len(run) for run in given_runs], np.int64)
    data, sizes = pack(np.array(list(chain(*given_runs)), np.int64), counts)

    def write(file: ArrayFileWriter) -> None:
        file.add("runs", data)
        write_runs(file, "runs", sizes)

    return NumberRuns(opened(write), "runs")


@given(runs)
def test_each_run_comes_back(given_runs: list[list[int]]) -> None:
    packed = _packed(given_runs)
    for place, run in enumerate(given_runs):
        assert packed.run(place, len(run)).tolist() == run
        assert packed.run_sums(place, len(run)).tolist() == np.cumsum(run).tolist()


@given(runs, st.data())
def test_any_range_of_runs_comes_back(given_runs: list[list[int]], data: st.DataObject) -> None:
    low = data.draw(st.integers(0, len(given_runs)))
    high = data.draw(st.integers(low, len(given_runs)))
    counts = np.array([len(run) for run in given_runs[low:high]], np.int64)
    found = _packed(given_runs).runs(low, high, counts)
    assert found.tolist() == list(chain(*given_runs[low:high]))


@pytest.mark.parametrize(
    ("run", "size"),
    [
        ([0] * 1000, 0),
        ([254], 1),
        ([255], 2),  # a carry would take as much as two bytes
        ([0, 255], 3),  # one carry is dearer than none, and cheaper than two bytes each
        ([255, 255], 4),
        ([65534], 2),
        ([65535], 4),
        ([1, 1, 65535], 8),  # one carry among three numbers of two bytes
        ([LARGEST, LARGEST], 8),
        ([1] * 3000 + [255 * 500], 3501),
    ],
)
def test_runs_take_the_fewest_bytes(run: list[int], size: int) -> None:
    _, sizes = pack(np.array(run, np.int64), np.array([len(run)]))
    assert sizes.tolist() == [size]
    assert _packed([[7], run, [9]]).run(1, len(run)).tolist() == run


@pytest.mark.parametrize("number", [-1, LARGEST + 1])
def test_what_a_run_cannot_hold_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="2\\*\\*31"):
        pack(np.array([5, number]), np.array([2]))


@given(st.lists(st.sets(numbers, min_size=1, max_size=20), max_size=30))
def test_gaps_are_undone(sets: list[set[int]]) -> None:
    rising = [sorted(one) for one in sets]
    counts = np.array([len(run) for run in rising], np.int64)
    flat = np.array(list(chain(*rising)), np.int64)
    gaps = gapped(flat, counts)
    assert gaps.size == 0 or gaps.min() >= 0
    assert ungapped(gaps, counts).tolist() == flat.tolist()


@given(st.lists(st.sampled_from([0, 1, 15, 16, 255, 256, 4000, 65535, 65536]), max_size=100))
def test_places_of_runs_are_sums_of_sizes(sizes: list[int]) -> None:
    where = Runs(opened(lambda file: write_runs(file, "x", np.array(sizes, np.int64))), "x")
    ends = np.cumsum(sizes).tolist()
    assert where.count == len(sizes)
    for number, (size, end) in enumerate(zip(sizes, ends, strict=True)):
        assert where.place(number) == (end - size, size)
    for low in range(0, len(sizes) + 1, 7):
        assert where.bounds(low, len(sizes)).tolist() == [0, *ends][low:]
    assert where.bounds(0, len(sizes) // 2).tolist() == [0, *ends][: len(sizes) // 2 + 1]


@given(st.lists(st.binary(max_size=300), max_size=60), st.data())
def test_bytes_come_back_by_number(values: list[bytes], data: st.DataObject) -> None:
    found = ByteRuns(opened(lambda file: write_bytes(file, "x", values)), "x")
    low = data.draw(st.integers(0, len(values)))
    high = data.draw(st.integers(low, len(values)))
    assert list(found) == found[:] == values
    assert list(found.between(low, high)) == values[low:high]
    assert found.take(range(low, high)) == values[low:high]
    with pytest.raises(IndexError):
        found[len(values)]


@pytest.mark.parametrize(
    ("largest", "kind"), [(0, "u1"), (255, "u1"), (256, "u2"), (65536, "u4"), (2**32, "i8")]
)
def test_arrays_are_kept_in_the_narrowest_type(largest: int, kind: str) -> None:
    array = narrowed(np.array([0, largest]))
    assert array.dtype.str[1:] == kind
    assert array.tolist() == [0, largest]


def test_nothing_packs_to_nothing() -> None:
    empty = np.empty(0, np.int64)
    data, sizes = pack(empty, empty)
    assert (data.size, sizes.size) == (0, 0)
    assert isinstance(opened(lambda file: write_runs(file, "x", empty)), ArrayFile)

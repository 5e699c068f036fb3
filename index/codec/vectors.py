"""Vectors: the terms of one story in one field, with their weights and values.

newsq's own fields have none; other programs may ask for them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from index.codec.arrayfile import ArrayFile, ArrayFileWriter
from index.codec.runs import ByteRuns, Runs, write_bytes, write_runs

Item = tuple[bytes, float, bytes]
"""A term, its weight and its value."""


def has_vectors(file: ArrayFile, name: str) -> bool:
    """Whether any story has a vector in the field ``name``."""
    return f"{name}/vectors.weights" in file


def write_vectors(
    file: ArrayFileWriter, name: str, count: int, vectors: Mapping[int, Sequence[Item]]
) -> None:
    """Write the ``vectors`` of some of ``count`` stories, by story, in order."""
    sizes = np.zeros(count, np.int64)
    for doc, items in vectors.items():
        sizes[doc] = len(items)
    flat = [item for items in vectors.values() for item in items]
    write_runs(file, f"{name}/vectors", sizes)
    file.add(f"{name}/vectors.weights", np.array([weight for _, weight, _ in flat], np.float64))
    write_bytes(file, f"{name}/vectors.terms", [term for term, _, _ in flat])
    write_bytes(file, f"{name}/vectors.values", [value for _, _, value in flat])


class Vectors:
    """The vectors of a field of an open segment."""

    def __init__(self, file: ArrayFile, name: str) -> None:
        self._runs = Runs(file, f"{name}/vectors")
        self._weights: NDArray[np.float64] = file.array(f"{name}/vectors.weights")
        self._terms = ByteRuns(file, f"{name}/vectors.terms")
        self._values = ByteRuns(file, f"{name}/vectors.values")

    def size(self, doc: int) -> int:
        """How many terms the vector of a story has."""
        return self._runs.place(doc)[1]

    def of(self, doc: int) -> tuple[list[bytes], NDArray[np.float64], list[bytes]]:
        """(terms, weights, values) of the vector of a story."""
        first, size = self._runs.place(doc)
        last = first + size
        return (
            list(self._terms.between(first, last)),
            self._weights[first:last],
            list(self._values.between(first, last)),
        )

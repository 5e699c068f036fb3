"""Whoosh's contract for writing a segment's terms, a posting at a time."""

from __future__ import annotations

import pickle
import struct
from array import array
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.base import FieldWriter, OutOfOrderError
from whoosh.formats import Existence, Frequency, Positions

from index.codec.arrayfile import ArrayFileWriter
from index.codec.packing import LARGEST, Numbers
from index.codec.postings import Kind, Postings, write_field
from index.codec.segment import TERMS

_NO_VALUE = (
    struct.error, pickle.UnpicklingError, EOFError, ValueError, TypeError, KeyError, IndexError,
    AttributeError, ImportError, OverflowError,
)  # fmt: skip
"""What Whoosh's formats raise for a value that they did not write."""


class ArrayFieldWriter(FieldWriter):
    """Gathers the postings of one field at a time, and writes them when it is finished."""

    def __init__(self, storage: Any, segment: Any) -> None:
        self._target = segment.create_file(storage, TERMS)
        self._file = ArrayFileWriter(self._target)
        self.is_closed = False

    def start_field(self, fieldname: str, fieldobj: Any) -> None:
        self._name = fieldname
        self._format = fieldobj.format
        self._terms: list[bytes] = []
        self._counts = array("q")
        self._docs = array("q")
        self._weights = array("d")
        self._values: list[bytes] = []

    def start_term(self, text: bytes) -> None:
        self._terms.append(text)
        self._counts.append(0)

    def add(self, docnum: int, weight: float, vbytes: bytes, length: int) -> None:
        self._counts[-1] += 1
        self._docs.append(docnum)
        self._weights.append(weight)
        self._values.append(vbytes)

    def finish_term(self) -> None:
        """A term is written with its field."""

    def add_spell_word(self, fieldname: str, text: str) -> None:
        """Words to spell by are terms of a field of their own."""

    def finish_field(self) -> None:
        if self._terms:
            counts, docs, weights, values = self._merged()
            kind, freqs, positions = _read(self._format, weights, values)
            opaque = (weights, values) if kind is Kind.OPAQUE else (None, None)
            postings = Postings(counts, docs, freqs, positions, *opaque)
            write_field(self._file, self._name, kind, self._terms, postings)

    def _merged(self) -> tuple[Numbers, Numbers, NDArray[np.float64], list[bytes]]:
        """(counts, docs, weights, values), one posting for each document of a term.

        A list of numbers may have one twice: its weights are added up.
        """
        counts = np.array(self._counts, np.int64)
        docs = np.array(self._docs, np.int64)
        weights = np.array(self._weights, np.float64)
        terms = np.arange(counts.size).repeat(counts)
        same_term = terms[1:] == terms[:-1]
        if bool((same_term & (docs[1:] < docs[:-1])).any()):
            raise OutOfOrderError(f"documents of a term of {self._name!r} are out of order")
        again = same_term & (docs[1:] == docs[:-1])
        if not again.any():
            return counts, docs, weights, self._values
        firsts = np.flatnonzero(np.concatenate([[True], ~again]))
        values = [self._values[first] for first in firsts.tolist()]
        counts = np.bincount(terms[firsts], minlength=counts.size)
        return counts, docs[firsts], np.add.reduceat(weights, firsts), values

    def close(self) -> None:
        self._file.close()
        self._target.close()
        self.is_closed = True


def _read(
    format_: Any, weights: NDArray[np.float64], values: list[bytes]
) -> tuple[Kind, Numbers, Numbers | None]:
    """(kind, frequencies, positions): what the postings say, where arrays can say the same."""
    freqs = weights.astype(np.int64)
    opaque = Kind.OPAQUE, freqs, None
    if bool((freqs != weights).any()) or int(freqs.min()) < 1 or int(freqs.max()) > LARGEST:
        return opaque
    if type(format_) is Existence:
        return (Kind.EXISTENCE if int(freqs.max()) == 1 else Kind.FREQUENCY), freqs, None
    try:
        if type(format_) is Frequency and _frequencies(format_, values) == freqs.tolist():
            return Kind.FREQUENCY, freqs, None
        if type(format_) is Positions and _frequencies(format_, values) == freqs.tolist():
            runs = [format_.decode_positions(value) for value in values]
            if list(map(len, runs)) == freqs.tolist() and all(map(_rising, runs)):
                flat = np.array([position for run in runs for position in run], np.int64)
                return Kind.POSITIONS, freqs, flat
    except _NO_VALUE:
        return opaque
    return opaque


def _frequencies(format_: Any, values: list[bytes]) -> list[int]:
    return [format_.decode_frequency(value) for value in values]


def _rising(run: Sequence[int]) -> bool:
    return all(low < high for low, high in zip([-1, *run], [*run, LARGEST + 1], strict=True))

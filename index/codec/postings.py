"""The inverted index of one field as arrays: terms, and for each its stories and positions.

A posting's frequency is how often its term occurs in its story. What cannot be told from
frequency and positions (boosted weights, the values of other Whoosh formats) is kept as it
was given, by field.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.codec.arrayfile import ArrayFile, ArrayFileWriter
from index.codec.packing import Numbers, Packed, narrowed, pack
from index.codec.terms import TermDictionary, joined, starts_of


class Kind(StrEnum):
    """What a field's postings say of a term in a story."""

    EXISTENCE = "existence"
    """That it is there; the frequency is always 1."""
    FREQUENCY = "frequency"
    POSITIONS = "positions"
    OPAQUE = "opaque"
    """Its weight and the bytes of its value, whatever they mean."""


@dataclass(frozen=True, slots=True)
class Postings:
    """Postings end to end, term after term.

    ``counts`` is the number of stories of each term, ``docs`` their numbers, in order,
    ``freqs`` how often each has the term (1 or more), ``positions`` where: ``freqs`` of
    them for each posting, in order. ``weights`` and ``values`` only for `Kind.OPAQUE`.
    """

    counts: Numbers
    docs: Numbers
    freqs: Numbers
    positions: Numbers | None = None
    weights: NDArray[np.float64] | None = None
    values: list[bytes] | None = None


class FieldPostings:
    """One field of an open segment. ``name`` is the field's."""

    def __init__(self, file: ArrayFile, name: str) -> None:
        self._file = file
        self._name = name
        self.kind = Kind(file.meta["fields"][name])
        self.terms = TermDictionary(self._array("terms"), self._array("terms.starts"))
        self.counts: NDArray[Any] = self._array("counts")
        """The number of stories of each term, deleted ones included."""

    def _array(self, part: str) -> NDArray[Any]:
        return self._file.array(f"{self._name}/{part}")

    def _packed(self, part: str) -> Packed:
        return Packed(
            self._array(part), self._array(f"{part}.starts"), self._array(f"{part}.widths")
        )

    @cached_property
    def _docs(self) -> Packed:
        return self._packed("docs")

    @cached_property
    def _freqs(self) -> Packed | None:
        return None if self.kind is Kind.EXISTENCE else self._packed("freqs")

    @cached_property
    def _positions(self) -> Packed:
        return self._packed("positions")

    def docs(self, place: int) -> Numbers:
        """The numbers of the stories that have the term numbered ``place``."""
        count = int(self.counts[place])
        docs = self._docs.run_sums(place, count)
        docs += np.arange(count)
        return docs

    def freqs(self, place: int) -> Numbers:
        """How often each of `docs` has the term."""
        count = int(self.counts[place])
        if self._freqs is None:
            return np.ones(count, np.int64)
        return self._freqs.run(place, count) + 1

    def positions(self, place: int, freqs: Numbers) -> Numbers:
        """Where the term stands in each of `docs`, the ``freqs`` of one after those of another."""
        gaps = self._positions.run(place, int(freqs.sum()))
        return _ungapped(gaps, freqs)

    def range(self, low: int, high: int, *, positions: bool = False) -> Postings:
        """The postings of the terms numbered ``low`` to ``high`` - 1."""
        counts = self.counts[low:high].astype(np.int64)
        docs = _ungapped(self._docs.runs(low, high, counts), counts)
        freqs = (
            np.ones(docs.size, np.int64)
            if self._freqs is None
            else self._freqs.runs(low, high, counts) + 1
        )
        places = None
        if positions and self.kind is Kind.POSITIONS and low < high:
            firsts = np.cumsum(counts) - counts
            totals = np.add.reduceat(freqs, firsts)
            places = _ungapped(self._positions.runs(low, high, totals), freqs)
        if self.kind is not Kind.OPAQUE:
            return Postings(counts, docs, freqs, places)
        first, last = (int(self.counts[:place].sum(dtype=np.int64)) for place in (low, high))
        return Postings(
            counts, docs, freqs, places, self.weights(first, last), self.values(first, last)
        )

    def first_posting(self, place: int) -> int:
        """The number of a term's first posting among all of the field."""
        return int(self.counts[:place].sum(dtype=np.int64))

    def weights(self, first: int, last: int) -> NDArray[np.float64]:
        """The weights of a range of postings of an opaque field."""
        return self._array("weights")[first:last]

    def values(self, first: int, last: int) -> list[bytes]:
        """The values of a range of postings of an opaque field."""
        values = TermDictionary(self._array("values"), self._array("values.starts"))
        return list(values.between(first, last))


def write_field(
    file: ArrayFileWriter, name: str, kind: Kind, terms: list[bytes], postings: Postings
) -> None:
    """Write a field: sorted ``terms`` and their postings, in the same order."""
    writer = FieldWriter(file, name, kind)
    writer.add(terms, postings)
    writer.close()


class FieldWriter:
    """Writes one field of a segment, a range of its terms at a time."""

    def __init__(self, file: ArrayFileWriter, name: str, kind: Kind) -> None:
        self._file = file
        self._name = name
        self._kind = kind
        self._term_sizes: list[Numbers] = []
        self._counts: list[Numbers] = []
        self._sizes: dict[str, list[Numbers]] = {}
        self._widths: dict[str, list[NDArray[np.uint8]]] = {}
        self._value_sizes: list[Numbers] = []
        file.meta.setdefault("fields", {})[name] = str(kind)

    def add(self, terms: list[bytes], postings: Postings) -> None:
        """Add the next terms in order, each with one posting or more."""
        data, starts = joined(terms)
        self._file.grow(f"{self._name}/terms", data)
        self._term_sizes.append(np.diff(starts.astype(np.int64)))
        self._counts.append(postings.counts)
        self._pack("docs", _gapped(postings.docs, postings.counts), postings.counts)
        if self._kind is not Kind.EXISTENCE:
            self._pack("freqs", postings.freqs - 1, postings.counts)
        if self._kind is Kind.POSITIONS and postings.positions is not None and terms:
            firsts = np.cumsum(postings.counts) - postings.counts
            totals = np.add.reduceat(postings.freqs, firsts)
            self._pack("positions", _gapped(postings.positions, postings.freqs), totals)
        if self._kind is Kind.OPAQUE and postings.weights is not None and postings.values is not None:
            self._file.grow(f"{self._name}/weights", postings.weights)
            self._file.grow(
                f"{self._name}/values", np.frombuffer(b"".join(postings.values), np.uint8)
            )
            sizes = np.fromiter(map(len, postings.values), np.int64, len(postings.values))
            self._value_sizes.append(sizes)

    def _pack(self, part: str, numbers: Numbers, counts: Numbers) -> None:
        packed = pack(numbers, counts)
        self._file.grow(f"{self._name}/{part}", packed.data)
        self._sizes.setdefault(part, []).append(np.diff(packed.starts))
        self._widths.setdefault(part, []).append(packed.widths)

    def close(self) -> None:
        """Write what is told of every term."""
        name = self._name
        self._file.add(f"{name}/terms.starts", starts_of(_joined(self._term_sizes)))
        self._file.add(f"{name}/counts", narrowed(_joined(self._counts)))
        for part, sizes in self._sizes.items():
            self._file.add(f"{name}/{part}.starts", starts_of(_joined(sizes)))
            self._file.add(f"{name}/{part}.widths", np.concatenate(self._widths[part]))
        if self._kind is Kind.OPAQUE:
            self._file.add(f"{name}/values.starts", starts_of(_joined(self._value_sizes)))


def _joined(parts: list[Numbers]) -> Numbers:
    return np.concatenate(parts) if parts else np.empty(0, np.int64)


def _gapped(numbers: Numbers, counts: Numbers) -> Numbers:
    """Rising numbers, in runs of ``counts``, as how many are left out before each."""
    gaps = np.empty_like(numbers)
    if numbers.size:
        gaps[0] = numbers[0]
        np.subtract(numbers[1:], numbers[:-1], out=gaps[1:])
        gaps[1:] -= 1
        firsts = np.cumsum(counts)[:-1]
        gaps[firsts] = numbers[firsts]
    return gaps


def _ungapped(gaps: Numbers, counts: Numbers) -> Numbers:
    """The numbers that `_gapped` was given."""
    if not gaps.size:
        return gaps
    sums = np.cumsum(gaps + 1)
    ends = np.cumsum(counts)
    sums -= 1
    if counts.size > 1:
        before = np.zeros(counts.size, np.int64)
        before[1:] = sums[ends[:-1] - 1] + 1
        sums -= np.repeat(before, counts)
    return sums

"""The inverted index of one field as arrays: terms, and for each its stories and positions.

A posting's frequency is how often its term occurs in its story. What cannot be told from
frequency and positions (boosted weights, the values of other Whoosh formats) is kept as it
was given, by field.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.codec.arrayfile import ArrayFile, ArrayFileWriter, view
from index.codec.checked import damaged
from index.codec.numberruns import NumberRuns
from index.codec.packing import Numbers, gapped, narrowed, pack, risen, steps, ungapped
from index.codec.runs import ByteRuns, Runs, write_runs
from index.codec.terms import TermDictionary, keys_of
from index.value import Value


class Kind(StrEnum):
    """What a field's postings say of a term in a story."""

    EXISTENCE = "existence"
    """That it is there; the frequency is always 1."""
    FREQUENCY = "frequency"
    POSITIONS = "positions"
    OPAQUE = "opaque"
    """Its weight and the bytes of its value, whatever they mean."""


class Postings(Value):
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
    """One field of an open segment. ``name`` is the field's, ``stories`` how many there are.

    Reading raises DamagedFileError where the file says what cannot be.
    """

    def __init__(self, file: ArrayFile, name: str, stories: int) -> None:
        self._file = file
        self._name = name
        self._stories = stories
        self.kind = Kind(file.about("fields")[name])
        self.terms = TermDictionary(file, f"{name}/terms")
        self.counts: NDArray[Any] = file.array(f"{name}/counts")
        """The number of stories of each term, deleted ones included."""
        self._counts = view(self.counts)

    def _packed(self, part: str) -> NumberRuns:
        return NumberRuns(self._file, f"{self._name}/{part}")

    @cached_property
    def _docs(self) -> NumberRuns:
        return self._packed("docs")

    @cached_property
    def _freqs(self) -> NumberRuns | None:
        with_freqs = self.kind in (Kind.FREQUENCY, Kind.POSITIONS)
        return self._packed("freqs") if with_freqs else None

    @cached_property
    def _positions(self) -> NumberRuns:
        return self._packed("positions")

    def docs(self, place: int) -> Numbers:
        """The numbers of the stories that have the term numbered ``place``."""
        count = self._counts[place]
        docs = self._docs.run_sums(place, count)
        if count > 1:
            docs += steps(count)
        if docs[-1] >= self._stories:
            raise damaged(self._file.name, "it tells of stories that are not there")
        return docs

    def freqs(self, place: int) -> Numbers:
        """How often each of `docs` has the term."""
        count = self._counts[place]
        if self._freqs is None:
            return np.ones(count, np.int64)
        freqs = self._freqs.run(place, count)
        freqs += 1
        return freqs

    def positions(self, place: int, freqs: Numbers) -> Numbers:
        """Where the term stands in each of `docs`, the ``freqs`` of one after those of another."""
        count = int(np.add.reduce(freqs))
        if count == freqs.size:
            return self._positions.run(place, count)
        return risen(self._positions.run_sums(place, count), freqs)

    def range(self, low: int, high: int, *, positions: bool = False) -> Postings:
        """The postings of the terms numbered ``low`` to ``high`` - 1."""
        counts = self.counts[low:high].astype(np.int64)
        docs = ungapped(self._docs.runs(low, high, counts), counts)
        if docs.size and int(docs.max()) >= self._stories:
            raise damaged(self._file.name, "it tells of stories that are not there")
        freqs = np.ones(docs.size, np.int64)
        if self._freqs is not None:
            freqs += self._freqs.runs(low, high, counts)
        places = None
        if positions and self.kind is Kind.POSITIONS and low < high:
            totals = np.add.reduceat(freqs, np.cumsum(counts) - counts)
            places = ungapped(self._positions.runs(low, high, totals), freqs)
        if self.kind is not Kind.OPAQUE:
            return Postings(counts, docs, freqs, places)
        first = self.first_posting(low) if low < high else 0
        last = first + docs.size
        return Postings(
            counts, docs, freqs, None, self.weights(first, last), self.values(first, last)
        )

    @cached_property
    def _firsts(self) -> Runs:
        return Runs(self._file, f"{self._name}/postings")

    def first_posting(self, place: int) -> int:
        """The number of a term's first posting among all of an opaque field."""
        return self._firsts.place(place)[0]

    @cached_property
    def _weights(self) -> NDArray[np.float64]:
        return self._file.array(f"{self._name}/weights")

    def weights(self, first: int, last: int) -> NDArray[np.float64]:
        """The weights of a range of postings of an opaque field."""
        return self._weights[first:last]

    @cached_property
    def _values(self) -> ByteRuns:
        return ByteRuns(self._file, f"{self._name}/values")

    def values(self, first: int, last: int) -> list[bytes]:
        """The values of a range of postings of an opaque field."""
        return list(self._values.between(first, last))


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
        self._count = 0
        self._counts: list[Numbers] = []
        self._sizes: dict[str, list[Numbers]] = {}

    def add(self, terms: list[bytes], postings: Postings) -> None:
        """Add the next terms in order, each with one posting or more."""
        if not terms:
            return
        counts = postings.counts
        self._file.grow(f"{self._name}/terms.keys", keys_of(terms, self._count))
        self._grow_bytes("terms", terms)
        self._count += len(terms)
        self._counts.append(counts)
        self._pack("docs", gapped(postings.docs, counts), counts)
        if self._kind in (Kind.FREQUENCY, Kind.POSITIONS):
            self._pack("freqs", postings.freqs - 1, counts)
        if self._kind is Kind.POSITIONS and postings.positions is not None:
            totals = np.add.reduceat(postings.freqs, np.cumsum(counts) - counts)
            self._pack("positions", gapped(postings.positions, postings.freqs), totals)
        if postings.weights is not None and postings.values is not None:
            self._file.grow(f"{self._name}/weights", postings.weights)
            self._grow_bytes("values", postings.values)

    def _grow_bytes(self, part: str, runs: list[bytes]) -> None:
        data = np.frombuffer(b"".join(runs), np.uint8)
        self._grow(part, data, np.fromiter(map(len, runs), np.int64, len(runs)))

    def _pack(self, part: str, numbers: Numbers, counts: Numbers) -> None:
        self._grow(part, *pack(numbers, counts))

    def _grow(self, part: str, data: NDArray[np.uint8], sizes: Numbers) -> None:
        self._file.grow(f"{self._name}/{part}", data)
        self._sizes.setdefault(part, []).append(sizes)

    def close(self) -> None:
        """Write what is told of every term. A field without terms is no part of the file."""
        if not self._count:
            return
        counts = np.concatenate(self._counts)
        self._file.meta.setdefault("fields", {})[self._name] = str(self._kind)
        self._file.add(f"{self._name}/counts", narrowed(counts))
        self._file.finish(f"{self._name}/terms.keys")
        for part, sizes in self._sizes.items():
            self._file.finish(f"{self._name}/{part}")
            write_runs(self._file, f"{self._name}/{part}", np.concatenate(sizes))
        if self._kind is Kind.OPAQUE:
            self._file.finish(f"{self._name}/weights")
            write_runs(self._file, f"{self._name}/postings", counts)

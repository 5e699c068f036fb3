"""Whoosh's contract for reading the terms of a segment and their postings, over its arrays."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.base import FieldCursor, TermsReader
from whoosh.formats import Frequency
from whoosh.reading import TermInfo, TermNotFound

from index.codec.matcher import ArrayMatcher
from index.codec.packing import Numbers
from index.codec.postings import FieldPostings, Kind
from index.codec.segment import SegmentArrays

_FREQUENCY = struct.Struct("!I").pack
"""The value of a posting in Whoosh's format Frequency."""
Values = Callable[[int], bytes]
Positions = Callable[[int], list[int]]


class ArrayTermsReader(TermsReader):
    """The terms of a segment and their postings."""

    def __init__(self, arrays: SegmentArrays) -> None:
        self._arrays = arrays

    def _find(self, name: str, term: bytes) -> tuple[FieldPostings, int] | None:
        field = self._arrays.field(name)
        place = -1 if field is None else field.terms.find(term)
        return None if field is None or place < 0 else (field, place)

    def _place(self, name: str, term: bytes) -> tuple[FieldPostings, int]:
        found = self._find(name, term)
        if found is None:
            raise TermNotFound(f"No term {name}:{term!r}")
        return found

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        return self._find(*term) is not None

    def indexed_field_names(self) -> list[str]:
        return self._arrays.fields()

    def cursor(self, fieldname: str, fieldobj: Any) -> ArrayCursor:
        return ArrayCursor(self, self._arrays.field(fieldname), fieldname, fieldobj)

    def terms(self) -> Iterator[tuple[str, bytes]]:
        return ((name, field.terms[place]) for name, field, place in self._from())

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        found = self._from(fieldname, prefix)
        return ((name, field.terms[place]) for name, field, place in found)

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return self._with_info(self._from())

    def items_from(
        self, fieldname: str, prefix: bytes
    ) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return self._with_info(self._from(fieldname, prefix))

    def _from(
        self, first: str | None = None, prefix: bytes = b""
    ) -> Iterator[tuple[str, FieldPostings, int]]:
        """All terms; or from ``prefix`` on in the field ``first``, and those of later fields."""
        names = self._arrays.fields()
        if first is not None:
            names = names[names.index(first) :] if first in names else []
        for name in names:
            field = self._arrays.field(name)
            if field is not None:
                start = field.terms.first_from(prefix) if name == first else 0
                for place in range(start, len(field.terms)):
                    yield name, field, place

    def _with_info(
        self, found: Iterator[tuple[str, FieldPostings, int]]
    ) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        for name, field, place in found:
            yield (name, field.terms[place]), self.info(field, place, name)

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        return self.info(*self._place(fieldname, text), fieldname)

    def info(self, field: FieldPostings, place: int, name: str) -> TermInfo:
        """What Whoosh's scorers want to know of the term numbered ``place``."""
        docs = field.docs(place)
        weights = _weights(field, place)
        lengths = self._arrays.lengths(name)
        there = np.zeros(1, np.int64) if lengths is None else lengths[docs]
        return TermInfo(
            weight=float(weights.sum()),
            df=docs.size,
            minlength=int(there.min()),
            maxlength=int(there.max()),
            maxweight=float(weights.max()),
            minid=int(docs[0]),
            maxid=int(docs[-1]),
        )

    def frequency(self, fieldname: str, text: bytes) -> float:
        found = self._find(fieldname, text)
        return float(_weights(*found).sum()) if found else 0

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        found = self._find(fieldname, text)
        return int(found[0].counts[found[1]]) if found else 0

    def matcher(
        self, fieldname: str, text: bytes, format_: Any, scorer: Any = None
    ) -> ArrayMatcher:
        field, place = self._place(fieldname, text)
        weights: list[float] = _weights(field, place).astype(np.float64).tolist()
        values, positions = _values(field, place, format_)
        return ArrayMatcher(
            field.docs(place).tolist(),
            weights,
            values,
            format_,
            positions,
            (fieldname, text),
            scorer,
        )


def _weights(field: FieldPostings, place: int) -> NDArray[np.float64] | Numbers:
    if field.kind is not Kind.OPAQUE:
        return field.freqs(place)
    first = field.first_posting(place)
    return field.weights(first, first + int(field.counts[place]))


def _values(field: FieldPostings, place: int, format_: Any) -> tuple[Values, Positions | None]:
    """(a posting's value, its positions if they are known), each by its place in the run."""
    if field.kind is Kind.OPAQUE:
        first = field.first_posting(place)
        run = lru_cache(lambda: field.values(first, first + int(field.counts[place])))
        return lambda at: run()[at], None
    if field.kind is Kind.POSITIONS:
        positions = _positions(field, place)
        return lambda at: bytes(format_.encode(positions(at))), positions
    if isinstance(format_, Frequency):
        freqs: list[int] = field.freqs(place).tolist()
        return lambda at: _FREQUENCY(freqs[at]), None
    return lambda _at: b"", None


def _positions(field: FieldPostings, place: int) -> Positions:
    @lru_cache
    def runs() -> tuple[Numbers, list[int]]:
        freqs = field.freqs(place)
        return field.positions(place, freqs), [0, *freqs.cumsum().tolist()]

    def positions(at: int) -> list[int]:
        flat, ends = runs()
        found: list[int] = flat[ends[at] : ends[at + 1]].tolist()
        return found

    return positions


class ArrayCursor(FieldCursor):
    """A place in the terms of one field; past the last one there is no text."""

    def __init__(
        self, reader: ArrayTermsReader, field: FieldPostings | None, name: str, spec: Any
    ) -> None:
        self._reader = reader
        self._field = field
        self._name = name
        self._terms: Sequence[bytes] = [] if field is None else field.terms
        self._spec = spec
        self._place = 0

    def first(self) -> Any:
        self._place = 0
        return self.text()

    def find(self, term: Any) -> Any:
        if self._field is not None:
            wanted = term if isinstance(term, bytes) else self._spec.to_bytes(term)
            self._place = self._field.terms.first_from(wanted)
        return self.text()

    def next(self) -> Any:
        self._place += 1
        return self.text()

    def text(self) -> Any:
        return self._spec.from_bytes(self._terms[self._place]) if self.is_valid() else None

    def term_info(self) -> TermInfo | None:
        if self._field is None or not self.is_valid():
            return None
        return self._reader.info(self._field, self._place, self._name)

    def is_valid(self) -> bool:
        return self._place < len(self._terms)

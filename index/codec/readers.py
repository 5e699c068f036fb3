"""Whoosh's contract for reading a segment, over its arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
from whoosh.codec.base import FieldCursor, PerDocumentReader, TermsReader
from whoosh.columns import ColumnReader
from whoosh.filedb.structfile import BufferFile
from whoosh.reading import TermInfo, TermNotFound

from index.codec.columns import TextColumn
from index.codec.matcher import ArrayMatcher
from index.codec.packing import Numbers
from index.codec.postings import FieldPostings, Kind
from index.codec.segment import SegmentArrays


class ArrayTermsReader(TermsReader):
    """The terms of a segment and their postings."""

    def __init__(self, arrays: SegmentArrays) -> None:
        self._arrays = arrays

    def _place(self, name: str, term: bytes) -> tuple[FieldPostings, int]:
        field = self._arrays.field(name)
        place = -1 if field is None else field.terms.find(term)
        if field is None or place < 0:
            raise TermNotFound(f"No term {name}:{term!r}")
        return field, place

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        field = self._arrays.field(term[0])
        return field is not None and field.terms.find(term[1]) >= 0

    def indexed_field_names(self) -> list[str]:
        return self._arrays.fields()

    def cursor(self, fieldname: str, fieldobj: Any) -> ArrayCursor:
        return ArrayCursor(self, self._arrays.field(fieldname), fieldobj)

    def terms(self) -> Iterator[tuple[str, bytes]]:
        return self._from("", b"")

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        return self._from(fieldname, prefix)

    def _from(self, first: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        """The terms of the fields from ``first`` on, those of ``first`` from ``prefix`` on."""
        for name in self._arrays.fields():
            field = self._arrays.field(name)
            if name < first or field is None:
                continue
            start = field.terms.first_from(prefix) if name == first else 0
            for place in range(start, len(field.terms)):
                yield name, field.terms[place]

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return self.items_from("", b"")

    def items_from(
        self, fieldname: str, prefix: bytes
    ) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return ((term, self.term_info(*term)) for term in self._from(fieldname, prefix))

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
            df=int(docs.size),
            minlength=int(there.min()),
            maxlength=int(there.max()),
            maxweight=float(weights.max()),
            minid=int(docs[0]),
            maxid=int(docs[-1]),
        )

    def frequency(self, fieldname: str, text: bytes) -> float:
        field, place = self._place(fieldname, text)
        return float(_weights(field, place).sum())

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        field, place = self._place(fieldname, text)
        return int(field.counts[place])

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> ArrayMatcher:
        field, place = self._place(fieldname, text)
        docs = field.docs(place)
        freqs = field.freqs(place)
        values: Callable[[int], Any]
        positions: Callable[[int], list[int]] | None = None
        if field.kind is Kind.POSITIONS:
            flat, ends = field.positions(place, freqs), np.cumsum(freqs)

            def positions(at: int) -> list[int]:
                end = int(ends[at])
                return flat[end - int(freqs[at]) : end].tolist()

            def values(at: int) -> Any:
                return format_.encode(positions(at))
        elif field.kind is Kind.OPAQUE:
            first = field.first_posting(place)

            def values(at: int) -> Any:
                return field.values(first + at, first + at + 1)[0]
        else:

            def values(at: int) -> Any:
                return format_.encode(int(freqs[at])) if hasattr(format_, "encode") else b""

        weights = _weights(field, place)
        return ArrayMatcher(docs, weights, values, format_, positions, (fieldname, text), scorer)


def _weights(field: FieldPostings, place: int) -> Any:
    if field.kind is not Kind.OPAQUE:
        return field.freqs(place)
    first = field.first_posting(place)
    return field.weights(first, first + int(field.counts[place]))


class ArrayCursor(FieldCursor):
    """A place in the terms of one field; past the last one there is no text."""

    def __init__(self, reader: ArrayTermsReader, field: FieldPostings | None, spec: Any) -> None:
        self._reader = reader
        self._field = field
        self._terms = [] if field is None else field.terms
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
        return self._reader.info(self._field, self._place, "")

    def is_valid(self) -> bool:
        return self._place < len(self._terms)


class ArrayDocumentReader(PerDocumentReader):
    """The stored fields, columns, lengths and vectors of a segment."""

    def __init__(self, arrays: SegmentArrays, segment: Any) -> None:
        self._arrays = arrays
        self._segment = segment

    def doc_count(self) -> int:
        return self._arrays.count - int(self._segment.deleted_count())

    def doc_count_all(self) -> int:
        return self._arrays.count

    def has_deletions(self) -> bool:
        return bool(self._segment.has_deletions())

    def is_deleted(self, docnum: int) -> bool:
        return bool(self._segment.is_deleted(docnum))

    def deleted_docs(self) -> Iterable[int]:
        deleted: Iterable[int] = self._segment.deleted_docs()
        return deleted

    def supports_columns(self) -> bool:
        return True

    def has_column(self, fieldname: str) -> bool:
        return self._arrays.column_kind(fieldname) is not None

    def list_columns(self) -> list[str]:
        return list(self._arrays.docs_file.meta.get("columns", {}))

    def column_reader(self, fieldname: str, column: Any) -> Any:
        text = self._arrays.text_column(fieldname)
        if text is not None:
            return TextReader(text)
        numbers = self._arrays.numbers(fieldname)
        if numbers is not None:
            return NumberReader(numbers)
        data = self._arrays.docs_file.array(f"{fieldname}/column").tobytes()
        return column.reader(BufferFile(memoryview(data)), 0, len(data), self._arrays.count)

    def _lengths(self, name: str) -> Numbers:
        lengths = self._arrays.lengths(name)
        return np.zeros(1, np.int64) if lengths is None else lengths

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        lengths = self._arrays.lengths(fieldname)
        return default if lengths is None else int(lengths[docnum])

    def field_length(self, fieldname: str) -> int:
        return self._arrays.total_length(fieldname)

    def min_field_length(self, fieldname: str) -> int:
        return int(self._lengths(fieldname).min(initial=0))

    def max_field_length(self, fieldname: str) -> int:
        return int(self._lengths(fieldname).max(initial=0))

    def has_vector(self, docnum: int, fieldname: str) -> bool:
        file = self._arrays.docs_file
        if f"{fieldname}/vectors" not in file:
            return False
        first, last = file.array(f"{fieldname}/vectors")[docnum : docnum + 2].tolist()
        return bool(last > first)

    def vector(self, docnum: int, fieldname: str, format_: Any) -> ArrayMatcher:
        if not self.has_vector(docnum, fieldname):
            raise KeyError(f"Field {fieldname!r} has no vector in document {docnum}")
        file = self._arrays.docs_file
        first, last = file.array(f"{fieldname}/vectors")[docnum : docnum + 2].tolist()
        terms, values = (
            TextColumnSlice(file, f"{fieldname}/vectors.{part}").between(first, last)
            for part in ("terms", "values")
        )
        weights = file.array(f"{fieldname}/vectors.weights")[first:last]
        return ArrayMatcher(terms, weights, values.__getitem__, format_)

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        return self._arrays.stored().fields(docnum)


class TextColumnSlice:
    """Runs of bytes of an array file, by number."""

    def __init__(self, file: Any, name: str) -> None:
        from index.codec.terms import TermDictionary

        self._runs = TermDictionary(file.array(name), file.array(f"{name}.starts"))

    def between(self, first: int, last: int) -> list[bytes]:
        return list(self._runs.between(first, last))


class TextReader(ColumnReader):
    """A text column as Whoosh reads one."""

    def __init__(self, column: TextColumn) -> None:
        self._column = column
        self._doccount = column.numbers.size

    def __getitem__(self, docnum: int) -> bytes:
        return self._column[docnum]


class NumberReader(ColumnReader):
    """A column of numbers as Whoosh reads one."""

    def __init__(self, numbers: Any) -> None:
        self._numbers = numbers
        self._doccount = numbers.size
        self._reverse = False

    def __getitem__(self, docnum: int) -> Any:
        return self._numbers[docnum].item()

    def sort_key(self, docnum: int) -> Any:
        return -self[docnum] if self._reverse else self[docnum]

    def load(self) -> list[Any]:
        numbers: list[Any] = self._numbers.tolist()
        return numbers

    def set_reverse(self) -> None:
        self._reverse = True

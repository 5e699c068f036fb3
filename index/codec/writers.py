"""Whoosh's contract for writing a segment, a document and a posting at a time.

newsq writes its own stories a segment at a time (`index.invert`); this is for any other
program that adds to the index through Whoosh, and for indexes of any other schema.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from io import BytesIO
from typing import Any

import numpy as np
from whoosh.codec.base import FieldWriter, PerDocumentWriter
from whoosh.columns import NumericColumn, VarBytesColumn
from whoosh.filedb.structfile import StructFile
from whoosh.formats import Existence, Frequency, Positions

from index.codec.arrayfile import ArrayFileWriter
from index.codec.columns import write_numbers, write_opaque, write_text
from index.codec.packing import narrowed
from index.codec.postings import Kind, Postings, write_field
from index.codec.segment import DOCS, TERMS
from index.codec.stored import StoredWriter, line_of
from index.codec.terms import joined


class ArrayDocumentWriter(PerDocumentWriter):
    """Gathers what belongs to documents, and writes it when closed."""

    def __init__(self, storage: Any, segment: Any) -> None:
        self._storage = storage
        self._segment = segment
        self._count = 0
        self._stored: dict[str, Any] = {}
        self._names: dict[str, int] = {}
        self._lines: list[bytes] = []
        self._lengths: defaultdict[str, dict[int, int]] = defaultdict(dict)
        self._columns: dict[str, tuple[Any, list[tuple[int, Any]]]] = {}
        self._vectors: defaultdict[str, dict[int, list[tuple[bytes, float, bytes]]]] = defaultdict(dict)
        self._indoc = False
        self.is_closed = False

    def start_doc(self, docnum: int) -> None:
        if self._indoc or docnum != self._count:
            raise ValueError(f"document {docnum} was started out of order")
        self._count += 1
        self._stored = {}
        self._indoc = True

    def add_field(self, fieldname: str, fieldobj: Any, value: Any, length: int) -> None:
        if value is not None:
            self._stored[fieldname] = value
        if length:
            self._lengths[fieldname][self._count - 1] = length

    def add_column_value(self, fieldname: str, columnobj: Any, value: Any) -> None:
        column = self._columns.setdefault(fieldname, (columnobj, []))
        column[1].append((self._count - 1, value))

    def add_vector_items(
        self, fieldname: str, fieldobj: Any, items: Iterable[tuple[Any, float, Any]]
    ) -> None:
        self._vectors[fieldname][self._count - 1] = [
            (text if isinstance(text, bytes) else text.encode(), weight, value or b"")
            for text, weight, value in items
        ]

    def finish_doc(self) -> None:
        for name in self._stored:
            self._names.setdefault(name, len(self._names))
        values = [self._stored.get(name) for name in self._names]
        self._lines.append(line_of(values))
        self._indoc = False

    def close(self) -> None:
        if self._indoc:
            self.finish_doc()
        with self._segment.create_file(self._storage, DOCS) as target:
            file = ArrayFileWriter(target)
            file.meta["count"] = self._count
            stored = StoredWriter(file)
            for line in self._lines:
                stored.add(line)
            stored.close(list(self._names))
            for name, by_doc in self._lengths.items():
                file.add(f"{name}/lengths", narrowed(self._spread(by_doc)))
            for name, (column, values) in self._columns.items():
                self._write_column(file, name, column, values)
            for name, vectors in self._vectors.items():
                self._write_vectors(file, name, vectors)
            file.close()
        self.is_closed = True

    def _spread(self, by_doc: dict[int, int]) -> np.ndarray[Any, np.dtype[np.int64]]:
        numbers = np.zeros(self._count, np.int64)
        numbers[list(by_doc)] = list(by_doc.values())
        return numbers

    def _write_column(
        self, file: ArrayFileWriter, name: str, column: Any, values: list[tuple[int, Any]]
    ) -> None:
        if type(column) is VarBytesColumn:
            texts = [b""] * self._count
            for doc, value in values:
                texts[doc] = value
            write_text(file, name, texts)
        elif type(column) is NumericColumn:
            default = column.default_value()
            numbers = np.full(self._count, default, np.dtype(column._typecode))
            for doc, value in values:
                numbers[doc] = value
            write_numbers(file, name, numbers, default)
        else:
            buffer = BytesIO()
            writer = column.writer(StructFile(buffer))
            for doc, value in values:
                writer.add(doc, value)
            writer.finish(self._count)
            write_opaque(file, name, buffer.getvalue())

    def _write_vectors(
        self, file: ArrayFileWriter, name: str, vectors: dict[int, list[tuple[bytes, float, bytes]]]
    ) -> None:
        sizes = self._spread({doc: len(items) for doc, items in vectors.items()})
        items = [item for doc in sorted(vectors) for item in vectors[doc]]
        file.add(f"{name}/vectors", np.concatenate([[0], np.cumsum(sizes)]))
        file.add(f"{name}/vectors.weights", np.array([item[1] for item in items], np.float64))
        for part, runs in (("terms", [i[0] for i in items]), ("values", [i[2] for i in items])):
            data, starts = joined(runs)
            file.add(f"{name}/vectors.{part}", data)
            file.add(f"{name}/vectors.{part}.starts", starts)


class ArrayFieldWriter(FieldWriter):
    """Gathers the postings of one field at a time, and writes them when it is finished."""

    def __init__(self, storage: Any, segment: Any) -> None:
        self._storage = storage
        self._segment = segment
        self._target: Any = None
        self._file: ArrayFileWriter | None = None
        self.is_closed = False

    def _open(self) -> ArrayFileWriter:
        if self._file is None:
            self._target = self._segment.create_file(self._storage, TERMS)
            self._file = ArrayFileWriter(self._target)
        return self._file

    def start_field(self, fieldname: str, fieldobj: Any) -> None:
        self._name = fieldname
        self._format = fieldobj.format
        self._terms: list[bytes] = []
        self._counts: list[int] = []
        self._docs: list[int] = []
        self._weights: list[float] = []
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

    def finish_field(self) -> None:
        counts = np.array(self._counts, np.int64)
        docs = np.array(self._docs, np.int64)
        kind, freqs, positions = self._read_values()
        opaque = kind is Kind.OPAQUE
        weights = np.array(self._weights, np.float64) if opaque else None
        values = self._values if opaque else None
        postings = Postings(counts, docs, freqs, positions, weights, values)
        write_field(self._open(), self._name, kind, self._terms, postings)

    def _read_values(self) -> tuple[Kind, Any, Any]:
        """What the values say, where arrays can say the same."""
        ones = np.ones(len(self._docs), np.int64)
        kinds = {Existence: Kind.EXISTENCE, Frequency: Kind.FREQUENCY, Positions: Kind.POSITIONS}
        kind = kinds.get(type(self._format), Kind.OPAQUE)
        if kind is Kind.EXISTENCE and all(weight == 1 for weight in self._weights):
            return kind, ones, None
        if kind is Kind.FREQUENCY:
            freqs = [self._format.decode_frequency(value) for value in self._values]
            if freqs == self._weights and min(freqs) > 0:
                return kind, np.array(freqs, np.int64), None
        if kind is Kind.POSITIONS:
            places = [self._format.decode_positions(value) for value in self._values]
            freqs = [len(run) for run in places]
            rising = all(a < b for run in places for a, b in zip(run, run[1:], strict=False))
            if freqs == self._weights and min(freqs) > 0 and rising:
                flat = [place for run in places for place in run]
                return kind, np.array(freqs, np.int64), np.array(flat, np.int64)
        return Kind.OPAQUE, ones, None

    def close(self) -> None:
        self._open().close()
        self._target.close()
        self.is_closed = True

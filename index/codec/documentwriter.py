"""Whoosh's contract for writing a segment's documents one by one.

newsq writes its own stories a segment at a time (`index.segmenting`); this is for any other
program that adds to the index through Whoosh, and for indexes of any other schema.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from io import BytesIO
from typing import Any

import numpy as np
from whoosh.codec.base import PerDocumentWriter
from whoosh.columns import NumericColumn, VarBytesColumn
from whoosh.filedb.structfile import StructFile

from index.codec.arrayfile import ArrayFileWriter
from index.codec.columns import write_numbers, write_opaque, write_text
from index.codec.packing import narrowed
from index.codec.segment import DOCS
from index.codec.stored import StoredWriter, line_of
from index.codec.vectors import Item, write_vectors


class ArrayDocumentWriter(PerDocumentWriter):
    """Writes stored fields as they come, and gathers the rest until it is closed."""

    def __init__(self, storage: Any, segment: Any) -> None:
        self._target = segment.create_file(storage, DOCS)
        self._file = ArrayFileWriter(self._target)
        self._stored_writer = StoredWriter(self._file)
        self._count = 0
        self._stored: dict[str, Any] = {}
        self._names: dict[str, int] = {}
        self._lengths: defaultdict[str, dict[int, int]] = defaultdict(dict)
        self._columns: dict[str, tuple[Any, list[tuple[int, Any]]]] = {}
        self._vectors: defaultdict[str, dict[int, list[Item]]] = defaultdict(dict)
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
        _, values = self._columns.setdefault(fieldname, (columnobj, []))
        values.append((self._count - 1, value))

    def add_vector_items(
        self, fieldname: str, fieldobj: Any, items: Iterable[tuple[str, float, bytes | None]]
    ) -> None:
        told = [
            (text.encode("utf-8", "surrogatepass"), weight, value or b"")
            for text, weight, value in items
        ]
        if told:
            self._vectors[fieldname][self._count - 1] = told

    def finish_doc(self) -> None:
        for name in self._stored:
            self._names.setdefault(name, len(self._names))
        self._stored_writer.add(line_of([self._stored.get(name) for name in self._names]))
        self._indoc = False

    def close(self) -> None:
        if self._indoc:
            self.finish_doc()
        self._file.meta["count"] = self._count
        self._stored_writer.close(list(self._names))
        for name, by_doc in self._lengths.items():
            lengths = np.zeros(self._count, np.int64)
            lengths[list(by_doc)] = list(by_doc.values())
            self._file.add(f"{name}/lengths", narrowed(lengths))
        for name, (column, values) in self._columns.items():
            _write_column(self._file, name, column, values, self._count)
        for name, vectors in self._vectors.items():
            write_vectors(self._file, name, self._count, vectors)
        self._file.close()
        self._target.close()
        self.is_closed = True


def _write_column(
    file: ArrayFileWriter, name: str, column: Any, values: list[tuple[int, Any]], count: int
) -> None:
    """Write the ``values`` of some of ``count`` documents, each with its number, in order."""
    if type(column) is VarBytesColumn:
        texts = [b""] * count
        for doc, value in values:
            texts[doc] = value
        write_text(file, name, texts)
    elif type(column) is NumericColumn:
        default = column.default_value()
        numbers = np.full(count, default, np.dtype(column._typecode))
        for doc, value in values:
            numbers[doc] = value
        write_numbers(file, name, numbers, default)
    else:
        buffer = BytesIO()
        writer = column.writer(StructFile(buffer))
        for doc, value in values:
            writer.add(doc, value)
        writer.finish(count)
        write_opaque(file, name, buffer.getvalue())

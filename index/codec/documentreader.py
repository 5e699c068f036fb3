"""Whoosh's contract for reading what belongs to the documents of a segment, over its arrays."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.base import PerDocumentReader
from whoosh.columns import ColumnReader
from whoosh.filedb.structfile import BufferFile

from index.codec.columns import TextColumn
from index.codec.matcher import ArrayMatcher
from index.codec.segment import SegmentArrays
from index.codec.vectors import Vectors, has_vectors


class ArrayDocumentReader(PerDocumentReader):
    """The stored fields, columns, lengths and vectors of a segment.

    ``storage`` is where the columns lie that were added after the segment was written.
    """

    def __init__(self, arrays: SegmentArrays, segment: Any, storage: Any) -> None:
        self._arrays = arrays
        self._segment = segment
        self._storage = storage
        self._vectors: dict[str, Vectors | None] = {}

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
        return self._arrays.column_kind(fieldname) is not None or self._is_added(fieldname)

    def _is_added(self, fieldname: str) -> bool:
        return bool(self._storage.file_exists(column_filename(self._segment, fieldname)))

    def list_columns(self) -> list[str]:
        return list(self._arrays.docs_file.meta.get("columns", {}))

    def column_reader(self, fieldname: str, column: Any) -> Any:
        text = self._arrays.text_column(fieldname)
        if text is not None:
            return TextReader(text)
        numbers = self._arrays.numbers(fieldname)
        if numbers is not None:
            return NumberReader(numbers)
        if self._arrays.column_kind(fieldname) is not None:
            data = self._arrays.docs_file.array(f"{fieldname}/column").tobytes()
        else:
            name = column_filename(self._segment, fieldname)
            with self._storage.open_file(name) as file:
                data = bytes(file.get(0, self._storage.file_length(name)))
        return column.reader(BufferFile(memoryview(data)), 0, len(data), self._arrays.count)

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        lengths = self._arrays.lengths(fieldname)
        return default if lengths is None else int(lengths[docnum])

    def field_length(self, fieldname: str) -> int:
        return self._arrays.total_length(fieldname)

    def _lengths(self, name: str) -> NDArray[Any]:
        lengths = self._arrays.lengths(name)
        return np.zeros(0, np.int64) if lengths is None else lengths

    def min_field_length(self, fieldname: str) -> int:
        lengths = self._lengths(fieldname)
        return int(lengths.min()) if lengths.size else 0

    def max_field_length(self, fieldname: str) -> int:
        return int(self._lengths(fieldname).max(initial=0))

    def _vectors_of(self, name: str) -> Vectors | None:
        if name not in self._vectors:
            file = self._arrays.docs_file
            self._vectors[name] = Vectors(file, name) if has_vectors(file, name) else None
        return self._vectors[name]

    def has_vector(self, docnum: int, fieldname: str) -> bool:
        vectors = self._vectors_of(fieldname)
        return vectors is not None and vectors.size(docnum) > 0

    def vector(self, docnum: int, fieldname: str, format_: Any) -> ArrayMatcher:
        vectors = self._vectors_of(fieldname)
        if vectors is None or not vectors.size(docnum):
            raise KeyError(f"Field {fieldname!r} has no vector in document {docnum}")
        terms, weights, values = vectors.of(docnum)
        names = [term.decode("utf-8", "surrogatepass") for term in terms]
        return ArrayMatcher(names, weights.tolist(), values.__getitem__, format_)

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        return self._arrays.stored().fields(docnum)


def column_filename(segment: Any, fieldname: str) -> str:
    """The file of a column that is added to a segment after it was written."""
    return str(segment.make_filename(f".{fieldname}.column"))


class TextReader(ColumnReader):
    """A text column as Whoosh reads one."""

    def __init__(self, column: TextColumn) -> None:
        self._column = column
        self._doccount = column.numbers.size

    def __getitem__(self, docnum: int) -> bytes:
        return self._column[docnum]


class NumberReader(ColumnReader):
    """A column of numbers as Whoosh reads one."""

    def __init__(self, numbers: NDArray[Any]) -> None:
        self._numbers = numbers
        self._doccount = numbers.size
        self._reverse = False

    def __getitem__(self, docnum: int) -> Any:
        return self._numbers[docnum].item()

    def sort_key(self, docnum: int) -> Any:
        return 0 - self[docnum] if self._reverse else self[docnum]

    def load(self) -> list[Any]:
        numbers: list[Any] = self._numbers.tolist()
        return numbers

    def set_reverse(self) -> None:
        self._reverse = True

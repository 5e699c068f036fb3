"""One open segment: its stories, and each of its fields, as arrays.

A segment is two files of arrays (`index.codec.arrayfile`): ``.docs`` has what belongs to
stories (stored fields, columns, lengths, vectors) and ``.terms`` what belongs to terms.
Neither is ever changed; which of its stories are deleted stands in the table of contents.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.codec.arrayfile import ArrayFile
from index.codec.columns import TextColumn, read_numbers
from index.codec.postings import FieldPostings
from index.codec.stored import StoredReader

DOCS, TERMS = ".docs", ".terms"


class SegmentArrays:
    """The arrays of a segment. Deleted stories are among them."""

    def __init__(self, docs: ArrayFile, terms: ArrayFile) -> None:
        self.docs_file = docs
        self.terms_file = terms
        self.count: int = docs.meta["count"]
        """How many stories there are; their numbers run from 0."""
        self.field = lru_cache(maxsize=None)(self._field)
        self.text_column = lru_cache(maxsize=None)(self._text_column)
        self.stored = lru_cache(maxsize=1)(self._stored)

    @classmethod
    def map(cls, folder: Path, name: str) -> SegmentArrays:
        """The segment called ``name`` in ``folder``. Raises IndexFolderError if it is damaged."""
        return cls(ArrayFile.map(folder / f"{name}{DOCS}"), ArrayFile.map(folder / f"{name}{TERMS}"))

    def fields(self) -> list[str]:
        """The names of the fields that have terms, in order."""
        return sorted(self.terms_file.meta.get("fields", {}))

    def _field(self, name: str) -> FieldPostings | None:
        """The terms and postings of a field; None if it has none."""
        if name not in self.terms_file.meta.get("fields", {}):
            return None
        return FieldPostings(self.terms_file, name)

    def lengths(self, name: str) -> NDArray[Any] | None:
        """The number of terms each story has in a field; None if it keeps none."""
        key = f"{name}/lengths"
        return self.docs_file.array(key) if key in self.docs_file else None

    def total_length(self, name: str) -> int:
        """The number of terms all stories together have in a field."""
        lengths = self.lengths(name)
        return 0 if lengths is None else int(lengths.sum(dtype=np.int64))

    def column_kind(self, name: str) -> str | None:
        """How a field's column is kept (`index.codec.columns`); None if it has none."""
        about = self.docs_file.meta.get("columns", {}).get(name)
        return about and str(about["kind"])

    def _text_column(self, name: str) -> TextColumn | None:
        return TextColumn(self.docs_file, name) if self.column_kind(name) == "text" else None

    def numbers(self, name: str) -> NDArray[Any] | None:
        """A column of numbers, by story; None if there is none."""
        known = self.column_kind(name) in ("numbers", "raw", "floats")
        return read_numbers(self.docs_file, name) if known else None

    def _stored(self) -> StoredReader:
        return StoredReader(self.docs_file)

"""One open segment: its stories, and each of its fields, as arrays.

A segment is two files of arrays (`index.codec.arrayfile`): ``.docs`` has what belongs to
stories (stored fields, columns, lengths, vectors) and ``.terms`` what belongs to terms.
Neither is ever changed; which of its stories are deleted stands in the table of contents.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.codec.arrayfile import ArrayFile
from index.codec.checked import damaged
from index.codec.columns import TextColumn, read_numbers
from index.codec.packing import LARGEST
from index.codec.postings import FieldPostings
from index.codec.stored import StoredReader

DOCS, TERMS = ".docs", ".terms"


class SegmentArrays:
    """The arrays of a segment. Deleted stories are among them.

    Whatever is read raises DamagedFileError where it is not what was written.
    """

    def __init__(self, docs: ArrayFile, terms: ArrayFile) -> None:
        self.docs_file = docs
        self.terms_file = terms
        self.count: int = docs.about("count")
        """How many stories there are; their numbers run from 0."""
        if type(self.count) is not int or not 0 <= self.count <= LARGEST:
            raise damaged(docs.name, "its number of stories makes no sense")
        self._fields: dict[str, FieldPostings] = {}
        self._text_columns: dict[str, TextColumn] = {}

    @classmethod
    def map(cls, folder: Path, name: str) -> SegmentArrays:
        """The segment called ``name`` in ``folder``. Raises IndexFolderError if it is damaged."""
        return cls(
            ArrayFile.map(folder / f"{name}{DOCS}"), ArrayFile.map(folder / f"{name}{TERMS}")
        )

    def fields(self) -> list[str]:
        """The names of the fields that have terms, in order."""
        return sorted(self.terms_file.meta.get("fields", {}))

    def field(self, name: str) -> FieldPostings | None:
        """The terms and postings of a field; None if it has none."""
        found = self._fields.get(name)
        if found is None and name in self.terms_file.meta.get("fields", {}):
            found = self._fields[name] = FieldPostings(self.terms_file, name, self.count)
        return found

    def lengths(self, name: str) -> NDArray[Any] | None:
        """The number of terms each story has in a field; None if it keeps none."""
        key = f"{name}/lengths"
        return self._of_stories(key) if key in self.docs_file else None

    def total_length(self, name: str) -> int:
        """The number of terms all stories together have in a field."""
        lengths = self.lengths(name)
        return 0 if lengths is None else int(lengths.sum(dtype=np.int64))

    def column_kind(self, name: str) -> str | None:
        """How a field's column is kept (`index.codec.columns`); None if it has none."""
        about = self.docs_file.meta.get("columns", {}).get(name)
        return about and str(about["kind"])

    def text_column(self, name: str) -> TextColumn | None:
        """A column of text; None if there is none."""
        found = self._text_columns.get(name)
        if found is None and self.column_kind(name) == "text":
            self._of_stories(f"{name}/column")
            found = self._text_columns[name] = TextColumn(self.docs_file, name)
        return found

    def numbers(self, name: str) -> NDArray[Any] | None:
        """A column of numbers, by story; None if there is none."""
        if self.column_kind(name) not in ("numbers", "raw", "floats"):
            return None
        self._of_stories(f"{name}/column")
        return read_numbers(self.docs_file, name)

    def _of_stories(self, key: str) -> NDArray[Any]:
        """An array that has one number for each story."""
        array = self.docs_file.array(key)
        if array.size != self.count:
            raise damaged(self.docs_file.name, f"{key} is not of all stories")
        return array

    def stored(self) -> StoredReader:
        """What is stored of the stories."""
        return self._stored

    @cached_property
    def _stored(self) -> StoredReader:
        return StoredReader(self.docs_file)

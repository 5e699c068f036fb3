"""The codec that Whoosh is given, and the segment that its table of contents holds."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.codec.base import Codec, Segment
from whoosh.filedb.filestore import FileStorage

from index.codec.arrayfile import ArrayFile, ArrayFileWriter
from index.codec.documentreader import ArrayDocumentReader, column_filename
from index.codec.documentwriter import ArrayDocumentWriter
from index.codec.packing import LARGEST
from index.codec.segment import DOCS, TERMS, SegmentArrays
from index.codec.termsreader import ArrayTermsReader
from index.codec.termswriter import ArrayFieldWriter


class ArrayCodec(Codec):
    """Segments as arrays: ``index.writer(codec=ArrayCodec())`` writes them."""

    length_stats = False

    def per_document_writer(self, storage: Any, segment: Any) -> ArrayDocumentWriter:
        return ArrayDocumentWriter(storage, segment)

    def field_writer(self, storage: Any, segment: Any) -> ArrayFieldWriter:
        return ArrayFieldWriter(storage, segment)

    def terms_reader(self, storage: Any, segment: Any) -> ArrayTermsReader:
        docs, terms = (_open(storage, segment, end) for end in (DOCS, TERMS))
        return ArrayTermsReader(SegmentArrays(docs or _EMPTY, terms or _EMPTY))

    def per_document_reader(self, storage: Any, segment: Any) -> ArrayDocumentReader:
        docs = _open(storage, segment, DOCS) or _EMPTY
        return ArrayDocumentReader(SegmentArrays(docs, _EMPTY), segment, storage)

    def new_segment(self, storage: Any, indexname: str) -> ArraySegment:
        return ArraySegment(indexname)

    def column_filename(self, segment: Any, fieldname: str) -> str:
        """Where ``whoosh.sorting.add_sortable`` writes the column it adds to a segment."""
        return column_filename(segment, fieldname)


class ArraySegment(Segment):
    """A segment's name, how many stories it holds, and which of them are deleted.

    Its pickled state is plain values: ``deleted`` is their numbers, little-endian, 4 bytes each.
    """

    def __init__(self, indexname: str, segid: str | None = None, count: int = 0) -> None:
        self.indexname = indexname
        self.segid = segid or self._random_id()
        self.compound = False
        self._count = count
        self._deleted: set[int] = set()

    def __getstate__(self) -> dict[str, Any]:
        return {
            "indexname": self.indexname,
            "segid": self.segid,
            "count": self._count,
            "deleted": np.array(sorted(self._deleted), "<u4").tobytes(),
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.indexname = state["indexname"]
        self.segid = state["segid"]
        self.compound = False
        self._count = state["count"]
        self._deleted = set(np.frombuffer(state["deleted"], "<u4").tolist())

    def codec(self, **_kwargs: Any) -> ArrayCodec:
        return ArrayCodec()

    def should_assemble(self) -> bool:
        """Whoosh may pack a segment's files into one; these are mapped as they are."""
        return False

    def set_doc_count(self, doccount: int) -> None:
        self._count = doccount

    def doc_count_all(self) -> int:
        return self._count

    def deleted_count(self) -> int:
        return len(self._deleted)

    def deleted_docs(self) -> Iterable[int]:
        return self._deleted

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        if not 0 <= docnum < self._count:
            raise IndexError(f"there is no document {docnum} in a segment of {self._count}")
        (self._deleted.add if delete else self._deleted.discard)(docnum)

    def is_deleted(self, docnum: int) -> bool:
        return docnum in self._deleted


def _open(storage: Any, segment: Any, end: str) -> ArrayFile | None:
    """A file of ``segment`` in a Whoosh storage, mapped if that is a folder; None if not there.

    Whoosh reads documents whose terms are still to be written, and terms alone in its tests.
    """
    name = segment.make_filename(end)
    if isinstance(storage, FileStorage):
        path = Path(storage.folder) / name
        return ArrayFile.map(path) if path.exists() else None
    if not storage.file_exists(name):
        return None
    with storage.open_file(name) as file:
        return ArrayFile(bytes(file.get(0, storage.file_length(name))), name)


def _empty() -> ArrayFile:
    """Stands for a file that is not written: any story may be meant, and nothing is told of it."""
    buffer = BytesIO()
    writer = ArrayFileWriter(buffer)
    writer.meta |= {"count": LARGEST, "stored": []}
    writer.close()
    return ArrayFile(buffer.getvalue(), "of no segment")


_EMPTY = _empty()

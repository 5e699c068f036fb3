"""The folder an index lives in: opening it, and writing it whole or not at all.

Whoosh swaps its table of contents in by one rename, so a reader sees the old index or
the new one. It syncs nothing; `DurableStorage` does, before the swap and after it.
"""

from __future__ import annotations

import os
from pathlib import Path
from pickle import UnpicklingError
from struct import error as struct_error
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex, LockError, clean_files
from whoosh.index import IndexError as WhooshIndexError

from index.errors import IndexBusyError, IndexFolderError
from index.schema import make_schema

_DAMAGED = (
    WhooshIndexError, OSError, EOFError, ValueError, AttributeError, ImportError, IndexError,
    KeyError, TypeError, AssertionError, struct_error, UnpicklingError,
)  # fmt: skip
"""What Whoosh raises when it opens a table of contents that is not what it wrote."""


_TOCS = "_MAIN_*.toc"
_EMPTY = "_MAIN_0.toc"


class DurableStorage(FileStorage):  # type: ignore[misc]  # Whoosh carries no types
    """A folder whose renames put everything written so far on the disk first.

    Whoosh renames one file at a commit, the table of contents, and nothing else.
    """

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        for name in self.list():
            path = os.path.join(self.folder, name)
            if os.path.isfile(path):
                _sync(path)
        super().rename_file(oldname, newname, safe)
        if os.name == "posix":
            _sync(self.folder)


def _sync(path: str) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def open_store(where: Path) -> Any:
    """The Whoosh index in the folder ``where`` (a ``whoosh.index.FileIndex``).

    Raises IndexFolderError if there is none, or if it is not one of newsq's.
    """
    if not where.exists() or (not has_index(where) and (where / _EMPTY).exists()):
        raise IndexFolderError(f"There is no index at {where}. Make one: newsq index FOLDER")
    if not has_index(where):
        raise IndexFolderError(
            f"{where} is not an index. Name an index folder with --index, "
            "or make one: newsq index FOLDER --index WHERE"
        )
    try:
        store = FileIndex(DurableStorage(str(where)))
    except _DAMAGED as error:
        raise IndexFolderError(
            f"The index at {where} cannot be read ({error}). "
            f"Build it again: newsq index FOLDER --rebuild --index {where}"
        ) from error
    if set(store.schema.names()) != set(make_schema().names()):
        raise IndexFolderError(
            f"{where} holds an index that another program, or another version of newsq, made. "
            f"Build it again: newsq index FOLDER --rebuild --index {where}"
        )
    return store


def has_index(where: Path) -> bool:
    """Whether the folder ``where`` holds a Whoosh index with a commit, whoever made it.

    A first run that was stopped leaves generation 0, which holds nothing.
    """
    return where.is_dir() and any(toc.name != _EMPTY for toc in where.glob(_TOCS))


def open_or_create(where: Path, *, rebuild: bool) -> Any:
    """The index in ``where`` for writing, made if there is none.

    With ``rebuild`` an index that cannot be read, or is not newsq's, is started afresh.
    """
    if not has_index(where):
        return create_store(where)
    try:
        return open_store(where)
    except IndexFolderError:
        if not rebuild:
            raise
        return create_store(where)


def create_store(where: Path) -> Any:
    """A new, empty index in the folder ``where``, which must be empty, missing or an index.

    Raises IndexFolderError if the folder holds other things or cannot be made.
    """
    try:
        where.mkdir(parents=True, exist_ok=True)
        if any(where.iterdir()) and not any(where.glob(_TOCS)):
            raise IndexFolderError(
                f"{where} holds other files. Name an empty or a new folder with --index."
            )
    except OSError as error:
        raise IndexFolderError(
            f"No index can be written at {where}: {error.strerror}. "
            "Name a folder that you may write to with --index."
        ) from error
    return DurableStorage(str(where)).create_index(make_schema())


def begin_write(store: Any) -> Any:
    """The one writer of ``store`` (a ``whoosh.writing.SegmentWriter``).

    Raises IndexBusyError if another process is writing, IndexFolderError if the folder
    cannot be written.
    """
    where = store.storage.folder
    try:
        return store.writer(timeout=2.0, limitmb=256)
    except LockError as error:
        raise IndexBusyError(
            f"Another newsq is writing the index at {where}. Try again when it has finished."
        ) from error
    except OSError as error:
        raise IndexFolderError(
            f"The index at {where} cannot be written: {error.strerror}. "
            "Check the folder's permissions, or name another with --index."
        ) from error


def clear_leftovers(store: Any) -> None:
    """Remove the files of segments that no table of contents names."""
    clean_files(store.storage, store.indexname, store.latest_generation(), store._segments())

"""A folder as Whoosh writes to it, with what was written put on the disk."""

from __future__ import annotations

import os

from whoosh.filedb.filestore import FileStorage


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

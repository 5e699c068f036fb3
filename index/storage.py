"""A folder as Whoosh writes to it, with what was written put on the disk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile

from index.durable import seal, swap_in
from index.files import created


class DurableStorage(FileStorage):  # type: ignore[misc]  # Whoosh carries no types
    """A folder whose renames are on the disk, and whatever stands beside them before.

    Whoosh renames one file at a commit, the table of contents, and nothing else. What is behind
    its end Whoosh does not read: its checksum.
    """

    def create_file(self, name: str, **_how: Any) -> StructFile:
        return StructFile(created(Path(self.folder, name)), name=name)

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        draft = Path(self.folder, oldname)
        with draft.open("r+b") as file:
            data = file.read()
            file.write(seal(data))
        swap_in(draft, Path(self.folder, newname))

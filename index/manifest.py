"""What an index was built from: its corpora, and each file as it was when last read.

It lives beside the index as JSON, one file a generation, written before Whoosh swaps that
generation in: whichever generation is live has its own manifest or none, never another's.
"""

from __future__ import annotations

import hashlib
import io
import json
import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

from index.corpus import Root, StoryFile
from index.durable import seal, unsealed, write_whole
from index.files import opened, read_whole
from index.limits import Limits

VERSION = 3
LARGEST = 1 << 30
"""Bytes of a manifest: millions of files."""
READER = 9
"""Raised whenever stories come to be read otherwise, so that every file is read again."""
_NO_MANIFEST = (
    ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OverflowError,
)  # fmt: skip
"""What reading a file raises that is none."""
_SETTLED_NS = 2_000_000_000
"""A file changed this shortly before it was read may change again within one clock tick."""


class FileEntry(NamedTuple):
    """One file when it was last read, and what was found in it."""

    size: int
    mtime_ns: int
    read_ns: int
    digest: str = ""
    """A fingerprint of the file's bytes; "" if it could not be read."""
    stories: int = 0
    datelines: int = 0
    certain: int = 0
    inferred: int = 0
    by_corpus: int = 0
    """Stories whose year other stories of the corpus told."""
    no_text: int = 0
    transient: bool = False
    skipped: tuple[tuple[str, str], ...] = ()
    """(path, reason) of what could not be read: the file, its rest, or files packed in it."""
    seconds: float = 0.0
    """The seconds for each MiB that were not enough to read it; 0 if they were."""
    most: int = 0
    """The bytes that might come out of it when it was read; 0 if all were sure to."""

    @property
    def undated(self) -> int:
        """Stories that do not tell their year themselves."""
        return self.stories - self.certain - self.inferred

    def is_current(self, file: StoryFile, limits: Limits) -> bool:
        """Whether the file is as it was, and another reading would find the same."""
        same = (self.size, self.mtime_ns) == (file.size, file.mtime_ns)
        settled = self.read_ns - self.mtime_ns > _SETTLED_NS
        return same and settled and self._is_read_as_under(limits)

    def _is_read_as_under(self, limits: Limits) -> bool:
        """Whether the same bytes, read under ``limits``, would be found to hold the same."""
        if self.transient or 0 < self.seconds < limits.seconds:
            return False
        return self.most == (0 if limits.all_of(self.size) else limits.size)

    def confirmed(self, file: StoryFile, limits: Limits) -> FileEntry | None:
        """The entry for a file that was touched and has the same bytes; None if it has others."""
        if self.size != file.size or not self.digest or not self.read_ns:
            return None
        if not self._is_read_as_under(limits):
            return None
        read_ns = time.time_ns()
        if file_digest(file.path) != self.digest:
            return None
        return self._replace(mtime_ns=file.mtime_ns, read_ns=read_ns)


_SKIPPED = FileEntry._fields.index("skipped")


@dataclass(slots=True)
class Manifest:
    """The corpora of an index and their files by source name."""

    roots: list[Root] = field(default_factory=list)
    columns: tuple[tuple[str, str], ...] = ()
    """What the user said that the columns of dumps are called."""
    habits: dict[str, str] = field(default_factory=dict)
    """Folder -> digest of the lines that recur on its pages."""
    files: dict[str, FileEntry] = field(default_factory=dict)
    whole: bool = True
    """Whether the run came to its end; if not, what it left undone is for the next."""

    def below(self, roots: list[Root]) -> set[str]:
        """The source names that lie in ``roots``."""
        labels = tuple(root.label for root in roots)
        prefixes = tuple(f"{label}/" for label in labels)
        return {name for name in self.files if name in labels or name.startswith(prefixes)}


def without(manifest: Manifest, sources: Iterable[str]) -> Manifest:
    """``manifest`` as it would be if the files called ``sources`` had never been read."""
    gone = set(sources)
    return replace(
        manifest, files={name: one for name, one in manifest.files.items() if name not in gone}
    )


def file_digest(path: Path) -> str:
    """A fingerprint of a file's bytes; "" if it cannot be read."""
    try:
        with opened(path) as file:
            return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()
    except OSError:
        return ""


def manifest_path(folder: Path, generation: int) -> Path:
    """Where the manifest of a generation is kept."""
    return folder / f"newsq-manifest-{generation}.json"


def load(folder: Path, generation: int) -> Manifest:
    """The manifest of a generation; an empty one where there is none that can be understood.

    Raises OSError if it is there and cannot be read.
    """
    try:
        stored = json.loads(unsealed(read_whole(manifest_path(folder, generation), LARGEST)))
        if stored["version"] != VERSION:
            return Manifest()
        entries = {name: entry_from(row) for name, row in stored["files"].items()}
        columns = _pairs(stored["columns"])
        if stored["reader"] != READER:
            entries = {name: entry._replace(read_ns=0) for name, entry in entries.items()}
        roots = [Root(row["label"], Path(row["path"])) for row in stored["roots"]]
        whole = bool(stored.get("whole", True))
        return Manifest(roots, columns, stored["habits"], entries, whole)
    except (FileNotFoundError, *_NO_MANIFEST):
        return Manifest()


def entry_from(row: list[Any]) -> FileEntry:
    """An entry as it was saved, maybe when there were fewer fields."""
    row[_SKIPPED] = _pairs(row[_SKIPPED])
    return FileEntry._make([*row, *FileEntry(0, 0, 0)[len(row) :]])


def _pairs(rows: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((str(one), str(other)) for one, other in rows)


def save(manifest: Manifest, folder: Path, generation: int) -> None:
    """Write the manifest of ``generation``, whole or not at all, and on the disk."""
    stored: dict[str, Any] = {
        "version": VERSION,
        "reader": READER,
        "whole": manifest.whole,
        "columns": manifest.columns,
        "habits": {folder: lines for folder, lines in manifest.habits.items() if lines},
        "roots": [{"label": root.label, "path": str(root.path)} for root in manifest.roots],
    }
    encode = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode
    written = io.BytesIO()
    written.write(f'{encode(stored)[:-1]},"files":{{'.encode())
    # To encode them all at once takes several times the memory of what is written.
    for number, name in enumerate(sorted(manifest.files)):
        row = f"{',' * (number > 0)}{encode(name)}:{encode(manifest.files[name])}"
        written.write(row.encode())
    written.write(b"}}")
    with written.getbuffer() as whole:
        mark = seal(whole)
    written.write(mark)
    write_whole(manifest_path(folder, generation), written.getbuffer())

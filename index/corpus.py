"""A corpus: folders and files on disk -> the story files in them, each with a stable name."""

from __future__ import annotations

import calendar
import errno
import os
import re
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.errors import CorpusError
from index.story import PartialDate

MAX_DEPTH = 100
"""Folders within folders: no archive has more, and a path has to have an end."""


@dataclass(frozen=True, slots=True)
class Root:
    """A folder or file that the user named; ``label`` stands for it in every source name."""

    label: str
    path: Path


@dataclass(frozen=True, slots=True)
class StoryFile:
    """A file that may hold stories. ``source`` is its stable name: label and relative path.

    ``folder`` is the same object for all files of a folder: a corpus may have a million.
    """

    source: str
    folder: Path
    name: str
    size: int
    mtime_ns: int

    @property
    def path(self) -> Path:
        """Where the file lies."""
        return self.folder / self.name


def roots_of(corpora: Sequence[Path], known: Sequence[Root] = ()) -> list[Root]:
    """The roots that ``corpora`` name, each once and none within another.

    A root keeps the label it has in ``known`` (those of the index so far), and what lies
    within one of those is named as a part of it. A new one gets its own name, with as much
    of its path as tells it from the others of that name.
    Raises CorpusError for one that does not exist or cannot be read.
    """
    paths: list[Path] = []
    for corpus in corpora:
        path = Path(os.path.abspath(corpus))
        if not path.exists():
            raise CorpusError(f"There is no file or folder {corpus}. Name one that holds stories.")
        if not os.access(path, os.R_OK):
            raise CorpusError(f"{corpus} may not be read. Check its permissions.")
        paths.append(path.resolve())
    outermost = [p for p in dict.fromkeys(paths) if not any(o in p.parents for o in paths)]
    labels = {root.path: root.label for root in known}
    for path in outermost:
        around = next((root for root in known if root.path in path.parents), None)
        if path in labels:
            continue
        if around:
            labels[path] = f"{around.label}/{printable(path.relative_to(around.path))}"
        else:
            labels[path] = _label(path, set(labels.values()))
    return [Root(labels[path], path) for path in outermost]


def merged(known: Sequence[Root], named: Sequence[Root]) -> tuple[list[Root], list[Root]]:
    """(the roots an index has after a run over ``named``, those that the run supersedes).

    A part of a known root adds none; a root that holds a known one takes its place.
    """
    superseded = [root for root in known if any(new.path in root.path.parents for new in named)]
    standing = [root for root in known if root not in superseded]
    fresh = [
        new
        for new in named
        if new not in standing and not any(root.path in new.path.parents for root in standing)
    ]
    return sorted([*standing, *fresh], key=lambda root: root.label), superseded


def _label(path: Path, taken: set[str]) -> str:
    parts = [part for part in path.parts if part != path.anchor]
    for count in range(1, len(parts) + 1):
        label = "/".join(parts[-count:])
        if label not in taken:
            return label
    return str(path)


PassedOver = Callable[[str, str, bool], None]
"""Called with a path, why it cannot be a story file, and whether that is so for good: what is no
story file at all, unlike one that cannot be read now."""


def story_files(root: Root, unreadable: PassedOver) -> Iterator[StoryFile]:
    """Every file below ``root`` that may hold stories, in the order of their names.

    Left out: hidden files and folders, and a folder's README. What cannot be a story file goes
    to ``unreadable`` with the reason: a folder that cannot be listed or lies deeper than
    `MAX_DEPTH`, a link to a folder, out of the corpus or to nothing, a pipe, a device.
    """
    if root.path.is_file():
        yield _story_file(root.label, root.path)
        return

    def report(error: OSError) -> None:
        if not isinstance(error, FileNotFoundError):
            unreadable(printable(Path(error.filename)), error.strerror or str(error), False)

    for folder, folders, names in os.walk(root.path, onerror=report):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        here = Path(folder)
        inside = here.relative_to(root.path)
        for name in folders:
            path = here / name
            if path.is_symlink():
                unreadable(printable(path), "a link to a folder, which is not followed", True)
            elif len(inside.parts) == MAX_DEPTH:
                why = f"more than {MAX_DEPTH} folders deep in the corpus"
                unreadable(printable(path), why, True)
        if len(inside.parts) == MAX_DEPTH:
            folders.clear()
        label = f"{root.label}/{printable(inside)}/" if inside.parts else f"{root.label}/"
        for name in sorted(names):
            if name.startswith(".") or is_readme(name):
                continue
            path = here / name
            try:
                status = _status(root, path)
            except _NotAStoryFileError as error:
                unreadable(printable(path), str(error), True)
            except OSError as error:
                unreadable(printable(path), error.strerror or str(error), False)
            else:
                source = label + printable(Path(name))
                yield StoryFile(source, here, name, status.st_size, status.st_mtime_ns)


def folder_of(source: str) -> str:
    """The folder of a file's stable name."""
    return source.rpartition("/")[0]


def is_readme(name: str) -> bool:
    """Whether a file tells about the corpus instead of being of it."""
    return name.split(".")[0].upper() in ("README", "LICENSE", "LICENCE", "COPYING")


class _NotAStoryFileError(Exception):
    """What is there is nothing that is read: why."""


def _status(root: Root, path: Path) -> os.stat_result:
    """How a regular file of the corpus is. Raises _NotAStoryFileError for all else, OSError."""
    status = os.lstat(path)
    if stat.S_ISLNK(status.st_mode):
        try:
            target = path.resolve(strict=True)
        except FileNotFoundError:
            raise _NotAStoryFileError("a link to nothing") from None
        except (RuntimeError, OSError) as error:  # RuntimeError: how older Pythons tell of a circle
            if isinstance(error, OSError) and error.errno != errno.ELOOP:
                raise
            raise _NotAStoryFileError("a link in a circle") from None
        if not target.is_relative_to(root.path):
            raise _NotAStoryFileError("a link that leads out of the corpus")
        status = os.stat(path)
    if not stat.S_ISREG(status.st_mode):
        raise _NotAStoryFileError("neither a file nor a folder: a pipe, a socket or a device")
    return status


_DATE_IN_NAME = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d\d)(?P<m>[-_./]?)(?P<month>0[1-9]|1[0-2])(?P=m)(?P<day>[0-3]\d)(?!\d)"
)


def date_in_name(source: str) -> PartialDate | None:
    """The date in a file's name or folders, the last one printed; None if there is none.

    >>> date_in_name("wire/2018/11/01/pact.txt")
    PartialDate(year=2018, month=11, day=1)
    """
    for match in reversed(list(_DATE_IN_NAME.finditer(source))):
        year, month, day = int(match["y"]), int(match["month"]), int(match["day"])
        if 1 <= day <= calendar.monthrange(year, month)[1]:
            return PartialDate(year, month, day)
    return None


def printable(path: Path) -> str:
    """``path`` as text, whatever bytes its name is made of; different names stay different."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _story_file(source: str, path: Path) -> StoryFile:
    status = path.stat()
    return StoryFile(source, path.parent, path.name, status.st_size, status.st_mtime_ns)

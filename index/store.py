"""The folder an index lives in: locked, committed whole or not at all, and kept tidy.

An index changes by one rename, that of Whoosh's table of contents, so a reader sees the old
index or the new one. Whoosh syncs nothing; `index.durable` does, before the swap and after
it. Segments are written beforehand, under names that no table of contents lists, and files
beside them that belong to a generation are named after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from index.durable import make_folder
from index.errors import IndexBusyError, IndexFolderError
from index.lock import PATIENCE, held
from index.schema import make_schema
from index.toc import LiveSegment, Toc, is_unused, latest_generation, read_toc

INDEX_NAME = "MAIN"
"""What Whoosh calls an index that is given no other name; its files begin with it."""
_TOC = re.compile(r"_MAIN_([0-9]+)\.toc(?:\..*)?")
_SEGMENT = re.compile(r"(MAIN_[0-9a-z]+)\..+")
_BESIDE = re.compile(r"newsq-[a-z]+-([0-9]+)(?:\.(.+))?")


def has_index(where: Path) -> bool:
    """Whether the folder ``where`` holds a Whoosh index with a commit, whoever made it."""
    return latest_generation(where) >= 1


def read_live(where: Path) -> Toc:
    """The newest table of contents in ``where``, which has one.

    Raises IndexFolderError as `index.toc.read_toc` does, FileNotFoundError if another run has
    just put a newer one in its place.
    """
    return read_toc(where, latest_generation(where))


@contextmanager
def locked(where: Path, patience: float = PATIENCE) -> Iterator[None]:
    """Hold the lock of the index in ``where``, which is made if there is none.

    Raises IndexFolderError if it holds other things or cannot be written, IndexBusyError if
    another process is writing after ``patience`` seconds.
    """
    with ExitStack() as stack:
        try:
            make_folder(where)
            if not has_index(where) and not is_unused(where):
                raise IndexFolderError(
                    f"{where} holds other files. Name an empty or a new folder with --index."
                )
            stack.enter_context(held(where, patience))
        except OSError as error:
            raise IndexFolderError(
                f"No index can be written at {where}: {error.strerror or error}. "
                "Name a folder that you may write to with --index."
            ) from error
        yield


@contextmanager
def writing(where: Path) -> Iterator[None]:
    """Hold the lock; files that were written and not committed are gone afterwards.

    Raises as `locked` does, and IndexFolderError for whatever cannot be written meanwhile.
    """
    with locked(where):
        try:
            clear_leftovers(where)
            yield
        except OSError as error:
            raise IndexFolderError(
                f"The index at {where} could not be written: {error.strerror or error}. "
                "It is as it was; free some space or check permissions, and run again."
            ) from error
        finally:
            with suppress(OSError):  # the next run clears them
                clear_leftovers(where)


def commit(where: Path, generation: int, segments: Sequence[LiveSegment]) -> None:
    """Make ``segments`` the index, by writing the table of contents of ``generation``.

    The caller holds the lock. Raises OSError; then the index is as it was.
    """
    from whoosh.index import TOC

    from index.codec.codec import ArraySegment
    from index.storage import DurableStorage

    listed = []
    for segment in segments:
        one = ArraySegment(INDEX_NAME, segment.name.removeprefix(f"{INDEX_NAME}_"), segment.count)
        for doc in segment.deleted.tolist():
            one.delete_document(doc)
        listed.append(one)
    TOC(make_schema(), listed, generation).write(DurableStorage(str(where)), INDEX_NAME)


def clear_leftovers(where: Path) -> None:
    """Remove the files that do not belong to the newest generation in ``where``.

    The caller holds the lock. Readers that have them open keep them. What cannot be removed
    now will be after another run. Raises OSError if the folder cannot be read.
    """
    for path in leftovers(where):
        with suppress(OSError):
            path.unlink()


def tidy(where: Path) -> None:
    """Clear what killed runs have left in ``where``, unless another process writes there."""
    with suppress(OSError, IndexBusyError, IndexFolderError):
        if leftovers(where):
            with locked(where, patience=0):
                clear_leftovers(where)


def leftovers(where: Path) -> list[Path]:
    """The files that older generations have left in ``where``, and runs that were killed.

    None while the newest table of contents cannot be understood. Raises OSError.
    """
    generation = latest_generation(where)
    try:
        toc = read_toc(where, generation) if generation >= 0 else None
    except IndexFolderError:
        return []
    live = {segment.name for segment in toc.segments} if toc else set()
    return [path for path in where.iterdir() if not _is_live(path.name, generation, live)]


def _is_live(name: str, generation: int, segments: set[str]) -> bool:
    """Whether a file belongs to a generation, or to no generation at all."""
    if found := _SEGMENT.fullmatch(name):
        return found[1] in segments
    if found := _BESIDE.fullmatch(name):
        return int(found[1]) == generation and found[2] != "tmp"
    return not _TOC.fullmatch(name) or name == f"_MAIN_{generation}.toc"

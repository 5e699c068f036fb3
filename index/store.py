"""The folder an index lives in: locked, committed whole or not at all, and kept tidy.

An index changes by one rename, that of Whoosh's table of contents, so a reader sees the old
index or the new one. Whoosh syncs nothing; `index.durable` does, before the swap and after
it. Segments are written beforehand, under names that no table of contents lists.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from index.analysis import ANALYSIS
from index.errors import IndexBusyError, IndexFolderError
from index.schema import FIELDS, make_schema
from index.toc import LiveSegment, Toc, is_unused, latest_generation, read_toc

INDEX_NAME = "MAIN"
"""What Whoosh calls an index that is given no other name; its files begin with it."""
_PATIENCE = 2.0
"""Seconds to wait for another process that writes."""
_TOC = re.compile(r"_MAIN_([0-9]+)\.toc(?:\..*)?")
_SEGMENT = re.compile(r"(MAIN_[0-9a-z]+)\..+")


def has_index(where: Path) -> bool:
    """Whether the folder ``where`` holds a Whoosh index with a commit, whoever made it."""
    return latest_generation(where) >= 1


def read_live(where: Path) -> Toc:
    """The newest table of contents in ``where``, which has one.

    Raises IndexFolderError if it is not one of newsq's, FileNotFoundError if another run has
    just put a newer one in its place.
    """
    return checked(read_toc(where, latest_generation(where)), where)


def checked(toc: Toc, where: Path) -> Toc:
    """``toc``, if it is of an index whose fields and terms are those of this version.

    Raises IndexFolderError if it is not.
    """
    if toc.fields != FIELDS or toc.analysis != ANALYSIS:
        raise IndexFolderError(
            f"{where} holds an index that another program, or another version of newsq, made. "
            f"Build it again: newsq index FOLDER --rebuild --index {where}"
        )
    return toc


@contextmanager
def locked(where: Path) -> Iterator[None]:
    """Hold the lock of the index in ``where``, which only one process may write.

    It is Whoosh's own, so no Whoosh program writes meanwhile. The folder is made if there is
    none. Raises IndexFolderError if it holds other things or cannot be written,
    IndexBusyError if another process is writing.
    """
    from whoosh.util.filelock import try_for

    from index.durable import DurableStorage

    try:
        where.mkdir(parents=True, exist_ok=True)
        if not has_index(where) and not is_unused(where):
            raise IndexFolderError(
                f"{where} holds other files. Name an empty or a new folder with --index."
            )
        lock = DurableStorage(str(where)).lock(f"{INDEX_NAME}_WRITELOCK")
        acquired = try_for(lock.acquire, timeout=_PATIENCE)
    except OSError as error:
        raise IndexFolderError(
            f"No index can be written at {where}: {error.strerror or error}. "
            "Name a folder that you may write to with --index."
        ) from error
    if not acquired:
        raise IndexBusyError(
            f"Another newsq is writing the index at {where}. Try again when it has finished."
        )
    try:
        yield
    finally:
        lock.release()


@contextmanager
def writing(where: Path) -> Iterator[None]:
    """Hold the lock; files that were written and not committed are gone afterwards.

    Raises as `locked` does, and IndexFolderError for whatever cannot be written meanwhile.
    """
    with locked(where):
        clear_leftovers(where)
        try:
            yield
        except OSError as error:
            raise IndexFolderError(
                f"The index at {where} could not be written: {error.strerror or error}. "
                "It is as it was; free some space or check permissions, and run again."
            ) from error
        finally:
            clear_leftovers(where)


def commit(where: Path, generation: int, segments: Sequence[LiveSegment]) -> None:
    """Make ``segments`` the index, by writing the table of contents of ``generation``.

    The caller holds the lock. Raises OSError; then the index is as it was.
    """
    from whoosh.index import TOC

    from index.codec.codec import ArraySegment
    from index.durable import DurableStorage

    listed = []
    for segment in segments:
        one = ArraySegment(INDEX_NAME, segment.name.removeprefix(f"{INDEX_NAME}_"), segment.count)
        for doc in segment.deleted.tolist():
            one.delete_document(doc)
        listed.append(one)
    TOC(make_schema(), listed, generation).write(DurableStorage(str(where)), INDEX_NAME)


def clear_leftovers(where: Path) -> None:
    """Remove the files that the newest table of contents in ``where`` does not list.

    The caller holds the lock. Readers that have them open keep them. What cannot be removed
    now will be after another run.
    """
    generation = latest_generation(where)
    try:
        live = {segment.name for segment in read_toc(where, generation).segments}
    except FileNotFoundError:
        live = set()
    except IndexFolderError:
        return
    for path in where.iterdir():
        toc, segment = _TOC.fullmatch(path.name), _SEGMENT.fullmatch(path.name)
        if (toc and path.name != f"_MAIN_{generation}.toc") or (segment and segment[1] not in live):
            path.unlink(missing_ok=True)

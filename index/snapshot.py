"""The index in a folder, opened to be read: without Whoosh, and without running what it holds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.codec.checked import damaged
from index.codec.segment import SegmentArrays
from index.errors import IndexFolderError
from index.ties import Ties, load_ties
from index.toc import Toc, is_unused, latest_generation, read_toc
from index.value import Value

_TRIES = 20
"""Generations that may pass while this one looks for the files of one."""

Segments = list[tuple[SegmentArrays, NDArray[np.uint32]]]


class Snapshot(Value):
    """An index opened to be read: its live segments, each with the numbers of deleted stories,
    and the ties between their stories."""

    generation: int
    segments: Segments
    ties: Ties


def open_snapshot(folder: Path) -> Snapshot:
    """The index in ``folder`` as it is now.

    What is opened stays as it is, whatever a run does to the index meanwhile. Raises
    IndexFolderError if there is no index, or none that newsq can read.
    """
    try:
        return _opened_in_time(folder)
    except OSError as error:
        raise IndexFolderError(
            f"The index at {folder} cannot be read: {error.strerror or error}. "
            "Check the permissions of the folder and its files, and try again."
        ) from error


def _opened_in_time(folder: Path) -> Snapshot:
    missed = False
    for _try in range(_TRIES):
        generation = latest_generation(folder)
        if generation < 1:
            # One that is swapped in while names are listed may be passed over, and the old one too.
            if missed:
                raise missing(folder)
            missed = True
            continue
        try:
            return _opened(folder, read_toc(folder, generation))
        except FileNotFoundError:
            if latest_generation(folder) == generation:
                raise IndexFolderError(
                    f"The index at {folder} lacks files that belong to it. "
                    f"Build it again: newsq index FOLDER --rebuild --index {folder}"
                ) from None
    raise IndexFolderError(f"The index at {folder} changes too fast to be opened. Try again.")


def _opened(folder: Path, toc: Toc) -> Snapshot:
    segments = [
        (SegmentArrays.map(folder, segment.name), segment.deleted) for segment in toc.segments
    ]
    for (arrays, _deleted), listed in zip(segments, toc.segments, strict=True):
        if arrays.count != listed.count or arrays.count > arrays.docs_file.size:
            raise damaged(arrays.docs_file.name, "it has not the stories it should")
    count = sum(segment.count for segment in toc.segments)
    ties = load_ties(folder, toc.generation, count)
    if not ties.known and latest_generation(folder) != toc.generation:
        raise FileNotFoundError("a run has just put a newer generation in its place")
    return Snapshot(toc.generation, segments, ties)


def missing(folder: Path) -> IndexFolderError:
    """Why there is no index to open in ``folder``."""
    if is_unused(folder):
        return IndexFolderError(f"There is no index at {folder}. Make one: newsq index FOLDER")
    return IndexFolderError(
        f"{folder} is not an index. Name an index folder with --index, "
        "or make one: newsq index FOLDER --index WHERE"
    )

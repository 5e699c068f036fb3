"""In which order did the stories of an index arrive?

A log of the ids that were ever seen, 8 bytes each, which only grows. What stands in it behind
a mark is new to whoever set the mark. So it does not matter how an index came by a story: one
that is indexed anew, dated anew, merged into another segment or built afresh has the id it
had, and is in the log already. A segment never changes, so only those that were not there at
the last look are read.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.durable import sync
from index.errors import SavedSearchError
from index.files import ensure_own, opened
from index.value import Value
from search.arrays import IndexArrays, Segment
from search.matches import Numbers
from search.saved.state import State, writing

_KIND = np.dtype("<u8")
_HEX = np.frombuffer(b"0123456789abcdef", np.uint8)
_ID_LENGTH = 12

Hashes = NDArray[np.uint64]


class Arrivals(Value):
    """The ids that have arrived, as hashes and in order."""

    hashes: Hashes

    def __len__(self) -> int:
        return self.hashes.size


class NewStories(Value):
    """Stories of one segment that have arrived behind a mark.

    ``docs`` are their numbers in the segment, in order, ``places`` those in the log.
    """

    segment: Segment
    docs: Numbers
    places: Numbers


def read(folder: Path, state: State) -> Arrivals:
    """The log of the index in ``folder``, as far as ``state`` knows of it.

    A log that is longer was written by a process that did not come to saying so. Raises
    SavedSearchError if it is shorter or cannot be read.
    """
    if not state.arrived:
        return Arrivals(np.empty(0, np.uint64))
    path = _log(folder, state.log)
    try:
        with opened(path) as file:
            found = np.fromfile(file, _KIND, state.arrived).astype(np.uint64, copy=False)
    except OSError:
        found = np.empty(0, np.uint64)
    if found.size < state.arrived:
        raise SavedSearchError(
            f"What is new cannot be told: {path} is damaged or gone. To count all that is here "
            "now as seen, and go on from there: newsq alerts --catch-up"
        )
    return Arrivals(found)


def brought_up(
    arrivals: Arrivals, state: State, index: IndexArrays, folder: Path
) -> tuple[Arrivals, State]:
    """The log and ``state`` with the stories of ``index`` that were not in the log.

    The caller holds the lock, and stores the state. Raises SavedSearchError if the log cannot
    be written.
    """
    names = tuple(map(name_of, index.segments))
    unknown = [part for part in index.segments if name_of(part) not in state.segments]
    if not unknown:
        return arrivals, State(state.searches, len(arrivals), names, state.log)
    hashes = np.unique(np.concatenate([_live(part)[1] for part in unknown]))
    new = hashes[~np.isin(hashes, arrivals.hashes)]
    path = _log(folder, state.log)
    with writing(folder):
        ensure_own(path)
        with path.open("ab") as file:
            file.truncate(len(arrivals) * _KIND.itemsize)
            file.write(new.astype(_KIND).tobytes())
            file.flush()
            os.fsync(file.fileno())
        if not len(arrivals):
            sync(folder)
    grown = Arrivals(np.concatenate([arrivals.hashes, new]))
    return grown, State(state.searches, len(grown), names, state.log)


def drop_others(state: State, folder: Path) -> None:
    """Remove the logs that were there before the one that ``state`` knows was made anew."""
    with suppress(OSError):  # they stand in nobody's way
        for path in folder.glob("newsq-arrivals*.log"):
            if path != _log(folder, state.log):
                path.unlink()


def _log(folder: Path, number: int) -> Path:
    return folder / (f"newsq-arrivals.{number}.log" if number else "newsq-arrivals.log")


def behind(mark: int, arrivals: Arrivals, index: IndexArrays, known: set[str]) -> list[NewStories]:
    """The stories of ``index`` that have arrived behind ``mark``, by segment.

    The segments ``known`` are passed over: all of their stories stand before the mark.
    """
    later = arrivals.hashes[mark:]
    order = np.argsort(later)
    found = []
    for part in index.segments if later.size else ():
        if name_of(part) in known:
            continue
        docs, hashes = _live(part)
        places = np.searchsorted(later, hashes, sorter=order)
        places[places == later.size] = 0
        places = order[places]
        new = later[places] == hashes
        if new.any():
            found.append(NewStories(part, docs[new], places[new] + mark))
    return found


def name_of(part: Segment) -> str:
    """What a segment is called, for good."""
    return Path(part.arrays.docs_file.name).stem


def _live(part: Segment) -> tuple[Numbers, Hashes]:
    """The live stories of a segment, in order, and the hashes of their ids."""
    field = part.arrays.field("id")
    if field is None:
        return np.empty(0, np.int64), np.empty(0, np.uint64)
    count = len(field.terms)
    docs = field.range(0, count).docs
    hashes = id_hashes(list(field.terms.between(0, count)))
    if part.live is not None:
        alive = part.live[docs]
        docs, hashes = docs[alive], hashes[alive]
    order = np.argsort(docs)
    return docs[order], hashes[order]


def id_hashes(ids: list[bytes]) -> Hashes:
    """A number for each id: the id itself where it is 12 hexadecimal digits, as newsq's are."""
    joined = np.frombuffer(b"".join(ids), np.uint8)
    if all(len(one) == _ID_LENGTH for one in ids):
        digits = np.searchsorted(_HEX, joined)
        digits[digits == _HEX.size] = 0
        if (_HEX[digits] == joined).all():
            powers = np.uint64(16) ** np.arange(_ID_LENGTH - 1, -1, -1, dtype=np.uint64)
            rows = digits.astype(np.uint64).reshape(-1, _ID_LENGTH)
            numbers: Hashes = (rows * powers).sum(axis=1, dtype=np.uint64)
            return numbers
    found = (hashlib.blake2b(one, digest_size=8).digest() for one in ids)
    return np.frombuffer(b"".join(found), _KIND).astype(np.uint64, copy=False)

"""Which segments is the index made of? Whoosh's table of contents, read as data.

Whoosh pickles its schema and its segments there, and unpickling runs what the file says. Here
they are read by `index.pickled`, so nothing is imported and nothing of the file runs. It also
spares a search the import of Whoosh.
"""

from __future__ import annotations

import io
import os
import re
from pathlib import Path
from struct import Struct, error
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.durable import unsealed
from index.errors import IndexFolderError
from index.files import read_whole
from index.pickled import Made, load_as_data
from index.schema import FIELDS
from index.value import Value
from index.version import FORMAT, check_format

_OURS = re.compile(r"_?MAIN_.*|newsq-(?:[a-z]+-[0-9]|saved\.|arrivals\.).*")
_NAME = re.compile(r"_MAIN_([0-9]{1,9})\.toc")
_INT = Struct("!i")
_ORDER_MARK = -12345
_NEWEST = -111
"""The version that Whoosh has given its tables of contents since release 2.0."""
_SEGMENT = ("index.codec.codec", "ArraySegment")
_SEGMENT_NAME = re.compile(r"MAIN_[0-9a-z]{1,64}")
_MAX_BYTES = 1 << 26
_MOST_STORIES = 1 << 32
_NOT_ONE = (
    error, ValueError, EOFError, KeyError, TypeError, AttributeError, IndexError,
    RecursionError, MemoryError, OverflowError,
)  # fmt: skip
"""What reading a file raises that is no table of contents."""


class LiveSegment(Value):
    """One segment: its name, how many stories it holds, and the numbers of the deleted ones."""

    name: str
    count: int
    deleted: NDArray[np.uint32]

    @property
    def live(self) -> NDArray[np.int64]:
        """The numbers of the stories that are not deleted, in order."""
        live = np.ones(self.count, bool)
        live[self.deleted] = False
        return live.nonzero()[0]


class Toc(Value):
    """What is live: a generation's segments, in order."""

    generation: int
    segments: tuple[LiveSegment, ...]


def is_unused(folder: Path) -> bool:
    """Whether there is no index in ``folder``, nor anything else; a first run may have failed."""
    return not folder.exists() or (
        folder.is_dir()
        and latest_generation(folder) < 1
        and all(_OURS.fullmatch(path.name) for path in folder.iterdir())
    )


def latest_generation(folder: Path) -> int:
    """The number of the newest table of contents in ``folder``; -1 if there is none.

    Raises OSError if the folder is there and cannot be listed.
    """
    try:
        names = os.listdir(folder)
    except (FileNotFoundError, NotADirectoryError):
        names = []
    return max((int(found[1]) for name in names if (found := _NAME.fullmatch(name))), default=-1)


def toc_path(folder: Path, generation: int) -> Path:
    """Where the table of contents of a generation lies."""
    return folder / f"_MAIN_{generation}.toc"


def read_toc(folder: Path, generation: int) -> Toc:
    """The table of contents of a generation.

    Raises FileNotFoundError if it is not there (any more), IndexVersionError if it is of an
    index of another version or program, IndexFolderError if it cannot be understood or lists
    segments that newsq did not write.
    """
    path = toc_path(folder, generation)
    try:
        data = read_whole(path, _MAX_BYTES)
        # Behind what Whoosh reads stands a checksum, unless another program has written it.
        if data.endswith(b"\n"):
            unsealed(data)
        return _parsed(data, folder)
    except _NOT_ONE as wrong:
        raise IndexFolderError(
            f"The index at {folder} cannot be read ({path.name}: {wrong}). "
            f"Build it again: newsq index FOLDER --rebuild --index {folder}"
        ) from wrong


def _parsed(data: bytes, folder: Path) -> Toc:
    stream = io.BytesIO(data)
    for _size in ("int", "long", "float"):
        _varint(stream)
    if _integer(stream) != _ORDER_MARK or _integer(stream) != _NEWEST:
        raise ValueError("it is not a table of contents of Whoosh 2")
    for _number in range(3):
        _varint(stream)
    end = _varint(stream) + stream.tell()
    fields = load_as_data(stream).state["_fields"]
    # What follows may be laid out otherwise in an index of another version.
    found = _format(fields)
    check_format(found if found != FORMAT or fields.keys() == FIELDS else 0, folder)
    stream.seek(end)
    generation = _integer(stream)
    _integer(stream)  # unused
    segments = tuple(_segment(made) for made in load_as_data(stream))
    if len({segment.name for segment in segments}) < len(segments):
        raise ValueError("it lists a segment twice")
    if sum(segment.deleted.nbytes for segment in segments) > len(data):
        raise ValueError("it lists more deleted stories than it holds")
    return Toc(generation, segments)


def _format(fields: dict[str, Any]) -> int:
    """The format that the analyzer of the texts says; 0 where it is another program's."""
    made = fields.get("body")
    for key in ("analyzer", "version"):
        if not isinstance(made, Made) or not isinstance(made.state, dict):
            return 0
        made = made.state.get(key)
    return made if isinstance(made, int) else 0


def _segment(made: Made) -> LiveSegment:
    if (made.module, made.name) != _SEGMENT:
        raise ValueError(f"another program has written a {made.name}")
    state = made.state
    deleted = np.frombuffer(state["deleted"], "<u4")
    names, count = (state["indexname"], state["segid"]), state["count"]
    # To show what is no text may take forever: tuples may be shared within themselves.
    name = "_".join(one for one in names if isinstance(one, str))
    if not (_SEGMENT_NAME.fullmatch(name) and type(count) is int and 0 <= count < _MOST_STORIES):
        raise ValueError("it lists a segment that cannot be")
    if deleted.size and not (bool((deleted[:-1] < deleted[1:]).all()) and deleted[-1] < count):
        raise ValueError("it lists deleted stories that cannot be")
    return LiveSegment(name, count, deleted)


def _integer(stream: io.BytesIO) -> int:
    number: int = _INT.unpack(stream.read(4))[0]
    return number


def _varint(stream: io.BytesIO) -> int:
    """A number in groups of seven bits, the lowest first, all but the last marked."""
    number = shift = 0
    while True:
        byte = stream.read(1)[0]
        number |= (byte & 0x7F) << shift
        if byte < 0x80 or shift > 35:
            return number
        shift += 7

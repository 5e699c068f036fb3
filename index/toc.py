"""Which segments is the index made of? Whoosh's table of contents, read as data.

Whoosh pickles its schema and its segments there, and unpickling runs what the file says.
Here every class that a pickle names is a blank that only keeps its state, so nothing is
imported and nothing of the file runs. It also spares a search the import of Whoosh.
"""

from __future__ import annotations

import io
import os
import pickle
import re
from pathlib import Path
from struct import Struct, error
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from index.durable import unsealed
from index.errors import IndexFolderError
from index.files import opened
from index.value import Value

_OURS = re.compile(r"_?MAIN_.*|newsq-(?:[a-z]+-[0-9]|saved\.|arrivals\.).*")
_NAME = re.compile(r"_MAIN_([0-9]+)\.toc")
_INT = Struct("!i")
_ORDER_MARK = -12345
_NEWEST = -111
"""The version that Whoosh has given its tables of contents since release 2.0."""
_SEGMENT = ("index.codec.codec", "ArraySegment")
_MAX_BYTES = 1 << 26
_MOST_STEPS = 200_000
_NOT_ONE = (
    error, ValueError, EOFError, KeyError, TypeError, AttributeError, IndexError,
    RecursionError, MemoryError, OverflowError, pickle.UnpicklingError,
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
    """What is live: a generation's fields and segments, in order.

    ``analysis`` is the version of the analysis that the texts had; 0 where another program's.
    """

    generation: int
    fields: frozenset[str]
    analysis: int
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

    Raises FileNotFoundError if it is not there (any more), IndexFolderError if it cannot be
    understood or lists segments that newsq did not write.
    """
    path = toc_path(folder, generation)
    with opened(path) as file:
        data = file.read(_MAX_BYTES)
    try:
        # Behind what Whoosh reads stands a checksum, unless another program has written it.
        return _parsed(unsealed(data) if data.endswith(b"\n") else data)
    except _NOT_ONE as wrong:
        raise IndexFolderError(
            f"The index at {folder} cannot be read ({path.name}: {wrong}). "
            f"Build it again: newsq index FOLDER --rebuild --index {folder}"
        ) from wrong


def _parsed(data: bytes) -> Toc:
    stream = io.BytesIO(data)
    for _size in ("int", "long", "float"):
        _varint(stream)
    if _integer(stream) != _ORDER_MARK or _integer(stream) != _NEWEST:
        raise ValueError("it is not a table of contents of Whoosh 2")
    for _number in range(3):
        _varint(stream)
    schema = _load(stream.read(_varint(stream)))
    generation = _integer(stream)
    _integer(stream)  # unused
    segments = tuple(_segment(blank) for blank in _load(stream.read()))
    fields = schema.state["_fields"]
    return Toc(generation, frozenset(fields), _analysis(fields.get("body")), segments)


def _analysis(field: Any) -> int:
    """The version that the analyzer of a field had when the schema was pickled."""
    analyzer = (getattr(field, "state", None) or {}).get("analyzer")
    return int((getattr(analyzer, "state", None) or {}).get("version", 0))


def _segment(blank: Any) -> LiveSegment:
    if (blank.module, blank.name) != _SEGMENT:
        raise ValueError(f"another program has written a {blank.name}")
    state = blank.state
    deleted = np.frombuffer(state["deleted"], "<u4")
    name, count = f"{state['indexname']}_{state['segid']}", int(state["count"])
    if not re.fullmatch(r"\w+", name) or (deleted.size and int(deleted.max()) >= count):
        raise ValueError("it lists a segment that cannot be")
    return LiveSegment(name, count, np.sort(deleted))


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


class _Blank:
    """Stands for an object of any class: what it is made of, and no behaviour."""

    module = name = ""
    state: Any = None

    def __new__(cls, *_made_from: Any, **_named: Any) -> _Blank:
        return object.__new__(cls)

    def __init__(self, *_made_from: Any, **_named: Any) -> None:
        """Whatever it is made from is left aside."""

    def __setstate__(self, state: Any) -> None:
        self.state = state

    def __setitem__(self, key: Any, value: Any) -> None:
        """A mapping's items are left aside."""

    def extend(self, items: Any) -> None:
        """A list's items are left aside."""

    append = add = extend


class _Counted(io.BytesIO):
    """Bytes that are read some times and no more: a pickle's steps are as many."""

    left = _MOST_STEPS

    def read(self, size: int | None = -1) -> bytes:
        self._count()
        return super().read(size)

    def readline(self, size: int | None = -1) -> bytes:
        self._count()
        return super().readline(size)

    def _count(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise pickle.UnpicklingError("it has too many parts")


def _skip_frame(unpickler: Any) -> None:
    """A frame says how much to read at once, which is of no use here."""
    unpickler.read(8)


# The one in C makes room for as many objects as the file says that it will refer to.
class _AsData(pickle._Unpickler):
    dispatch: ClassVar[dict[int, Any]] = {
        **pickle._Unpickler.dispatch,
        pickle.FRAME[0]: _skip_frame,
    }

    def find_class(self, module: str, name: str) -> Any:
        return type("_Blank", (_Blank,), {"module": module, "name": name})

    def persistent_load(self, pid: Any) -> Any:
        raise pickle.UnpicklingError("it refers to objects outside of itself")


def _load(data: bytes) -> Any:
    return _AsData(_Counted(data)).load()

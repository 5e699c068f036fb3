"""What a segment keeps of its stories to tell copies by, written and read."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np

from index.codec.arrayfile import ArrayFileWriter
from index.codec.checked import damaged
from index.codec.segment import SegmentArrays
from index.samecopy.signatures import NO_KEY, WIDTH
from index.samecopy.signed import UNDATED, Signed


def stamps(lines: Sequence[bytes]) -> list[int]:
    """The stamps of stories that are stored as ``lines``."""
    return [int.from_bytes(blake2b(line, digest_size=8).digest()) for line in lines]


def write_signed(file: ArrayFileWriter, signed: Signed) -> None:
    """Write what is kept of a segment's stories."""
    for name, array in signed._asdict().items():
        file.add(f"signed/{name}", array.ravel())


def read_signed(arrays: SegmentArrays) -> Signed:
    """What is kept of a segment's stories; blanks where another program has written it.

    Raises DamagedFileError if it is not of all stories.
    """
    file, count = arrays.docs_file, arrays.count
    names = [f"signed/{name}" for name in Signed._fields]
    if names[0] not in file:
        return _blank(count)
    signatures, *rest = (file.array(name) for name in names)
    if signatures.size != count * WIDTH or any(array.size != count for array in rest):
        raise damaged(file.name, "its signatures are not of all stories")
    return Signed(signatures.reshape(count, WIDTH), *rest)


def _blank(count: int) -> Signed:
    signatures = np.full((count, WIDTH), NO_KEY, np.uint32)
    signatures[:, 0] = 0
    return Signed(
        signatures,
        np.zeros(count, np.uint64),
        np.full(count, UNDATED, np.int32),
        np.zeros(count, np.uint16),
        np.zeros(count, np.uint64),
    )

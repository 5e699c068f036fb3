"""What a segment keeps of each story to tell copies by: its signature and its stamp.

A signature is of the body (`index.samecopy.signatures`); a stamp is 64 bits of all that is
stored, so it changes whenever anything about the story does.
"""

from __future__ import annotations

from hashlib import blake2b

import numpy as np

from index.codec.arrayfile import ArrayFileWriter, damaged
from index.codec.segment import SegmentArrays
from index.samecopy.signatures import NO_KEY, WIDTH, Signatures
from index.samecopy.verdicts import Stamps

_SIGNATURES, _STAMPS = "signatures", "stamps"


def stamp(line: bytes) -> int:
    """The stamp of a story that is stored as ``line``."""
    return int.from_bytes(blake2b(line, digest_size=8).digest())


def write_signed(file: ArrayFileWriter, signatures: Signatures, stamps: Stamps) -> None:
    """Write the signatures, of (stories, `WIDTH`), and the stamps of a segment's stories."""
    file.add(_SIGNATURES, signatures.ravel())
    file.add(_STAMPS, stamps)


def read_signed(arrays: SegmentArrays) -> tuple[Signatures, Stamps]:
    """The signatures and stamps of a segment; blank ones where another program has written it.

    Raises DamagedFileError if they are not of all stories.
    """
    file, count = arrays.docs_file, arrays.count
    if _SIGNATURES not in file:
        blank = np.full((count, WIDTH), NO_KEY, np.uint32)
        blank[:, 0] = 0
        return blank, np.zeros(count, np.uint64)
    signatures, stamps = file.array(_SIGNATURES), file.array(_STAMPS)
    if signatures.size != count * WIDTH or stamps.size != count:
        raise damaged(file.name, "its signatures are not of all stories")
    return signatures.reshape(count, WIDTH), stamps

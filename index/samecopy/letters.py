"""Texts as bare letters: what is left of copy whatever an outlet does to its looks.

Case, accents, punctuation, spacing, hyphens and paragraphs go; letters and figures stay, one
byte each where they are Latin. So two printings of one sentence are the same bytes, and OCR
that splits or joins words does no more harm than OCR that misreads a letter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.analysis import fold

Bytes = NDArray[np.uint8]
Ints = NDArray[np.int64]
Hashes = NDArray[np.uint64]

_KEPT = bytes(
    byte if byte >= 128 else ord(chr(byte).lower()) if chr(byte).isalnum() else 32
    for byte in range(256)
)
_SIGNS = (
    *((0x80, 0xBF), (0xD7, 0xD7), (0xF7, 0xF7), (0x2000, 0x206F), (0x20A0, 0x20CF)),
    *((0x3000, 0x3004), (0x3008, 0x301F), (0xFEFF, 0xFEFF), (0xFFFD, 0xFFFD)),
)
_NO_LETTERS = {
    code: " " for low, high in _SIGNS for code in range(low, high + 1) if not chr(code).isalnum()
}
"""Dashes, quotes, spaces and currencies beyond ASCII."""


@dataclass(frozen=True, slots=True)
class Letters:
    """The letters of some texts, end to end.

    ``stream`` is followed by `PADDING` zeros; text ``i`` has ``stream[firsts[i]:firsts[i + 1]]``.
    ``words`` are the places in it where a printed word starts, in order.
    """

    stream: Bytes
    firsts: Ints
    words: Ints


PADDING = 16
"""Zeros behind a stream, so that a run of letters may be looked at from any of its places."""


def letters_of(texts: Sequence[str]) -> Letters:
    """The letters of ``texts``."""
    printed = [_plain(text).encode("utf-8", "replace") for text in texts]
    kept = b" ".join([b"", *printed, b""]).translate(_KEPT)
    stream = kept.translate(None, b" ")
    is_letter = np.frombuffer(kept, np.uint8) != 32
    edges = np.flatnonzero(is_letter[1:] != is_letter[:-1]) + 1
    begins, ends = edges[::2], edges[1::2]
    sizes = ends - begins
    after = np.cumsum(sizes)
    offsets = np.cumsum([1, *(len(text) + 1 for text in printed)])
    firsts = np.concatenate([[0], after])[np.searchsorted(begins, offsets)]
    padded = np.frombuffer(stream + bytes(PADDING), np.uint8)
    return Letters(padded, firsts.astype(np.int64), after - sizes)


def _plain(text: str) -> str:
    return text if text.isascii() else fold(text.translate(_NO_LETTERS))


def eights(stream: Bytes) -> Hashes:
    """The eight bytes from each place of a stream as one number: a view, nothing is copied."""
    return np.ndarray((stream.size - 7,), np.dtype("<u8"), stream, 0, (1,))


def ascending(numbers: NDArray[Any]) -> NDArray[Any]:
    """The different numbers of an array, smallest first: by sorting, as there are many."""
    found = np.sort(numbers)
    return found[np.append(True, found[1:] != found[:-1])] if found.size else found

"""A story's signature: the few of its shingles that a hash puts first.

A shingle is a run of `SHINGLE` letters from the start of a word (`index.samecopy.letters`):
long enough that most stand in one story and its copies alone, short enough that half of them
outlive OCR that misreads every twentieth letter, where of shingles of five words few would
(Silcock, D'Amico-Wong, Yang and Dell, "Noise-Robust De-Duplication at Scale", 2023).

Of all shingles the `KEYS` with the smallest hashes are kept: a bottom-k sketch (Broder, "On
the resemblance and containment of documents", 1997; Cohen and Kaplan, "Summarizing data using
bottom-k sketches", 2007). One hash function does for it, where MinHash takes one a key, and
what two sketches share tells how much the texts do. The order of paragraphs has no part in it,
and a text that is cut keeps its share of the keys.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from index.samecopy.letters import Hashes, Ints, ascending, eights, letters_of

Signatures = NDArray[np.uint32]
"""A row a story: how many letters it has, then its keys, smallest first, `NO_KEY` behind."""

SHINGLE = 12
KEYS = 20
WIDTH = 1 + KEYS
NO_KEY = np.uint32(0xFFFFFFFF)
_AT_ONCE = 1 << 17
"""Characters that are read at once: few enough to stay in a processor's cache."""
_SPARE = 3
"""How many times the keys that are wanted are sorted, so that repeats leave enough."""


def signature(text: str) -> NDArray[np.uint32]:
    """The signature of one text, of `WIDTH` numbers."""
    row: NDArray[np.uint32] = signatures([text])[0]
    return row


def signatures(texts: Sequence[str]) -> Signatures:
    """The signatures of ``texts``: an array of (texts, `WIDTH`)."""
    parts = [_signed(batch) for batch in _batches(texts)]
    return np.concatenate([np.empty((0, WIDTH), np.uint32), *parts])


def _batches(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    first, size = 0, 0
    for number, text in enumerate(texts):
        size += len(text)
        if size >= _AT_ONCE:
            yield texts[first : number + 1]
            first, size = number + 1, 0
    if first < len(texts):
        yield texts[first:]


def _signed(texts: Sequence[str]) -> Signatures:
    letters = letters_of(texts)
    sizes = np.diff(letters.firsts)
    owners = np.searchsorted(letters.firsts, letters.words, "right") - 1
    whole = letters.words + SHINGLE <= letters.firsts[owners + 1]
    places, owners = letters.words[whole], owners[whole]
    keys = _hashes(eights(letters.stream), places)
    counts = np.bincount(owners, minlength=len(texts))
    # Hashes are spread evenly, so the smallest are all below a bound that can be told before.
    bounds = (_SPARE * KEYS * 2.0**32) / np.maximum(counts, 1)
    low = keys < bounds[owners]
    rows, short = _smallest(keys[low], owners[low], len(texts))
    if (lacking := short & (counts > 0)).any():
        rest = lacking[owners]
        rows = np.where(lacking[:, None], _smallest(keys[rest], owners[rest], len(texts))[0], rows)
    signed = np.empty((len(texts), WIDTH), np.uint32)
    signed[:, 0] = sizes
    signed[:, 1:] = rows
    return signed


def _hashes(grams: Hashes, places: Ints) -> NDArray[np.uint64]:
    """32 bits of each shingle, never `NO_KEY` (a multiply and shift apiece, mixed as SplitMix)."""
    mixed = grams[places] * np.uint64(0x9E3779B97F4A7C15)
    mixed ^= grams[places + (SHINGLE - 8)] * np.uint64(0xC2B2AE3D27D4EB4F)
    mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    keys: NDArray[np.uint64] = np.minimum(mixed >> np.uint64(32), np.uint64(NO_KEY - 1))
    return keys


def _smallest(
    keys: NDArray[np.uint64], owners: Ints, count: int
) -> tuple[Signatures, NDArray[np.bool_]]:
    """The smallest different keys of each owner, and who has fewer than `KEYS`."""
    joined = ascending((owners.astype(np.uint64) << np.uint64(32)) | keys)
    owners = (joined >> np.uint64(32)).astype(np.int64)
    firsts = np.searchsorted(owners, np.arange(count))
    ranks = np.arange(owners.size) - firsts[owners]
    rows = np.full((count, KEYS), NO_KEY, np.uint32)
    kept = ranks < KEYS
    rows[owners[kept], ranks[kept]] = joined[kept].astype(np.uint32)
    return rows, rows[:, -1] == NO_KEY

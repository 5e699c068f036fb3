"""Which words are a few edits from another? (Levenshtein 1966; Wagner and Fischer 1974.)"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.errors import QueryError

MAX_DISTANCE = 3
"""Edits that may be asked for; with more, a short word is near to everything."""
_MAX_CELLS = 500_000_000


def within(text: str, words: Sequence[str], distance: int) -> NDArray[np.int64]:
    """The numbers of the ``words`` that are at most ``distance`` edits from ``text``.

    An edit adds, drops or changes one character. All the words are compared at once, a row
    of each one's table at a time. Raises QueryError if that would take too long.
    """
    if distance > MAX_DISTANCE:
        raise QueryError(
            f"{text}~{distance} is near to too many words. Allow {MAX_DISTANCE} changes at most."
        )
    sizes = np.fromiter(map(len, words), np.int64, len(words))
    close = (np.abs(sizes - len(text)) <= distance).nonzero()[0]
    longest = len(text) + distance
    if close.size * len(text) * longest > _MAX_CELLS:
        raise QueryError(f"{text}~{distance} would be compared with too many words.")
    if not close.size or not longest:
        return close
    letters = np.array([words[n] for n in close.tolist()], f"<U{longest}")
    columns = letters.view(np.uint32).reshape(close.size, longest).T
    table = np.empty((longest + 1, close.size), np.int16)
    table[:] = np.arange(longest + 1, dtype=np.int16)[:, None]
    for row, letter in enumerate(text, 1):
        diagonal = table[0].copy()
        table[0] = row
        for column in range(1, longest + 1):
            changed = diagonal + (columns[column - 1] != ord(letter))
            diagonal = table[column].copy()
            best = np.minimum(diagonal, table[column - 1])
            best += 1
            np.minimum(best, changed, out=table[column])
    found: NDArray[np.int64] = close[table[sizes[close], np.arange(close.size)] <= distance]
    return found

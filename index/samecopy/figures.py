"""Number words, months and weekdays as digits.

Market briefs and dividend notices are the same words day after day; their figures tell them
apart, and "two billion" must weigh as much as "1.5 billion", March as much as 31.
"""

from __future__ import annotations

import numpy as np

from index.samecopy.letters import Letters, eights

_FIGURES = """one two three four five six seven eight nine ten eleven twelve january february march
april may june july august september october november december jan feb mar apr jun jul aug sept sep
oct nov dec monday tuesday wednesday thursday friday saturday sunday""".split()
_LONGEST = max(map(len, _FIGURES))


def _key(word: bytes) -> int:
    """The first eight letters of a word as a number, the first letter lowest."""
    return int.from_bytes(word[:8], "little")


_KEYS = np.array(sorted(_key(word.encode()) for word in _FIGURES), np.uint64)
_BY_KEY = {_key(word.encode()): word for word in _FIGURES}
_SIZES = np.array([len(_BY_KEY[key]) for key in _KEYS.tolist()])
_DIGITS = np.zeros((len(_FIGURES), _LONGEST), np.uint8)
for _row, _size in enumerate(_SIZES.tolist()):
    _DIGITS[_row, :_size] = list(f"{_row:0{_size}d}".encode())
_MASKS = np.array([(1 << 8 * size) - 1 for size in range(9)], np.uint64)


def in_figures(letters: Letters) -> Letters:
    """``letters`` with such words as digits, as many as the word has letters.

    Each word has digits of its own, which say no more than which word it was.
    """
    words = letters.words
    sizes = np.diff(np.append(words, letters.firsts[-1]))
    keys = eights(letters.stream)[words] & _MASKS[np.minimum(sizes, 8)]
    rows = np.minimum(np.searchsorted(_KEYS, keys), _KEYS.size - 1)
    found = (_KEYS[rows] == keys) & (_SIZES[rows] == sizes)
    stream = letters.stream.copy()
    words, rows, sizes = words[found], rows[found], sizes[found]
    places = np.repeat(words, sizes)
    within = np.arange(places.size) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    stream[places + within] = _DIGITS[np.repeat(rows, sizes), within]
    return Letters(stream, letters.firsts, letters.words)

"""Terms by number: texts read into arrays, each different chunk analysed once.

Most words of a text have been met before, with the comma that follows them. So texts are cut,
many at a time and as bytes, at white space and at all signs that no word holds; and each chunk
becomes a number: chunks of eight bytes or fewer, which most are, by sorting them as whole
numbers, the others one by one. Which terms the chunks hold (mostly one, but ``it's.so`` has
two) is looked up when all texts are read.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from index.analysis import chunk_terms, plain_terms
from index.codec.packing import Numbers

Ints = NDArray[np.int32]
Keys = NDArray[np.uint64]

_SHORT = 8
"""The bytes of a chunk that is sorted as a number."""
_LONG = 64
"""Bytes from which a chunk is not kept to be met again: hostile text has many such."""
_MOST = 1_000_000
"""Chunks from which a vocabulary has `grown_large`."""
_WITHIN = "'.,"
"""The signs of ASCII that a word may hold. It may not hold "_", but that is no edge of a word
either (a regular expression's ``\\b``), so texts are not cut there."""
_CUT = bytes(
    byte if byte >= 128 or (sign := chr(byte)).isalnum() or sign in f"{_WITHIN}_\0" else ord(" ")
    for byte in bytes(range(256)).lower()
)
"""Every byte in lower case, and a space for all at which texts are cut."""
_STATES = b"\xff\xff"
"""Stands for US while all letters are made small; no text has these bytes."""
_FIRST_BYTES = np.array([(1 << 8 * size) - 1 for size in range(_SHORT + 1)], np.uint64)


class Vocabulary:
    """The terms met so far. A term's number is its place in the order of first sight."""

    def __init__(self) -> None:
        self._count = 0
        self._met: list[bytes] = []
        self._short: Keys = np.empty(0, np.uint64)
        self._short_numbers: Ints = np.empty(0, np.int32)
        self._long: dict[bytes, int] = {}
        self._terms: dict[str, int] = {}
        self._plain: dict[str, int] = {}
        self._of_chunks = array("i")
        self._starts = array("q", [0])

    @property
    def grown_large(self) -> bool:
        """Whether it is time to begin a new one, between two segments."""
        return max(self._count, len(self._of_chunks)) > _MOST

    def read(self, texts: Sequence[str]) -> tuple[Ints, Numbers]:
        """The numbers of the chunks in ``texts``, end to end, and how many each text has."""
        data, text_ends = _coded(texts)
        starts, ends = _chunks_in(data)
        # A short chunk stands for its bytes with zeros behind them, so it may hold none.
        is_short = ends - starts <= (0 if b"\0" in data else _SHORT)
        short, long = np.flatnonzero(is_short), np.flatnonzero(~is_short)
        numbers = np.empty(starts.size, np.int32)
        numbers[short] = self._numbers_of_short(_as_numbers(data, starts[short], ends[short]))
        bounds = zip(starts[long].tolist(), ends[long].tolist(), strict=True)
        numbers[long] = self._numbers_of_long([data[start:end] for start, end in bounds])
        return numbers, np.diff(np.searchsorted(starts, text_ends), prepend=0)

    def _numbers_of_short(self, keys: Keys) -> Ints:
        different, of_keys = _different(keys)
        places = np.searchsorted(self._short, different)
        is_new = np.append(self._short, np.uint64(0))[places] != different  # no chunk is 0
        if is_new.any():
            fresh = different[is_new]
            numbers = np.arange(self._count, self._count + fresh.size, dtype=np.int32)
            self._count += fresh.size
            self._met += [key.to_bytes(_SHORT, "little").rstrip(b"\0") for key in fresh.tolist()]
            self._short = np.insert(self._short, places[is_new], fresh)
            self._short_numbers = np.insert(self._short_numbers, places[is_new], numbers)
            places += np.cumsum(is_new) - is_new
        return self._short_numbers[places][of_keys]

    def _numbers_of_long(self, chunks: list[bytes]) -> list[int]:
        known = self._long
        numbers = [known.get(chunk, -1) for chunk in chunks]
        for place, number in enumerate(numbers):
            if number < 0:
                chunk = chunks[place]
                number = known.get(chunk, self._count)
                if number == self._count:
                    self._count += 1
                    self._met.append(chunk)
                    if len(chunk) < _LONG:
                        known[chunk] = number
                numbers[place] = number
        return numbers

    def _analyse(self) -> None:
        """Learn the terms of the chunks met since the last time."""
        if not self._met:
            return
        met = b" ".join(self._met).replace(_STATES, b"US")
        chunks = met.decode("utf-8", "surrogatepass").split(" ")
        words = [chunk.strip(_WITHIN) for chunk in chunks]
        self._learn_plain(word for word in words if word.isascii() and word.isalpha())
        known, plain = self._terms, self._plain
        add, end = self._of_chunks.append, self._starts.append
        for chunk, word in zip(chunks, words, strict=True):
            number = plain.get(word, -1)
            if number >= 0:
                add(number)
            else:
                for term in chunk_terms(chunk):
                    add(known.setdefault(term, len(known)))
            end(len(self._of_chunks))
        self._met = []

    def _learn_plain(self, words: Iterable[str]) -> None:
        """Learn the terms of words of ASCII letters alone, which most are: they need no pattern."""
        known, plain = self._terms, self._plain
        fresh = [w for w in dict.fromkeys(words) if w not in plain and len(w) < _LONG]
        for word, term in zip(fresh, plain_terms(fresh), strict=True):
            plain[word] = known.setdefault(term, len(known))

    def terms(self) -> list[bytes]:
        """The terms of all chunks read so far, in the order of their numbers."""
        self._analyse()
        return [term.encode() for term in self._terms]

    def terms_of(self, chunks: Ints) -> tuple[Ints, Numbers]:
        """The numbers of the terms in ``chunks``, end to end, and how many each chunk has."""
        self._analyse()
        starts = np.array(self._starts)
        flat = np.array(self._of_chunks, np.int32)
        firsts = starts[chunks]
        sizes = starts[1:][chunks]
        sizes -= firsts
        firsts -= np.cumsum(sizes)
        firsts += sizes
        places = np.repeat(firsts, sizes)
        places += np.arange(places.size)
        return flat[places], sizes


def _coded(texts: Sequence[str]) -> tuple[bytes, Numbers]:
    """Texts as bytes, with spaces where they are cut, and where each of them ends."""
    joined = "\n".join(texts)
    if joined.isascii():
        sizes = list(map(len, texts))
        data = joined.encode()
    else:
        coded = [" ".join(text.split()).encode("utf-8", "surrogatepass") for text in texts]
        sizes = list(map(len, coded))
        data = b"\n".join(coded)
    return _without_us(data).translate(_CUT), np.cumsum(np.array(sizes, np.int64) + 1)


def _without_us(data: bytes) -> bytes:
    """``data`` with `_STATES` for each US that may be a word: in lower case it would be another."""
    before, *others = data.split(b"US")
    if not others:
        return data
    found = [before]
    for place, after in enumerate(others, 1):
        joined = before[-1:].isalnum() or after[:1].isalnum()
        joined |= (not before and place > 1) or (not after and place < len(others))
        found += b"US" if joined else _STATES, after
        before = after
    return b"".join(found)


def _chunks_in(data: bytes) -> tuple[Numbers, Numbers]:
    """Where the chunks of some text begin, and where they end."""
    is_space = np.ones(len(data) + 2, bool)
    np.equal(np.frombuffer(data, np.uint8), ord(" "), out=is_space[1:-1])
    edges = np.flatnonzero(is_space[1:] != is_space[:-1])
    return edges[::2], edges[1::2]


def _as_numbers(data: bytes, starts: Numbers, ends: Numbers) -> Keys:
    """Chunks of at most `_SHORT` bytes as numbers; equal ones are equal."""
    padded = np.frombuffer(data + bytes(_SHORT), np.uint8)
    eights = np.lib.stride_tricks.sliding_window_view(padded, _SHORT)[starts]
    keys: Keys = eights.view("<u8").ravel() & _FIRST_BYTES[ends - starts]
    return keys


def _different(keys: Keys) -> tuple[Keys, Numbers]:
    """The different keys, sorted, and the place of each key among them."""
    order = np.argsort(keys)
    in_order = keys[order]
    is_first = np.ones(keys.size, bool)
    np.not_equal(in_order[1:], in_order[:-1], out=is_first[1:])
    places = np.empty(keys.size, np.int64)
    places[order] = np.cumsum(is_first) - 1
    return in_order[is_first], places

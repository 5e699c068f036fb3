"""An open index as NumPy arrays: postings, positions, lengths, columns, live stories.

What stands above sees stories as numbers that are global over the segments, with deleted ones
left out, and neither segments nor files. What a question has needed of a term is kept for the
next one, as far as `CACHE_BYTES` goes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.codec.postings import FieldPostings
from index.codec.segment import SegmentArrays
from index.codec.terms import TermDictionary
from search.matches import Flags, Matches, Numbers
from search.phrases import STEP, Keys
from search.tree import Query, size_of

UNKNOWN = -1
"""A date column's value where there is no date."""
CACHE_BYTES = 80 * 2**20


def key_of(term: str) -> bytes:
    """``term`` as the index has it; what is no text, such as half a surrogate, is in none."""
    return term.encode("utf-8", "surrogatepass")


class Segment:
    """A segment of an open index; its stories are numbered from ``base`` on."""

    def __init__(self, arrays: SegmentArrays, base: int, deleted: NDArray[np.uint32]) -> None:
        self.arrays = arrays
        self.base = base
        self.size = arrays.count
        self.live: Flags | None = None
        """Which stories are not deleted; None where none is."""
        if deleted.size:
            self.live = np.ones(self.size, bool)
            self.live[deleted] = False


class IndexArrays:
    """A snapshot of an index: its segments in order, each with its deleted stories."""

    def __init__(self, segments: Sequence[tuple[SegmentArrays, NDArray[np.uint32]]]) -> None:
        self.segments: list[Segment] = []
        self.size = 0
        """Story numbers run from 0 to ``size`` - 1, deleted ones among them."""
        for arrays, deleted in segments:
            self.segments.append(Segment(arrays, self.size, deleted))
            self.size += arrays.count
        self.live_count = self.size - sum(int(deleted.size) for _, deleted in segments)
        self._kept: dict[Query, tuple[Matches, int]] = {}
        """What was found, and the bytes that it and its query take."""
        self._turn = Lock()
        """Several threads may ask at once, and change what is kept."""
        self._kept_bytes = 0
        # Of two words in two fields: the second of a pair is the first of the next.
        self.positions = lru_cache(maxsize=4)(self._positions)
        self.mean_length = lru_cache(maxsize=None)(self._mean_length)
        self.length_factors = lru_cache(maxsize=None)(self._length_factors)
        self.numbers = lru_cache(maxsize=None)(self._numbers)
        self.text_column = lru_cache(maxsize=None)(self._text_column)

    def remembered(self, query: Query) -> Matches | None:
        """What was found of ``query`` before, if that is still here."""
        with self._turn:
            kept = self._kept.pop(query, None)
            if kept is None:
                return None
            self._kept[query] = kept  # at the end of the line: used last
            return kept[0]

    def remember(self, query: Query, found: Matches) -> Matches:
        """Keep what was ``found`` of ``query``, at the price of what was used longest ago."""
        taken = found.nbytes + size_of(query)
        with self._turn:
            before = self._kept.pop(query, None)
            self._kept[query] = found, taken
            self._kept_bytes += taken - (before[1] if before else 0)
            while self._kept_bytes > CACHE_BYTES and len(self._kept) > 1:
                oldest = next(iter(self._kept))
                self._kept_bytes -= self._kept.pop(oldest)[1]
            return found

    @cached_property
    def live(self) -> Numbers:
        """The numbers of all stories that are not deleted."""
        parts = [
            np.arange(part.base, part.base + part.size, dtype=np.int64)
            if part.live is None
            else part.live.nonzero()[0] + part.base
            for part in self.segments
        ]
        return _joined(parts, np.int64)

    def terms(self, name: str) -> Iterator[tuple[Segment, FieldPostings]]:
        """Each segment that has terms in the field ``name``, and they."""
        for part in self.segments:
            field = part.arrays.field(name)
            if field is not None:
                yield part, field

    def frequency(self, name: str, term: str) -> int:
        """How many stories have ``term`` in a field, deleted ones among them; reads no posting."""
        wanted = key_of(term)
        count = 0
        for _part, field in self.terms(name):
            place = field.terms.find(wanted)
            count += int(field.counts[place]) if place >= 0 else 0
        return count

    def postings(self, name: str, term: str) -> tuple[Numbers, Numbers]:
        """The stories that have ``term`` in a field, in order, and how often each has it."""
        wanted = key_of(term)
        parts = []
        for part, field in self.terms(name):
            place = field.terms.find(wanted)
            if place >= 0:
                parts.append(_alive(part, field.docs(place), field.freqs(place)))
        if len(parts) == 1:
            return parts[0]
        return (
            _joined([docs for docs, _ in parts], np.int64),
            _joined([freqs for _, freqs in parts], np.int64),
        )

    def _positions(self, name: str, term: str) -> Keys:
        """Every place where ``term`` stands, as keys for `search.phrases`."""
        wanted = key_of(term)
        parts = []
        for part, field in self.terms(name):
            place = field.terms.find(wanted)
            if place >= 0:
                docs, freqs = field.docs(place), field.freqs(place)
                keys = np.repeat((docs + part.base) * STEP, freqs)
                keys += field.positions(place, freqs)
                if part.live is not None:
                    keys = keys[np.repeat(part.live[docs], freqs)]
                parts.append(keys)
        return parts[0] if len(parts) == 1 else _joined(parts, np.int64)

    def _mean_length(self, name: str) -> float:
        """How many words the live stories that have any in a field have there on average."""
        words = stories = 0
        for part in self.segments:
            lengths = part.arrays.lengths(name)
            if lengths is not None:
                known = lengths if part.live is None else lengths[part.live]
                words += int(known.sum(dtype=np.int64))
                stories += int(np.count_nonzero(known))
        return words / stories if stories else 1.0

    def length(self, name: str, doc: int) -> int:
        """How many words a story has in a field."""
        part = self._segment_of(doc)
        lengths = part.arrays.lengths(name)
        return 0 if lengths is None else int(lengths[doc - part.base])

    def _length_factors(self, name: str, weight: float, b: float) -> NDArray[np.float64]:
        """For each story: ``weight``, over how far its length in a field is from the mean.

        The part ``b`` of the length counts (BM25's normalisation).
        """
        parts = []
        for part in self.segments:
            lengths = part.arrays.lengths(name)
            parts.append(np.zeros(part.size, np.uint8) if lengths is None else lengths)
        factors = _joined(parts, np.uint8).astype(np.float64)
        factors *= b / self.mean_length(name)
        factors += 1 - b
        np.divide(weight, factors, out=factors)
        return factors

    def _numbers(self, name: str) -> NDArray[Any]:
        """The number each story has in a column; a date's is `UNKNOWN` where there is none."""
        parts = []
        for part in self.segments:
            numbers = part.arrays.numbers(name)
            if numbers is None:
                numbers = np.full(part.size, UNKNOWN, np.int64)
            # Whoosh's default for a date is all ones, which is -1.
            parts.append(numbers.view(np.int64) if numbers.dtype.kind == "u" else numbers)
        return _joined(parts, np.int64)

    def _text_column(self, name: str) -> tuple[list[str], NDArray[Any]]:
        """The different values of a column, in order, and which of them each story has."""
        columns = [(part, part.arrays.text_column(name)) for part in self.segments]
        different = {b""}
        for _part, column in columns:
            if column is not None:
                different.update(column.values)
        values = sorted(different)
        place = {value: number for number, value in enumerate(values)}
        kind = np.min_scalar_type(len(values))
        parts = []
        for part, column in columns:
            if column is None:
                parts.append(np.zeros(part.size, kind))  # b"" is the first of all
            else:
                moved = np.array([place[value] for value in column.values], kind)
                parts.append(moved[column.numbers])
        return [value.decode() for value in values], _joined(parts, kind)

    def ids(self, docs: Sequence[int]) -> list[str]:
        """The ids of some stories."""
        found = [""] * len(docs)
        for base, places, terms in self._ids:
            size = places.size
            mine = [n for n, doc in enumerate(docs) if base <= doc < base + size]
            ids = terms.take([int(places[docs[n] - base]) for n in mine])
            for n, identity in zip(mine, ids, strict=True):
                found[n] = identity.decode()
        return found

    @cached_property
    def _ids(self) -> list[tuple[int, NDArray[np.int32], TermDictionary]]:
        return [
            (part.base, self.id_places[part.base], field.terms) for part, field in self.terms("id")
        ]

    @cached_property
    def id_places(self) -> dict[int, NDArray[np.int32]]:
        """By the first story of each segment: the places of its stories in the order of ids."""
        found = {}
        for part, field in self.terms("id"):
            places = np.zeros(part.size, np.int32)
            docs = field.range(0, len(field.terms)).docs
            places[docs] = np.arange(docs.size, dtype=np.int32)
            found[part.base] = places
        return found

    def stored(self, doc: int) -> dict[str, Any]:
        """The stored fields of a story."""
        part = self._segment_of(doc)
        return part.arrays.stored().fields(doc - part.base)

    def _segment_of(self, doc: int) -> Segment:
        return next(part for part in reversed(self.segments) if part.base <= doc)


def _alive(part: Segment, docs: Numbers, freqs: Numbers) -> tuple[Numbers, Numbers]:
    if part.live is not None:
        alive = part.live[docs]
        docs, freqs = docs[alive], freqs[alive]
    return (docs + part.base if part.base else docs), freqs


def _joined(parts: Sequence[NDArray[Any]], kind: Any) -> NDArray[Any]:
    if len(parts) == 1:
        return parts[0]
    return np.concatenate(parts) if parts else np.empty(0, kind)

"""An open Whoosh index as NumPy arrays: postings, lengths, columns, live stories.

This is the one module that touches Whoosh's readers and matchers; what stands above it
sees stories as numbers (global over segments, deleted ones left out) and arrays. A term's
postings are read once while the index is open.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.reading import TermNotFound

from search.phrases import STEP, Keys

Numbers = NDArray[np.int64]
Floats = NDArray[np.float64]

UNKNOWN = -1
"""A date column's value where there is no date."""
_CACHED_TERMS = 4_096


@dataclass(frozen=True, slots=True)
class Postings:
    """The stories that have a term, in order, and how often each has it."""

    docs: Numbers
    freqs: Floats


class IndexArrays:
    """A snapshot of a Whoosh index (``whoosh.reading.IndexReader``) as arrays."""

    def __init__(self, reader: Any) -> None:
        self._reader = reader
        self._leaves: list[tuple[Any, int]] = [
            (leaf, base) for leaf, base in reader.leaf_readers() if leaf.doc_count_all()
        ]
        self.postings = lru_cache(maxsize=_CACHED_TERMS)(self._postings)
        self.positions = lru_cache(maxsize=_CACHED_TERMS)(self._positions)
        self.lengths = lru_cache(maxsize=None)(self._lengths)
        self.text_column = lru_cache(maxsize=None)(self._text_column)
        self.date_column = lru_cache(maxsize=None)(self._date_column)

    def close(self) -> None:
        """Let go of the index's files."""
        self._reader.close()

    @cached_property
    def size(self) -> int:
        """Story numbers run from 0 to ``size`` - 1, deleted ones among them."""
        return int(self._reader.doc_count_all())

    @cached_property
    def live(self) -> Numbers:
        """The numbers of all stories that are not deleted."""
        parts = [
            np.fromiter(leaf.all_doc_ids(), np.int64) + base
            if leaf.has_deletions()
            else np.arange(base, base + leaf.doc_count_all(), dtype=np.int64)
            for leaf, base in self._leaves
        ]
        return _joined(parts, np.int64)

    def _postings(self, field: str, term: str) -> Postings:
        """The postings of ``term``; empty if the field has none such."""
        docs: list[int] = []
        freqs: list[float] = []
        for matcher, base in self._matchers(field, term):
            while matcher.is_active():
                docs.append(matcher.id() + base)
                freqs.append(matcher.weight())
                matcher.next()
        return Postings(np.array(docs, np.int64), np.array(freqs, np.float64))

    def _positions(self, field: str, term: str) -> Keys:
        """Every place where ``term`` stands, as keys for `search.phrases`."""
        keys: list[int] = []
        for matcher, base in self._matchers(field, term):
            while matcher.is_active():
                story = (matcher.id() + base) * STEP
                keys.extend(story + position for position in matcher.value_as("positions"))
                matcher.next()
        return np.array(keys, np.int64)

    def _matchers(self, field: str, term: str) -> Iterator[tuple[Any, int]]:
        """A matcher for each segment that has the term; they leave deleted stories out."""
        for leaf, base in self._leaves:
            try:
                yield leaf.postings(field, term), base
            except TermNotFound:
                continue

    def terms(self, field: str, prefix: str) -> list[str]:
        """The terms of ``field`` that begin with ``prefix``, in order."""
        decode = self._reader.schema[field].from_bytes
        found = {term for leaf, _ in self._leaves for term in leaf.expand_prefix(field, prefix)}
        return sorted(decode(term) for term in found)

    def _lengths(self, field: str) -> tuple[Floats, float]:
        """The number of words each story has in ``field``, and the mean of those with any.

        The numbers are as exact as the segments keep them.
        """
        parts = [
            np.array(
                [leaf.doc_field_length(doc, field) or 0 for doc in range(leaf.doc_count_all())],
                np.float64,
            )
            for leaf, _ in self._leaves
        ]
        lengths = _joined(parts, np.float64)
        known = lengths[self.live]
        known = known[known > 0]
        return lengths, float(known.mean()) if known.size else 1.0

    def _text_column(self, field: str) -> list[str]:
        """The value each story has in ``field``'s column; "" for none."""
        return [str(value) for leaf, _ in self._leaves for value in leaf.column_reader(field)]

    def _date_column(self, field: str) -> Numbers:
        """The date each story has, as Whoosh counts time (microseconds); or `UNKNOWN`."""
        parts = [
            np.array(list(leaf.column_reader(field, translate=False)), np.uint64).view(np.int64)
            for leaf, _ in self._leaves
        ]
        return _joined(parts, np.int64)  # Whoosh's default is all ones, which is -1

    @cached_property
    def id_ranks(self) -> Numbers:
        """Each story's place in the order of ids."""
        ids = [
            (text, info.min_id() + base)
            for leaf, base in self._leaves
            for text, info in leaf.iter_field("id")
        ]
        ranks = np.zeros(self.size, np.int64)
        ranks[[doc for _, doc in sorted(ids)]] = np.arange(len(ids))
        return ranks

    def stored(self, doc: int) -> dict[str, Any]:
        """The stored fields of a story."""
        fields: dict[str, Any] = self._reader.stored_fields(doc)
        return fields


def _joined(parts: list[NDArray[Any]], kind: type[np.generic]) -> NDArray[Any]:
    return np.concatenate(parts) if parts else np.empty(0, kind)

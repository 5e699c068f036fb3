"""Whoosh's contract for walking the postings of one term, over arrays."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from whoosh.matching.mcore import LeafMatcher, ReadTooFar


class ArrayMatcher(LeafMatcher):
    """Stands at one posting after another.

    ``ids`` are story numbers, or the terms of a vector; ``weights`` go with them; ``values``
    and ``positions`` give those of the posting at a place.
    """

    def __init__(
        self,
        ids: list[Any],
        weights: Sequence[float],
        values: Callable[[int], bytes],
        format_: Any,
        positions: Callable[[int], list[int]] | None = None,
        term: tuple[str, bytes] | None = None,
        scorer: Any = None,
    ) -> None:
        self._ids = ids
        self._weights = weights
        self._values = values
        self._positions = positions
        self.format = format_
        self._term = term
        self.scorer = scorer
        self._at = 0

    def is_active(self) -> bool:
        return self._at < len(self._ids)

    def reset(self) -> None:
        self._at = 0

    def copy(self) -> ArrayMatcher:
        other = ArrayMatcher(
            self._ids, self._weights, self._values, self.format, self._positions, self._term,
            self.scorer,
        )  # fmt: skip
        other._at = self._at
        return other

    def id(self) -> Any:
        return self._ids[self._at]

    def all_ids(self) -> Iterator[Any]:
        while self.is_active():
            yield self.id()
            self.next()

    def next(self) -> bool:
        if not self.is_active():
            raise ReadTooFar
        self._at += 1
        return not self.is_active()

    def skip_to(self, id: Any) -> None:  # noqa: A002 - Whoosh's name for it
        if not self.is_active():
            raise ReadTooFar
        self._at = bisect_left(self._ids, id, self._at)

    def weight(self) -> float:
        return self._weights[self._at]

    def value(self) -> bytes:
        return self._values(self._at)

    def value_as(self, astype: str) -> Any:
        if astype == "positions" and self._positions is not None:
            return self._positions(self._at)
        return super().value_as(astype)

    def supports_block_quality(self) -> bool:
        """Postings are not cut into blocks that could be skipped by their best score."""
        return False

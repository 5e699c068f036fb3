"""The order within a group: its takes from the first to the newest, and which one is shown."""

from __future__ import annotations

from collections.abc import Sequence

from index.samecopy.printings import Tie
from index.samecopy.signed import Signed

COMPLETE = 0.7
"""The part of the longest take's letters from which on a take is complete."""


def in_order(takes: Sequence[Sequence[int]], signed: Signed) -> Tie:
    """Put takes in order: by the day each was first printed, its level, whether it is marked as
    corrected, its length.

    Stories are called by their rows in ``signed``. In front is the newest take that is complete,
    which an urgent line or a cut one is not.
    """
    letters = signed.signatures[:, 0]

    def fullest_first(story: int) -> tuple[int, int, int]:
        return -int(letters[story]), int(signed.days[story]), story

    def age(take: Sequence[int]) -> tuple[int, int, bool, int, int]:
        marks = signed.takes[list(take)].tolist()
        return (
            int(signed.days[list(take)].min()),
            max(mark // 2 for mark in marks),
            any(mark % 2 for mark in marks),
            int(letters[take[0]]),
            take[0],
        )

    sorted_takes = sorted((sorted(take, key=fullest_first) for take in takes), key=age)
    longest = max(int(letters[take[0]]) for take in sorted_takes)
    whole = [take for take in sorted_takes if letters[take[0]] >= COMPLETE * longest]
    return Tie(tuple(map(tuple, sorted_takes)), whole[-1][0])

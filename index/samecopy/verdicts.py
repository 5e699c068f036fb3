"""What has been decided of pairs of stories, kept so that no pair is read twice.

A pair is known by its stories' stamps, 64 bits each that change whenever a story does; so what
was decided stays right however stories are numbered, and lapses when one of them changes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from index.samecopy.letters import Ints
from index.samecopy.signed import Stamps
from index.samecopy.verify import Relations

UNKNOWN = 255
"""Stands for a pair of which nothing has been decided."""


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Pairs, as sorted keys of 64 bits, and the `Relation` of each."""

    keys: Stamps
    relations: Relations

    @staticmethod
    def none() -> Verdicts:
        """Nothing decided yet."""
        return Verdicts(np.empty(0, np.uint64), np.empty(0, np.uint8))

    def of(self, keys: Stamps) -> Relations:
        """What is known of some pairs; `UNKNOWN` where nothing is."""
        if not self.keys.size:
            return np.full(keys.size, UNKNOWN, np.uint8)
        places = np.minimum(np.searchsorted(self.keys, keys), self.keys.size - 1)
        found = self.keys[places] == keys
        return np.where(found, self.relations[places], np.uint8(UNKNOWN))

    def with_more(self, keys: Stamps, relations: Relations) -> Verdicts:
        """These and some more; of a pair that comes twice the first is kept."""
        joined = np.concatenate([self.keys, keys])
        different, firsts = np.unique(joined, return_index=True)
        return Verdicts(different, np.concatenate([self.relations, relations])[firsts])

    def only(self, keys: Stamps) -> Verdicts:
        """Those of some pairs alone: pairs of stories that are gone are forgotten."""
        kept = np.isin(self.keys, keys)
        return Verdicts(self.keys[kept], self.relations[kept])


def pair_keys(stamps: Stamps, pairs: Ints) -> Stamps:
    """A key of 64 bits for each pair of stories, whichever comes first."""
    sides = stamps[pairs]
    low, high = sides.min(axis=1), sides.max(axis=1)
    mixed = (low ^ (low >> np.uint64(31))) * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(29)) ^ high) * np.uint64(0xBF58476D1CE4E5B9)
    keys: Stamps = mixed ^ (mixed >> np.uint64(32))
    return keys

"""Runs of letters that both texts of a pair have, and the chains they make.

Seed and chain, as genomes are compared (Wilbur and Lipman, "Rapid similarity searches of
nucleic acid and protein data banks", 1983; Li, "Minimap2", 2018). Many pairs are looked at in
one pass: their texts stand end to end, the shorter ones in one stream and the longer in another.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.samecopy.letters import PADDING, Bytes, Ints, Letters, eights

SEED = 8
DRIFT = 12
"""Letters that may be put in or left out between two seeds of a chain."""
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Side:
    """One text of each pair, end to end: pair ``i`` has ``stream[firsts[i]:firsts[i + 1]]``."""

    stream: Bytes
    firsts: Ints

    @property
    def size(self) -> int:
        """Letters of all its texts; the stream has zeros behind them."""
        return int(self.firsts[-1])

    def owners(self) -> Ints:
        """The pair that each letter is of."""
        return np.repeat(np.arange(self.firsts.size - 1), np.diff(self.firsts))


def side_of(letters: Letters, texts: Ints) -> Side:
    """The letters of some of the texts, one of which may come several times."""
    sizes = letters.firsts[texts + 1] - letters.firsts[texts]
    firsts = np.append(0, np.cumsum(sizes))
    places = np.arange(int(firsts[-1])) + np.repeat(letters.firsts[texts] - firsts[:-1], sizes)
    return Side(np.append(letters.stream[places], np.zeros(PADDING, np.uint8)), firsts)


@dataclass(frozen=True, slots=True)
class Seeds:
    """Places where `SEED` letters agree, in the order of the shorter texts."""

    short: Ints
    long: Ints
    pairs: Ints

    @property
    def shifts(self) -> Ints:
        """From a letter of the shorter texts to its like in the longer."""
        return self.long - self.short

    def chains(self, gap: int) -> tuple[Ints, Ints]:
        """The first and last seed of each chain, with up to ``gap`` letters between two."""
        on_short, on_long = np.diff(self.short), np.diff(self.long)
        joined = (on_short <= gap + SEED) & (np.abs(on_long - on_short) <= DRIFT)
        breaks = np.flatnonzero(~(joined & (on_long > 0) & (np.diff(self.pairs) == 0)))
        if not self.short.size:
            return breaks, breaks
        return np.append(0, breaks + 1), np.append(breaks, self.short.size - 1)

    def in_chains(self, gap: int, least: int) -> Seeds:
        """Those in chains of ``least`` letters or more."""
        begins, ends = self.chains(gap)
        long_enough = self.short[ends] + SEED - self.short[begins] >= least
        kept = np.repeat(long_enough, ends - begins + 1)
        return Seeds(self.short[kept], self.long[kept], self.pairs[kept])


def seeds_of(shorter: Side, longer: Side, one_in: int) -> Seeds:
    """The seeds of some pairs; one that stands twice in the longer text of its pair is none.

    Of ``one_in`` seeds one is looked at, the same in both texts (Broder's "mod" sketch, 1997).
    """
    short, wanted = _chosen(shorter, one_in)
    long, keys = _chosen(longer, one_in)
    order = np.argsort(keys)
    keys = keys[order]
    alone = np.ones(keys.size, bool)
    alone[1:] = keys[1:] != keys[:-1]
    alone[:-1] &= alone[1:]
    keys, long = keys[alone], long[order][alone]
    if not keys.size:
        return Seeds(keys.astype(np.int64), keys.astype(np.int64), keys.astype(np.int64))
    where = np.minimum(np.searchsorted(keys, wanted), keys.size - 1)
    met = keys[where] == wanted
    return Seeds(short[met], long[where[met]], (wanted[met] >> np.uint64(44)).astype(np.int64))


def _chosen(side: Side, one_in: int) -> tuple[Ints, NDArray[np.uint64]]:
    """The places of the seeds that are looked at, and a key for each: its pair, then a hash."""
    owners = side.owners()
    mixed = eights(side.stream)[: side.size] * np.uint64(0x9E3779B97F4A7C15)
    mixed ^= mixed >> np.uint64(32)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    chosen = (mixed >> np.uint64(8)) % np.uint64(one_in) == 0
    chosen &= np.arange(side.size) + SEED <= side.firsts[owners + 1]
    places = np.flatnonzero(chosen)
    pairs = owners[places].astype(np.uint64)
    return places, (mixed[places] >> np.uint64(20)) | (pairs << np.uint64(44))

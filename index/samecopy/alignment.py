"""How much of one text stands in another, whatever was cut, moved or misread?

Seeds (`index.samecopy.seeds`) that follow each other at nearly the same distance make a chain;
between two seeds of a chain, and a little before and behind it, the letters are compared one by
one (as in Altschul et al., "Gapped BLAST and PSI-BLAST", 1997). A misread letter costs itself
and no more, a moved paragraph starts a chain, and what two stories in one language share by
chance makes no chain that is long enough.

Many pairs are aligned at once; every step is a few operations on arrays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from index.samecopy.figures import in_figures
from index.samecopy.letters import Bytes, Ints, Letters, letters_of
from index.samecopy.seeds import SEED, Bools, Seeds, Side, seeds_of, side_of

GAP = 160
"""Letters between two seeds beyond which they are of two chains."""
CHAIN = 18
"""Letters from which on a chain is copy, some three or four words: a line of a table."""
LONE = 14
"""Letters below which seeds that agree with none beside them are chance."""
REACH = 32
"""Letters by which a chain may grow at each end."""
REPLACED = 3
"""Letters beside each other from which on they are another word, and not misread."""
SLACK = 2
"""Letters by which a run in a gap may be off the seeds on both sides."""
FIRST_LOOK, LOOK = 4, 2
"""Seeds of which one is looked at: whether it is worth while, and then."""
MISSED = 0.1
"""The share of a text that the first look may fail to see in chains."""
_AT_ONCE = 1 << 17
"""Letters that are aligned at once."""


@dataclass(frozen=True, slots=True)
class Alignments:
    """What the shorter texts of some pairs have in common with the longer: a row a pair.

    All but the last two count letters of the shorter text. The ``core`` is what lies from its
    first chain to the end of its last. Of the letters ``spanned`` by chains some are
    ``replaced``, where the longer text has another word, and some ``slips``, one or two that
    differ; digits are no slips. ``figures`` are the numbers, months and weekdays in the core,
    ``same_figures`` those that are in the longer text too.
    """

    shorter: Ints
    longer: Ints
    core: Ints
    spanned: Ints
    replaced: Ints
    slips: Ints
    figures: Ints
    same_figures: Ints


def align(texts: Sequence[str], pairs: Ints, least: float = 0.0) -> Alignments:
    """Align ``pairs`` of ``texts``, an array of (pairs, 2) places in it.

    Those of whose shorter text much less than ``least`` lies in chains are left at zeros.
    """
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    counts = np.zeros((8, len(pairs)), np.int64)
    for used, number in _batches(pairs, lengths):
        letters = in_figures(letters_of([texts[n] for n in used.tolist()]))
        sizes = np.diff(letters.firsts)
        some = np.searchsorted(used, pairs[number])
        swap = sizes[some[:, 0]] > sizes[some[:, 1]]
        some[swap] = some[swap, ::-1]
        shorter = sizes[some[:, 0]]
        near = np.flatnonzero(_chained(letters, some) >= (least - MISSED) * shorter)
        if near.size:
            counts[:, number.start + near] = _aligned(letters, some[near])
    return Alignments(*counts)


def _batches(pairs: Ints, lengths: Ints) -> Iterator[tuple[Ints, slice]]:
    """Runs of pairs, and the texts that they are of."""
    weights = np.cumsum(lengths[pairs].sum(axis=1))
    first = 0
    while first < len(pairs):
        base = weights[first - 1] if first else 0
        last = max(int(np.searchsorted(weights, base + _AT_ONCE, "right")), first + 1)
        yield np.unique(pairs[first:last]), slice(first, last)
        first = last


def _chained(letters: Letters, pairs: Ints) -> Ints:
    """Letters of the shorter text of each pair, which comes first, in chains."""
    shorter, longer = side_of(letters, pairs[:, 0]), side_of(letters, pairs[:, 1])
    seeds = _in_chains(shorter, longer, FIRST_LOOK)
    begins, ends = seeds.chains(GAP)
    spans = seeds.short[ends] + SEED - seeds.short[begins]
    chained = np.bincount(seeds.pairs[begins], weights=spans, minlength=len(pairs))
    return chained.astype(np.int64)


def _aligned(letters: Letters, pairs: Ints) -> Ints:
    """A column for each pair, the shorter text first: the counts of `Alignments`."""
    shorter, longer = side_of(letters, pairs[:, 0]), side_of(letters, pairs[:, 1])
    marks = _Marks(shorter, longer, _in_chains(shorter, longer, LOOK))
    return np.stack([np.diff(shorter.firsts), np.diff(longer.firsts), *marks.counts()])


def _in_chains(shorter: Side, longer: Side, one_in: int) -> Seeds:
    return seeds_of(shorter, longer, one_in).in_chains(GAP // 2, LONE).in_chains(GAP, CHAIN)


class _Marks:
    """What is known of each letter of the shorter texts, once their chains are compared.

    A digit that faces a letter in the longer text is that letter, misread, and no figure.
    """

    def __init__(self, shorter: Side, longer: Side, seeds: Seeds) -> None:
        self._shorter, self._longer, self._seeds = shorter, longer, seeds
        size = shorter.size
        begins, ends = seeds.chains(GAP)
        self._spanned = _covered(seeds.short[begins], seeds.short[ends] + SEED, size)
        self._same = _covered(seeds.short, seeds.short + SEED, size)
        self._digits = _is_digit(shorter.stream[:size])
        if seeds.short.size:
            self._compare_gaps()
            self._grow(begins, ends)
        begins, ends = _runs(self._spanned & ~self._same, shorter.firsts)
        words = ends - begins >= REPLACED
        self._replaced = _covered(begins[words], ends[words], size)

    def _compare_gaps(self) -> None:
        """Compare what lies between the seeds of a chain."""
        seeds, stream, other = self._seeds, self._shorter.stream, self._longer.stream
        gaps = np.flatnonzero(self._spanned & ~self._same)
        if not gaps.size:
            return
        before = np.searchsorted(seeds.short, gaps, "right") - 1
        letters = stream[gaps]
        same = np.zeros(gaps.size, bool)
        for shift in (seeds.shifts[before], seeds.shifts[before + 1]):
            same |= letters == other[gaps + shift]
            for off in range(-SLACK, SLACK + 1):
                there = np.clip(gaps + shift + off, 0, other.size - 1)
                same |= _runs_of_three(letters == other[there])
        self._same[gaps] = same
        shifts = seeds.shifts
        faces = _is_digit(other[gaps + shifts[before]]) | _is_digit(
            other[gaps + shifts[before + 1]]
        )
        self._digits[gaps[~faces]] = False
        # A letter that is the same between two that are not is so by chance.
        alone = gaps[same]
        alone = alone[(alone > 0) & (alone < self._same.size - 1)]
        self._same[alone[~self._same[alone - 1] & ~self._same[alone + 1]]] = False

    def _grow(self, begins: Ints, ends: Ints) -> None:
        """Let chains grow at both ends as far as it pays: an equal letter gains one, another
        loses two."""
        seeds, short, long = self._seeds, self._shorter, self._longer
        owners = seeds.pairs[begins]
        reach = np.arange(REACH)
        for at, step in ((begins, -1), (ends, 1)):
            edge = -1 if step < 0 else SEED
            here = (seeds.short[at] + edge)[:, None] + step * reach
            there = here + seeds.shifts[at][:, None]
            within = _between(here, short, owners) & _between(there, long, owners)
            here, there = np.where(within, here, 0), np.where(within, there, 0)
            within &= np.logical_and.accumulate(~self._spanned[here], axis=1)
            same = within & (short.stream[here] == long.stream[there])
            gains = np.cumsum(np.where(same, 1, -2), axis=1)
            best = np.argmax(gains, axis=1)
            grown = within & (reach <= best[:, None]) & (gains.max(axis=1) > 0)[:, None]
            self._spanned[here[grown]] = True
            self._same[here[grown & same]] = True
            self._digits[here[grown & ~_is_digit(long.stream[there])]] = False

    def counts(self) -> tuple[Ints, ...]:
        """The counts of `Alignments` of each pair, but for the sizes of its texts."""
        firsts = self._shorter.firsts
        core = self._core()
        begins, ends = _runs(self._digits & core, firsts)
        # Outside chains nothing tells what a digit faces; most that stand alone are misread.
        figures = self._spanned[begins] | (ends - begins > 1)
        begins, ends = begins[figures], ends[figures]
        same = _ranks(self._same & self._spanned)
        equal = same[ends] - same[begins] == ends - begins
        owners = np.searchsorted(firsts, begins, "right") - 1
        slips = self._spanned & ~self._same & ~self._replaced & ~self._digits
        marked = (core, self._spanned, self._replaced, slips)
        return (
            *(np.diff(_ranks(letters)[firsts]) for letters in marked),
            np.bincount(owners, minlength=firsts.size - 1),
            np.bincount(owners[equal], minlength=firsts.size - 1),
        )

    def _core(self) -> Bools:
        """The letters from the first chain of each text to the end of its last."""
        firsts = self._shorter.firsts
        places = np.flatnonzero(self._spanned)
        begins, ends = np.searchsorted(places, firsts[:-1]), np.searchsorted(places, firsts[1:])
        some = ends > begins
        return _covered(places[begins[some]], places[ends[some] - 1] + 1, self._shorter.size)


def _is_digit(letters: Bytes) -> Bools:
    return (letters >= 48) & (letters <= 57)


def _covered(begins: Ints, ends: Ints, size: int) -> Bools:
    """The places that lie in any of some runs."""
    edges = np.bincount(begins, minlength=size + 1) - np.bincount(ends, minlength=size + 1)
    return np.cumsum(edges[:size]) > 0


def _runs_of_three(equal: Bools) -> Bools:
    """Those of ``equal`` that stand three together."""
    three = np.zeros(equal.size, bool)
    three[1:-1] = equal[:-2] & equal[1:-1] & equal[2:]
    three[:-1] |= three[1:]
    three[1:] |= three[:-1]
    return three & equal


def _between(places: Ints, side: Side, owners: Ints) -> Bools:
    low, high = side.firsts[owners][:, None], side.firsts[owners + 1][:, None]
    return (places >= low) & (places < high)


def _ranks(marked: Bools) -> Ints:
    """How many are marked before each place, and in all."""
    return np.append(0, np.cumsum(marked))


def _runs(marked: Bools, firsts: Ints) -> tuple[Ints, Ints]:
    """The runs of marked places, none of which reaches from one text into the next."""
    before = np.append(False, marked[:-1])
    texts = firsts[firsts < marked.size]
    before[texts] = False
    begins = np.flatnonzero(marked & ~before)
    after = np.append(marked[1:], False)
    after[texts[1:] - 1] = False
    return begins, np.flatnonzero(marked & ~after) + 1

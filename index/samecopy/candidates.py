"""Which pairs of stories may be the same copy? Told from signatures alone, by sorting.

Every key of every story goes into one array, and stories that share a key stand together when
it is sorted. In a short run of equal keys each story meets each other. In a long one, a stock
phrase or a story that all the world reprinted, it meets only the next `NEIGHBOURS` in the order
of their sketches (the sorted neighbourhood of Hernández and Stolfo, 1995), so that the work
grows with the corpus and not with its square; who is tied to whom through others,
`index.samecopy.groups` finds out.

Nothing depends on the order in which the stories come.
"""

from __future__ import annotations

import numpy as np

from index.samecopy.letters import Ints, ascending
from index.samecopy.signatures import KEYS, NO_KEY, Signatures

BUCKET = 8
"""Stories that share a key up to which each meets each other."""
NEIGHBOURS = 2
"""Stories that each meets of those that share a key with more."""
ENOUGH = 3
"""Shared keys that are enough, whatever keys they are."""
RARE = 4
"""Stories that share a key up to which it is rare, and fewer may be enough."""
MANY = 12
"""Keys that two stories could share from which on a rare one alone is not enough."""
_PAIRS_AT_ONCE = 1 << 16


def candidate_pairs(signatures: Signatures) -> Ints:
    """Pairs that may be alike: (pairs, 2) places in ``signatures``, the lower first, sorted.

    Stories of one signature are paired with the first of them, and only it with others.
    """
    rows, first_of, members = _distinct(signatures)
    met = _meetings(rows)
    lows, highs = first_of[met[:, 0]], first_of[met[:, 1]]
    twins = np.flatnonzero(members >= 0)
    twins = twins[first_of[members[twins]] != twins]
    lows = np.concatenate([lows, first_of[members[twins]]])
    highs = np.concatenate([highs, twins])
    pairs = np.stack([np.minimum(lows, highs), np.maximum(lows, highs)], axis=1)
    return pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]


def _distinct(signatures: Signatures) -> tuple[Signatures, Ints, Ints]:
    """(the different rows that have keys, in their order; the first story of each; each
    story's row, -1 for a story without keys)."""
    keyed = np.flatnonzero(signatures[:, 1] != NO_KEY)
    # Keys before the length, most significant byte first: bytes then sort as the sketches do.
    turned = np.ascontiguousarray(np.roll(signatures[keyed], -1, axis=1).astype(">u4"))
    packed = turned.view(np.dtype((np.void, turned.itemsize * turned.shape[1]))).ravel()
    _, firsts, rows = np.unique(packed, return_index=True, return_inverse=True)
    members = np.full(len(signatures), -1, np.int64)
    members[keyed] = rows
    return signatures[keyed[firsts]], keyed[firsts], members


def _meetings(rows: Signatures) -> Ints:
    """Pairs of rows that share keys enough."""
    count = len(rows)
    owners = np.repeat(np.arange(count), KEYS)
    keys = rows[:, 1:].ravel().astype(np.uint64)
    kept = keys != NO_KEY
    joined = np.sort((keys[kept] << np.uint64(32)) | owners[kept].astype(np.uint64))
    keys, owners = joined >> np.uint64(32), (joined & np.uint64(0xFFFFFFFF)).astype(np.int64)
    edges = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]])) if keys.size else keys
    sizes = np.diff(np.append(edges, keys.size)).astype(np.int64)
    common = np.repeat(sizes, sizes) > 1
    owners, sizes = owners[common], np.repeat(sizes, sizes)[common]
    keys = keys[common]
    found = []
    for step in range(1, BUCKET):
        if step >= owners.size:
            break
        within = keys[step:] == keys[:-step]
        if step > NEIGHBOURS:
            within &= sizes[step:] <= BUCKET
        ones, others = owners[:-step][within], owners[step:][within]
        rare = sizes[step:][within] <= RARE
        found.append((((ones * count) + others) << 1) | rare)
    # The last bit tells that a key they share is rare, and sorts behind.
    met = ascending(np.concatenate([np.empty(0, np.int64), *found]))
    pairs = met >> 1
    last = np.append(pairs[1:] != pairs[:-1], True) if met.size else np.empty(0, bool)
    pairs, rare = pairs[last], (met[last] & 1).astype(bool)
    ones, others = np.divmod(pairs, max(count, 1))
    shared, of = _estimates(rows, ones, others)
    alike = (shared >= ENOUGH) | (rare & ((shared > 1) | (of < MANY)))
    return np.stack([ones[alike], others[alike]], axis=1)


def _estimates(rows: Signatures, ones: Ints, others: Ints) -> tuple[Ints, Ints]:
    """How many keys the rows of each pair share, and of how many that they could.

    Below the lower of their last keys each row has all the keys of its story; the story with
    fewer there could share all of them.
    """
    last = np.where(rows[:, -1] == NO_KEY, NO_KEY - 1, rows[:, -1])
    shared = np.empty(ones.size, np.int64)
    of = np.empty(ones.size, np.int64)
    for first in range(0, ones.size, _PAIRS_AT_ONCE):
        part = slice(first, first + _PAIRS_AT_ONCE)
        one, other = rows[ones[part], 1:], rows[others[part], 1:]
        both = np.sort(np.concatenate([one, other], axis=1), axis=1)
        equal = (both[:, 1:] == both[:, :-1]) & (both[:, 1:] != NO_KEY)
        shared[part] = equal.sum(axis=1)
        bound = np.minimum(last[ones[part]], last[others[part]])[:, None]
        of[part] = np.minimum((one <= bound).sum(axis=1), (other <= bound).sum(axis=1))
    return shared, of

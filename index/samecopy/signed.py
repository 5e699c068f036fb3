"""What is kept of stories to tell copies and takes by, an array for each fact."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from hashlib import blake2b
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.analysis import fold
from index.samecopy.letters import Ints
from index.samecopy.signatures import Signatures, signatures
from index.story import Story, Version

Stamps = NDArray[np.uint64]

UNDATED = 2**31 - 1
"""A day behind all others."""
_MOST = 2**15 - 1
_NOTHING = np.empty(0, np.uint64)


class Signed(NamedTuple):
    """Some stories, one a row: their ``signatures``; ``stamps`` of 64 bits, all different, that
    change when anything about a story does; ``days`` (``date.toordinal``, or `UNDATED`);
    ``takes``, twice the level and one more for a correction; ``slugs`` as 64 bits, 0 for none.
    """

    signatures: Signatures
    stamps: Stamps
    days: NDArray[np.int32]
    takes: NDArray[np.uint16]
    slugs: NDArray[np.uint64]

    def of(self, rows: Ints) -> Signed:
        """Those of some rows, in that order."""
        return Signed._make(array[rows] for array in self)


def together(parts: Sequence[Signed]) -> Signed:
    """The stories of several, end to end."""
    return Signed._make(map(np.concatenate, zip(signed((), _NOTHING), *parts, strict=True)))


def marks_of(story: Story) -> tuple[int, int, int]:
    """The day, the take and the slug of a story, as a row of `Signed` has them."""
    version = story.version or Version()
    slug = fold(version.slug).encode("utf-8", "replace") if version.slug else b""
    return (
        day_of(story) or UNDATED,
        2 * min(version.level, _MOST) + version.corrected,
        int.from_bytes(blake2b(slug, digest_size=8).digest()) if slug else 0,
    )


def day_of(story: Story) -> int | None:
    """The ordinal of a story's day, None where it is not known."""
    dated = story.date
    if dated.year and dated.month and dated.day:
        return date(dated.year, dated.month, dated.day).toordinal()
    return None


def signed(stories: Sequence[Story], stamps: Stamps) -> Signed:
    """Some stories, signed."""
    bodies = signatures([story.body for story in stories])
    return marked(bodies, stamps, list(map(marks_of, stories)))


def marked(bodies: Signatures, stamps: Stamps, marks: Sequence[tuple[int, int, int]]) -> Signed:
    """Signatures, stamps and what `marks_of` tells of each story, put together."""
    days, takes, slugs = zip(*marks, strict=True) if marks else ((), (), ())
    return Signed(
        bodies,
        stamps,
        np.array(days, np.int32),
        np.array(takes, np.uint16),
        np.array(slugs, np.uint64),
    )

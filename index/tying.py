"""The stories of an index that are one story, tied together at the end of a run.

All live stories are tied anew from their signatures, which lie in the segments; texts are read
only of pairs that no earlier run has decided about. So an updated index is tied as one that is
built afresh.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path

import numpy as np

from index.codec.segment import SegmentArrays
from index.messages import Stopping, never
from index.samecopy.groups import tie
from index.samecopy.signed import together
from index.samecopy.verdicts import Verdicts
from index.samecopy.verify import RULE
from index.schema import from_document
from index.signing import read_signed
from index.story import Story
from index.ties import Ties, save_ties
from index.toc import LiveSegment


def tie_stories(
    folder: Path,
    generation: int,
    segments: Sequence[LiveSegment],
    before: Ties,
    stopping: Stopping = never,
) -> bool:
    """Tie the live stories of ``segments``, which ``generation`` will have, and keep the ties.

    ``before`` are those of the generation that it follows. False if it was ``stopping`` before
    all were told; those that were told are kept. Raises OSError.
    """
    opened = [SegmentArrays.map(folder, segment.name) for segment in segments]
    bases = [0, *accumulate(segment.count for segment in segments)]
    rows = [base + segment.live for base, segment in zip(bases, segments, strict=False)]
    live = np.concatenate([np.empty(0, np.int64), *rows])
    signed = together([read_signed(arrays) for arrays in opened]).of(live)

    def read(numbers: Sequence[int]) -> list[Story]:
        # In the order in which they are stored, so that each block is undone once.
        places = sorted(live[list(numbers)].tolist())
        parts = (np.searchsorted(bases, places, "right") - 1).tolist()
        found = {
            place: from_document(opened[part].stored().fields(place - bases[part]))
            for part, place in zip(parts, places, strict=True)
        }
        return [found[place] for place in live[list(numbers)].tolist()]

    tied = tie(signed, read, Verdicts(*before.decided(RULE)), stopping)
    numbers = live.tolist()
    ties = [group.renumbered(numbers) for group in tied.groups]
    save_ties(folder, generation, ties, (tied.verdicts.keys, tied.verdicts.relations), RULE)
    return tied.whole

"""Which files do the stories of an index come from, and are they all there?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index.codec.segment import SegmentArrays
from index.manifest import Manifest
from index.toc import LiveSegment


def misplaced(where: Path, manifest: Manifest, segments: Sequence[LiveSegment]) -> list[str]:
    """The files of which ``segments`` do not hold as many stories as ``manifest`` says, by name.

    Raises DamagedFileError for a segment that cannot be read.
    """
    held: Counter[str] = Counter()
    for segment in segments:
        column = SegmentArrays.map(where, segment.name).text_column("source")
        if column is None:
            continue
        numbers = np.delete(column.numbers, segment.deleted)
        counts = np.bincount(numbers, minlength=len(column.values)).tolist()
        for value, count in zip(column.values, counts, strict=True):
            held[value.decode()] += count
    return [source for source, entry in manifest.files.items() if held[source] != entry.stories]

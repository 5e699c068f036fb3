"""A corpus watched: the index follows what is written, changed and removed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from index.build import build_index
from index.errors import ClusterError, CorpusError, IndexBusyError, NewsqError
from index.formats.columns import USUAL, Columns
from index.limits import USUAL_LIMITS, Limits
from index.summary import Summary

PAUSE = 0.5
"""Seconds between two looks, at least; and at least as long as a look takes."""


def watch(
    corpora: Sequence[Path],
    where: Any,
    *,
    jobs: int = 1,
    columns: Columns = USUAL,
    limits: Limits = USUAL_LIMITS,
    pause: Callable[[float], None] = time.sleep,
    build: Callable[..., Summary] = build_index,
) -> Iterator[Summary | NewsqError]:
    """Bring the index at ``where`` up to date again and again, as `index.build.build_index` does,
    or another ``build``.

    Gives the summary of each run that changed anything. ``pause`` is called with the seconds
    to wait. A corpus that is empty or gone for a while, an index that another process
    writes, and a cluster that does not answer are given as errors, once each, and tried again.
    """
    told = ""
    took = 0.0
    while True:
        pause(max(PAUSE, took))
        try:
            summary = build(corpora, where, jobs=jobs, columns=columns, limits=limits)
        except (CorpusError, IndexBusyError, ClusterError) as error:
            if str(error) != told:
                told = str(error)
                yield error
            continue
        told, took = "", summary.seconds
        if summary.added or summary.changed or summary.dropped:
            yield summary

"""Where does an index lie, and who builds it there?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.formats.columns import USUAL, Columns
from index.limits import USUAL_LIMITS, Limits
from index.messages import Stopping, never
from index.summary import Progress, Summary

if TYPE_CHECKING:
    from cluster.access import Access


def build_index(
    corpora: Sequence[Path],
    where: Path | Access,
    *,
    rebuild: bool = False,
    jobs: int = 1,
    columns: Columns = USUAL,
    on_progress: Callable[[Progress], None] = lambda progress: None,
    stopping: Stopping = never,
    limits: Limits = USUAL_LIMITS,
) -> Summary:
    """Bring the index at ``where``, a folder or on a cluster, up to date with ``corpora``.

    As `index.build.build_index` does, and raises; or `cluster.build.build_index`.
    """
    build: Callable[..., Summary]
    if isinstance(where, Path):
        from index.build import build_index as build
    else:
        from cluster.build import build_index as build
    told: dict[str, Any] = {"columns": columns, "on_progress": on_progress, "limits": limits}
    return build(corpora, where, rebuild=rebuild, jobs=jobs, stopping=stopping, **told)

"""Where does an index lie, and who checks and repairs it there?"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from index.check.findings import Report
from index.summary import Progress, Summary

if TYPE_CHECKING:
    from cluster.access import Access


def check_index(
    where: Path | Access, on_progress: Callable[[int, int], None] = lambda done, total: None
) -> Report:
    """Check all of the index at ``where``, a folder or on a cluster.

    As `index.check.whole.check_index` does, and raises; or `cluster.check.whole.check_index`.
    """
    if isinstance(where, Path):
        from index.check.whole import check_index as check_folder

        return check_folder(where, on_progress)
    from cluster.check.whole import check_index as check_cluster

    return check_cluster(where, on_progress)


def repair_index(
    where: Path | Access,
    report: Report,
    *,
    jobs: int = 1,
    on_progress: Callable[[Progress], None] = lambda progress: None,
) -> Summary:
    """Make the index at ``where`` whole again, of which ``report`` tells what is damaged.

    As `index.check.repair.repair_index` does, and raises; or that of `cluster.check.repair`.
    """
    if isinstance(where, Path):
        from index.check.repair import repair_index as repair_folder

        return repair_folder(where, report, jobs=jobs, on_progress=on_progress)
    from cluster.check.repair import repair_index as repair_cluster

    return repair_cluster(where, report, jobs=jobs, on_progress=on_progress)

"""A damaged index made whole: what is sound stays, the rest is read anew from its corpora."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from index.build import build_index
from index.check.findings import Report
from index.errors import IndexFolderError
from index.formats.columns import Columns
from index.manifest import load
from index.summary import Progress, Summary
from index.toc import latest_generation


def repair_index(
    where: Path,
    report: Report,
    *,
    jobs: int = 1,
    on_progress: Callable[[Progress], None] = lambda progress: None,
) -> Summary:
    """Make the index in ``where`` whole again, of which ``report`` tells what is broken.

    Sound segments stay as they are; the files whose stories were in others are read anew, and
    all of it becomes the index in one step. Where the table of contents is lost, everything is
    read anew. Raises IndexFolderError if nothing tells what the index was built from, and as
    `index.build.build_index` does; then the index is as it was.
    """
    manifest = load(where, latest_generation(where))
    if not manifest.roots:
        raise IndexFolderError(
            f"Nothing in {where} tells which files the index was built from. "
            f"Build it again: newsq index FOLDER --rebuild --index {where}"
        )
    return build_index(
        [root.path for root in manifest.roots],
        where,
        rebuild=report.lost,
        jobs=jobs,
        columns=Columns.mapped(dict(manifest.columns)),
        on_progress=on_progress,
        broken=None if report.lost else report.broken,
    )

"""Corpus -> index: built afresh, or brought up to date; live in one step at the end.

A run mirrors the corpora it is given: new stories are added, changed ones replaced, those
whose file is gone dropped. Stories of other corpora stay, unless the index is rebuilt.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path

from index.corpus import StoryFile
from index.errors import CorpusError, IndexFolderError
from index.formats.columns import USUAL, Columns
from index.limits import USUAL_LIMITS, Limits
from index.manifest import FileEntry, Manifest
from index.messages import Stopping, never
from index.plan import OvertakenError, plan_run
from index.store import tidy
from index.summary import Progress, Summary


def build_index(
    corpora: Sequence[Path],
    where: Path,
    *,
    rebuild: bool = False,
    jobs: int = 1,
    columns: Columns = USUAL,
    on_progress: Callable[[Progress], None] = lambda progress: None,
    stopping: Stopping = never,
    limits: Limits = USUAL_LIMITS,
    broken: Collection[str] | None = None,
) -> Summary:
    """Bring the index in the folder ``where`` up to date with ``corpora``.

    Searches go on meanwhile and see the old index whole until the new one is. ``jobs`` is
    the number of processes that read files, where there is enough to read; ``columns`` says
    what dumps call their columns, and ``limits`` what one file may take. When it is
    ``stopping``, StoppedError is raised once the files that were read to their end are part of
    the index; of a rebuild nothing is kept.
    ``broken`` names segments to be left out, for a repair (`index.check.repair`).
    Raises CorpusError if a corpus is missing or holds no story (the index is then left as it
    is) or if one of the processes dies, IndexFolderError or IndexBusyError if the index cannot
    be written.
    """
    while True:
        try:
            return _build(
                corpora, where, rebuild, jobs, columns, on_progress, stopping, limits, broken
            )
        except OvertakenError:
            continue
        except OSError as error:
            raise IndexFolderError(
                f"{error.filename or where} cannot be read: {error.strerror or error}. "
                "The index is as it was; check the folder and its files, and run again."
            ) from error


def _build(
    corpora: Sequence[Path],
    where: Path,
    rebuild: bool,
    jobs: int,
    columns: Columns,
    on_progress: Callable[[Progress], None],
    stopping: Stopping,
    limits: Limits,
    broken: Collection[str] | None,
) -> Summary:
    started = time.monotonic()
    summary = Summary(where)
    plan = plan_run(
        corpora,
        where,
        rebuild,
        columns,
        lambda path, why: summary.skipped.append((path, why)),
        limits,
        broken,
    )
    summary.files, summary.before = len(plan.files), plan.replaced
    if plan.is_idle:
        tidy(where)
        summary.files_unchanged = len(plan.files)
        count(summary, plan.manifest, plan.files)
    else:
        from index.run import carry_out  # reading takes many modules; an idle run does without

        count(summary, carry_out(plan, summary, jobs, on_progress, stopping), plan.files)
        if not summary.stories:
            raise CorpusError(nothing_found(corpora, summary))
    summary.seconds = time.monotonic() - started
    return summary


def count(summary: Summary, manifest: Manifest, files: list[StoryFile]) -> None:
    """Sum up what the manifest notes of ``files``, in their order, and of all others."""
    everything = sum(entry.stories for entry in manifest.files.values())
    total(summary, (manifest.files[file.source] for file in files))
    summary.elsewhere = everything - summary.stories


def total(summary: Summary, entries: Iterable[FileEntry]) -> None:
    """Sum up what is noted of some files."""
    for entry in entries:
        summary.stories += entry.stories
        summary.datelines += entry.datelines
        summary.certain += entry.certain
        summary.inferred += entry.inferred + entry.by_corpus
        summary.no_text += entry.no_text
        summary.skipped += entry.skipped


def _names(corpora: Sequence[Path]) -> str:
    return ", ".join(map(str, corpora))


def nothing_found(corpora: Sequence[Path], summary: Summary) -> str:
    """Says that a run over ``corpora`` has come upon no story, and why."""
    why = "; ".join(f"{path}: {reason}" for path, reason in summary.skipped[:3])
    more = f" and {len(summary.skipped) - 3} more" if len(summary.skipped) > 3 else ""
    return (
        f"No story was found in {_names(corpora)} ({why or 'nothing to read'}{more}). "
        "The index was left as it is; newsq inspect FILE tells more."
    )

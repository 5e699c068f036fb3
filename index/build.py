"""Corpus -> index: built afresh, or brought up to date; live in one step at the end.

A run mirrors the corpora it is given: new stories are added, changed ones replaced, those
whose file is gone dropped. Stories of other corpora stay, unless the index is rebuilt.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from index.corpus import StoryFile, merged, roots_of, story_files
from index.errors import CorpusError, IndexFolderError
from index.formats.columns import USUAL, Columns
from index.formats.hints import Hints
from index.manifest import FileEntry, Manifest, drop_others, load, save
from index.recurring import digest, folder_of, learn_habits
from index.run import Progress, Run, Summary
from index.store import commit, has_index, read_live, writing
from index.tiers import live_count
from index.toc import LiveSegment, latest_generation


class _OvertakenError(Exception):
    """Another run has changed the index since this one looked what there is to do."""


def build_index(
    corpora: Sequence[Path],
    where: Path,
    *,
    rebuild: bool = False,
    jobs: int = 1,
    columns: Columns = USUAL,
    on_progress: Callable[[Progress], None] = lambda progress: None,
) -> Summary:
    """Bring the index in the folder ``where`` up to date with ``corpora``.

    Searches go on meanwhile and see the old index whole until the new one is. ``jobs`` is
    the number of processes that read files, ``columns`` says what dumps call their columns.
    Raises CorpusError if a corpus is missing or holds no story (the index is then left as it
    is), IndexFolderError or IndexBusyError if the index cannot be written.
    """
    while True:
        with contextlib.suppress(_OvertakenError):
            return _build(corpora, where, rebuild, jobs, columns, on_progress)


def _build(
    corpora: Sequence[Path],
    where: Path,
    rebuild: bool,
    jobs: int,
    columns: Columns,
    on_progress: Callable[[Progress], None],
) -> Summary:
    started = time.monotonic()
    existing = has_index(where) and not rebuild
    generation = max(latest_generation(where), 0)
    held = _held(where) if existing else ()
    old = load(where, generation) if existing else Manifest()
    before = _stories_before(where) if rebuild else 0
    roots = roots_of(corpora, old.roots)
    summary = Summary(where)
    files = [
        file
        for root in roots
        for file in story_files(root, lambda path, why: summary.skipped.append((path, why)))
        if where.resolve() not in file.path.parents
    ]
    if not files:
        raise CorpusError(
            f"{_names(corpora)} holds no files. Name a folder of stories, apart from the index; "
            "the index was left as it is. To drop a corpus, rebuild with the others: "
            "newsq index OTHERS --rebuild"
        )
    entries = dict(old.files)
    stale = files if old.columns != columns.given else _changed(files, entries)
    standing, superseded = merged(old.roots, roots)
    gone = old.below([*roots, *superseded]) - {file.source for file in files}
    habits, stale = learn_habits(files, stale, gone, old.habits)
    learned = {folder: digest(lines) for folder, lines in habits.items()}
    manifest = Manifest(standing, columns.given, {**old.habits, **learned}, entries)
    if stale or gone or rebuild or not existing or manifest != old:
        with writing(where):
            if max(latest_generation(where), 0) != generation:
                raise _OvertakenError
            run = Run(summary, manifest, held)
            run.update(
                stale,
                jobs,
                lambda file: Hints(columns, habits.get(folder_of(file.source), frozenset())),
                on_progress,
            )
            run.drop(gone)
            run.date_the_open()
            if not any(manifest.files[file.source].stories for file in files):
                _count(summary, manifest, files)
                raise CorpusError(_nothing_found(corpora, summary))
            _commit(run, where, generation, rebuild)
    summary.files = len(files)
    summary.files_unchanged = len(files) - len(stale)
    summary.before = before
    _count(summary, manifest, files)
    summary.seconds = time.monotonic() - started
    return summary


def _held(where: Path) -> tuple[LiveSegment, ...]:
    try:
        return read_live(where).segments
    except FileNotFoundError:
        raise _OvertakenError from None


def _changed(files: list[StoryFile], entries: dict[str, FileEntry]) -> list[StoryFile]:
    """The files that are not as ``entries`` say; one that was only touched is noted there."""
    changed = []
    for file in files:
        entry = entries.get(file.source)
        if entry is not None and entry.is_current(file):
            continue
        if entry is not None and (confirmed := entry.confirmed(file)):
            entries[file.source] = confirmed
        else:
            changed.append(file)
    return changed


def _stories_before(where: Path) -> int:
    """How many stories the index holds that a rebuild is to replace; 0 if it cannot be read."""
    try:
        return live_count(read_live(where).segments)
    except (IndexFolderError, FileNotFoundError):
        return 0


def _count(summary: Summary, manifest: Manifest, files: list[StoryFile]) -> None:
    """Sum up what the manifest notes of ``files``, in their order, and of all others."""
    total = sum(entry.stories for entry in manifest.files.values())
    for file in files:
        entry = manifest.files[file.source]
        summary.stories += entry.stories
        summary.datelines += entry.datelines
        summary.certain += entry.certain
        summary.inferred += entry.inferred + entry.by_corpus
        summary.no_text += entry.no_text
        summary.skipped += entry.skipped
    summary.elsewhere = total - summary.stories


def _commit(run: Run, where: Path, generation: int, rebuild: bool) -> None:
    """Swap the new index in, its manifest with it."""
    summary = run.summary
    if summary.added or summary.changed or summary.dropped or rebuild:
        generation += 1
        segments = run.merged()
        save(run.manifest, where, generation)
        commit(where, generation, segments)
    else:
        save(run.manifest, where, generation)
    drop_others(where, generation)


def _names(corpora: Sequence[Path]) -> str:
    return ", ".join(map(str, corpora))


def _nothing_found(corpora: Sequence[Path], summary: Summary) -> str:
    why = "; ".join(f"{path}: {reason}" for path, reason in summary.skipped[:3])
    more = f" and {len(summary.skipped) - 3} more" if len(summary.skipped) > 3 else ""
    return (
        f"No story was found in {_names(corpora)} ({why or 'nothing to read'}{more}). "
        "The index was left as it is; newsq inspect FILE tells more."
    )

"""Corpus -> index: built afresh, or brought up to date; live in one step at the end.

A run mirrors the corpora it is given: new stories are added, changed ones replaced, those
whose file is gone dropped. Stories of other corpora stay, unless the index is rebuilt.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from index.corpus import StoryFile, merged, roots_of, story_files
from index.errors import CorpusError, IndexFolderError
from index.formats.columns import USUAL, Columns
from index.formats.hints import Hints
from index.manifest import FileEntry, Manifest, drop_others, load, save
from index.recurring import digest, folder_of, learn_habits
from index.run import Progress, Run, Summary, held_stories
from index.schema import make_schema
from index.store import begin_write, clear_leftovers, has_index, open_or_create, open_store


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
    generation = int(open_store(where).latest_generation()) if existing else 0
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
    stale = [file for file in files if not _is_current(old.files.get(file.source), file)]
    if old.columns != columns.given:
        stale = files
    standing, superseded = merged(old.roots, roots)
    gone = old.below([*roots, *superseded]) - {file.source for file in files}
    habits, stale = learn_habits(files, stale, gone, old.habits)
    learned = {folder: digest(lines) for folder, lines in habits.items()}
    manifest = Manifest(standing, columns.given, {**old.habits, **learned}, dict(old.files))
    if stale or gone or rebuild or not existing:
        store = open_or_create(where, rebuild=rebuild)
        with _writing(store) as writer:
            if existing and writer.generation != generation + 1:
                raise _OvertakenError
            run = Run(writer, summary, {} if rebuild else held_stories(store), manifest)
            run.update(
                stale,
                jobs,
                lambda file: Hints(columns, habits.get(folder_of(file.source), frozenset())),
                on_progress,
            )
            run.drop(gone)
            run.date_the_open(store)
            if not any(manifest.files[file.source].stories for file in files):
                _count(summary, manifest, {file.source for file in files})
                raise CorpusError(_nothing_found(corpora, summary))
            _commit(writer, manifest, where, rebuild, summary)
    summary.files = len(files)
    summary.files_unchanged = len(files) - len(stale)
    summary.before = before
    _count(summary, manifest, {file.source for file in files})
    summary.seconds = time.monotonic() - started
    return summary


def _is_current(entry: FileEntry | None, file: StoryFile) -> bool:
    return entry is not None and entry.is_current(file)


def _stories_before(where: Path) -> int:
    """How many stories the index holds that a rebuild is to replace; 0 if it cannot be read."""
    try:
        return int(open_store(where).doc_count())
    except IndexFolderError:
        return 0


def _count(summary: Summary, manifest: Manifest, sources: set[str]) -> None:
    for source, entry in manifest.files.items():
        if source in sources:
            summary.stories += entry.stories
            summary.datelines += entry.datelines
            summary.certain += entry.certain
            summary.inferred += entry.inferred + entry.by_corpus
            summary.no_text += entry.no_text
            summary.skipped += entry.skipped
        else:
            summary.elsewhere += entry.stories


def _commit(writer: Any, manifest: Manifest, where: Path, rebuild: bool, summary: Summary) -> None:
    """Swap the new index in, its manifest with it."""
    from whoosh.writing import CLEAR

    changes = summary.added + summary.changed + summary.dropped
    generation = writer.generation if changes or rebuild else writer.generation - 1
    try:
        save(manifest, where, generation)
        if changes or rebuild:
            writer.commit(**({"mergetype": CLEAR} if rebuild else {}))
        drop_others(where, generation)
    except OSError as error:
        raise IndexFolderError(
            f"The index at {where} could not be written: {error.strerror or error}. "
            "It is as it was; free some space or check permissions, and run again."
        ) from error


@contextlib.contextmanager
def _writing(store: Any) -> Iterator[Any]:
    """The index's writer; without a commit nothing of it is kept, and the lock is given back."""
    writer = begin_write(store)
    writer.schema = make_schema()
    try:
        yield writer
    finally:
        if not writer.is_closed:
            with contextlib.suppress(OSError):
                writer.cancel()
            clear_leftovers(store)
        # After a failed commit Whoosh would keep the lock; one that was released has no file.
        if getattr(writer.writelock, "fd", None) is not None:
            writer.writelock.release()


def _names(corpora: Sequence[Path]) -> str:
    return ", ".join(map(str, corpora))


def _nothing_found(corpora: Sequence[Path], summary: Summary) -> str:
    why = "; ".join(f"{path}: {reason}" for path, reason in summary.skipped[:3])
    more = f" and {len(summary.skipped) - 3} more" if len(summary.skipped) > 3 else ""
    return (
        f"No story was found in {_names(corpora)} ({why or 'nothing to read'}{more}). "
        "The index was left as it is; newsq inspect FILE tells more."
    )

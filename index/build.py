"""Corpus -> index: built afresh, or brought up to date; live in one step at the end.

A run mirrors the corpora it is given: new stories are added, changed ones replaced, those
whose file is gone dropped. Stories of other corpora stay, unless the index is rebuilt.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from index.corpus import StoryFile, printable, roots_of, story_files
from index.errors import CorpusError, IndexFolderError
from index.manifest import FileEntry, Manifest, drop_others, load, save
from index.reading import FileReading, read_files
from index.schema import make_schema, to_document
from index.store import begin_write, clear_leftovers, has_index, open_or_create, open_store
from index.story import Story


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has got. ``bytes_`` count the files that had to be read."""

    bytes_done: int
    bytes_total: int
    stories: int


@dataclass(slots=True)
class Summary:
    """What a run did, and what the corpora hold now."""

    where: Path
    files: int = 0
    files_unchanged: int = 0
    stories: int = 0
    """Stories in the corpora named; ``read`` of them were read in this run."""
    read: int = 0
    added: int = 0
    changed: int = 0
    dropped: int = 0
    elsewhere: int = 0
    """Stories of other corpora that the index holds as well."""
    datelines: int = 0
    certain: int = 0
    inferred: int = 0
    no_text: int = 0
    """Items that carry no story: photos, events."""
    skipped: list[tuple[str, str]] = field(default_factory=list)
    """(path, reason) of every file that could not be read to its end."""
    seconds: float = 0.0

    @property
    def unknown(self) -> int:
        """Stories of which nothing tells the year."""
        return self.stories - self.certain - self.inferred


def build_index(
    corpora: Sequence[Path],
    where: Path,
    *,
    rebuild: bool = False,
    jobs: int = 1,
    on_progress: Callable[[Progress], None] = lambda progress: None,
) -> Summary:
    """Bring the index in the folder ``where`` up to date with ``corpora``.

    Searches go on meanwhile and see the old index whole until the new one is. ``jobs`` is
    the number of processes that read files. Raises CorpusError if a corpus is missing or
    holds no story (the index is then left as it is), IndexFolderError or IndexBusyError if
    the index cannot be written.
    """
    started = time.monotonic()
    existing = has_index(where) and not rebuild
    old = _manifest_of(where) if existing else Manifest()
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
            f"{_names(corpora)} holds no files. Name a folder of stories; "
            "the index was left as it is."
        )
    stale = [file for file in files if not _is_current(old.files.get(file.source), file)]
    gone = old.below(roots) - {file.source for file in files}
    manifest = Manifest(sorted({*old.roots, *roots}, key=lambda root: root.label), dict(old.files))
    if stale or gone or rebuild or not existing:
        store = open_or_create(where, rebuild=rebuild)
        with _writing(store) as writer:
            run = _Run(writer, summary, {} if rebuild else _held(store), manifest)
            run.update(stale, jobs, on_progress)
            run.drop(gone)
            if not any(manifest.files[file.source].stories for file in files):
                raise CorpusError(_nothing_found(corpora, summary))
            _commit(writer, manifest, where, rebuild, summary)
    summary.files = len(files)
    summary.files_unchanged = len(files) - len(stale)
    _count(summary, manifest, {file.source for file in files})
    summary.seconds = time.monotonic() - started
    return summary


def _is_current(entry: FileEntry | None, file: StoryFile) -> bool:
    return entry is not None and entry.is_current(file)


class _Run:
    """One run's writer, tally and manifest.

    ``held`` is what the index holds: source -> story id -> (document number, digest).
    """

    def __init__(
        self,
        writer: Any,
        summary: Summary,
        held: dict[str, dict[str, tuple[int, str]]],
        manifest: Manifest,
    ) -> None:
        self.writer = writer
        self.summary = summary
        self.held = held
        self.manifest = manifest

    def update(
        self, stale: list[StoryFile], jobs: int, on_progress: Callable[[Progress], None]
    ) -> None:
        """Read the files that are new or changed, and write what changed in them."""
        done, total = 0, sum(file.size for file in stale)
        on_progress(Progress(0, total, 0))
        for reading in read_files(stale, jobs):
            source = reading.file.source
            for story in reading.stories:
                self._write(story, source)
            self._drop_but(source, {story.id for story in reading.stories})
            self.manifest.files[source] = _entry(reading)
            self.summary.read += len(reading.stories)
            if reading.skipped:
                self.summary.skipped.append((printable(reading.file.path), reading.skipped))
            done += reading.file.size
            on_progress(Progress(done, total, self.summary.read))

    def drop(self, sources: set[str]) -> None:
        """Drop every story of the files that have vanished."""
        for source in sources:
            self._drop_but(source, set())
            del self.manifest.files[source]

    def _write(self, story: Story, source: str) -> None:
        number, digest = self.held.get(source, {}).get(story.id, (None, None))
        if digest == story.digest:
            return
        if number is None:
            self.summary.added += 1
        else:
            self.writer.delete_document(number)
            self.summary.changed += 1
        self.writer.add_document(**to_document(story, source))

    def _drop_but(self, source: str, kept: set[str]) -> None:
        for identity, (number, _) in self.held.get(source, {}).items():
            if identity not in kept:
                self.writer.delete_document(number)
                self.summary.dropped += 1


def _manifest_of(where: Path) -> Manifest:
    return load(where, open_store(where).latest_generation())


def _held(store: Any) -> dict[str, dict[str, tuple[int, str]]]:
    """What the index holds now: source -> story id -> (document number, digest)."""
    held: dict[str, dict[str, tuple[int, str]]] = {}
    with contextlib.closing(store.reader()) as reader:
        for number in reader.all_doc_ids():
            fields = reader.stored_fields(number)
            held.setdefault(fields["source"], {})[fields["id"]] = (number, fields["digest"])
    return held


def _entry(reading: FileReading) -> FileEntry:
    dates = [story.date for story in reading.stories]
    return FileEntry(
        size=reading.file.size,
        mtime_ns=reading.file.mtime_ns,
        read_ns=reading.read_ns,
        stories=len(reading.stories),
        datelines=sum(story.dateline is not None for story in reading.stories),
        certain=sum(date.certain and date.year is not None for date in dates),
        inferred=sum(not date.certain and date.year is not None for date in dates),
        no_text=reading.no_text,
        skipped=reading.skipped,
    )


def _count(summary: Summary, manifest: Manifest, sources: set[str]) -> None:
    for source, entry in manifest.files.items():
        if source in sources:
            summary.stories += entry.stories
            summary.datelines += entry.datelines
            summary.certain += entry.certain
            summary.inferred += entry.inferred
            summary.no_text += entry.no_text
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

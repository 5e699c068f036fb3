"""One run over a corpus: what is written, what is dropped, what the corpus dates."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from index.chronology import Chronology, is_open, redated
from index.corpus import StoryFile
from index.formats.hints import Hints
from index.manifest import FileEntry, Manifest
from index.reading import FileReading, read_files
from index.schema import from_document, to_document
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
    before: int = 0
    """Stories that a rebuild has replaced."""
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


class Run:
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
        self.chronology = Chronology()
        self.open: list[tuple[Story, str]] = []
        self.gone: set[int] = set()

    def update(
        self,
        stale: list[StoryFile],
        jobs: int,
        hints: Callable[[StoryFile], Hints],
        on_progress: Callable[[Progress], None],
    ) -> None:
        """Read the files that are new or changed, and write what changed in them."""
        done, total = 0, sum(file.size for file in stale)
        on_progress(Progress(0, total, 0))
        kept: set[str] = set()
        entry: FileEntry | None = None
        for reading in read_files(stale, jobs, hints):
            source = reading.file.source
            for story in reading.stories:
                if is_open(story):
                    self.open.append((story, source))
                else:
                    self._write(story, source)
            kept.update(story.id for story in reading.stories)
            entry = _entry(reading, entry)
            self.summary.read += len(reading.stories)
            if reading.last:
                self._drop_but(source, kept)
                self.manifest.files[source] = entry
                kept, entry = set(), None
                done += reading.file.size
            on_progress(Progress(done, total, self.summary.read))

    def drop(self, sources: set[str]) -> None:
        """Drop every story of the files that have vanished."""
        for source in sources:
            self._drop_but(source, set())
            del self.manifest.files[source]

    def date_the_open(self, store: Any) -> None:
        """Date the stories that only the corpus can date, those of other runs among them."""
        held_open = self._hear_the_held(store) if self.held else []
        dated: Counter[str] = Counter()
        for story, source in (*self.open, *held_open):
            story = redated(story, self.chronology)
            dated[source] += story.date.year is not None
            self._write(story, source)
        for source in {source for _, source in (*self.open, *held_open)}:
            entry = self.manifest.files[source]
            self.manifest.files[source] = replace(entry, by_corpus=dated[source])

    def _hear_the_held(self, store: Any) -> list[tuple[Story, str]]:
        """The open stories that stay in the index; if any story is open, the certain are heard."""
        if not any(entry.undated for entry in self.manifest.files.values()):
            return []
        fresh = {story.id for story, _ in self.open}
        held_open: list[tuple[Story, str]] = []
        with contextlib.closing(store.reader()) as reader:
            for source, stories in self.held.items():
                for number, _ in stories.values():
                    if number in self.gone:
                        continue
                    story = from_document(reader.stored_fields(number))
                    if not is_open(story):
                        self._hear(story)
                    elif story.id not in fresh:
                        held_open.append((story, source))
        return held_open

    def _hear(self, story: Story) -> None:
        if story.date.certain and story.date.year is not None:
            self.chronology.hear(story)

    def _write(self, story: Story, source: str) -> None:
        number, digest = self.held.get(source, {}).get(story.id, (None, None))
        if digest == story.digest:
            return
        if number is None:
            self.summary.added += 1
        else:
            self._delete(number)
            self.summary.changed += 1
        self.writer.add_document(**to_document(story, source))
        self._hear(story)

    def _drop_but(self, source: str, kept: set[str]) -> None:
        for identity, (number, _) in self.held.get(source, {}).items():
            if identity not in kept:
                self._delete(number)
                self.summary.dropped += 1

    def _delete(self, number: int) -> None:
        self.writer.delete_document(number)
        self.gone.add(number)


def held_stories(store: Any) -> dict[str, dict[str, tuple[int, str]]]:
    """What the index holds now: source -> story id -> (document number, digest)."""
    held: dict[str, dict[str, tuple[int, str]]] = {}
    with contextlib.closing(store.reader()) as reader:
        for number in reader.all_doc_ids():
            fields = reader.stored_fields(number)
            held.setdefault(fields["source"], {})[fields["id"]] = (number, fields["digest"])
    return held


def _entry(reading: FileReading, before: FileEntry | None) -> FileEntry:
    """What is noted of a file, the parts of it that were read ``before`` included."""
    dates = [story.date for story in reading.stories]
    so_far = before or FileEntry(reading.file.size, reading.file.mtime_ns, reading.read_ns)
    return replace(
        so_far,
        stories=so_far.stories + len(reading.stories),
        datelines=so_far.datelines + sum(s.dateline is not None for s in reading.stories),
        certain=so_far.certain + sum(d.certain and d.year is not None for d in dates),
        inferred=so_far.inferred + sum(not d.certain and d.year is not None for d in dates),
        no_text=reading.no_text,
        skipped=reading.skipped,
        transient=reading.transient,
    )

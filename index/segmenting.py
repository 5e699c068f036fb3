"""Stories -> a segment: gathered in memory, and written whole."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from index.codec.arrayfile import ArrayFileWriter
from index.codec.columns import write_text
from index.codec.packing import Numbers, narrowed
from index.codec.postings import FieldWriter, Kind, write_field
from index.codec.segment import DOCS, TERMS
from index.codec.stored import BLOCK, StoredWriter, compressed, line_of
from index.invert import invert, ranked
from index.keywords import write_columns
from index.samecopy.signatures import Signatures, signatures
from index.samecopy.signed import marked, marks_of
from index.schema import KEYWORDS, STORED, values_of
from index.signing import stamps, write_signed
from index.story import LEAD, Story, lead_of
from index.toc import LiveSegment
from index.vocabulary import Ints, Vocabulary

READ_AT_ONCE = 1 << 17
"""Characters that are read at once: few enough to stay in a processor's cache."""
TEXTS = ("headline", LEAD, "body", "byline")
"""The fields that are analysed, as they stand in a story."""
_FIRST = TEXTS.index(LEAD)


class _Here(Executor):
    """Does at once what it is given to do."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


class SegmentBuilder:
    """Gathers stories, and writes them as one segment after another.

    ``executor``, of one thread, reads and compresses their text beside the process's own.
    """

    def __init__(self, executor: Executor | None = None) -> None:
        self._executor = executor or _Here()
        self._vocabulary = Vocabulary()
        self._begin()

    def _begin(self) -> None:
        self.count = 0
        """Stories gathered since the last segment."""
        self.size = 0
        """Characters of text gathered since the last segment."""
        self._texts: list[str] = []
        self._bodies: list[str] = []
        self._waiting = 0
        self._read: list[Future[tuple[Ints, Numbers]]] = []
        self._signed: list[Future[Signatures]] = []
        self._stamps: list[Future[list[int]]] = []
        self._marks: list[tuple[int, int, int]] = []
        self._matched: list[tuple[Any, ...]] = []
        self._bylines: list[str | None] = []
        self._lines: list[bytes] = []
        self._pending = 0
        self._blocks: list[tuple[Future[bytes], int]] = []
        if self._vocabulary.grown_large:
            self._vocabulary = Vocabulary()

    def add(self, story: Story, source: str) -> None:
        """Add the next story; ``source`` names its file, as the manifest does.

        Raises ValueError for one that cannot be indexed; it is then left out whole.
        """
        stored, matched = values_of(story, source)
        line = line_of(stored)
        lead = lead_of(story.body)
        self._texts += story.headline or "", lead, story.body[len(lead) :], story.byline or ""
        self._bodies.append(story.body)
        self._waiting += len(story.body)
        if self._waiting >= READ_AT_ONCE:
            self._read_texts()
        self._matched.append(matched)
        self._bylines.append(story.byline)
        self._lines.append(line)
        self._marks.append(marks_of(story))
        self._pending += len(line)
        if self._pending >= BLOCK:
            self._close_block()
        self.count += 1
        self.size += len(line)

    def _read_texts(self) -> None:
        texts, self._texts, self._waiting = self._texts, [], 0
        bodies, self._bodies = self._bodies, []
        self._read.append(self._executor.submit(self._vocabulary.read, texts))
        self._signed.append(self._executor.submit(signatures, bodies))

    def _close_block(self) -> None:
        lines, self._lines, self._pending = self._lines, [], 0
        self._blocks.append((self._executor.submit(compressed, lines), len(lines)))
        self._stamps.append(self._executor.submit(stamps, lines))

    def write(self, folder: Path) -> LiveSegment:
        """Write what was gathered as a segment in ``folder``, on the disk.

        No table of contents lists it yet. Raises OSError if it cannot be written.
        """
        count = self.count
        with new_segment(folder) as (name, terms_file, docs_file):
            self._write(terms_file, docs_file)
        self._begin()
        return LiveSegment(name, count, np.empty(0, np.uint32))

    def _write(self, terms_file: ArrayFileWriter, docs_file: ArrayFileWriter) -> None:
        docs_file.meta["count"] = self.count
        if self._texts:
            self._read_texts()
        if self._lines:
            self._close_block()
        columns = zip(*self._matched, strict=True) if self._matched else ((),) * len(KEYWORDS)
        fields: dict[str, Sequence[Any]] = dict(zip(KEYWORDS, columns, strict=True))
        texts = list(self._tokens())
        words = self._vocabulary.terms()
        # Until this is done, the file of terms is its alone.
        inverting = self._executor.submit(_write_texts, terms_file, words, texts)
        for name, tokens, lengths in texts:
            if tokens.size:
                docs_file.add(f"{name}/lengths", narrowed(lengths))
        keywords = list(write_columns(docs_file, fields))
        if any(byline is not None for byline in self._bylines):
            bylines = [(byline or "").encode("utf-8", "replace") for byline in self._bylines]
            write_text(docs_file, "byline", bylines)
        bodies = np.concatenate([signatures(()), *(future.result() for future in self._signed)])
        stamped = [one for future in self._stamps for one in future.result()]
        write_signed(docs_file, marked(bodies, np.array(stamped, np.uint64), self._marks))
        self._write_stored(docs_file)
        inverting.result()
        for name, kind, sorted_terms, postings in keywords:
            write_field(terms_file, name, kind, sorted_terms, postings)

    def _tokens(self) -> Iterator[tuple[str, Ints, Numbers]]:
        """Of each analysed field: the terms of all stories, and how many each story has."""
        read = [future.result() for future in self._read]
        self._read = []
        chunks = np.concatenate([*(chunks for chunks, _ in read), np.empty(0, np.int32)])
        sizes = np.concatenate([*(sizes for _, sizes in read), np.empty(0, np.int64)])
        tokens, counts = self._vocabulary.terms_of(chunks)
        ends = np.concatenate([[0], np.cumsum(counts)])[np.cumsum(sizes)]
        lengths = np.diff(ends, prepend=0)
        runs = np.repeat(np.tile(np.arange(len(TEXTS), dtype=np.int8), self.count), lengths)
        by_run = lengths.reshape(-1, len(TEXTS))
        for number, name in enumerate(TEXTS):
            # A body is read as its first paragraph, which is a field too, and its rest.
            mine = (runs == number) | (runs == _FIRST) if name == "body" else runs == number
            sizes = by_run[:, number] + by_run[:, _FIRST] if name == "body" else by_run[:, number]
            yield name, tokens[mine], sizes

    def _write_stored(self, file: ArrayFileWriter) -> None:
        stored = StoredWriter(file)
        for block, count in self._blocks:
            stored.add_block(block.result(), count)
        stored.close(list(STORED))


def _write_texts(
    file: ArrayFileWriter, words: list[bytes], texts: list[tuple[str, Ints, Numbers]]
) -> None:
    """Write the terms and postings of the analysed fields."""
    for name, tokens, lengths in texts:
        if not tokens.size:
            continue
        terms, sorted_terms, counts = ranked(tokens, words)
        # Where a word stands in a first paragraph is where it stands in the body.
        writer = FieldWriter(file, name, Kind.FREQUENCY if name == LEAD else Kind.POSITIONS)
        for low, high, postings in invert(terms, counts, lengths):
            writer.add(sorted_terms[low:high], postings)
        writer.close()


@contextmanager
def new_segment(folder: Path) -> Iterator[tuple[str, ArrayFileWriter, ArrayFileWriter]]:
    """A new segment's name and its two files, which are on the disk afterwards."""
    name = f"MAIN_{secrets.token_hex(8)}"
    with ExitStack() as stack:
        files = [stack.enter_context((folder / f"{name}{end}").open("xb")) for end in (TERMS, DOCS)]
        terms_file, docs_file = map(ArrayFileWriter, files)
        for writer in (terms_file, docs_file):
            stack.callback(writer.drop)
        yield name, terms_file, docs_file
        for writer, file in ((terms_file, files[0]), (docs_file, files[1])):
            writer.close()
            file.flush()
            os.fsync(file.fileno())

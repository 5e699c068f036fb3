"""Stories -> a segment: gathered in memory, and written whole."""

from __future__ import annotations

import os
import secrets
from array import array
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from index.codec.arrayfile import ArrayFileWriter
from index.codec.packing import Numbers, narrowed
from index.codec.postings import FieldWriter, Kind
from index.codec.segment import DOCS, TERMS
from index.codec.stored import BLOCK, StoredWriter, compressed, line_of
from index.invert import invert, ranked
from index.keywords import write_keywords
from index.schema import KEYWORDS, STORED, copy_key, term_digest, values_of
from index.story import Story
from index.toc import LiveSegment
from index.vocabulary import Ints, Vocabulary

TEXTS = ("headline", "body", "byline")
"""The fields that are analysed, as they stand in a story."""


class SegmentBuilder:
    """Gathers stories, and writes them as one segment after another.

    With an ``executor`` stored text is compressed there, beside the analysis.
    """

    def __init__(self, executor: Executor | None = None) -> None:
        self._executor = executor
        self._vocabulary = Vocabulary()
        self._begin()

    def _begin(self) -> None:
        self.count = 0
        """Stories gathered since the last segment."""
        self.size = 0
        """Characters of text gathered since the last segment."""
        self._chunks: list[Ints] = []
        self._sizes = array("q")
        self._matched: list[tuple[Any, ...]] = []
        self._lines: list[bytes] = []
        self._pending = 0
        self._blocks: list[tuple[bytes | Future[bytes], int]] = []
        if self._vocabulary.grown_large:
            self._vocabulary = Vocabulary()

    def add(self, story: Story, source: str) -> None:
        """Add the next story; ``source`` names its file, as the manifest does.

        Raises ValueError for one that cannot be indexed; it is then left out whole.
        """
        stored, matched = values_of(story, source)
        line = line_of(stored)
        headline = story.headline.split() if story.headline else []
        body = story.body.split()
        byline = story.byline.split() if story.byline else []
        self._chunks.append(self._vocabulary.read([*headline, *body, *byline]))
        self._sizes.extend((len(headline), len(body), len(byline)))
        self._matched.append(matched)
        self._lines.append(line)
        self._pending += len(line)
        if self._pending >= BLOCK:
            self._close_block()
        self.count += 1
        self.size += len(line)

    def _close_block(self) -> None:
        lines, self._lines, self._pending = self._lines, [], 0
        if self._executor is None:
            self._blocks.append((compressed(lines), len(lines)))
        elif lines:
            self._blocks.append((self._executor.submit(compressed, lines), len(lines)))

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
        words = self._vocabulary.terms()
        columns = zip(*self._matched, strict=True) if self._matched else ((),) * len(KEYWORDS)
        fields: dict[str, Sequence[Any]] = dict(zip(KEYWORDS, columns, strict=True))
        for name, tokens, lengths in self._tokens():
            if name == "body":
                fields["copy"] = list(_copy_keys(words, tokens, lengths))
            if tokens.size:
                docs_file.add(f"{name}/lengths", narrowed(lengths))
                _write_text(terms_file, name, words, tokens, lengths)
        write_keywords(terms_file, docs_file, fields)
        self._write_stored(docs_file)

    def _tokens(self) -> Iterator[tuple[str, Ints, Numbers]]:
        """Of each analysed field: the terms of all stories, and how many each story has."""
        chunks = np.concatenate([*self._chunks, np.empty(0, np.int32)])
        sizes = np.array(self._sizes)
        self._chunks = []
        tokens, counts = self._vocabulary.terms_of(chunks)
        ends = np.concatenate([[0], np.cumsum(counts)])[np.cumsum(sizes)]
        lengths = np.diff(ends, prepend=0)
        fields = np.repeat(np.tile(np.arange(3, dtype=np.int8), self.count), lengths)
        for number, name in enumerate(TEXTS):
            yield name, tokens[fields == number], lengths[number :: len(TEXTS)]

    def _write_stored(self, file: ArrayFileWriter) -> None:
        if self._lines:
            self._close_block()
        stored = StoredWriter(file)
        for block, count in self._blocks:
            stored.add_block(block.result() if isinstance(block, Future) else block, count)
        stored.close(list(STORED))


def _copy_keys(words: list[bytes], tokens: Ints, lengths: Numbers) -> Iterator[str]:
    """The `copy_key` of each story."""
    present = np.flatnonzero(np.bincount(tokens, minlength=len(words)))
    digests = np.zeros(len(words), np.uint64)
    joined = b"".join(term_digest(words[number]) for number in present.tolist())
    digests[present] = np.frombuffer(joined, np.uint64)
    data = digests[tokens].data.cast("B")
    start = 0
    for end in np.cumsum(lengths * 8).tolist():
        yield copy_key(data[start:end])
        start = end


def _write_text(
    file: ArrayFileWriter, name: str, words: list[bytes], tokens: Ints, lengths: Numbers
) -> None:
    terms, sorted_terms, counts = ranked(tokens, words)
    writer = FieldWriter(file, name, Kind.POSITIONS)
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
        yield name, terms_file, docs_file
        for writer, file in ((terms_file, files[0]), (docs_file, files[1])):
            writer.close()
            file.flush()
            os.fsync(file.fileno())

"""The stories that engines are compared on: real ones, or the same resampled to any number.

A resampled story takes its length (how many paragraphs) from one real story, its headline
from a second, dateline, date and agency from a third, and every paragraph from a pool of all
paragraphs. So words keep their frequencies and stories their lengths; phrases longer than a
paragraph do not occur, and the vocabulary does not grow.
"""

from __future__ import annotations

import hashlib
import pickle
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from index.analysis import chunk_terms
from index.corpus import roots_of, story_files
from index.errors import StoryFileError
from index.read import read_stories
from index.story import Story

SEED = 1987
BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Record:
    """A story, and its terms as newsq's analysis makes them, joined by spaces."""

    story: Story
    headline_terms: str
    body_terms: str


@dataclass(frozen=True, slots=True)
class Corpus:
    """Records kept in a file in batches, so that no more than one batch is in memory.

    ``text_bytes`` is the size of all headlines and bodies as UTF-8.
    """

    path: Path
    stories: int
    text_bytes: int

    def batches(self) -> Iterator[list[Record]]:
        """The records, up to `BATCH` at a time."""
        with self.path.open("rb") as file:
            for _ in range(0, self.stories, BATCH):
                # The file was written by `keep`, a moment ago.
                yield pickle.load(file)  # noqa: S301

    def records(self) -> Iterator[Record]:
        """The records one by one."""
        for batch in self.batches():
            yield from batch


def read_folder(folder: Path) -> list[Story]:
    """Every story below ``folder``; files that cannot be read are left out."""
    stories: list[Story] = []
    (root,) = roots_of([folder])
    for file in story_files(root, lambda path, why, _: print(f"Left out: {path}: {why}")):
        try:
            stories.extend(read_stories(file.path, file.source))
        except StoryFileError as error:
            print(f"Left out: {error}")
    return stories


def resampled(stories: list[Story], seed: int = SEED) -> Iterator[Story]:
    """Stories without end, drawn from ``stories``; the first n are the same for every n."""
    draw = random.Random(seed)
    pool = [paragraph for story in stories for paragraph in story.body.split("\n\n")]
    sizes = [story.body.count("\n\n") + 1 for story in stories]
    number = 0
    while True:
        filed = draw.choice(stories)
        yield replace(
            filed,
            id=hashlib.blake2b(f"{seed}:{number}".encode(), digest_size=6).hexdigest(),
            headline=draw.choice(stories).headline,
            body="\n\n".join(draw.choices(pool, k=draw.choice(sizes))),
            version=None,
        )
        number += 1


def keep(stories: Iterable[Story], path: Path) -> Corpus:
    """Analyse ``stories`` and write them to ``path``."""
    known: dict[str, str] = {}
    count, size = 0, 0
    left = iter(stories)
    with path.open("wb") as file:
        while batch := [_record(story, known) for story in islice(left, BATCH)]:
            pickle.dump(batch, file, protocol=pickle.HIGHEST_PROTOCOL)
            count += len(batch)
            size += sum(
                len((record.story.headline or "").encode()) + len(record.story.body.encode())
                for record in batch
            )
    return Corpus(path, count, size)


def _record(story: Story, known: dict[str, str]) -> Record:
    return Record(story, _terms(story.headline or "", known), _terms(story.body, known))


def _terms(text: str, known: dict[str, str]) -> str:
    """The terms of ``text``; those of a run without white space are looked up in ``known``."""
    found = []
    for chunk in text.split():
        terms = known.get(chunk)
        if terms is None:
            terms = known[chunk] = " ".join(chunk_terms(chunk))
        if terms:
            found.append(terms)
    return " ".join(found)

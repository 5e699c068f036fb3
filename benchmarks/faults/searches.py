"""Searches in other processes while an index is updated, merged and rebuilt again and again.

Each answer has to be that of some generation, whole; none may be an error.
"""

from __future__ import annotations

import hashlib
import random
import tempfile
from collections.abc import Iterator
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from benchmarks.faults.scenes import QUESTIONS, in_small, write_file
from benchmarks.faults.tally import Tally
from index.build import build_index
from search.opening import open_index
from search.page import StoryIndex

READERS = 3
REBUILT = 5
"""Of so many runs one is a rebuild."""


def run(count: int, seed: int) -> Iterator[Tally]:
    """Search while the index is changed ``count`` times."""
    with tempfile.TemporaryDirectory() as folder:
        yield searched(Path(folder), count, READERS, seed)


def searched(folder: Path, changes: int, readers: int, seed: int) -> Tally:
    """Change an index in ``folder`` while ``readers`` processes search it."""
    corpus, where = folder / "corpus", folder / "index"
    for number in range(5):
        write_file(corpus, f"file{number}", number * 6, 0)
    build_index([corpus], where)
    with open_index(where) as stories:
        stories.saved.save("ferries", "ferry")
    digests = [_digest_of(where)]
    context = get_context("spawn")
    pipes: list[Connection] = []
    processes = []
    for _ in range(readers):
        here, there = context.Pipe()
        process = context.Process(target=_read, args=(there, where), daemon=True)
        process.start()
        processes.append(process)
        there.close()
        pipes.append(here)
    for pipe in pipes:
        pipe.recv()  # it has begun
    chance = random.Random(seed)
    for edition in range(1, changes + 1):
        _change(corpus, edition, chance)
        with in_small():
            build_index([corpus], where, rebuild=edition % REBUILT == 0)
        digests.append(_digest_of(where))
    failures = []
    answers = generations = 0
    for pipe in pipes:
        pipe.send(None)
        seen, errors = pipe.recv()
        failures += [*errors, *("an answer of no generation" for one in seen if one not in digests)]
        answers += len(seen) + len(errors)
        generations = max(generations, len(set(seen)))
    for process in processes:
        process.join()
    note = f"{readers} processes, {changes} changes, up to {generations} generations seen by one"
    return Tally("searches meanwhile", answers, tuple(failures), note)


def _change(corpus: Path, edition: int, chance: random.Random) -> None:
    for number in chance.sample(range(8), 2):
        path = corpus / f"file{number}.jsonl"
        if path.exists() and chance.random() < 0.3:
            path.unlink()
        else:
            write_file(corpus, f"file{number}", number * 6, edition, chance.randint(1, 6))
    write_file(corpus, "last", 90, edition, 2)


def _digest_of(where: Path) -> str:
    with open_index(where) as stories:
        return digest(stories)


def digest(stories: StoryIndex) -> str:
    """What an open index answers, as a fingerprint that is the same in every process."""
    said = [repr((len(stories), stories.facets()))]
    for question in QUESTIONS:
        page = stories.search(question, limit=20)
        said.append(repr((page.total, page.facets, page.hits)))
    said += sorted(repr(story) for story in stories.every().stories)
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


def _read(pipe: Connection, where: Path) -> None:
    """Search until told to end; send the fingerprints of all answers, and the errors."""
    seen: list[str] = []
    errors: list[str] = []
    held = open_index(where)
    first = digest(held)
    pipe.send(None)
    while not pipe.poll():
        try:
            with open_index(where) as stories:
                seen.append(digest(stories))
                stories.stats()
                stories.saved.mark_seen(stories.saved.news())
            if len(seen) % 10 == 0 and digest(held) != first:
                errors.append("an open index has changed")
            elif len(seen) % 20 == 0:
                held.close()
                held = open_index(where)
                first = digest(held)
        except Exception as error:  # noqa: BLE001 - what the run looks for
            errors.append(f"{type(error).__name__}: {error}")
    pipe.send((seen, errors))

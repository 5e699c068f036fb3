"""A node of a cluster is killed while questions are asked: right answers or a sentence, no others.

Two nodes hold each story; the one that is killed is started again once the other has gone on
alone for a while. Questions come all the time, each of an index opened for it, and from threads
that keep one open; each answer is compared with that of a folder that holds the same stories.
"""

from __future__ import annotations

import random
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.faults.tally import Tally
from cluster.access import Access
from cluster.location import ClusterLocation
from index.errors import ClusterError, QueryError
from scripts import opensearch
from search.opening import open_index
from search.stories import Stories
from tests.cluster.placed import place
from tests.search.corpora import lines, newsroom_index
from tests.search.test_golden import TODAY

THREADS = 3
QUESTIONS = 40
"""Questions that are asked before a node is killed, while it is gone, and while it comes back."""


class Asking:
    """Threads that ask ``questions`` and count what they are told."""

    def __init__(self, access: Access, questions: dict[str, Any], seed: int) -> None:
        self.counts: Counter[str] = Counter()
        self.failures: list[str] = []
        self._access = access
        self._questions = questions
        self._over = threading.Event()
        self._threads = [
            threading.Thread(target=self._ask, args=(random.Random(seed + n), n % 2 == 0))
            for n in range(THREADS)
        ]
        for thread in self._threads:
            thread.start()

    def more(self, count: int) -> None:
        """Wait until so many more questions have been asked."""
        until = self.counts.total() + count
        while self.counts.total() < until:
            time.sleep(0.05)

    def stop(self) -> None:
        """Let the threads come to their end."""
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _ask(self, chance: random.Random, keeps: bool) -> None:
        kept: Stories | None = None
        while not self._over.is_set():
            question = chance.choice(list(self._questions))
            try:
                if kept is None:
                    kept = open_index(self._access)
                told = asked(kept, question)
                if not keeps:
                    kept.close()
                    kept = None
            except ClusterError:
                kept = None
                self.counts["refused"] += 1
                continue
            except Exception as error:  # noqa: BLE001 - what is looked for
                self.failures.append(f"{question}: {type(error).__name__}: {error!s:.200}")
                self.counts["failed"] += 1
                return
            if told != self._questions[question]:
                self.failures.append(f"{question}: {told!s:.200}")
            self.counts["answered"] += 1


def asked(stories: Stories, question: str) -> Any:
    """What a question is told: the stories in order, how many, the facets."""
    page = stories.search(question, today=TODAY, limit=20)
    return [hit.id for hit in page.hits], page.total, page.distinct, page.note, page.facets


def run(count: int, seed: int) -> Iterator[Tally]:
    """Kill a node ``count`` times."""
    with tempfile.TemporaryDirectory() as work:
        folder = newsroom_index(Path(work) / "index")
        with opensearch.running(Path(work) / "nodes") as nodes:
            location = ClusterLocation.parsed(f"{opensearch.address(nodes)}/faults")
            access = place(folder, location, by_year=True)
            opensearch.wait_for(nodes)
            asking = Asking(access, _questions(folder), seed)
            for _ in range(count):
                asking.more(QUESTIONS)
                nodes[1].kill()
                asking.more(QUESTIONS)
                nodes[1].start()
                opensearch.wait_for(nodes)
            asking.more(QUESTIONS)
            asking.stop()
            told = ", ".join(f"{n:,} {what}" for what, n in sorted(asking.counts.items()))
            yield Tally("a node killed under load", count, tuple(asking.failures), told)


def _questions(folder: Path) -> dict[str, Any]:
    """Questions, and what each is told."""
    found = {}
    with open_index(folder) as stories:
        for case in lines("language.jsonl"):
            if "filters" not in case:
                try:
                    found[case["query"]] = asked(stories, case["query"])
                except QueryError:
                    continue
    return found

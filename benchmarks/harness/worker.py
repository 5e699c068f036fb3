"""A process with one engine in it, so that memory and caches are its own.

    python -m benchmarks.harness.worker CORES

CORES are the processor cores to stay on, such as ``0`` or ``0,1``. Requests come pickled on
standard input, answers go pickled to standard output; `benchmarks.harness.processes` is on
the other side.
"""

from __future__ import annotations

import gc
import os
import pickle
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import singledispatchmethod
from pathlib import Path
from typing import Any

from benchmarks.harness.corpus import Corpus, Record
from benchmarks.harness.messages import Ask, Build, Built, Memory, Open, Opened, Total
from benchmarks.peers.engine import Searcher
from benchmarks.peers.registry import load

PRELOADED = 20_000
"""Corpora up to this size are in memory before the clock starts; of others a batch at a time."""


class Worker:
    """Answers requests with the engine it was told to open."""

    def __init__(self) -> None:
        self._searcher: Searcher
        self._asked: list[Any] = []

    @singledispatchmethod
    def answer(self, request: object) -> Any:
        """The answer to ``request``."""
        raise TypeError(f"a worker cannot answer {request!r}")

    @answer.register
    def _(self, request: Build) -> Built:
        engine = load(request.engine)
        request.where.mkdir(parents=True)
        feed = Feed(request.corpus)
        started = time.perf_counter()
        engine.build(iter(feed), request.where, request.cores, request.ready)
        seconds = time.perf_counter() - started - feed.seconds
        engine.settle(request.where)
        return Built(seconds, _peak())

    @answer.register
    def _(self, request: Open) -> Opened:
        engine = load(request.engine)
        started = time.perf_counter()
        self._searcher = engine.search(request.where)
        seconds = time.perf_counter() - started
        self._asked = [self._searcher.ask(question) for question in request.questions]
        return Opened(seconds, [asked is not None for asked in self._asked])

    @answer.register
    def _(self, request: Ask) -> list[float] | None:
        searcher = self._searcher
        work = {
            "top": searcher.top,
            "ids": lambda asked: searcher.ids(searcher.top(asked)),
            "counted": searcher.counted,
        }[request.mode]
        gc.collect()
        clock = time.perf_counter
        seconds = []
        with suppress(NotImplementedError):
            for n in request.before:
                work(self._asked[n])
            for asked in [self._asked[n] for n in request.numbers]:
                started = clock()
                work(asked)
                seconds.append(clock() - started)
            return seconds
        return None

    @answer.register
    def _(self, request: Total) -> list[int]:
        return [self._searcher.total(self._asked[n]) for n in request.numbers]

    @answer.register
    def _(self, request: Memory) -> tuple[int, int | None]:
        return _peak(), _status("RssAnon")


class Feed:
    """The records of a corpus; ``seconds`` counts the time spent on loading them."""

    def __init__(self, corpus: Corpus) -> None:
        self._batches = corpus.batches()
        if corpus.stories <= PRELOADED:
            self._batches = iter(list(self._batches))
        self.seconds = 0.0

    def __iter__(self) -> Iterator[Record]:
        while True:
            started = time.perf_counter()
            batch = next(self._batches, None)
            self.seconds += time.perf_counter() - started
            if batch is None:
                return
            yield from batch


def _peak() -> int:
    """The most bytes that were resident; ``ru_maxrss`` may be that of the parent process."""
    kibibytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return _status("VmHWM") or (kibibytes if sys.platform == "darwin" else kibibytes * 1024)


def _status(name: str) -> int | None:
    """Bytes, as Linux tells them in /proc/self/status; None elsewhere."""
    with suppress(OSError), Path("/proc/self/status").open() as lines:
        fields = (line.split() for line in lines)
        return next(int(field[1]) * 1024 for field in fields if field[0] == f"{name}:")
    return None


def main() -> None:
    """Answer until standard input ends."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, set(map(int, sys.argv[1].split(","))))
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever an engine prints
    worker = Worker()
    with suppress(EOFError):
        while True:
            # The other side is the process that started this one.
            request = pickle.load(sys.stdin.buffer)  # noqa: S301
            pickle.dump(worker.answer(request), answers)
            answers.flush()


if __name__ == "__main__":
    main()

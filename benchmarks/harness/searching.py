"""How long answers take: every engine in its own process, all on one core, in turns.

Each round asks every engine every question of a kind before it goes on to the next kind, so
that whatever slows the machine for a while slows all of them. A question's time is the
median over the rounds. The first pass, in which each question is asked for the first time
in that process, is kept apart.
"""

from __future__ import annotations

import contextlib
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.harness.building import index_folder
from benchmarks.harness.messages import Ask, Memory, Open, Opened, Total
from benchmarks.harness.processes import Process, StoppedError
from benchmarks.harness.questions import Question
from benchmarks.peers.registry import NEWSQ

MODES = ("top", "ids", "counted")
FIRST = "first"
"""Name of the first pass of the mode "top" among the modes."""

WARMING = 3
"""Questions that an engine is asked untimed when its turn comes."""

Times = dict[int, list[float]]
"""Number of a question -> seconds it took in each round."""


@dataclass(slots=True)
class Searching:
    """All that was measured of one engine; ``times`` by mode, ``totals`` by question."""

    engine: str
    opening: float = 0.0
    peak: int = 0
    anonymous: int | None = None
    times: dict[str, Times] = field(default_factory=dict)
    totals: dict[int, int] = field(default_factory=dict)

    def medians(self, mode: str, numbers: Iterable[int]) -> list[float]:
        """The median seconds of those of the questions that were answered."""
        times = self.times.get(mode, {})
        return [statistics.median(times[n]) for n in numbers if n in times]


class Runner:
    """One engine in a process of its own; it ends when the engine takes far too long."""

    def __init__(self, name: str, process: Process, patience: float) -> None:
        self.measured = Searching(name)
        self._process = process
        self._patience = patience
        self._alive = True
        self._can: list[bool] = []
        self._spent: dict[str, float] = defaultdict(float)
        self._cannot: set[str] = set()

    def open(self, where: Path, questions: list[Question]) -> None:
        """Open the index."""
        opened: Opened | None = self._ask(Open(self.measured.engine, where, questions))
        if opened is not None:
            self.measured.opening = opened.seconds
            self._can = opened.can

    def round(self, mode: str, numbers: list[int], name: str) -> None:
        """Ask the questions once more, unless that has taken too long already."""
        asked = self._able(numbers)
        if not asked or mode in self._cannot or self._spent[name] > self._patience:
            return
        warming = 0 if name == FIRST else WARMING
        seconds: list[float] | None = self._ask(Ask(mode, asked, warming))
        if seconds is None:
            self._cannot.add(mode)
            return
        times = self.measured.times.setdefault(name, {})
        for n, second in zip(asked, seconds, strict=True):
            times.setdefault(n, []).append(second)
        self._spent[name] += sum(seconds)

    def finish(self, numbers: list[int]) -> None:
        """Note memory and totals; memory first, for totals are not what is measured."""
        memory = self._ask(Memory())
        if memory is not None:
            self.measured.peak, self.measured.anonymous = memory
        asked = self._able(numbers)
        totals = self._ask(Total(asked))
        if totals is not None:
            self.measured.totals = dict(zip(asked, totals, strict=True))

    def _able(self, numbers: Iterable[int]) -> list[int]:
        return [n for n in numbers if self._can[n]] if self._can else []

    def _ask(self, request: object) -> Any:
        if not self._alive:
            return None
        try:
            return self._process.ask(request, 10 * self._patience)
        except StoppedError as error:
            print(f"{self.measured.engine} stopped while it was searched: {error}\n")
            self._alive = False
            return None


def search_all(
    names: list[str],
    questions: list[Question],
    work: Path,
    core: int,
    rounds: int,
    modes: list[str],
    patience: float,
) -> list[Searching]:
    """Ask every engine all of ``questions`` in all of ``modes``.

    An engine that has spent ``patience`` seconds on a mode is left out of its later rounds.
    """
    kinds: dict[str, list[int]] = defaultdict(list)
    for n, question in enumerate(questions):
        kinds[question.kind].append(n)
    with contextlib.ExitStack() as stack:
        runners = []
        for name in names:
            if not (where := index_folder(work, name)).exists():
                print(f"{name} has no index here; it is made by the part build.\n")
                continue
            process = stack.enter_context(Process([core]))
            runners.append(Runner(name, process, patience))
            runners[-1].open(where, questions)
        for mode in modes:
            for turn in range(rounds + (mode == "top")):
                name = FIRST if mode == "top" and turn == 0 else mode
                for numbers in kinds.values():
                    for runner in runners:
                        runner.round(mode, numbers, name)
        for runner in runners:
            runner.finish(list(range(len(questions))))
        return [runner.measured for runner in runners]


def disagreements(
    questions: list[Question], found: list[Searching]
) -> dict[str, dict[str, tuple[int, int]]]:
    """Kind -> engine -> (totals that differ, totals given).

    A total differs from the one that most engines give; where as many give another, from
    that of the first peer.
    """
    counts: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
    peers_first = sorted(found, key=lambda one: one.engine == NEWSQ)
    for n, question in enumerate(questions):
        given = {one.engine: one.totals[n] for one in peers_first if n in one.totals}
        if len(given) < 2:
            continue
        usual = Counter(given.values()).most_common(1)[0][0]
        for engine, total in given.items():
            differing, all_given = counts[question.kind].get(engine, (0, 0))
            counts[question.kind][engine] = differing + (total != usual), all_given + 1
    return counts

"""How long answers take: every engine in its own process, all on one core, in turns.

Each round asks every engine every question of a kind before it goes on to the next kind, so
that whatever slows the machine for a while slows all of them. A question's time is the
median over the rounds. Two things are kept apart because an engine may remember what it was
asked: the first pass, in a process that has answered nothing yet, and questions asked only
once, in a process that has answered many others.
"""

from __future__ import annotations

import contextlib
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
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
ONCE = {"top": "top once", "counted": "counted once"}
"""Mode -> its name among the modes with questions that are asked only once."""
SHARES = 3
"""Of so many questions one is asked in every round, one in each mode of `ONCE`."""
_WARMING = 3
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

    def open(self, where: Path, questions: list[Question]) -> bool:
        """Open the index; False if that cannot be."""
        opened: Opened | None = self._ask(Open(self.measured.engine, where, questions))
        if opened is not None:
            self.measured.opening = opened.seconds
            self._can = opened.can
        return opened is not None

    def round(self, mode: str, name: str, numbers: list[int], before: Sequence[int] = ()) -> None:
        """Ask the questions once more, unless that has taken too long already.

        ``name`` is what the times are kept under; some of ``before`` are asked beforehand.
        """
        asked = self._able(numbers)
        if not asked or mode in self._cannot or self._spent[name] > self._patience:
            return
        warming = self._able(before)[:_WARMING]
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
    """Ask every engine the ``questions`` in all of ``modes``: some in every round, some once.

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
            runner = Runner(name, stack.enter_context(Process([core])), patience)
            if runner.open(where, questions):
                runners.append(runner)
        for mode in modes:
            _ask_all(runners, list(kinds.values()), mode, rounds)
        for runner in runners:
            runner.finish([n for numbers in kinds.values() for n in numbers[::SHARES]])
        return [runner.measured for runner in runners]


def _ask_all(runners: list[Runner], kinds: list[list[int]], mode: str, rounds: int) -> None:
    again = [numbers[::SHARES] for numbers in kinds]
    if mode == "top":
        for numbers in again:
            for runner in runners:
                runner.round(mode, FIRST, numbers)
    for _ in range(rounds):
        for numbers in again:
            for runner in runners:
                runner.round(mode, mode, numbers, numbers)
    if mode in ONCE:
        share = list(ONCE).index(mode) + 1
        for numbers in kinds:
            for runner in runners:
                runner.round(mode, ONCE[mode], numbers[share::SHARES], numbers[::SHARES])


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

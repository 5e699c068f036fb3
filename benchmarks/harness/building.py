"""How fast indexes are built from stories already read, how large they are, how much it takes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.harness.corpus import Corpus
from benchmarks.harness.messages import Build, Built
from benchmarks.harness.processes import MemoryWatch, Process, StoppedError, size_of
from benchmarks.peers.registry import load


@dataclass(frozen=True, slots=True)
class Building:
    """One index built. ``rate`` is stories a second; ``size`` and ``peak`` are bytes.

    ``peak`` is resident memory, child processes, mapped files and the stories handed over
    included.
    """

    engine: str
    ready: bool
    cores: int
    rate: float
    size: int
    peak: int


def build_all(
    names: list[str],
    corpus: Corpus,
    work: Path,
    cores: list[int],
    ways: Sequence[bool],
    patience: float,
    runs: int,
) -> list[Building]:
    """All engines, with ready terms where ``ways`` has True, without where it has False.

    Those that can use two cores build once on one and once on two. Of ``runs`` builds the
    fastest is kept; one that takes ten times ``patience`` seconds is stopped. What is
    searched later, built with ready terms on one core, stays below ``work``.
    """
    built = []
    again = work / "again"
    for run in range(runs):
        for name, ready, count in _plans(names, ways, len(cores)):
            first = run == 0 and ready and count == 1
            where = index_folder(work, name) if first else again
            building = _build(name, corpus, where, cores[:count], patience, ready)
            if building is not None:
                built.append(building)
            shutil.rmtree(again, ignore_errors=True)
    best: dict[tuple[str, bool, int], Building] = {}
    for building in sorted(built, key=lambda building: building.rate):
        best[building.engine, building.ready, building.cores] = building
    return [best[key] for key in dict.fromkeys((b.engine, b.ready, b.cores) for b in built)]


def _plans(names: list[str], ways: Sequence[bool], cores: int) -> Iterator[tuple[str, bool, int]]:
    """(engine, with ready terms, number of cores) of each build."""
    for name in names:
        engine = load(name)
        for ready in ways if engine.OWN_WAY else ways[:1]:
            for count in range(1, min(cores, 2 if engine.MANY_CORES else 1) + 1):
                yield name, ready, count


def index_folder(work: Path, name: str) -> Path:
    """Where the index of an engine is that is searched."""
    return work / f"{name}-index"


def _build(
    name: str, corpus: Corpus, where: Path, cores: list[int], patience: float, ready: bool
) -> Building | None:
    shutil.rmtree(where, ignore_errors=True)
    try:
        with Process(cores) as process, MemoryWatch(process.pid) as watch:
            built: Built = process.ask(Build(name, corpus, where, len(cores), ready), 10 * patience)
    except StoppedError as error:
        print(f"{name} built no index of {corpus.stories:,} stories: {error}\n")
        shutil.rmtree(where, ignore_errors=True)
        return None
    peak = max(watch.peak, built.peak)
    rate = corpus.stories / built.seconds
    return Building(name, ready, len(cores), rate, size_of(where), peak)

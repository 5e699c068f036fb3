"""Whole processes as a user starts them: `newsq index`, `newsq search`."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.harness.processes import ROOT, MemoryWatch

_SCRIPT = Path(sys.executable).with_name("newsq")
NEWSQ = [str(_SCRIPT)] if _SCRIPT.exists() else [sys.executable, "-m", "search"]
PAIRED = [sys.executable, "-c", "import typer, rich.console"]
QUERY = "oil prices"


@dataclass(frozen=True, slots=True)
class CommandLine:
    """Seconds of whole processes.

    ``index`` by number of jobs, the memory of the largest in ``peak``; ``ratio`` is the
    median over pairs of ``search`` and ``imports``, the two run by turns.
    """

    stories: int
    index: dict[int, float]
    peak: int
    unchanged: float
    changed: float | None
    search: float
    imports: float
    ratio: float


def measure(folder: Path, stories: int, work: Path, cores: list[int], pairs: int) -> CommandLine:
    """Index a copy of ``folder``, update it twice, search it ``pairs`` times."""
    corpus, where = work / "corpus", work / "newsq-cli"
    shutil.rmtree(corpus, ignore_errors=True)
    shutil.copytree(folder, corpus)
    index, peak = {}, 0
    for jobs in range(1, min(len(cores), 2) + 1):
        shutil.rmtree(where, ignore_errors=True)
        command = [*NEWSQ, "index", str(corpus), "--index", str(where), "--jobs", str(jobs)]
        index[jobs], resident = _run(command, cores[:jobs])
        peak = max(peak, resident)
    update = [*NEWSQ, "index", str(corpus), "--index", str(where)]
    unchanged = statistics.median(_run(update, cores)[0] for _ in range(3))
    changed = _run(update, cores)[0] if _change_one_story(corpus) else None
    search = [*NEWSQ, "search", QUERY, "--index", str(where)]
    took, imports = [], []
    for _ in range(pairs):
        took.append(_run(search, cores[:1])[0])
        imports.append(_run(PAIRED, cores[:1])[0])
    ratio = statistics.median(a / b for a, b in zip(took, imports, strict=True))
    shutil.rmtree(corpus)
    return CommandLine(
        stories, index, peak, unchanged, changed,
        statistics.median(took), statistics.median(imports), ratio,
    )  # fmt: skip


def _run(command: list[str], cores: list[int]) -> tuple[float, int]:
    """Seconds and peak memory of a process kept on ``cores``; it has to succeed."""
    before = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()
    if before:
        os.sched_setaffinity(0, set(cores))  # children begin with it
    try:
        started = time.perf_counter()
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)  # noqa: S603 (our own commands)
        with MemoryWatch(process.pid) as watch:
            code = process.wait()
        seconds = time.perf_counter() - started
    finally:
        if before:
            os.sched_setaffinity(0, before)
    if code:
        raise subprocess.CalledProcessError(code, command)
    return seconds, watch.peak


def _change_one_story(corpus: Path) -> bool:
    """Change one word of one story; False if no file has a word that can be changed."""
    for path in sorted(path for path in corpus.rglob("*") if path.is_file()):
        content = path.read_bytes()
        if (changed := content.replace(b" the ", b" hte ", 1)) != content:
            path.write_bytes(changed)
            return True
    return False

"""What was measured, as Markdown."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence

from benchmarks.harness.building import Building
from benchmarks.harness.commandline import CommandLine
from benchmarks.harness.questions import Question
from benchmarks.harness.searching import FIRST, ONCE, Searching, disagreements
from benchmarks.peers.registry import NEWSQ, load

TITLES = {
    FIRST: "Top 10, asked for the first time in a fresh process",
    "top": "Top 10 (handles and scores)",
    ONCE["top"]: "Top 10, asked once by a process that has answered others",
    "ids": "Top 10, with the stories' ids",
    "counted": "Top 10, exact total and four facets in one call",
    ONCE["counted"]: "The same, asked once by a process that has answered others",
}
KNOWN_REASONS = """\
newsq: where too few stories have all the words as typed (fewer than 3, or 10 where the words
are many), it also finds those that have most of them; a prefix also finds words whose stem is
shorter than the prefix."""
ALL = "all it can answer"


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest of ``values`` that at least ``share`` of them do not exceed."""
    return sorted(values)[max(math.ceil(share * len(values)), 1) - 1]


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; every column but the first is set to the right."""
    lines = [heads, ["---", *["---:"] * (len(heads) - 1)], *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def building_table(buildings: list[Building], text_bytes: int) -> str:
    """A row for each engine and way of building."""
    best = best_rates(buildings)
    rows = []
    for engine, ready in dict.fromkeys((one.engine, one.ready) for one in buildings):
        of = {one.cores: one for one in buildings if (one.engine, one.ready) == (engine, ready)}
        terms = "from the text" if engine == NEWSQ else "ready" if ready else "its own"
        row = [load(engine).NAME, terms]
        row += [f"{of[n].rate:,.0f}" if n in of else "" for n in (1, 2)]
        row += [_ratio(best, engine, n) if n in of else "" for n in (1, 2)]
        size, peak = max(one.size for one in of.values()), max(one.peak for one in of.values())
        row += [f"{size / text_bytes:.2f}", f"{peak / 2**20:,.0f}"]
        rows.append(row)
    heads = ["engine", "terms", "stories/s, 1 core", "2 cores", "newsq to it, 1 core"]
    return table([*heads, "2 cores", "size / text", "peak MiB"], rows)


def best_rates(buildings: list[Building]) -> dict[tuple[str, int], float]:
    """(engine, cores) -> stories a second, the faster way."""
    best: dict[tuple[str, int], float] = {}
    for one in buildings:
        key = one.engine, one.cores
        best[key] = max(one.rate, best.get(key, 0))
    return best


def _ratio(best: dict[tuple[str, int], float], engine: str, cores: int) -> str:
    """How many times as fast as the engine newsq is, on the same cores."""
    ours = best.get((NEWSQ, cores))
    return "" if ours is None or engine == NEWSQ else f"{ours / best[engine, cores]:.2f}"


def times_table(mode: str, questions: list[Question], found: list[Searching]) -> str:
    """p50 and p99 of each kind, in ms, and how many times newsq's p50 that is."""
    shown = [one for one in found if mode in one.times]
    ours = next((one for one in shown if one.engine == NEWSQ), None)
    rows = []
    for kind, numbers in _kinds(questions).items():
        row = [kind]
        for one in shown:
            medians = one.medians(mode, numbers)
            if not medians:
                row.append("")
                continue
            cell = f"{_ms(statistics.median(medians))} / {_ms(quantile(medians, 0.99))}"
            if ours is not None and one is not ours:
                same = [n for n in numbers if n in one.times[mode]]
                if reference := ours.medians(mode, same):
                    ratio = statistics.median(medians) / statistics.median(reference)
                    cell += f" ({ratio:.2g}x)" if ratio < 10 else f" ({ratio:,.0f}x)"
            row.append(cell)
        rows.append(row)
    return table([f"{TITLES[mode]}: p50 / p99, ms", *_names(shown)], rows)


def agreement_table(questions: list[Question], found: list[Searching]) -> str:
    """How many of the exact totals differ from what most engines say, and why if known."""
    counts = disagreements(questions, found)
    rows = []
    for kind, by_engine in counts.items():
        cells = [by_engine.get(one.engine) for one in found]
        rows.append([kind, *("" if cell is None else f"{cell[0]} of {cell[1]}" for cell in cells)])
    return table(["totals that differ", *_names(found)], rows) + "\n\n" + KNOWN_REASONS


def commands_table(commands: CommandLine, tantivy: dict[int, float]) -> str:
    """A row for each whole process; ``tantivy`` builds so many stories a second on n cores."""
    rows = []
    for jobs, seconds in commands.index.items():
        rate = commands.stories / seconds
        beside = f", {rate / tantivy[jobs]:.2f} of tantivy's bare figure" if jobs in tantivy else ""
        row = [f"newsq index FOLDER --jobs {jobs}", f"{seconds:.2f}"]
        rows.append([*row, f"{rate:,.0f} stories/s{beside}"])
    rows.append(["the same, peak memory", "", f"{commands.peak / 2**20:,.0f} MiB"])
    rows.append(["newsq index FOLDER, nothing changed", f"{commands.unchanged:.2f}", ""])
    if commands.changed is not None:
        rows.append(["newsq index FOLDER, one story changed", f"{commands.changed:.2f}", ""])
    rows.append(["newsq search", f"{commands.search:.3f}", f"{commands.ratio:.2f} times the next"])
    rows.append(["python -c 'import typer, rich.console'", f"{commands.imports:.3f}", ""])
    return table(["whole process", "s", ""], rows)


def memory_table(found: list[Searching]) -> str:
    """What opening took and what the process held after all questions."""
    rows = []
    for one in found:
        anonymous = "" if one.anonymous is None else f"{one.anonymous / 2**20:,.0f}"
        name = load(one.engine).NAME
        rows.append([name, _ms(one.opening), f"{one.peak / 2**20:,.0f}", anonymous])
    return table(["process", "open, ms", "peak MiB", "of it no mapped file, MiB"], rows)


def _kinds(questions: list[Question]) -> dict[str, list[int]]:
    kinds: dict[str, list[int]] = {}
    for n, question in enumerate(questions):
        kinds.setdefault(question.kind, []).append(n)
    kinds[ALL] = list(range(len(questions)))
    return kinds


def _names(found: list[Searching]) -> list[str]:
    return [load(one.engine).NAME for one in found]


def _ms(seconds: float) -> str:
    """Milliseconds in three digits."""
    ms = seconds * 1000
    digits = 3 if ms < 1 else 2 if ms < 10 else 1 if ms < 100 else 0
    return f"{ms:,.{digits}f}"

"""newsq's engine beside others: building, searching, whole processes, in one run.

    python -m benchmarks.engine [--stories 200000] [--engines newsq,tantivy] [--json FILE]

The peers are Whoosh, tantivy, SQLite FTS5, Xapian and bm25s (``pip install --group bench``).
All hold id, headline and body with positions, place, country, agency, day and the printed
text, on disk, in a folder of their own. They are handed the terms that newsq's analysis
makes, and asked for those terms, so that all do the same analysed work and their totals can
be compared; newsq is handed the story and the words as typed, and its analysis is timed.
Building is timed a second time with each peer's own usual analysis, and the faster of the
two is the peer's figure. Merging and compacting a peer's index before it is searched is not
timed. In the tables, (0.5x) says that the peer takes half of newsq's time at p50.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import platform
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.harness import commandline, questions, tables
from benchmarks.harness.building import build_all
from benchmarks.harness.corpus import Corpus, keep, read_folder, resampled
from benchmarks.harness.searching import MODES, SHARES, search_all
from benchmarks.peers.registry import MODULES, NEWSQ, installed, load

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "data" / "reuters21578"
PARTS = ("build", "search", "commands")


def arguments() -> argparse.Namespace:
    """The command's options."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    add = parser.add_argument
    add("--data", type=Path, default=DATA, help="folder of stories (%(default)s)")
    add("--stories", type=int, help="resample the stories to this number")
    add("--engines", default=",".join(MODULES), help="which to compare (%(default)s)")
    add("--kinds", default="", help="only kinds of questions that hold one of these, by commas")
    add("--per-kind", type=int, default=40, help="questions a kind (%(default)s)")
    add("--rounds", type=int, default=7, help="times each question is asked (%(default)s)")
    add("--modes", default=",".join(MODES), help="what is asked for (%(default)s)")
    add("--parts", default=",".join(PARTS), help="what to measure (%(default)s)")
    add("--ready-only", action="store_true", help="build with ready terms only")
    add("--build-runs", type=int, default=1, help="builds, of which the fastest counts")
    add(
        "--patience", type=float, default=300, help="seconds an engine has for all rounds of a mode"
    )
    add("--pairs", type=int, default=15, help="pairs of processes for one search (%(default)s)")
    add("--work", type=Path, help="folder for corpora and indexes, kept; else a temporary one")
    add("--json", type=Path, help="write all figures to this file as well")
    return parser.parse_args()


def chosen(text: str, known: Sequence[str]) -> list[str]:
    """Those of ``known`` that ``text`` names, by commas."""
    asked = text.split(",")
    if strange := [name for name in asked if name not in known]:
        raise SystemExit(f"There is no {', '.join(strange)}. Choose from {', '.join(known)}.")
    return [name for name in known if name in asked]


def prepare(args: argparse.Namespace, work: Path) -> Corpus:
    """The corpus to compare on, made anew unless ``work`` holds it."""
    note = work / "corpus.pickle"
    if note.exists():
        # `work` is the user's own folder.
        corpus: Corpus = pickle.loads(note.read_bytes())  # noqa: S301
        return corpus
    stories = read_folder(args.data)
    if not stories:
        raise SystemExit(f"No story was found in {args.data}. Name a folder: --data FOLDER")
    wanted = islice(resampled(stories), args.stories) if args.stories else iter(stories)
    corpus = keep(wanted, work / "corpus.records")
    note.write_bytes(pickle.dumps(corpus))
    return corpus


def cores() -> list[int]:
    """The processor cores to work on, the one for searching first."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0), reverse=True)
    return list(range(os.cpu_count() or 1))


def main() -> None:
    """Measure, and print a table for each thing measured."""
    args = arguments()
    names = installed(chosen(args.engines, MODULES))
    parts = chosen(args.parts, PARTS)
    with ExitStack() as stack:
        folder = args.work or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        work = folder.resolve() / f"{args.data.resolve().name}-{args.stories or 'all'}"
        work.mkdir(parents=True, exist_ok=True)
        corpus = prepare(args, work)
        report: dict[str, Any] = {
            "stories": corpus.stories,
            "text_bytes": corpus.text_bytes,
            "system": platform.platform(),
            "versions": {name: version(load(name).NEEDS) for name in names},
        }
        tell_of(report)
        rates: dict[tuple[str, int], float] = {}
        if "build" in parts:
            ways = (True,) if args.ready_only else (True, False)
            buildings = build_all(
                names, corpus, work, cores(), ways, args.patience, args.build_runs
            )
            rates = tables.best_rates(buildings)
            report["building"] = [asdict(building) for building in buildings]
            tell(tables.building_table(buildings, corpus.text_bytes))
        if "search" in parts:
            report |= search(names, corpus, work, args)
        if "commands" in parts and NEWSQ in names and not args.stories:
            commands = commandline.measure(args.data, corpus.stories, work, cores(), args.pairs)
            report["commands"] = asdict(commands)
            tantivy = {n: rate for (name, n), rate in rates.items() if name == "tantivy"}
            tell(tables.commands_table(commands, tantivy))
    if args.json:
        args.json.write_text(json.dumps(report, indent=1) + "\n")


def search(
    names: list[str], corpus: Corpus, work: Path, args: argparse.Namespace
) -> dict[str, Any]:
    """Ask all engines; print a table for each mode, what disagrees, and memory."""
    drawn = questions.draw(corpus.records(), args.per_kind * SHARES)
    kinds = [part.strip() for part in args.kinds.split(",") if part.strip()]
    asked = [one for one in drawn if not kinds or any(part in one.kind for part in kinds)]
    modes = chosen(args.modes, MODES)
    found = search_all(names, asked, work, cores()[0], args.rounds, modes, args.patience)
    tell(
        f"{len(asked):,} questions on one core: of {SHARES}, one is asked in {args.rounds} rounds"
        " and the median taken."
    )
    for name in tables.TITLES:
        if any(name in one.times for one in found):
            tell(tables.times_table(name, asked, found))
    tell(tables.agreement_table(asked, found))
    tell(tables.memory_table(found))
    return {
        "questions": [asdict(one) for one in asked],
        "searching": [asdict(one) for one in found],
    }


def tell_of(report: dict[str, Any]) -> None:
    """Print what is compared on what."""
    size = report["text_bytes"] / 2**20
    versions = ", ".join(f"{name} {number}" for name, number in report["versions"].items())
    tell(f"{report['stories']:,} stories, {size:,.1f} MiB of text. {report['system']}. {versions}.")


def tell(text: str) -> None:
    """Print a paragraph, at once: the next may take minutes."""
    print(text, end="\n\n", flush=True)


if __name__ == "__main__":
    main()

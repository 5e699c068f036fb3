"""What an archive takes on a cluster.

    python -m benchmarks.scaling measure --index http://HOST:9200/NAME [--stories N] [--save]
    python -m benchmarks.scaling plan [STORIES ...] [--years 30] [--replicas 1] [--text BYTES] ...

``measure`` writes stories to a cluster, in indices of its own that it removes, and prints what was
measured; with ``--save`` it keeps that in benchmarks/data/scaling.toml. ``plan`` reckons with what
is kept there; ``python -m benchmarks.scaling plan --help`` lists what can be chosen.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from dataclasses import asdict
from pathlib import Path

from benchmarks.harness.tables import table as rows_table
from benchmarks.scaling.sizing import Choices, Measured, options, plan, table

KEPT = Path(__file__).resolve().parents[1] / "data" / "scaling.toml"
DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "reuters21578"
COUNTS = (1_000, 3_000, 10_000, 30_000)
ARCHIVES = (1_000_000, 10_000_000, 100_000_000, 1_000_000_000)


def main(arguments: list[str] | None = None) -> int:
    """Do what was asked."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.scaling",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    measuring = commands.add_parser("measure")
    measuring.add_argument("--index", required=True, metavar="URL")
    measuring.add_argument("--corpus", type=Path, default=DATA)
    measuring.add_argument("--stories", type=int, default=COUNTS[-1])
    measuring.add_argument("--save", action="store_true")
    planning = commands.add_parser("plan")
    planning.add_argument("stories", type=int, nargs="*", default=ARCHIVES)
    for name, kind, default in options(Choices):
        planning.add_argument(f"--{name}", type=kind, default=default, help=f"({default})")
    asked = parser.parse_args(arguments)
    if asked.command == "plan":
        chosen = Choices(**{name: getattr(asked, name) for name, _, _ in options(Choices)})
        print(table([plan(count, kept(), chosen) for count in asked.stories]))
        return 0
    return _measure(asked)


def kept() -> Measured:
    """What was measured when it was last kept."""
    return Measured(**tomllib.loads(KEPT.read_text("utf-8"))["story"])


def _measure(asked: argparse.Namespace) -> int:
    from benchmarks.scaling.measure import measured, read_corpus, sizes
    from cluster.client import Cluster
    from cluster.location import ClusterLocation

    stories, reading = read_corpus(asked.corpus)
    with Cluster(ClusterLocation.parsed(asked.index)) as cluster:
        counts = sorted({*(one for one in COUNTS if one < asked.stories), asked.stories})
        heads = ("stories", "bytes of text a story", "bytes on the cluster", "times the text")
        print(rows_table(heads, sizes(cluster, stories, counts)), flush=True)
        found = measured(cluster, stories, asked.stories, reading)
    lines = [f"{name} = {value:.1f}" for name, value in asdict(found).items()]
    print("\n" + "\n".join(lines))
    if asked.save:
        head = (
            "# What a story takes on a cluster, from python -m benchmarks.scaling measure --save.\n"
            "# benchmarks/scaling/sizing.py says what each is.\n[story]\n"
        )
        KEPT.write_text(head + "\n".join(lines) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

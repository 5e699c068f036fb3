"""Faults of every kind, done to newsq: how many were tried, and how many failures were found.

    python -m benchmarks.faults [KIND[=COUNT] ...] [--seed N]

Does all kinds if none is named, each as often as `KINDS` says. Prints a row for each fault as it is
done, and what failed on standard error. Exit status 1 if something did.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable
from importlib import import_module

from benchmarks.faults.tally import Tally, table

KINDS = {
    "kills": 500,
    "power": 2_000,
    "disk": 2_000,
    "updates": 200,
    "searches": 200,
    "flips": 2_000,
    "queries": 100_000,
    "files": 50_000,
    "nodes": 20,
    "requests": 100,
    "writes": 20,
}
"""Each kind and how often it is done if nothing is said. Its module in this package has a
function ``run(count, seed)`` that gives a `Tally` for each fault."""


def main(arguments: list[str] | None = None) -> int:
    """Do what was asked, and print what came of it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faults", description=__doc__)
    parser.add_argument("kinds", nargs="*", metavar="KIND[=COUNT]", help=", ".join(KINDS))
    parser.add_argument("--seed", type=int, default=1, help="what chance is drawn from")
    options = parser.parse_args(arguments)
    tallies = []
    for kind, count in chosen(options.kinds):
        started = time.monotonic()
        found: Iterable[Tally] = import_module(f"benchmarks.faults.{kind}").run(count, options.seed)
        for tally in found:
            tallies.append(tally)
            print(
                f"{tally.fault}: {tally.tried:,} tried, {len(tally.failures):,} failed", flush=True
            )
            for failure in tally.failures:
                print(f"  {failure}", file=sys.stderr)
        print(f"{kind} took {time.monotonic() - started:,.0f} s", flush=True)
    print(f"\n{table(tallies)}")
    return int(any(tally.failures for tally in tallies))


def chosen(asked: list[str]) -> list[tuple[str, int]]:
    """The kinds that are asked for, each with its count."""
    found = []
    for one in asked or KINDS:
        kind, _, count = one.partition("=")
        if kind not in KINDS:
            raise SystemExit(f"{kind!r} is no kind of fault. There are: {', '.join(KINDS)}")
        found.append((kind, int(count) if count else KINDS[kind]))
    return found


if __name__ == "__main__":
    sys.exit(main())

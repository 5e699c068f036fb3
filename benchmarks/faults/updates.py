"""Long sequences of adds, changes, removals, merges, rebuilds and crashes, drawn by lot.

After each the index has to answer as one built afresh: the same stories, scores, totals, facets
and snippets.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from benchmarks.faults.boundaries import Killed, killed_at, watched
from benchmarks.faults.scenes import answers, in_small, write_file
from benchmarks.faults.tally import Tally
from index.build import build_index
from index.store import leftovers

STEPS = 30
"""Steps of a sequence, the longest."""
FILES = st.integers(0, 9)


class Updates(RuleBasedStateMachine):
    """A corpus that changes and an index that follows, with crashes."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.corpus, self.where = self.folder / "corpus", self.folder / "index"
        self.edition = 0

    @initialize()
    def begin(self) -> None:
        """Build an index of a few stories."""
        for number in range(5):
            self.write(number, 4)
        self.run(rebuild=False)

    @rule(number=FILES, stories=st.integers(1, 6))
    def write(self, number: int, stories: int) -> None:
        """Write a file that is new or takes the place of one."""
        self.edition += 1
        desk = self.corpus / f"desk{number % 2}"
        write_file(desk, f"file{number}", number * 6, self.edition, stories)

    @rule(number=FILES)
    def remove(self, number: int) -> None:
        """Remove a file, if it is there and not the last."""
        if len(list(self.corpus.rglob("*.jsonl"))) > 1:
            with suppress(FileNotFoundError):
                (self.corpus / f"desk{number % 2}" / f"file{number}.jsonl").unlink()

    @rule(rebuild=st.booleans())
    def run(self, rebuild: bool) -> None:
        """Bring the index up to date."""
        with in_small():
            build_index([self.corpus], self.where, rebuild=rebuild)
        assert leftovers(self.where) == []

    @rule(place=st.integers(0, 60), rebuild=st.booleans())
    def crash(self, place: int, rebuild: bool) -> None:
        """Begin to bring it up to date, and die on the way; what there was is still there."""
        before = answers(self.where)
        try:
            with in_small(), watched(self.where, killed_at(place)):
                build_index([self.corpus], self.where, rebuild=rebuild)
        except Killed:
            if answers(self.where) != before:
                self.same_as_afresh()
        else:
            self.same_as_afresh()

    @rule()
    def compare(self) -> None:
        """Bring the index up to date, and compare it with one built afresh."""
        self.run(rebuild=False)
        self.same_as_afresh()

    def same_as_afresh(self) -> None:
        """Check that the index answers as one of the same corpus that is built afresh."""
        afresh = self.folder / "afresh"
        with in_small():
            build_index([self.corpus], afresh, rebuild=True)
        found, expected = answers(self.where), answers(afresh)
        shutil.rmtree(afresh)
        assert found == expected

    def teardown(self) -> None:
        """The last comparison; nothing is left behind."""
        try:
            if self.where.exists():
                self.compare()
        finally:
            shutil.rmtree(self.folder)


def run(count: int, seed: int) -> Iterator[Tally]:
    """Try ``count`` sequences."""
    failures = []
    try:
        try_(count, STEPS, seed)
    except AssertionError as error:
        failures.append(str(error))
    yield Tally("updates as built afresh", count, tuple(failures), f"{STEPS} steps each")


def try_(count: int, steps: int, seed: int | None = None) -> None:
    """Try ``count`` sequences of ``steps``; the same ones without a seed."""
    from hypothesis import seed as seeded

    machine = Updates if seed is None else seeded(seed)(Updates)
    checks = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=count,
            stateful_step_count=steps,
            deadline=None,
            derandomize=seed is None,
            database=None,
            suppress_health_check=checks,
        ),
    )

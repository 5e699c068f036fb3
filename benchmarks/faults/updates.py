"""Long sequences of adds, changes, removals, merges, rebuilds and crashes, drawn by lot.

Files become too large, links, pipes and folders on the way, and the limits change. After each the
index has to answer as one built afresh: the same stories, scores, totals, facets and snippets.
"""

from __future__ import annotations

import gzip
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
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
from index.limits import USUAL_LIMITS
from index.store import leftovers

STEPS = 30
"""Steps of a sequence, the longest."""
FILES = st.integers(0, 9)
SIZES = st.sampled_from([1_200, 2_500, USUAL_LIMITS.size])
"""What a file may have: files have some hundred bytes a story."""


class Updates(RuleBasedStateMachine):
    """A corpus that changes and an index that follows, with crashes."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.corpus, self.where = self.folder / "corpus", self.folder / "index"
        self.edition = 0
        self.limits = USUAL_LIMITS

    @initialize()
    def begin(self) -> None:
        """Build an index of a few stories, one of which stays."""
        write_file(self.corpus / "desk0", "anchor", 200, 0, 1)
        write_file(self.folder, "outside", 300, 0, 2)
        for number in range(5):
            self.write(number, 4)
        self.run(rebuild=False)

    @rule(number=FILES, stories=st.integers(1, 6))
    def write(self, number: int, stories: int) -> None:
        """Write a file that is new or takes the place of one."""
        self.edition += 1
        path = self.cleared(number)
        write_file(path.parent, path.stem, number * 6, self.edition, stories)

    @rule(number=FILES)
    def remove(self, number: int) -> None:
        """Remove a file, if it is there."""
        self.cleared(number)

    def cleared(self, number: int) -> Path:
        """Where a file is to be, with nothing there."""
        path = self.corpus / f"desk{number % 2}" / f"file{number}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        path.unlink(missing_ok=True)
        return path

    @rule(number=FILES)
    def pack(self, number: int) -> None:
        """Pack a file where it is, or again, if it is there."""
        path = self.corpus / f"desk{number % 2}" / f"file{number}.jsonl"
        if path.is_file() and not path.is_symlink():
            path.write_bytes(gzip.compress(path.read_bytes(), mtime=0))

    @rule(number=FILES, kind=st.sampled_from(["out", "nothing", "itself", "pipe", "folder"]))
    def displace(self, number: int, kind: str) -> None:
        """Put what is no story file in the place of one."""
        path = self.cleared(number)
        if kind == "pipe":
            os.mkfifo(path)
        elif kind == "folder":
            write_file(path, "within", 400 + number, 0, 2)
        else:
            target = {"out": self.folder / "outside.jsonl", "itself": path}.get(kind, "nowhere")
            path.symlink_to(target)

    @rule(size=SIZES)
    def limit(self, size: int) -> None:
        """Allow files so many bytes from now on."""
        self.limits = replace(self.limits, size=size)

    @rule(rebuild=st.booleans())
    def run(self, rebuild: bool) -> None:
        """Bring the index up to date."""
        with in_small():
            self.build(self.where, rebuild)
        assert leftovers(self.where) == []

    @rule(place=st.integers(0, 60), rebuild=st.booleans())
    def crash(self, place: int, rebuild: bool) -> None:
        """Begin to bring it up to date, and die on the way; what there was is still there."""
        before = answers(self.where)
        try:
            with in_small(), watched(self.where, killed_at(place)):
                self.build(self.where, rebuild)
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

    def build(self, where: Path, rebuild: bool) -> None:
        """Bring the index in ``where`` up to date with the corpus as it is."""
        build_index([self.corpus], where, rebuild=rebuild, limits=self.limits)

    def same_as_afresh(self) -> None:
        """Check that the index answers as one of the same corpus that is built afresh."""
        afresh = self.folder / "afresh"
        with in_small():
            self.build(afresh, rebuild=True)
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

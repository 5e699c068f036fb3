"""A node, the writer, or both are killed while stories are written, and others search.

The writer is killed, stopped, or left to wait for the node, which comes back in a while. The run
is then gone on with, and what the cluster holds compared story by story with a folder that is built
afresh of the same files. A search meanwhile may be refused in a sentence, and nothing else.
"""

from __future__ import annotations

import os
import random
import signal
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.context import SpawnProcess
from pathlib import Path
from unittest.mock import patch

from benchmarks.faults.requests import Index, hurried
from benchmarks.faults.tally import Tally
from cluster.access import Access
from cluster.mapping import Wish
from index.errors import ClusterError, StoppedError
from scripts import opensearch
from search.cli.stopping import listening
from search.opening import open_index

FILES, STORIES = 10, 20
VICTIMS = ("node", "manager", "writer", "stop", "node and writer", "manager and writer")
"""What is killed: the second node, the first, which alone leads the cluster, the writer; or the
writer is asked to stop."""
REBUILT = 3
"""Of so many runs one is a rebuild."""
AWAY = 6.0
"""Seconds that a node is away, the longest."""


def run(count: int, seed: int) -> Iterator[Tally]:
    """Kill something in each of ``count`` runs."""
    with (
        tempfile.TemporaryDirectory() as work,
        opensearch.running(Path(work) / "nodes") as nodes,
    ):
        yield written(nodes, Path(work) / "index", count, seed)


def written(nodes: list[opensearch.Node], folder: Path, count: int, seed: int) -> Tally:
    """As `run`, on a cluster of ``nodes``."""
    chance = random.Random(seed)
    index = Index(opensearch.address(nodes), folder, Wish(), FILES, STORIES)
    started = time.monotonic()
    _finish(_started(index, rebuild=False))
    took = time.monotonic() - started
    opensearch.wait_for(nodes)
    failures: list[str] = []
    ends: Counter[str] = Counter()
    searching = Searching(index.access)
    for trial in range(count):
        index.change()
        victim = chance.choice(VICTIMS)
        rebuild = trial % REBUILT == REBUILT - 1
        writer = _started(index, rebuild)
        time.sleep(chance.uniform(0.2, 1) * took)
        _strike(victim, writer, nodes, chance)
        ends[_finish(writer)] += 1
        opensearch.wait_for(nodes)
        with hurried(few=False):
            index.write(rebuild=rebuild and chance.random() < 0.5)
        if wrong := index.wrong() or index.left_over():
            failures.append(f"trial {trial}, {victim}, rebuild {rebuild}: {wrong}")
            break
    searching.stop()
    counts = searching.counts + ends
    told = ", ".join(f"{number:,} {what}" for what, number in sorted(counts.items()))
    return Tally("killed while writing", trial + 1, (*failures, *searching.failures), told)


def _started(index: Index, rebuild: bool) -> SpawnProcess:
    writer = get_context("spawn").Process(target=_write, args=(index, rebuild), daemon=True)
    writer.start()
    return writer


def _write(index: Index, rebuild: bool) -> None:
    """What the writer does, with an exit status that says how it ended."""
    with listening() as stop, hurried(few=False), patch("cluster.bulk.FULL", 5_000):
        try:
            index.write(rebuild, stop)
        except StoppedError:
            os._exit(stop.status)
        except ClusterError as error:
            print(f"  refused: {error}", flush=True)
            os._exit(2)


def _finish(writer: SpawnProcess) -> str:
    """Wait for the end of a writer, and tell of it."""
    writer.join()
    told = {0: "runs done", 2: "runs refused", -signal.SIGKILL: "runs killed"}
    told[128 + signal.SIGTERM] = "runs stopped"
    return told.get(writer.exitcode or 0, f"runs ended by {writer.exitcode}")


def _strike(
    victim: str, writer: SpawnProcess, nodes: list[opensearch.Node], chance: random.Random
) -> None:
    """Kill the ``victim``; a node is started again in a while."""
    node = nodes[victim.startswith("node")]
    is_node = not victim.startswith(("writer", "stop"))
    if is_node:
        node.kill()
    if victim.endswith(("writer", "stop")) and writer.pid is not None:
        time.sleep(chance.uniform(0, 1))
        with suppress(ProcessLookupError):
            os.kill(writer.pid, signal.SIGTERM if victim == "stop" else signal.SIGKILL)
    if is_node:
        time.sleep(chance.uniform(0, AWAY))
        node.start()


class Searching:
    """A thread that searches all the time."""

    def __init__(self, access: Access) -> None:
        self.counts: Counter[str] = Counter()
        self.failures: list[str] = []
        self._access = access
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._search)
        self._thread.start()

    def stop(self) -> None:
        """Let it come to its end."""
        self._over.set()
        self._thread.join()

    def _search(self) -> None:
        while not self._over.wait(0.1):
            try:
                with open_index(self._access) as stories:
                    page = stories.search("ferry", limit=1000, ungroup=True)
                if len(page.hits) != page.total:
                    self.failures.append(f"{page.total} stories were told and {len(page.hits)} had")
                self.counts["searches answered"] += 1
            except ClusterError:
                self.counts["searches refused"] += 1
            except Exception as error:  # noqa: BLE001 - what is looked for
                self.failures.append(f"a search: {type(error).__name__}: {error!s:.200}")

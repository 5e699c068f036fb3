"""The writer dies between two requests to a cluster: before one is sent, or before its answer.

It dies so while an index is made, brought up to date, and built anew. Then the files are changed
again, or are as they were before, and the next run has to bring the cluster to what a folder
holds that is built afresh of the same: no story lost, doubled or otherwise, nothing left over.
"""

from __future__ import annotations

import random
import secrets
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from benchmarks.faults.boundaries import Killed
from benchmarks.faults.scenes import in_small, write_file
from benchmarks.faults.tally import Tally
from cluster.access import Access
from cluster.build import build_index
from cluster.client import Cluster
from cluster.location import ClusterLocation
from cluster.mapping import Wish
from index.messages import Stopping, never
from scripts import opensearch
from tests.cluster.beside import Held, differences, of_folder, parts
from tests.cluster.placed import clear

NEVER = 10**9


@dataclass
class Death:
    """A writer that dies at a request of this number, before it is sent or when it is
    ``answered``; how many it has come to make."""

    at: int
    answered: bool
    requests: int = 0
    is_dead: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)


@contextmanager
def dying(death: Death) -> Iterator[None]:
    """Have this process as a writer die at that request, and ask for nothing more."""
    send = Cluster.ask

    def ask(cluster: Cluster, *told: Any, **more: Any) -> Any:
        with death.lock:
            is_last = death.requests == death.at
            if death.is_dead or (is_last and not death.answered):
                death.is_dead = True
                raise Killed
            death.requests += 1
            death.is_dead = is_last
        answer = send(cluster, *told, **more)
        if is_last:
            raise Killed
        return answer

    with patch.object(Cluster, "ask", ask):
        yield


@contextmanager
def hurried(few: bool) -> Iterator[None]:
    """Have runs do on a small corpus what they do on a large one, and take a lock over soon.

    If all news are ``few``, they are tied by their keys.
    """
    with (
        in_small(),
        patch("cluster.lease.LASTS", 0.02),
        patch("cluster.lease.LOOK", 0.01),
        patch("cluster.tying.FEW", 100.0 if few else 0.0),
    ):
        yield


class Index:
    """An index of a small corpus, on a cluster and in a folder: ``files`` of so many stories."""

    def __init__(
        self, address: str, folder: Path, wish: Wish, files: int = 4, stories: int = 3
    ) -> None:
        self.access = Access(ClusterLocation.parsed(f"{address}/d{secrets.token_hex(6)}"))
        self.folder, self.corpus = folder, folder / "corpus"
        self.edition = 0
        self._wish, self._files, self._stories = wish, files, stories
        shutil.rmtree(folder, ignore_errors=True)
        for number in range(files):
            self._put(number, stories)

    def _put(self, number: int, stories: int) -> None:
        first = number * 2 * self._stories
        write_file(self.corpus / "desk", f"file{number}", first, self.edition, stories)

    def change(self) -> None:
        """Write a file anew, take one away or put it back."""
        self.edition += 1
        other = (self.edition + 2) % self._files
        self._put(self.edition % self._files, self._stories - 1)
        if (path := self.corpus / "desk" / f"file{other}.jsonl").exists():
            path.unlink()
        else:
            self._put(other, self._stories)

    def write(self, rebuild: bool = False, stopping: Stopping = never) -> None:
        """Bring the index on the cluster up to date."""
        wish = Wish() if self.edition else self._wish
        build_index([self.corpus], self.access, rebuild=rebuild, layout=wish, stopping=stopping)

    def held(self) -> Held:
        """What a folder holds of the corpus as it is."""
        return of_folder(self.corpus, self.folder / "afresh")

    def wrong(self, held: Held | None = None) -> str:
        """What is wrong with what the cluster holds, beside the corpus as it is or what a folder
        has held of it; "" if nothing is."""
        with self.access.connect() as cluster:
            found = differences(cluster, held or self.held())
            return ", ".join(f"{count} {what}" for what, count in found.items())

    def left_over(self) -> str:
        """What there is on the cluster beside the build that is live; "" if nothing."""
        with self.access.connect() as cluster:
            names = parts(cluster)
        builds = {one.removeprefix("sources.").partition(".")[0].strip(":") for one in names}
        return "" if len(builds - {"lock"}) == 1 else f"there is {', '.join(names)}"


Dying = Callable[[Index, Death], str]
"""What is done before, at and after a death; it gives what is wrong then."""


def run(count: int, seed: int) -> Iterator[Tally]:
    """Die at ``count`` requests of each kind of run, or at all."""
    with (
        tempfile.TemporaryDirectory() as work,
        opensearch.running(Path(work) / "nodes") as nodes,
    ):
        yield from swept(opensearch.address(nodes), Path(work) / "index", count, seed)


def swept(address: str, folder: Path, count: int, seed: int) -> Iterator[Tally]:
    """As `run`, on the cluster at ``address``."""
    kinds: dict[str, Dying] = {
        "made": _made,
        "brought up to date": _updated,
        "built anew": _rebuilt,
    }
    chance = random.Random(seed)
    for kind, die in kinds.items():
        index = Index(address, folder, Wish(replicas=0))
        try:
            tried, failures = 0, []
            for at in _places(index, die, count, chance):
                for answered in (False, True):
                    tried += 1
                    if wrong := die(index, Death(at, answered)):
                        failures.append(f"{kind}, request {at}, answered {answered}: {wrong}")
                        clear(index.access)
                        index = Index(address, folder, Wish(replicas=0))
            yield Tally(f"a writer dead at a request: {kind}", tried, tuple(failures))
        finally:
            clear(index.access)


def _places(index: Index, die: Dying, count: int, chance: random.Random) -> list[int]:
    """The numbers of requests at which a writer is to die."""
    life = Death(NEVER, answered=False)
    die(index, life)
    return sorted(chance.sample(range(life.requests), min(count, life.requests)))


def _made(index: Index, death: Death) -> str:
    with hurried(few=death.answered):
        clear(index.access)
        with suppress(Killed), dying(death):
            index.write()
        if death.at % 2:
            index.change()
        index.write()
        return index.wrong() or index.left_over()


def _updated(index: Index, death: Death) -> str:
    with hurried(few=death.answered):
        index.write()
        before = index.folder / "before"
        shutil.copytree(index.corpus, before)
        index.change()
        with suppress(Killed), dying(death):
            index.write()
        if death.at % 3 == 0:
            shutil.rmtree(index.corpus)
            shutil.copytree(before, index.corpus)
        elif death.at % 3 == 1:
            index.change()
        shutil.rmtree(before)
        index.write()
        return index.wrong() or index.left_over()


def _rebuilt(index: Index, death: Death) -> str:
    with hurried(few=death.answered):
        index.write()
        before = index.held()
        index.change()
        with suppress(Killed), dying(death):
            index.write(rebuild=True)
        if (wrong := index.wrong(before)) and index.wrong():
            return f"neither as before nor as after: {wrong}"
        if death.at % 3 == 1:
            index.change()
        index.write(rebuild=death.at % 2 == 0)
        return index.wrong() or index.left_over()

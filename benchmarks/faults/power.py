"""Power lost: what was not put on the disk may be gone, torn or out of order.

The steps of a run are noted, and for the instant after each a folder is made as the disk may then
have it: of what was written to a file since it was last synced, nothing, a part, or noughts in
its place; of the names that were made, changed and removed since the folder was last synced,
any. It is what ALICE does (Pillai et al., "All File Systems Are Not Created Equal", OSDI 2014).
"""

from __future__ import annotations

import os
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.faults.boundaries import READING, Step, watched
from benchmarks.faults.scenes import Scene, in_small, scenes
from benchmarks.faults.tally import Tally

Names = dict[str, "Node"]
State = dict[str, bytes]
"""The files of a folder, by name."""


@dataclass(slots=True, eq=False)
class Node:
    """A file: its bytes as the process sees them, and as they are on the disk for sure."""

    data: bytearray = field(default_factory=bytearray)
    synced: bytes = b""


@dataclass(slots=True)
class Disk:
    """A folder as the process sees it, as it is on the disk, and changes of names between."""

    folder: str
    names: Names
    synced: Names
    pending: list[tuple[str, str, Node]] = field(default_factory=list)
    there: bool = True

    def do(self, step: Step) -> None:
        """Do what ``step`` does."""
        name, node = os.path.basename(step.path), self.names.get(os.path.basename(step.path))
        if step.kind == "sync" and step.path == self.folder:
            self.synced, self.pending = dict(self.names), []
        elif step.path == self.folder or not step.path.startswith(self.folder):
            self.there = step.kind == "sync"  # the folder is made, or its own name is synced
        elif step.kind == "create" and node is None:
            self.names[name] = node = Node()
            self.pending.append(("", name, node))
        elif node is None:
            pass
        elif step.kind == "write":
            end = step.at + len(step.data)
            node.data.extend(bytes(max(end - len(node.data), 0)))
            node.data[step.at : end] = step.data
        elif step.kind == "truncate":
            del node.data[step.at :]
        elif step.kind == "sync":
            node.synced = bytes(node.data)
        elif step.kind == "rename":
            to = os.path.basename(step.to)
            del self.names[name]
            self.names[to] = node
            self.pending.append((name, to, node))
        elif step.kind == "unlink":
            del self.names[name]
            self.pending.append((name, "", node))

    def states(self, chance: random.Random) -> Iterator[State]:
        """Folders as the disk may have them: the plainest few, and some by lot."""
        for happened in (False, True):
            for bytes_ in (_synced, _torn, _noughts, _all):
                yield self._state(lambda: happened, bytes_)  # noqa: B023 - called at once
        for _ in range(4):
            yield self._state(
                lambda: chance.random() < 0.5,
                lambda node: chance.choice((_synced, _torn, _noughts, _all))(node),
            )

    def _state(self, happened: Callable[[], bool], bytes_: Callable[[Node], bytes]) -> State:
        if not self.there and not happened():
            return {}
        names = dict(self.synced)
        for old, new, node in self.pending:
            if happened():
                if names.get(old) is node:
                    del names[old]
                if new:
                    names[new] = node
        return {name: bytes_(node) for name, node in names.items()}


def _synced(node: Node) -> bytes:
    return node.synced


def _all(node: Node) -> bytes:
    return bytes(node.data)


def _torn(node: Node) -> bytes:
    return bytes(node.data[: (len(node.synced) + len(node.data)) // 2])


def _noughts(node: Node) -> bytes:
    return bytes(node.data[: len(node.synced)]) + bytes(max(len(node.data) - len(node.synced), 0))


def run(count: int, seed: int) -> Iterator[Tally]:
    """Lose power ``count`` times, in every scene alike and at every step if they are enough."""
    with tempfile.TemporaryDirectory() as folder:
        where = Path(folder) / "index"
        made = list(scenes(Path(folder)))
        for scene in made:
            yield lost(scene, where, count // len(made), random.Random(seed))


def lost(scene: Scene, where: Path, trials: int, chance: random.Random) -> Tally:
    """Lose power in the work of ``scene``, at ``trials`` of the instants and states there are."""
    steps = noted(scene, where)
    possible = states_after(steps, scene, where, chance)
    chosen = possible if len(possible) <= trials else chance.sample(possible, trials)
    failures = []
    for at, state in chosen:
        lay(where, state)
        if wrong := scene.wrong(where, done=True if at == len(steps) else None):
            done = f"{steps[at - 1].kind} {Path(steps[at - 1].path).name}" if at else "nothing"
            failures.append(f"{scene.name}, power lost after step {at} ({done}): {wrong}")
    shutil.rmtree(where, ignore_errors=True)
    note = f"{len(steps)} steps, {len(possible)} states"
    return Tally(f"power lost: {scene.name}", len(chosen), tuple(failures), note)


def states_after(
    steps: list[Step], scene: Scene, where: Path, chance: random.Random
) -> list[tuple[int, State]]:
    """(how many steps were done, what the disk may then have), each different one once."""
    disk = _disk(scene, where)
    states = [(0, state) for state in disk.states(chance)]
    for number, step in enumerate(steps, 1):
        disk.do(step)
        states += [(number, state) for state in disk.states(chance)]
    different = {(at, tuple(sorted(state.items()))): (at, state) for at, state in states}
    return list(different.values())


def noted(scene: Scene, where: Path) -> list[Step]:
    """The steps by which the work of ``scene`` changes the index's folder."""
    steps: list[Step] = []

    def told(step: Step) -> None:
        if step.kind not in READING:
            steps.append(step)

    with scene.copy(where), in_small(), watched(where, told):
        scene.work(where)
    return steps


def _disk(scene: Scene, where: Path) -> Disk:
    """The disk before the work: all that is there is on it."""
    names: Names = {}
    for path in scene.index.iterdir() if scene.index.exists() else ():
        data = path.read_bytes()
        names[path.name] = Node(bytearray(data), data)
    return Disk(os.path.abspath(where), names, dict(names))


def lay(where: Path, state: State) -> None:
    """Make the folder ``where`` as the disk has it."""
    shutil.rmtree(where, ignore_errors=True)
    where.mkdir()
    for name, data in state.items():
        (where / name).write_bytes(data)

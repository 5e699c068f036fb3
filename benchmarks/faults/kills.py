"""Runs killed (SIGKILL): at every step that changes the index's folder, and at random instants.

At an instant it is the run that is killed, or one of the processes that read for it, or all.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from benchmarks.faults.boundaries import READING, Step, watched
from benchmarks.faults.scenes import Scene, in_small, scenes
from benchmarks.faults.tally import Tally

ENDED = 20.0
"""Seconds within which all processes of a killed run have ended."""


def run(count: int, seed: int) -> Iterator[Tally]:
    """Kill at every step; then at ``count`` instants, half of them runs in two processes."""
    with tempfile.TemporaryDirectory() as folder:
        alone = list(scenes(Path(folder) / "alone"))
        two = list(scenes(Path(folder) / "two", jobs=2))
        where = Path(folder) / "index"
        for scene in alone:
            yield at_every_step(scene, where)
        chance = random.Random(seed)
        for jobs, half in ((1, alone), (2, two)):
            for scene in half:
                trials = count // 2 // len(half) + 1
                yield at_instants(scene, where, trials, jobs, chance)


def at_every_step(scene: Scene, where: Path) -> Tally:
    """Kill the run before its first step, its second, until it comes to its end."""
    failures = []
    steps = 0
    ended = False
    while not ended:
        with scene.copy(where):
            ended = waited(_killed_at(scene, where, steps)) == 0
            if wrong := scene.wrong(where, done=True if ended else None):
                failures.append(f"{scene.name}, killed at step {steps}: {wrong}")
        steps += 1
    return Tally(f"killed at a step: {scene.name}", steps, tuple(failures), "every step")


def _killed_at(scene: Scene, where: Path, place: int) -> int:
    """The number of a process that does the scene's work and is killed at a step."""
    left = place

    def told(step: Step) -> None:
        nonlocal left
        if step.kind in READING:
            return
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1

    def work() -> None:
        with watched(where, told):
            scene.work(where)

    return child(work)


def at_instants(scene: Scene, where: Path, trials: int, jobs: int, chance: random.Random) -> Tally:
    """Kill the run at ``trials`` instants."""
    failures = []
    with scene.copy(where):
        started = time.monotonic()
        waited(child(lambda: scene.work(where)))
        took = time.monotonic() - started
    for trial in range(trials):
        with scene.copy(where):
            leader = child(lambda: scene.work(where))
            time.sleep(chance.uniform(0, took * 1.1))
            victims = chance.choice(("run", "all", "reader")) if jobs > 1 else "run"
            _kill(leader, victims, chance)
            waited(leader)
            wrong = _outlived(leader) or scene.wrong(where)
            if wrong:
                failures.append(f"{scene.name}, {jobs} jobs, trial {trial}, {victims}: {wrong}")
    name = f"killed at an instant: {scene.name}"
    return Tally(name, trials, tuple(failures), f"{jobs} jobs" if jobs > 1 else "1 job")


def _kill(leader: int, victims: str, chance: random.Random) -> None:
    if victims == "all":
        os.killpg(leader, signal.SIGKILL)
    elif victims == "reader" and (readers := _children(leader)):
        with suppress(ProcessLookupError):  # it has just ended
            os.kill(chance.choice(readers), signal.SIGKILL)
    else:
        os.kill(leader, signal.SIGKILL)


def _children(leader: int) -> list[int]:
    """The processes that ``leader`` has started, where the system tells."""
    try:
        text = Path(f"/proc/{leader}/task/{leader}/children").read_text("ascii")
    except OSError:
        return []
    return list(map(int, text.split()))


def child(work: Callable[[], object]) -> int:
    """Start a process, the first of a group, that does ``work``; give its number."""
    sys.stdout.flush()
    number = os.fork()
    if number:
        with suppress(OSError):  # whichever of the two comes to it first
            os.setpgid(number, number)
        return number
    try:
        os.setpgid(0, 0)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        with in_small():
            work()
        os._exit(0)
    except BaseException:  # noqa: BLE001 - a process must not go on as another
        traceback.print_exc()
        os._exit(1)


def waited(number: int) -> int:
    """The exit status of a process, once it has ended; less than 0 for a signal."""
    return os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])


def _outlived(leader: int) -> str:
    """Whether a process of the run of ``leader`` goes on after it; "" if none does."""
    until = time.monotonic() + ENDED
    while time.monotonic() < until:
        try:
            os.killpg(leader, 0)
        except ProcessLookupError:
            return ""
        time.sleep(0.01)
    os.killpg(leader, signal.SIGKILL)
    return "a process outlived its run"

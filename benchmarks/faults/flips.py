"""Bits turn, and files are cut short: a check says so, and whatever is read is right or refused.

Each trial damages one place of an index, in a process of its own: that it crashes would be a
failure as well.
"""

from __future__ import annotations

import os
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.faults.kills import child, waited
from benchmarks.faults.scenes import Answers, answered, updating
from benchmarks.faults.tally import Tally
from index.check.whole import check_index
from index.errors import NewsqError
from search.opening import open_index

SILENT, WRONG = 3, 4
"""Exit statuses of a trial: the check said nothing; an answer was not as before."""
_WORDS = {SILENT: "the check did not see it", WRONG: "an answer was wrong"}


def run(count: int, seed: int) -> Iterator[Tally]:
    """Damage ``count`` places: four in five times a bit, else the end of a file."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        scene = updating(Path(folder) / "scene", 1, 7)
        index = Path(folder) / "index"
        with scene.copy(index):
            with open_index(index) as stories:
                right = answered(stories)
            cuts = count // 5
            yield damaged(index, right, "bits turned", count - cuts, chance, turned)
            yield damaged(index, right, "files cut short", cuts, chance, cut)


def damaged(
    index: Path,
    right: Answers,
    fault: str,
    count: int,
    chance: random.Random,
    damage: Callable[[bytearray, random.Random], object],
) -> Tally:
    """Do ``damage`` to a file of ``index`` in ``count`` trials, which answers ``right``."""
    files = sorted(path for path in index.iterdir() if path.stat().st_size)
    failures = []
    for number in range(count):
        path = files[number % len(files)]
        data = bytearray(path.read_bytes())
        damage(data, chance)
        where = index.with_name("damaged")
        shutil.copytree(index, where)
        try:
            (where / path.name).write_bytes(data)
            status = waited(child(lambda where=where: os._exit(outcome(where, right))))  # type: ignore[misc]
        finally:
            shutil.rmtree(where)
        if status:
            what = _WORDS.get(status, f"the process ended with {status}")
            failures.append(f"{fault}, {path.name}, trial {number}: {what}")
    return Tally(fault, count, tuple(failures), f"{len(files)} files")


def turned(data: bytearray, chance: random.Random) -> None:
    """Turn one bit."""
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def cut(data: bytearray, chance: random.Random) -> None:
    """Cut the end off."""
    del data[chance.randrange(len(data)) :]


def outcome(where: Path, right: Answers) -> int:
    """What becomes of an index that is damaged: 0 if it is told, and nothing wrong is read."""
    try:
        if check_index(where).is_sound:
            return SILENT
    except NewsqError:
        pass
    try:
        with open_index(where) as stories:
            return 0 if answered(stories) == right else WRONG
    except NewsqError:
        return 0

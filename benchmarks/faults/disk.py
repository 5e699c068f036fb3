"""The disk fails: full, over quota, gone read-only, broken, a network folder cut off.

Each error is met at steps on the index's folder, once or from there on; and some are real: a
small file system that fills up, a folder that may not be written, a limit on the size of files.
The command must exit with one sentence and status 2, and leave the index as it was and free
to be written; or, where the step does not matter, do its work.
"""

from __future__ import annotations

import errno
import gc
import io
import os
import random
import resource
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from benchmarks.faults.boundaries import Step, watched
from benchmarks.faults.kills import child, waited
from benchmarks.faults.scenes import Scene, in_small, scenes
from benchmarks.faults.tally import Tally
from index.store import locked
from search.cli.main import MISTAKE, app

ERRORS = ("ENOSPC", "EDQUOT", "EIO", "EACCES", "EROFS", "ESTALE")
NOBODY = 65_534


def run(count: int, seed: int) -> Iterator[Tally]:
    """Meet ``count`` steps with an error, of every scene and kind alike; then the real ones."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)  # noqa: S103 - so that another user gets to what lies in it
        where = Path(folder) / "index"
        made = list(scenes(Path(folder)))
        for scene in made:
            yield failing(scene, where, count // len(made), chance)
        updating = made[1]
        yield limited(updating, where)
        yield forbidden(updating, where)
        yield from full(updating, Path(folder) / "small")


def failing(scene: Scene, where: Path, trials: int, chance: random.Random) -> Tally:
    """Meet ``trials`` of the steps of ``scene`` with an error, or all if they are not more."""
    count = _steps(scene, where)
    possible = [
        (place, name, lasting)
        for place in range(count)
        for name in ERRORS
        for lasting in (False, True)
    ]
    chosen = possible if len(possible) <= trials else chance.sample(possible, trials)
    failures = []
    for place, name, lasting in chosen:
        with scene.copy(where):
            seen: list[Step] = []
            with in_small(), watched(where, _error_at(place, name, lasting, seen)):
                wrong, done = outcome(scene, where)
            # That a rename is on the disk may fail to be told when it is done; a run undoes it.
            known = not lasting and (done or scene.command[0] == "index")
            if wrong := wrong or after(scene, where, done=done if known else None):
                met = f"{name} {'from' if lasting else 'at'} step {place}"
                step = f"{seen[place].kind} {Path(seen[place].path).name}"
                failures.append(f"{scene.name}, {met} ({step}): {wrong}")
    note = f"{count} steps, {len(ERRORS)} errors, once and for good"
    return Tally(f"disk error: {scene.name}", len(chosen), tuple(failures), note)


def _error_at(place: int, name: str, lasting: bool, seen: list[Step]) -> Callable[[Step], None]:
    """Raises an error at a step, and from there on if it is ``lasting``."""
    number = getattr(errno, name)

    def told(step: Step) -> None:
        seen.append(step)
        at = len(seen) - 1
        if at == place or (lasting and at > place):
            raise OSError(number, os.strerror(number), step.path)

    return told


def _steps(scene: Scene, where: Path) -> int:
    seen: list[Step] = []
    with scene.copy(where), in_small(), watched(where, seen.append):
        outcome(scene, where)
    return len(seen)


def outcome(scene: Scene, where: Path) -> tuple[str, bool]:
    """(what is wrong with how the command ends, whether it says that its work is done)."""
    said, code = io.StringIO(), 0
    with redirect_stderr(said), redirect_stdout(io.StringIO()):
        try:
            app([*scene.command, "--index", str(where)])
        except SystemExit as ended:
            code = int(ended.code or 0)
    text = said.getvalue()
    if code not in (0, MISTAKE):
        return f"exit status {code}: {text!r}", False
    if code and (text.count("\n") != 1 or "unforeseen" in text or "Traceback" in text):
        return f"no sentence: {text!r}", False
    return "", not code


def after(scene: Scene, where: Path, *, done: bool | None) -> str:
    """What is wrong with the index after the fault; "" if nothing."""
    try:
        with locked(where, patience=0):
            pass
    except Exception as error:  # noqa: BLE001 - what the run looks for
        return f"the lock is left: {error}"
    return scene.wrong(where, done=done)


def limited(scene: Scene, where: Path) -> Tally:
    """Let no file grow beyond a size: the system refuses the write that would."""
    sizes = [0, 1, 100, 1_000, 3_000, 5_000, 8_000, 12_000, 20_000]

    def trial(size: int) -> str:
        def work() -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
            os._exit(bool(outcome(scene, where)[0]))

        with scene.copy(where):
            wrong = waited(child(work)) and "the command did not end with a sentence"
            return wrong or after(scene, where, done=None)

    failures = [f"files of {size} bytes: {wrong}" for size in sizes if (wrong := trial(size))]
    return Tally("files limited", len(sizes), tuple(failures), "RLIMIT_FSIZE")


def forbidden(scene: Scene, where: Path) -> Tally:
    """Let the folder, the lock or all files be such as another user may not write or read."""
    modes = {"folder read-only": (0o555, 0o444), "files not readable": (0o755, 0o000)}
    modes |= {"folder not listed": (0o311, 0o644), "folder not entered": (0o600, 0o644)}

    def trial(folder: int, files: int) -> str:
        def work() -> None:
            if not os.getuid():
                os.setuid(NOBODY)
            os._exit(bool(outcome(scene, where)[0]))

        with scene.copy(where):
            for path in where.iterdir():
                path.chmod(files)
            where.chmod(folder)
            wrong = waited(child(work)) and "the command did not end with a sentence"
            where.chmod(0o755)
            for path in where.iterdir():
                path.chmod(0o644)
            return wrong or after(scene, where, done=False)

    failures = [f"{name}: {wrong}" for name, mode in modes.items() if (wrong := trial(*mode))]
    return Tally("not permitted", len(modes), tuple(failures), "as another user")


def full(scene: Scene, where: Path) -> Iterator[Tally]:
    """Do the work on file systems that are too small for it, where one may be mounted."""
    sizes = [64, 96, 104, 112, 120, 128, 136, 144, 160, 192, 256]
    failures = []
    ended = []
    for size in sizes:
        where.mkdir(exist_ok=True)
        mount = shutil.which("mount") or "mount"
        options = ["-t", "tmpfs", "-o", f"size={size}k", "tmpfs", str(where)]
        mounted = subprocess.run([mount, *options], check=False, capture_output=True)  # noqa: S603
        if mounted.returncode:
            return
        try:
            try:
                shutil.copytree(scene.index, where / "index")
            except shutil.Error:
                continue
            with in_small():
                wrong, done = outcome(scene, where / "index")
            ended.append(done)
            remount = [mount, "-o", "remount,size=1m", str(where)]
            subprocess.run(remount, check=True)  # noqa: S603
            if wrong := wrong or after(scene, where / "index", done=done):
                failures.append(f"{size} KiB: {wrong}")
        finally:
            gc.collect()  # maps of its files
            subprocess.run([shutil.which("umount") or "umount", str(where)], check=True)  # noqa: S603
    note = f"{ended.count(False)} of the runs did not fit"
    yield Tally("file system full", len(ended), tuple(failures), note)

"""Processes to measure in: kept on their cores, watched for memory, stopped if they hang."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
_INTERVAL = 0.1


class StoppedError(Exception):
    """The process ended, or was ended because it took too long."""


class Process:
    """A `benchmarks.harness.worker`, for a ``with`` statement."""

    def __init__(self, cores: list[int]) -> None:
        command = [sys.executable, "-m", "benchmarks.harness.worker", ",".join(map(str, cores))]
        self._process = subprocess.Popen(  # noqa: S603 (our own module)
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def __enter__(self) -> Process:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.communicate()

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    def ask(self, request: object, patience: float) -> Any:
        """The answer to ``request``; raises StoppedError after ``patience`` seconds."""
        assert self._process.stdin
        assert self._process.stdout
        timer = threading.Timer(patience, self._process.kill)
        timer.start()
        started = time.monotonic()
        try:
            pickle.dump(request, self._process.stdin)
            self._process.stdin.flush()
            # The other side was started by this process.
            return pickle.load(self._process.stdout)  # noqa: S301
        except (EOFError, BrokenPipeError) as error:
            late = time.monotonic() - started >= patience
            why = f"it took more than {patience:,.0f} s" if late else "it ended by itself"
            raise StoppedError(why) from error
        finally:
            timer.cancel()


class MemoryWatch:
    """Samples the resident memory of a process and its children; ``peak`` is in bytes.

    Pages that several of them share count for each, so the figure is never too low, but for
    a peak between two samples. 0 where the system has no /proc.
    """

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.peak = 0

    def __enter__(self) -> MemoryWatch:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.wait(_INTERVAL):
            self.peak = max(self.peak, _resident(self._pid))


def _resident(pid: int) -> int:
    """Resident bytes of a process and of all that descend from it."""
    size = 0
    with suppress(OSError):
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        size = pages * os.sysconf("SC_PAGE_SIZE")
        for children in Path(f"/proc/{pid}/task").glob("*/children"):
            size += sum(_resident(int(child)) for child in children.read_text().split())
    return size


def size_of(folder: Path) -> int:
    """Bytes of all files below ``folder``."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())

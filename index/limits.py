"""What one file of a corpus may take: bytes, files packed in it, processor time."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

_MIB = 2**20
RATIO = 200
"""How many times its size may come out of a packed file: news text packs to a third or a tenth,
bombs to a thousandth."""
FREE = 16 * _MIB
"""Bytes that may come out of any packed file."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may take, before it is left and reported.

    ``size`` bounds its bytes, and those that are packed in it, in bytes. ``seconds`` are of
    processor time, for each MiB of it begun: a hundred times what stories take to read.
    """

    size: int = 64 * 2**30
    seconds: float = 60.0

    def time_for(self, size: int) -> float:
        """The seconds of processor time that a file of ``size`` bytes may take."""
        return self.seconds * (size // _MIB + 1)

    def all_of(self, size: int) -> bool:
        """Whether all that can come out of a file of ``size`` bytes is within these limits."""
        return max(size * RATIO, FREE) <= self.size


USUAL_LIMITS = Limits()


class OutOfTimeError(BaseException):
    """The time is up. Not an Exception, which what is interrupted may catch."""


class Clock:
    """Processor time that is spent on one file, counted while `running`."""

    def __init__(self, seconds: float) -> None:
        self._left = seconds

    def check(self, since: float) -> None:
        """Raise OutOfTimeError if more than what is left was spent since ``since``."""
        if time.process_time() - since > self._left:
            raise OutOfTimeError

    @contextmanager
    def running(self) -> Iterator[float]:
        """Count what is spent within; gives when it began, for `check`.

        Raises OutOfTimeError in the middle of whatever it is when the time is up; where there
        are no such timers (outside the main thread, on Windows), only `check` does.
        """
        began = time.process_time()
        try:
            with _alarm(self._left):
                yield began
        finally:
            self._left = max(self._left - (time.process_time() - began), 0.001)


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    if not hasattr(signal, "setitimer") or (
        threading.current_thread() is not threading.main_thread()
    ):
        yield
        return
    before = signal.signal(signal.SIGPROF, _ring)
    signal.setitimer(signal.ITIMER_PROF, seconds)  # once: it never rings behind what it is for
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _ring(*_: object) -> None:
    raise OutOfTimeError

"""A run that is asked to stop: by Ctrl-C, by the system, by a terminal that is closed."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

ASKED = b"\nnewsq: stopping, and keeping what has been read. Once more to stop at once.\n"


class Stop:
    """Whether it was asked to stop, and by which signal."""

    def __init__(self) -> None:
        self.number = 0

    def __call__(self) -> bool:
        return bool(self.number)

    @property
    def status(self) -> int:
        """The exit status of a process that a signal has ended."""
        return 128 + (self.number or signal.SIGINT)

    def hear(self, number: int, _frame: FrameType | None) -> None:
        """Note the first signal; raise KeyboardInterrupt for another."""
        if self.number:
            raise KeyboardInterrupt
        self.number = number
        with suppress(OSError):  # the terminal may be gone, which is why
            os.write(2, ASKED)


@contextmanager
def listening() -> Iterator[Stop]:
    """Notes signals that ask to stop, but those that this process was started to ignore."""
    stop = Stop()
    names = ("SIGINT", "SIGTERM", "SIGHUP")
    asking = [getattr(signal, name) for name in names if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in asking}
    for number, handler in before.items():
        if handler not in (signal.SIG_IGN, None):
            signal.signal(number, stop.hear)
    try:
        yield stop
    finally:
        for number, handler in before.items():
            if handler is not None:
                signal.signal(number, handler)

"""What processes of a pool are made for in tests: to be imported there."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from index.errors import QueryError


class Doer:
    """Does what a task says; ``folder`` is where processes leave traces for one another."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def answer(self, task: tuple[str, Any]) -> Any:
        """Do it."""
        what, value = task
        return getattr(self, what)(value)

    def idle(self) -> None:
        """Leave a trace."""
        (self._folder / f"idle-{os.getpid()}").touch()

    def echo(self, value: Any) -> Any:
        """The value, as it came."""
        return value

    def meet(self, number: int) -> int:
        """Wait until as many processes are at work at once; this one."""
        (self._folder / f"here-{os.getpid()}").touch()
        while len(list(self._folder.glob("here-*"))) < number:
            time.sleep(0.01)
        return os.getpid()

    def mistake(self, query: str) -> None:
        """Find it wrong."""
        raise QueryError("No.", query, (1, 2))

    def stumble(self, _value: Any) -> None:
        """Raise what nobody foresaw."""
        raise ValueError("stumbled")

    def die(self, _value: Any) -> None:
        """End this process at once."""
        os._exit(1)

    def sleep(self, _value: Any) -> None:
        """Never answer."""
        time.sleep(3_600)

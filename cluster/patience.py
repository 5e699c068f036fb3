"""What may pass is waited for: the same is tried again after a while, longer each time.

Waits are drawn by lot, so that those whom one fault has met do not all come again at once.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

from index.errors import ClusterError
from index.messages import Stopping, never

PATIENCE = 300.0
"""Seconds for which the same is tried again, from when it failed first."""
FIRST_WAIT, LONGEST_WAIT = 0.5, 20.0
_LOOK = 0.2

Found = TypeVar("Found")


class Patience:
    """Patience with one thing that is tried again and again, unless it is to be ``stopping``."""

    def __init__(self, stopping: Stopping = never) -> None:
        self._stopping = stopping
        self._until: float | None = None
        self._wait = FIRST_WAIT

    def bear(self, error: ClusterError) -> None:
        """Wait a while for ``error`` to pass. Raises it if it will not, or not soon enough."""
        now = time.monotonic()
        if self._until is None:
            self._until = now + PATIENCE
        again = now + self._wait * random.uniform(0.5, 1)  # noqa: S311 - no secret
        if not error.passing or again > self._until:
            raise error
        while time.monotonic() < again:
            if self._stopping():
                raise error
            time.sleep(min(_LOOK, self._wait))
        self._wait = min(2 * self._wait, LONGEST_WAIT)


def patiently(work: Callable[[], Found], stopping: Stopping = never) -> Found:
    """What ``work`` gives, which is done again from its beginning when what fails may pass."""
    patience = Patience(stopping)
    while True:
        try:
            return work()
        except ClusterError as error:
            patience.bear(error)

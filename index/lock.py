"""Who writes the index? One process at a time, and others are told which."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from index.errors import IndexBusyError
from index.files import ensure_own, opened

LOCK = "MAIN_WRITELOCK"
PATIENCE = 2.0
"""Seconds to wait for another process that writes."""
_MOST_BYTES = 1000


@contextmanager
def held(where: Path, patience: float = PATIENCE) -> Iterator[None]:
    """Hold the lock of the index in ``where``; wait ``patience`` seconds while another does.

    It is Whoosh's own, so no Whoosh program writes meanwhile; and the system's, which lets go
    of it when the process ends, however it ends. Raises IndexBusyError, which tells who holds
    it; OSError if the lock's file cannot be written.
    """
    from whoosh.filedb.filestore import FileStorage
    from whoosh.util.filelock import try_for

    ensure_own(where / LOCK)
    lock = FileStorage(str(where)).lock(LOCK)
    if not try_for(lock.acquire, timeout=patience):
        raise IndexBusyError(
            f"{_holder(where)} is writing the index at {where}. Try again when it has finished."
        )
    try:
        _sign(lock.fd)
        yield
    finally:
        try:
            with suppress(OSError):
                os.ftruncate(lock.fd, 0)
        finally:
            lock.release()


def _sign(descriptor: int) -> None:
    """Write into the lock who holds it."""
    import platform

    now = datetime.now().astimezone().isoformat(" ", "seconds")
    who = {"pid": os.getpid(), "host": platform.node(), "since": now}
    with suppress(OSError):  # a full disk; the lock is held all the same
        os.ftruncate(descriptor, 0)
        os.write(descriptor, json.dumps(who).encode())


def _holder(where: Path) -> str:
    """Who holds the lock, as it says itself."""
    try:
        with opened(where / LOCK) as file:
            who = json.loads(file.read(_MOST_BYTES))
        return f"Another newsq (process {who['pid']} on {who['host']}, since {who['since']})"
    except (OSError, ValueError, KeyError, TypeError):
        return "Another program"

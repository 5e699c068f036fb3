"""Who writes an index on a cluster? One at a time, for as long as the writer is heard of.

A document tells the writer, and a thread writes it anew every few seconds. Whoever else would
write watches it: a version that changes is of one who is there; one that has not changed all the
while is of one who is gone without a word, and is taken over. So no clocks are compared. One who
comes back after that finds another's document, and does no more.
"""

from __future__ import annotations

import os
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from cluster.builds import create
from cluster.client import Cluster
from cluster.refusals import overtaken
from index.errors import ClusterError, IndexBusyError, StoppedError
from index.messages import Stopping, never

RENEWED = 5.0
"""Seconds after which a writer says again that it is there."""
LASTS = 40.0
"""Seconds of silence after which a writer is taken to be gone."""
_ANSWERED = 10.0
"""Seconds within which the cluster has to hear it: from a node that stands still, no longer."""
LOOK = 0.5
"""Seconds after which it is looked whether a writer has said so."""
_BODY: dict[str, Any] = {
    "settings": {"number_of_shards": 1},
    "mappings": {
        "dynamic": "strict",
        "properties": {"writer": {"type": "keyword"}, "token": {"type": "keyword"}},
    },
}
_CONFLICT = 409


@contextmanager
def writing(cluster: Cluster, stopping: Stopping = never) -> Iterator[Lease]:
    """Be the one who writes the index.

    Raises IndexBusyError if another does, StoppedError if it is ``stopping`` before it is known.
    """
    index = cluster.location.lock
    if not cluster.exists(index):
        create(cluster, index, _BODY)
    lease = Lease(cluster, f"/{index}/_doc/writer")
    lease.take(stopping)
    over = threading.Event()
    keeper = threading.Thread(target=lease.keep, args=(over,), daemon=True)
    keeper.start()
    try:
        yield lease
    finally:
        over.set()
        keeper.join()
        lease.leave()


def writer(cluster: Cluster) -> tuple[str, bool] | None:
    """Who writes the index, and whether it is heard of: it takes a while to tell that it is not."""
    if not cluster.exists(cluster.location.lock):
        return None
    lease = Lease(cluster, f"/{cluster.location.lock}/_doc/writer")
    there = lease.there()
    until = time.monotonic() + 2 * RENEWED
    while there is not None and time.monotonic() < until:
        time.sleep(LOOK)
        now = lease.there()
        if now is not None and _version_of(now) != _version_of(there):
            return str(now["_source"]["writer"]), True
        there = now
    return None if there is None else (str(there["_source"]["writer"]), False)


class Lease:
    """The document of the one who writes, at a version that nobody else has."""

    def __init__(self, cluster: Cluster, path: str) -> None:
        self._cluster, self._path = cluster, path
        self._writer = f"process {os.getpid()} on {socket.gethostname()}"
        self._token = secrets.token_hex(8)
        self._version: dict[str, int] = {}
        self._is_lost = False

    def check(self) -> None:
        """Raise IndexBusyError if another run has taken over."""
        if self._is_lost:
            raise overtaken(self._cluster.location)

    def take(self, stopping: Stopping) -> None:
        """Become the writer."""
        there = self.there()
        until = time.monotonic() + LASTS
        while there is not None and time.monotonic() < until:
            if stopping():
                raise StoppedError("Stopped. The index is as it was.")
            time.sleep(LOOK)
            now = self.there()
            if now is not None and _version_of(now) != _version_of(there):
                self._busy(now["_source"]["writer"])
            there = now
        self._version = {} if there is None else _version_of(there)
        try:
            self._write()
        except ClusterError as error:
            if error.status != _CONFLICT:
                raise
            self._busy("another run")

    def keep(self, over: threading.Event) -> None:
        """Say again and again that it is there, until it is ``over`` or another is."""
        while not over.wait(RENEWED) and not self._is_lost:
            try:
                self._write()
            except ClusterError as error:
                if error.status == _CONFLICT:
                    self._look()

    def leave(self) -> None:
        """Be the writer no longer; if that cannot be said, it shows in a while."""
        try:
            self._cluster.ask("DELETE", self._path, within=_ANSWERED, **self._version)
        except ClusterError:
            return

    def _look(self) -> None:
        """Whose is the document? Perhaps what this one wrote itself, and was not told of."""
        try:
            there = self.there()
        except ClusterError:
            return
        if there is not None and there["_source"]["token"] == self._token:
            self._version = _version_of(there)
        else:
            self._is_lost = True

    def there(self) -> dict[str, Any] | None:
        """The document as it is now; None if nobody writes."""
        told: dict[str, Any] | None = self._cluster.ask("GET", self._path)
        return told if told and told["found"] else None

    def _write(self) -> None:
        body = {"writer": self._writer, "token": self._token}
        only: dict[str, Any] = self._version or {"op_type": "create"}
        answer = self._cluster.ask("PUT", self._path, body, within=_ANSWERED, **only)
        self._version = _version_of(answer)

    def _busy(self, who: str) -> None:
        raise IndexBusyError(
            f"{who} is writing the index {self._cluster.location}. Wait until it is done."
        )


def _version_of(answer: dict[str, Any]) -> dict[str, int]:
    return {"if_seq_no": answer["_seq_no"], "if_primary_term": answer["_primary_term"]}

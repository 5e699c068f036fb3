"""Who writes an index on a cluster? One at a time, for as long as the writer is there.

A document tells the writer and until when it is to be believed; a thread renews it. A writer
that is gone without a word is in the way no longer than that.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from cluster.builds import create
from cluster.client import Cluster
from index.errors import ClusterError, IndexBusyError

LASTS = 120.0
"""Seconds for which a writer is believed to be there. Clocks may differ by less."""
RENEWED = 30.0
_BODY: dict[str, Any] = {
    "settings": {"number_of_shards": 1},
    "mappings": {
        "dynamic": "strict",
        "properties": {"writer": {"type": "keyword"}, "until": {"type": "double"}},
    },
}
_CONFLICT = 409


@contextmanager
def writing(cluster: Cluster) -> Iterator[None]:
    """Be the one who writes the index, or raise IndexBusyError."""
    index = cluster.location.lock
    if not cluster.exists(index):
        create(cluster, index, _BODY)
    held = _Held(cluster, f"/{index}/_doc/writer")
    held.take()
    over = threading.Event()
    keeper = threading.Thread(target=held.keep, args=(over,), daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join()
        held.leave()


def writer(cluster: Cluster) -> tuple[str, float] | None:
    """Who writes the index, and until when that is to be believed, in seconds since 1970."""
    if not cluster.exists(cluster.location.lock):
        return None
    there = cluster.ask("GET", f"/{cluster.location.lock}/_doc/writer")
    if not there or not there["found"]:
        return None
    return str(there["_source"]["writer"]), float(there["_source"]["until"])


class _Held:
    """The document of the one who writes, at a version that nobody else has."""

    def __init__(self, cluster: Cluster, path: str) -> None:
        self._cluster, self._path = cluster, path
        self._writer = f"process {os.getpid()} on {socket.gethostname()}"
        self._version: dict[str, int] = {}

    def take(self) -> None:
        """Become the writer."""
        there = self._cluster.ask("GET", self._path)
        if there and there["found"]:
            if there["_source"]["until"] > time.time():
                self._busy(there["_source"]["writer"])
            self._version = _version_of(there)
        try:
            self._write()
        except ClusterError as error:
            if error.status != _CONFLICT:
                raise
            self._busy("another run")

    def keep(self, over: threading.Event) -> None:
        """Renew it until it is ``over``, as far as the cluster can be reached."""
        while not over.wait(RENEWED):
            try:
                self._write()
            except ClusterError:
                continue

    def leave(self) -> None:
        """Be the writer no longer; if that cannot be said, it ends by itself."""
        try:
            self._cluster.ask("DELETE", self._path, **self._version)
        except ClusterError:
            return

    def _write(self) -> None:
        body = {"writer": self._writer, "until": time.time() + LASTS}
        only: dict[str, Any] = self._version or {"op_type": "create"}
        self._version = _version_of(self._cluster.ask("PUT", self._path, body, **only))

    def _busy(self, who: str) -> None:
        raise IndexBusyError(
            f"{who} is writing the index {self._cluster.location}. Wait until it is done; if it "
            f"is gone without a word, {LASTS:g} seconds."
        )


def _version_of(answer: dict[str, Any]) -> dict[str, int]:
    return {"if_seq_no": answer["_seq_no"], "if_primary_term": answer["_primary_term"]}

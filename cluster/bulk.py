"""Many small writes sent as few large ones, a few of them on their way at once.

Whoever writes faster than the cluster waits. What the cluster is too busy for, or what a lost
node has cut off, is sent again after a while, as often as patience lasts: every write names its
document, so that to write it twice is to write it once. What the cluster will never take is told.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Generic, NamedTuple, TypeVar

from cluster.client import Cluster
from cluster.patience import Patience
from cluster.refusals import overtaken, refused_item
from index.errors import ClusterError
from index.messages import Stopping, never

FULL = 4 * 2**20
"""Bytes from which writes are sent."""
AHEAD = 3
"""Requests that are on their way at once."""
_WRONG, _NEWER, _TOO_LARGE = 400, 409, 413

Note = TypeVar("Note")


STEPS = 10


def version_of(run: int, step: int) -> int:
    """The version of what a run writes in its n-th step: higher than all of those before."""
    return run * STEPS + step


class Write(NamedTuple):
    """A write as lines of JSON, whose it is, and what is to be deleted when it has been taken."""

    action: str
    document: str | None
    owner: Any = None
    then: tuple[str, ...] = ()


class Refused(NamedTuple):
    """A write that the cluster will not take, and why."""

    owner: Any
    reason: str


class Sender(Generic[Note]):
    """Sends writes to the cluster, from threads of its own.

    ``version`` is given to all that is written, and what has a higher one stays: so a request that
    was given up and is done late changes nothing, nor does a run that another has taken over.
    ``before`` is done before anything is sent. When it is ``stopping``, or something could not be
    sent, nothing is sent again. What it is told with `tell` it gives back with `told`, in order,
    when all that was sent before is safely in; ``refused`` is then what was not taken.
    """

    def __init__(
        self,
        cluster: Cluster,
        stopping: Stopping = never,
        before: Callable[[], None] = lambda: None,
        version: int | None = None,
    ) -> None:
        self._before, self._version = before, version
        self.refused: list[Refused] = []
        self.stopping = stopping
        self._cluster = cluster
        self._failed = False
        self._threads = ThreadPoolExecutor(AHEAD, "newsq-bulk")
        self._writes: list[Write] = []
        self._size = 0
        self._notes: list[Note] = []
        self._sent: deque[tuple[Future[list[Refused]], list[Note]]] = deque()

    def index(
        self,
        index: str,
        identity: str,
        document: str,
        owner: Any = None,
        instead_of: Iterable[str] = (),
    ) -> None:
        """Write a document, whatever was there of its id. ``document`` is JSON on one line.

        Only when it is there, it is deleted from the indices that it is there ``instead_of``: so
        it may for a moment be there twice, and is never gone.
        """
        others = [other for other in instead_of if other != index]
        then = tuple(self._action("delete", other, identity) for other in others)
        self._add(Write(self._action("index", index, identity), document, owner, then))

    def delete(self, index: str, identity: str) -> None:
        """Delete a document, if it is there."""
        self._add(Write(self._action("delete", index, identity), None))

    def _action(self, kind: str, index: str, identity: str) -> str:
        told: dict[str, Any] = {"_index": index, "_id": identity}
        if self._version is not None:
            told |= {"version": self._version, "version_type": "external_gte"}
        return json.dumps({kind: told})

    def _add(self, write: Write) -> None:
        self._writes.append(write)
        self._size += len(write.action) + len(write.document or "")
        if self._size >= FULL:
            self._send()

    def tell(self, note: Note) -> None:
        """Say something when all that was written so far is in."""
        if not self._writes and self._sent:
            self._sent[-1][1].append(note)
        else:
            self._notes.append(note)

    def told(self) -> list[Note]:
        """What can be said now. Raises ClusterError if something could not be sent."""
        said: list[Note] = []
        while self._sent and self._sent[0][0].done():
            said += self._received()
        if not self._sent and not self._writes:
            said += self._notes
            self._notes = []
        return said

    def finish(self) -> list[Note]:
        """Send all that is left, wait for it, and give what is left to say."""
        said: list[Note] = []
        try:
            self._send()
            while self._sent:
                said += self._received()
            return said + self.told()
        finally:
            self._failed = bool(self._sent)
            self._threads.shutdown(cancel_futures=True)

    def _send(self) -> None:
        """Send what has been gathered; wait, if enough is on its way."""
        if not self._writes:
            return
        if len(self._sent) >= AHEAD:
            self._sent[-AHEAD][0].exception()
        future = self._threads.submit(self._deliver, self._writes)
        self._sent.append((future, self._notes))
        self._writes, self._size, self._notes = [], 0, []

    def _received(self) -> list[Note]:
        future, notes = self._sent[0]
        try:
            self.refused += future.result()
        except BaseException:
            self._failed = True
            raise
        self._sent.popleft()
        return notes

    def _gives_up(self) -> bool:
        return self._failed or self.stopping()

    def _deliver(self, writes: list[Write]) -> list[Refused]:
        """Send ``writes`` until each has been taken or refused, and then what is to follow."""
        refused: dict[Write, str] = {}
        self._until_taken(writes, refused)
        then = [one for write in writes if write not in refused for one in write.then]
        self._until_taken([Write(action, None) for action in then], refused)
        return [Refused(write.owner, reason) for write, reason in refused.items()]

    def _until_taken(self, writes: list[Write], refused: dict[Write, str]) -> None:
        patience = Patience(self._gives_up)
        while writes:
            why: ClusterError | None
            try:
                writes, why = self._once(writes, refused)
            except ClusterError as error:
                if error.status == _TOO_LARGE:
                    self._in_halves(writes, refused, error)
                    return
                why = error
            if why is not None:
                patience.bear(why)

    def _in_halves(
        self, writes: list[Write], refused: dict[Write, str], error: ClusterError
    ) -> None:
        """Send what is too large as one; one story that is, the cluster will never take."""
        if len(writes) == 1:
            refused[writes[0]] = str(error)
            return
        half = len(writes) // 2
        self._until_taken(writes[:half], refused)
        self._until_taken(writes[half:], refused)

    def _once(
        self, writes: list[Write], refused: dict[Write, str]
    ) -> tuple[list[Write], ClusterError | None]:
        """Send ``writes``: those that are to be sent again, and why."""
        self._before()
        lines = [line for write in writes for line in (write.action, write.document) if line]
        items = self._cluster.bulk(lines)["items"]
        again: list[Write] = []
        why: ClusterError | None = None
        for write, item in zip(writes, items, strict=True):
            (told,) = item.values()
            error = told.get("error")
            if error is None:
                continue
            failed = refused_item(self._cluster.location, told["status"], error)
            if failed.passing:
                again.append(write)
                why = failed
            elif told["status"] == _WRONG:
                refused[write] = str(failed)
            elif told["status"] == _NEWER:
                raise overtaken(self._cluster.location)
            else:
                raise failed
        return again, why

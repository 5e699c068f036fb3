"""Stories of the cluster read and written again, as something about them has changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from cluster.bulk import Sender, version_of
from cluster.client import Cluster
from cluster.document import Document, documents_of, line_for, stamped, story_of
from cluster.mapping import Layout
from cluster.periods import Periods
from cluster.refusals import refused_item
from index.errors import ClusterError
from index.story import Story
from index.value import Value

AT_ONCE = 500
_UNAVAILABLE = 503
KEPT = ("stamp", "arrived", "tie", "take", "nth", "behind", "printings")
"""Fields that are not told by the story itself."""


class Place(Value):
    """Where a story lies: its index and its id."""

    index: str
    identity: str


def read(cluster: Cluster, places: Sequence[Place]) -> list[Story]:
    """The stories at ``places``, in their order. Raises ClusterError if one is gone."""
    found: list[Story] = []
    for first in range(0, len(places), AT_ONCE):
        docs = [
            {"_index": place.index, "_id": place.identity}
            for place in places[first : first + AT_ONCE]
        ]
        for told in cluster.ask("POST", "/_mget", {"docs": docs})["docs"]:
            if error := told.get("error"):
                raise refused_item(cluster.location, _UNAVAILABLE, error)
            if not told.get("found"):
                raise ClusterError(
                    f"A story of {cluster.location} is gone while it is indexed ({told['_id']}). "
                    "Run it again.",
                    passing=True,
                )
            found.append(story_of(told["_source"]))
    return found


class Rewriter:
    """Writes stories of a build again, with fields that are to be otherwise, as a ``step`` of a
    run."""

    def __init__(
        self, cluster: Cluster, build: int, layout: Layout, run: int, step: int, is_live: bool
    ) -> None:
        self._cluster, self._run = cluster, run
        self._periods = Periods(cluster, build, layout, is_live)
        self._sender: Sender[None] = Sender(
            cluster, before=self._periods.wait, version=version_of(run, step)
        )
        self.count = 0

    def write(self, changes: Iterable[tuple[Place, Story, str, dict[str, Any]]]) -> None:
        """Write stories anew: where each lies, the story, its source, the fields it is to have."""
        left = iter(changes)
        while batch := list(islice(left, AT_ONCE)):
            ready = [one for _, story, source, _ in batch for one in stamped([story], source)]
            for (place, _, _, fields), document in zip(batch, documents_of(ready), strict=True):
                self._write(place, document | fields)

    def _write(self, place: Place, document: Document) -> None:
        day = document.get("day", "")
        index = self._periods.name_of(day)
        if index != place.index:
            self._periods.index_of(day)
        document["run"] = self._run
        line = line_for(document)
        self._sender.index(index, place.identity, line, instead_of=(place.index,))
        self.count += 1

    def finish(self) -> None:
        """Wait until all is in. Raises ClusterError, also if something was not taken."""
        self._sender.finish()
        self._periods.close()
        if self._sender.refused:
            reason = self._sender.refused[0].reason
            raise ClusterError(
                f"{self._cluster.location} does not take a story again that it has: {reason}."
            )

"""Which generation of an index on a cluster is the newest?

A cluster has no such thing, but it counts: what each shard has been told to write, and how often
it has been made to show what it was told. Both together change whenever what is found does.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from functools import partial

from cluster.access import Access
from cluster.stories import ClusterStories
from index.errors import ClusterError
from search.generations import Generation
from search.stories import Stories

LOOK_EVERY = 5.0
"""Seconds for which what the cluster said is good: it is asked over a network."""
_TRIES = 20


class ClusterSource:
    """The index at ``access``, looked at again and again (`search.generations.Source`)."""

    def __init__(self, access: Access, clock: Callable[[], float] = time.monotonic) -> None:
        self._access = access
        self._cluster = access.connect()
        self._clock = clock
        self._newest = self._asked()
        self._looked = clock()

    def newest(self) -> Generation:
        """The generation that there is now, or was `LOOK_EVERY` seconds ago."""
        if self._clock() - self._looked >= LOOK_EVERY:
            self._newest = self._asked(self._newest)
            self._looked = self._clock()
        return self._newest

    def opened(self) -> tuple[Stories, Generation]:
        """The newest generation, open."""
        for _try in range(_TRIES):
            before = self._asked(self._newest)
            stories = ClusterStories(self._access, partial(self._is_still, before))
            self._newest = self._asked(before)
            if self._newest == before:
                return stories, before
            stories.close()
        raise ClusterError(
            f"The index {self._access} changes too fast to be opened. Try again.", passing=True
        )

    def _is_still(self, generation: Generation) -> bool:
        return self._asked().name == generation.name

    def _asked(self, last: Generation | None = None) -> Generation:
        """What the cluster counts, as a name: that of ``last``, if it counts the same."""
        path = f"/{self._access.location.name}/_stats/docs,refresh"
        told = self._cluster.ask("GET", path, level="shards")["indices"]
        counts = sorted(
            (
                index,
                of_index["uuid"],
                int(number),
                shard["seq_no"]["max_seq_no"],
                shard["refresh"]["external_total"],
            )
            for index, of_index in told.items()
            for number, shards in of_index["shards"].items()
            for shard in shards
            if shard["routing"]["primary"]
        )
        name = hashlib.blake2b(repr(counts).encode(), digest_size=8).hexdigest()
        return last if last and last.name == name else Generation(name, time.time())

"""The indices of a build's periods, made as stories come that lie there.

To make one takes the cluster a while, so several are made at once while reading goes on. Nothing
may be sent to one that is not there yet: the cluster would make it by itself, without its alias.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor

from cluster.builds import make_period
from cluster.client import Cluster
from cluster.mapping import Layout, period_of

AT_ONCE = 8
"""Indices that are made at once."""


class Periods:
    """The periods of a build that stories came for; searches see their indices if it is live."""

    def __init__(self, cluster: Cluster, build: int, layout: Layout, is_live: bool) -> None:
        self._cluster, self._build = cluster, build
        self._layout, self._is_live = layout, is_live
        self._threads = ThreadPoolExecutor(AT_ONCE, "newsq-periods")
        self._asked: dict[str, Future[str]] = {}

    def name_of(self, day: str) -> str:
        """The name of the index where stories of ``day`` lie."""
        return self._cluster.location.stories(self._build, period_of(day, self._layout))

    def index_of(self, day: str) -> str:
        """The same; and it is being made, if it is not there."""
        period = period_of(day, self._layout)
        if period not in self._asked:
            self._asked[period] = self._made(period)
        return self.name_of(day)

    def wait(self) -> None:
        """Wait for all that are being made; what has failed is tried again.

        Raises ClusterError if one cannot be made.
        """
        for period, future in list(self._asked.items()):
            if future.done() and future.exception() is not None:
                self._asked[period] = self._made(period)
            self._asked[period].result()

    def close(self) -> None:
        """Make no more."""
        self._threads.shutdown(cancel_futures=True)

    def _made(self, period: str) -> Future[str]:
        return self._threads.submit(make_period, self._cluster, self._build, period, self._is_live)

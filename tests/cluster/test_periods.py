"""The indices of periods are there before anything is sent to them."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.builds import prepare
from cluster.client import Cluster
from cluster.mapping import Layout
from cluster.periods import Periods
from index.errors import ClusterError


def test_periods_are_made_at_once_and_searches_see_those_of_a_live_build(cluster: Cluster) -> None:
    prepare(cluster, 1, Layout())
    periods = Periods(cluster, 1, Layout(), is_live=True)
    days = ["1999-05-01", "2000", "1999-06-02", ""]
    names = [periods.index_of(day) for day in days]
    assert names == [
        cluster.location.stories(1, one) for one in ("1999", "2000", "1999", "undated")
    ]
    periods.wait()
    periods.close()
    told = cluster.ask("GET", f"/{cluster.location.name}/_mapping")
    assert set(told) == set(names)
    assert all(one["mappings"]["dynamic"] == "strict" for one in told.values())


def test_what_could_not_be_made_is_tried_again(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    fails = [ClusterError("busy", passing=True)] * 2
    made: list[str] = []

    def make(cluster: Cluster, build: int, period: str, is_live: bool) -> str:
        if fails:
            raise fails.pop()
        made.append(period)
        return period

    monkeypatch.setattr("cluster.periods.make_period", make)
    periods: Any = Periods(cluster, 1, Layout("month"), is_live=False)
    periods.index_of("1999-05-01")
    for _ in range(2):
        with pytest.raises(ClusterError, match="busy"):
            periods.wait()
        if not fails:
            break
    periods.wait()
    periods.close()
    assert made == ["1999-05"]

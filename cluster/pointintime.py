"""All stories of an index as they were at one moment, whatever is written meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, partial
from typing import Any

from cluster.client import Cluster
from cluster.leaves import Dsl
from cluster.mapping import MEASURED, length_of
from cluster.patience import patiently
from index.errors import ClusterError

KEEP = "5m"
"""How long the cluster keeps a moment for whoever does not come back."""
BUCKETS = 5_000
"""Different values that are counted in one request."""
AT_ONCE = 500
"""Stories that are read in one request."""
NEWEST = ({"date": {"order": "desc", "missing": "_last"}}, {"id": "asc"})
"""The order of stories that are newest first."""
Json = dict[str, Any]
Count = tuple[tuple[Any, ...], int]
"""The values of a few fields, and of how many stories they are."""


class PointInTime:
    """A point in time of the stories of ``cluster``'s index, or of ``indices`` of it, until its
    `close`.

    All that is asked of it raises ClusterError; one that is ``passing``, such as for a node
    that is lost and with it a part of this moment, may be well for another one.
    """

    def __init__(self, cluster: Cluster, indices: str | None = None) -> None:
        self._cluster = cluster
        self.id = self._opened(indices or cluster.location.name)

    def _opened(self, indices: str, **parameters: Any) -> str:
        path = f"/{indices}/_search/point_in_time"
        return str(self._cluster.ask("POST", path, keep_alive=KEEP, **parameters)["pit_id"])

    def close(self) -> None:
        """Let the cluster forget the moment."""
        self._cluster.ask("DELETE", "/_search/point_in_time", {"pit_id": [self.id]})

    def search(self, body: Mapping[str, Any], **parameters: Any) -> Json:
        """What is found, counted exactly. ``parameters`` go behind the ``?``."""
        pit = {"id": self.id, "keep_alive": KEEP}
        found: Json | None = self._cluster.search(
            {"track_total_hits": True, **body, "pit": pit}, index="", **parameters
        )
        if found is None:
            raise ClusterError(
                f"{self._cluster.location} has let go of the stories as they were. Ask again.",
                passing=True,
            )
        return found

    @property
    def stories(self) -> int:
        """How many there are."""
        return self._measured[0]

    @property
    def means(self) -> dict[str, float]:
        """How many words the stories that have any in a field have there on average."""
        return self._measured[1]

    @cached_property
    def _measured(self) -> tuple[int, dict[str, float]]:
        means = {field: {"avg": {"field": length_of(field)}} for field in MEASURED}
        told = self.search({"size": 0, "aggs": means})
        averages = {field: told["aggregations"][field]["value"] or 1.0 for field in means}
        return told["hits"]["total"]["value"], averages

    def count(
        self, queries: Sequence[Dsl], among: Dsl | None = None, **parameters: Any
    ) -> list[int]:
        """How many stories each of ``queries`` matches, of all or ``among`` some."""
        if not queries:
            return []
        filters = {str(number): query for number, query in enumerate(queries)}
        body: Json = {"size": 0, "aggs": {"counts": {"filters": {"filters": filters}}}}
        if among is not None:
            body |= {"query": among, "track_total_hits": False}
        told = self.search(body, **parameters)["aggregations"]["counts"]["buckets"]
        return [told[name]["doc_count"] for name in filters]

    def values(
        self, query: Dsl, columns: Mapping[str, Sequence[str]]
    ) -> dict[str, Iterator[Count]]:
        """Of several ``columns``, a few fields each: the different values that what ``query``
        matches has in these, and how many stories each is of.

        None stands for none. They are all of them, however many: those that do not come with
        the first request are asked for as they are taken.
        """
        composites = {
            name: {
                "size": BUCKETS,
                "sources": [
                    {one: {"terms": {"field": one, "missing_bucket": True}}} for one in fields
                ],
            }
            for name, fields in columns.items()
        }
        first = self._composites(query, composites)
        return {
            name: self._counts(query, name, composites[name], first[name], fields)
            for name, fields in columns.items()
        }

    def _counts(
        self, query: Dsl, name: str, composite: Json, told: Json, fields: Sequence[str]
    ) -> Iterator[Count]:
        while True:
            for bucket in told["buckets"]:
                yield tuple(bucket["key"][field] for field in fields), bucket["doc_count"]
            if len(told["buckets"]) < BUCKETS:
                return
            following = {**composite, "after": told["after_key"]}
            told = self._composites(query, {name: following})[name]

    def _composites(self, query: Dsl, composites: Mapping[str, Json]) -> Json:
        aggregations = {name: {"composite": one} for name, one in composites.items()}
        body = {"size": 0, "track_total_hits": False, "query": query, "aggs": aggregations}
        told: Json = self.search(body)["aggregations"]
        return told

    def hits(
        self,
        query: Dsl,
        sort: Sequence[Json],
        size: int = AT_ONCE,
        fields: Sequence[str] = (),
        source: Sequence[str] | bool = False,
        **parameters: Any,
    ) -> Iterator[Json]:
        """All that ``query`` matches in the order of ``sort``, which tells any two apart.

        ``size`` of them are asked for at a time. With each come the values of ``fields`` and
        what ``source`` names of what is stored.
        """
        body: Json = {
            "size": size,
            "query": query,
            "sort": list(sort),
            "track_total_hits": False,
            "track_scores": True,
            "_source": list(source) if not isinstance(source, bool) else source,
            "docvalue_fields": list(fields),
        }
        while True:
            found = self.search(body, **parameters)["hits"]["hits"]
            yield from found
            if len(found) < size:
                return
            body["search_after"] = found[-1]["sort"]


class PatientPointInTime(PointInTime):
    """One for long work: what the cluster is too busy for is asked again (`cluster.patience`).

    It is opened when all of its parts are there: one of an index that is just being made, and is
    not there at the moment, would be missed for as long as the moment is kept.
    """

    def _opened(self, indices: str, **parameters: Any) -> str:
        whole = partial(super()._opened, allow_partial_pit_creation=False)
        return patiently(lambda: whole(indices, **parameters))

    def search(self, body: Mapping[str, Any], **parameters: Any) -> Json:
        """As `PointInTime.search`."""
        return patiently(partial(super().search, body, **parameters))

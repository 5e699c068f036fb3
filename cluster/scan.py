"""All documents that match, however many: read a page at a time, in no order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from cluster.client import Cluster
from index.errors import ClusterError

PAGE = 1000
"""Documents that are asked for at once."""
KEPT = "10m"
"""How long the cluster keeps the place, from one page to the next."""


def scan(
    cluster: Cluster,
    index: str,
    query: dict[str, Any],
    source: Sequence[str] | bool = False,
    fields: Sequence[str] = (),
    page: int = PAGE,
) -> Iterator[dict[str, Any]]:
    """Every hit of ``query`` in ``index``, as it was when this began; none if there is no index.

    ``source`` says what of the source comes with it, ``fields`` which doc values. Without a
    source, what is stored is not looked at, which is most of the work: then the ``_id`` of a
    story is told by its doc values too, and of other documents not at all. Raises ClusterError,
    also if a part cannot be read.
    """
    body: dict[str, Any] = {"query": query, "size": page, "sort": ["_doc"]}
    if source is False:
        body |= {"stored_fields": "_none_", "docvalue_fields": [*fields, "id"]}
    else:
        told = source if isinstance(source, bool) else list(source)
        body |= {"_source": told, "docvalue_fields": list(fields)}
    found = cluster.search(body, index, scroll=KEPT, ignore_unavailable=True, allow_no_indices=True)
    place = found["_scroll_id"]
    try:
        while hits := found["hits"]["hits"]:
            for hit in hits:
                yield hit if "_id" in hit else {**hit, "_id": field(hit, "id")}
            found = cluster.ask("POST", "/_search/scroll", {"scroll": KEPT, "scroll_id": place})
            if found is None:
                raise ClusterError(
                    f"A node of {cluster.location} has let go of stories that were being read. "
                    "Run it again.",
                    passing=True,
                )
            place = found["_scroll_id"]
    finally:
        with suppress(ClusterError):  # where it cannot be told, the cluster forgets by itself
            cluster.ask("DELETE", "/_search/scroll", {"scroll_id": [place]})


def field(hit: dict[str, Any], name: str) -> Any:
    """The first doc value of a field of a hit; None if it has none."""
    return hit.get("fields", {}).get(name, [None])[0]


def buckets(
    cluster: Cluster,
    index: str,
    query: dict[str, Any],
    name: str,
    more: dict[str, Any] | None = None,
) -> Iterator[dict[str, Any]]:
    """Every different value of the field ``name`` among what ``query`` finds, as a bucket of an
    aggregation; ``more`` is told of each."""
    after: dict[str, Any] = {}
    while True:
        values = {"size": PAGE, "sources": [{name: {"terms": {"field": name}}}], **after}
        aggregation = {"composite": values, "aggs": more or {}}
        body = {"size": 0, "query": query, "aggs": {"values": aggregation}}
        told = cluster.search(body, index, allow_no_indices=True).get("aggregations")
        found = told["values"]["buckets"] if told else []
        yield from found
        if not found:
            return
        after = {"after": told["values"]["after_key"]}

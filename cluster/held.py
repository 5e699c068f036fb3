"""What does the cluster hold of some files? Looked up before they are read anew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from cluster.client import Cluster
from cluster.scan import field, scan
from index.value import Value

AT_ONCE = 500
"""Files, or stories, that are asked about at once."""


class Held(Value):
    """A story as the cluster holds it: in which index, its stamp, the run that saw it first.

    One that a run has left in several indices, as it moved, has no stamp.
    """

    indices: tuple[str, ...]
    stamp: str
    arrived: int


def held_of(
    cluster: Cluster, stories: str, sources: Sequence[str]
) -> defaultdict[str, dict[str, Held]]:
    """The stories of the files called ``sources`` in the indices ``stories``, by file and id."""
    found: defaultdict[str, dict[str, Held]] = defaultdict(dict)
    for first in range(0, len(sources), AT_ONCE):
        query = {"terms": {"source": list(sources[first : first + AT_ONCE])}}
        for hit in scan(cluster, stories, query, fields=("source", "stamp", "arrived")):
            of_file, identity = found[field(hit, "source")], hit["_id"]
            one = Held((hit["_index"],), field(hit, "stamp"), field(hit, "arrived") or 0)
            if (other := of_file.get(identity)) is not None:
                first = min(one.arrived, other.arrived)
                one = Held((*other.indices, *one.indices), "", first)
            of_file[identity] = one
    return found


def arrivals(cluster: Cluster, stories: str, ids: Iterable[str]) -> dict[str, int]:
    """The runs that first saw stories with ``ids``, of those that ``stories`` hold."""
    wanted = list(ids)
    found: dict[str, int] = {}
    for first in range(0, len(wanted), AT_ONCE):
        query: dict[str, Any] = {"terms": {"id": wanted[first : first + AT_ONCE]}}
        for hit in scan(cluster, stories, query, fields=("arrived",)):
            found[hit["_id"]] = field(hit, "arrived") or 0
    return found

"""Stories of a folder's index on a cluster, with the ties that the folder knows."""

from __future__ import annotations

import json
from pathlib import Path

from cluster.access import Access
from cluster.document import Document, documents
from cluster.location import ClusterLocation
from cluster.mapping import Layout, mapping, period_of, settings
from index.schema import from_document
from index.snapshot import open_snapshot
from search.arrays import IndexArrays
from search.copies import Copies

_LAYOUT = Layout(shards=2)
RUN = 1


def place(folder: Path, location: ClusterLocation, by_year: bool = False) -> Access:
    """Write the stories of the index in ``folder`` as documents, to one index or one ``by_year``.

    Each shard takes its time, and stories of a few tests are of many years.
    """
    access = Access(location)
    with access.connect() as cluster:
        made = set()
        lines = []
        for document in _tied(folder):
            period = period_of(document.get("day", ""), _LAYOUT) if by_year else "all"
            index = location.stories(1, period)
            if index not in made:
                body = {"settings": settings(_LAYOUT), "mappings": mapping(_LAYOUT)}
                cluster.ask("PUT", f"/{index}", {**body, "aliases": {location.name: {}}})
                made.add(index)
            action = {"index": {"_index": index, "_id": document["id"]}}
            lines += [json.dumps(action), json.dumps(document)]
        assert not cluster.bulk(lines)["errors"]
        cluster.ask("POST", f"/{location.name}/_refresh")
    return access


def _tied(folder: Path) -> list[Document]:
    snapshot = open_snapshot(folder)
    index, copies = IndexArrays(snapshot.segments), Copies(snapshot.ties)
    found = []
    for doc in index.live.tolist():
        stored = index.stored(doc)
        document = documents([from_document(stored)], stored["source"])[0]
        tie = copies.tie(doc)
        numbers = [take for take, numbers in enumerate(tie.takes) if doc in numbers]
        order = [one for take in reversed(tie.takes) for one in take if one != tie.front]
        found.append(
            {
                **document,
                "tie": index.ids([tie.front])[0],
                "take": numbers[0],
                "nth": tie.stories.index(doc),
                "behind": [tie.front, *order].index(doc),
                "printings": len(tie.stories),
                "arrived": RUN,
            }
        )
    return found


def clear(access: Access) -> None:
    """Take away all that the index consists of."""
    with access.connect() as cluster:
        name = access.location.name
        for row in cluster.ask("GET", f"/_cat/indices/{name}.*", format="json", h="index"):
            cluster.ask("DELETE", f"/{row['index']}")
        known = cluster.ask("GET", f"/_index_template/{name}.*") or {"index_templates": []}
        for template in known["index_templates"]:
            cluster.ask("DELETE", f"/_index_template/{template['name']}")

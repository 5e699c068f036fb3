"""What a folder and a cluster hold of a corpus: every story, and the tie that it is in."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any, NamedTuple

from cluster.client import Cluster
from cluster.document import story_of
from cluster.scan import field, scan
from index.schema import from_document
from index.snapshot import open_snapshot
from index.story import Story
from search.arrays import IndexArrays
from search.copies import Copies


class Held(NamedTuple):
    """A story; the takes of its tie, oldest first, each the ids of its printings; the front."""

    story: Story
    takes: tuple[tuple[str, ...], ...]
    front: str


def of_folder(folder: Path) -> dict[str, Held]:
    """What the index in ``folder`` holds, by id."""
    snapshot = open_snapshot(folder)
    index, copies = IndexArrays(snapshot.segments), Copies(snapshot.ties)
    found = {}
    for doc in index.live.tolist():
        story = from_document(index.stored(doc))
        tie = copies.tie(doc)
        takes = tuple(tuple(index.ids(list(take))) for take in tie.takes)
        found[story.id] = Held(story, takes, index.ids([tie.front])[0])
    return found


def of_cluster(cluster: Cluster) -> dict[str, Held]:
    """What searches see of the index on ``cluster``, by id."""
    fields = ("tie", "take", "nth", "behind", "printings")
    everything: dict[str, Any] = {"match_all": {}}
    hits = list(scan(cluster, cluster.location.name, everything, source=True, fields=fields))
    ties: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for hit in sorted(hits, key=lambda hit: int(field(hit, "nth"))):
        ties[field(hit, "tie")].append(hit)
    found: dict[str, Held] = {}
    for mine in ties.values():
        takes: defaultdict[int, list[str]] = defaultdict(list)
        for hit in mine:
            takes[field(hit, "take")].append(hit["_id"])
        in_order = tuple(tuple(takes[take]) for take in sorted(takes))
        front = min(mine, key=lambda hit: int(field(hit, "behind")))["_id"]
        for hit in mine:
            if field(hit, "printings") != len(mine) or hit["_id"] in found:
                front = ""  # it tells of others that are not there, or lies there twice
            found[hit["_id"]] = Held(story_of(hit["_source"]), in_order, front)
    return found


def differing(one: dict[str, Held], other: dict[str, Held]) -> dict[str, list[str]]:
    """The ids of stories that the two hold otherwise, by what differs."""
    both = one.keys() & other.keys()
    return {
        "held by one alone": sorted(one.keys() ^ other.keys()),
        "stories": sorted(name for name in both if one[name].story != other[name].story),
        "ties": sorted(name for name in both if one[name][1:] != other[name][1:]),
    }

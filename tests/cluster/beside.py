"""What a cluster holds, beside what a folder does that is built afresh of the same corpus."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path
from typing import Any

from cluster.client import Cluster
from cluster.document import story_of
from cluster.scan import field, scan
from index import build
from index.schema import from_document
from index.snapshot import open_snapshot
from index.story import Story
from search.arrays import IndexArrays
from search.copies import Copies

Ties = dict[str, tuple[tuple[tuple[str, ...], ...], str]]
"""For each story its takes, by id, and which of them is the front."""
Held = tuple[dict[str, Story], Ties]


def told(cluster: Cluster) -> list[dict[str, Any]]:
    """All that searches see."""
    fields = ("tie", "take", "nth", "behind", "printings", "arrived", "run")
    everything: dict[str, Any] = {"match_all": {}}
    return list(scan(cluster, cluster.location.name, everything, source=True, fields=fields))


def stories_of(hits: list[dict[str, Any]]) -> dict[str, Story]:
    """The stories of ``hits``, by id."""
    return {hit["_id"]: story_of(hit["_source"]) for hit in hits}


def ties_of(hits: list[dict[str, Any]]) -> Ties:
    """The ties of all that a cluster holds; those of which the stories do not tell the same are
    left out."""
    ties: Ties = {}
    for name in {field(hit, "tie") for hit in hits}:
        mine = sorted((h for h in hits if field(h, "tie") == name), key=lambda h: field(h, "nth"))
        takes: dict[int, list[str]] = {}
        for hit in mine:
            takes.setdefault(field(hit, "take"), []).append(hit["_id"])
        front = min(mine, key=lambda hit: field(hit, "behind"))["_id"]
        if {field(hit, "printings") for hit in mine} == {len(mine)}:
            ties |= {hit["_id"]: (tuple(map(tuple, takes.values())), front) for hit in mine}
    return ties


def of_folder(corpus: Path, folder: Path) -> Held:
    """What a folder holds of a corpus, built afresh: the stories and their ties."""
    shutil.rmtree(folder, ignore_errors=True)
    build.build_index([corpus], folder)
    snapshot = open_snapshot(folder)
    index, copies = IndexArrays(snapshot.segments), Copies(snapshot.ties)
    docs = index.live.tolist()
    stories = [from_document(index.stored(doc)) for doc in docs]
    ties: Ties = {}
    for doc, story in zip(docs, stories, strict=True):
        tie = copies.tie(doc)
        takes = tuple(tuple(index.ids(list(take))) for take in tie.takes)
        ties[story.id] = takes, index.ids([tie.front])[0]
    return {story.id: story for story in stories}, ties


def differences(cluster: Cluster, held: Held) -> Counter[str]:
    """How many stories the cluster has lost, doubled, holds otherwise, ties otherwise or should
    not have, beside what a folder holds."""
    stories, ties = held
    hits = told(cluster)
    found, tied = stories_of(hits), ties_of(hits)
    both = found.keys() & stories.keys()
    return +Counter(
        {
            "lost": len(stories.keys() - found.keys()),
            "doubled": len(hits) - len(found),
            "not of the corpus": len(found.keys() - stories.keys()),
            "other": sum(found[one] != stories[one] for one in both),
            "tied otherwise": sum(tied.get(one) != ties[one] for one in both),
        }
    )


def parts(cluster: Cluster) -> list[str]:
    """What an index consists of on the cluster: its indices and, with a colon, its templates."""
    name = cluster.location.name
    rows = cluster.ask("GET", f"/_cat/indices/{name}.*", format="json", h="index")
    known = cluster.ask("GET", f"/_index_template/{name}.*") or {"index_templates": []}
    names = [row["index"] for row in rows]
    names += [f"{one['name']}:" for one in known["index_templates"]]
    return sorted(one.removeprefix(f"{name}.") for one in names)

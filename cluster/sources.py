"""What a build was made from: one document a file, and one about all (`index.manifest`).

A file is noted when its stories are safely in, so that a run that ends anywhere is gone on with
where it was.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Any

from cluster.bulk import Sender
from cluster.client import Cluster
from cluster.scan import buckets, scan
from index.corpus import Root
from index.manifest import READER, FileEntry, Manifest, entry_from
from index.value import Value

ABOUT = "about"
"""The id of the document about all files."""


class Counts(Value):
    """The numbers of the last run, and of the last after which all stories were tied."""

    run: int = 0
    tied: int = 0


class Sources:
    """The manifest of a build, where the cluster keeps it."""

    def __init__(self, cluster: Cluster, build: int) -> None:
        self._cluster = cluster
        self._index = cluster.location.sources_of(build)
        self._stories = cluster.location.stories(build)

    def load(self) -> Manifest:
        """The manifest; an empty one, which is not whole, where nothing has been noted.

        What was noted since the last refresh is not among it.
        """
        manifest = Manifest(whole=False)
        everything: dict[str, Any] = {"match_all": {}}
        manifest.files |= noted_in(scan(self._cluster, self._index, everything, source=True))
        if not self._about_into(manifest):
            for name, entry in manifest.files.items():
                manifest.files[name] = entry._replace(read_ns=0)
        return manifest

    def about(self) -> Manifest:
        """The manifest but for the files."""
        manifest = Manifest(whole=False)
        self._about_into(manifest)
        return manifest

    def _about_into(self, manifest: Manifest) -> bool:
        """Whether the files were read as this newsq reads; fills ``manifest`` in."""
        known = self._about()
        manifest.columns = tuple((one, other) for one, other in known.get("columns", ()))
        manifest.habits = known.get("habits", {})
        manifest.roots = [Root(one["label"], Path(one["path"])) for one in known.get("roots", ())]
        manifest.whole = known.get("whole", False)
        return bool(known.get("reader") == READER)

    def counts(self) -> Counts:
        """The numbers of the runs; zeros where there was none."""
        known = self._about()
        # What is noted may be older than what was written: it was lost, or not yet noted again.
        return Counts(max(known.get("run", 0), self._last_run()), known.get("tied", 0))

    def _last_run(self) -> int:
        """The last run that wrote a story which searches can see."""
        body = {"size": 0, "aggs": {"last": {"max": {"field": "run"}}}}
        found = self._cluster.search(body, self._stories, allow_no_indices=True)
        return int(found.get("aggregations", {"last": {}})["last"].get("value") or 0)

    def _about(self) -> dict[str, Any]:
        told = self._cluster.ask("GET", f"/{self._index}/_doc/{ABOUT}")
        return told["_source"][ABOUT] if told else {}

    def note(self, entries: Iterable[tuple[str, FileEntry]]) -> None:
        """Note what was found in files. Raises ClusterError."""
        sender: Sender[None] = Sender(self._cluster)
        for source, entry in entries:
            document = {"source": source, "entry": {"row": list(entry)}}
            sender.index(self._index, _id(source), json.dumps(document))
        sender.finish()

    def forget(self, sources: Iterable[str]) -> None:
        """Note that files are no longer there."""
        sender: Sender[None] = Sender(self._cluster)
        for source in sources:
            sender.delete(self._index, _id(source))
        sender.finish()

    def note_all(self, manifest: Manifest, counts: Counts) -> None:
        """Note what is true of all files together."""
        about = {
            "reader": READER,
            "whole": manifest.whole,
            "columns": manifest.columns,
            "habits": {folder: lines for folder, lines in manifest.habits.items() if lines},
            "roots": [{"label": root.label, "path": str(root.path)} for root in manifest.roots],
            "run": counts.run,
            "tied": counts.tied,
        }
        self._cluster.ask("PUT", f"/{self._index}/_doc/{ABOUT}", {ABOUT: about}, refresh=True)


def noted_in(hits: Iterable[dict[str, Any]]) -> Iterator[tuple[str, FileEntry]]:
    """What documents of a build's sources note: a file's name, and what was found in it."""
    for hit in hits:
        if hit["_id"] != ABOUT:
            told = hit["_source"]
            yield told["source"], entry_from(told["entry"]["row"])


def _id(source: str) -> str:
    return blake2b(source.encode("utf-8", "backslashreplace"), digest_size=16).hexdigest()


def stories_in(cluster: Cluster, indices: str, query: dict[str, Any] | None = None) -> int:
    """How many stories ``indices`` have: all, or those that match ``query``."""
    body = query and {"query": query}
    answer = cluster.ask("POST", f"/{indices}/_count", body, allow_no_indices=True)
    return int(answer["count"])


def sources_in(cluster: Cluster, stories: str) -> Iterator[str]:
    """The files that the stories in the indices ``stories`` came from, by name."""
    for bucket in buckets(cluster, stories, {"match_all": {}}, "source"):
        yield bucket["key"]["source"]

"""What one story takes on a cluster: bytes, and processor time to read, write and match it.

The cluster is asked as newsq asks it, with stories drawn from real ones; everything is written
to indices of its own, which are removed. What counts is the processor time of all nodes and of
this process, not the clock: so the cluster has to do nothing else meanwhile, but the machines may.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from benchmarks.harness.corpus import read_folder, resampled
from benchmarks.scaling.sizing import Measured
from cluster.client import Cluster
from cluster.document import documents
from cluster.mapping import Layout, mapping, settings
from cluster.scoring import Statistics, scored
from index.analysis import term_of
from index.story import Story
from search.tree import AnyField, Term

BATCH = 500
WARMING, ASKED = 300, 300
"""Searches before those that are measured, and those that are."""
_COMMON = "said"
"""A word that nearly every story has."""
_FIELDS = ("headline", "body")


def read_corpus(folder: Path) -> tuple[list[Story], float]:
    """The stories below ``folder``, and the seconds of processor time that each took to read."""
    started = time.process_time()
    stories = read_folder(folder)
    if not stories:
        raise SystemExit(f"There are no stories in {folder}. Give --corpus a folder of them.")
    return stories, (time.process_time() - started) / len(stories)


def sizes(cluster: Cluster, stories: Sequence[Story], counts: Sequence[int]) -> Iterator[list[str]]:
    """For each of ``counts`` stories: bytes of text and of documents a story, and their ratio."""
    for count in counts:
        some = _enough(stories, count)
        with _Index(cluster) as index:
            index.write(_packed(some))
            stored = index.merged_bytes() / count
        text = _text(some)
        yield [f"{count:,}", f"{text:,.0f}", f"{stored:,.0f}", f"{stored / text:.2f}"]


def measured(cluster: Cluster, stories: Sequence[Story], count: int, reading: float) -> Measured:
    """All of it, with ``count`` stories, each of which took ``reading`` seconds to read."""
    some = _enough(stories, count)
    started = time.process_time()
    batches = _packed(some)
    with _Index(cluster) as index:
        before = index.seconds()
        index.write(batches)
        stored = index.merged_bytes() / count
        written = index.seconds() - before
        told = time.process_time() - started
        matched = index.matched()
    return Measured(
        text=_text(some),
        stored=stored,
        written=count / written,
        read=1 / (reading + told / count),
        matched=matched,
    )


def _enough(stories: Sequence[Story], count: int) -> list[Story]:
    if count <= len(stories):
        return list(stories[:count])
    return list(islice(resampled(list(stories)), count))


def _text(stories: Sequence[Story]) -> float:
    """Bytes of headline and body a story."""
    size = sum(len(f"{story.headline or ''}{story.body}".encode()) for story in stories)
    return size / len(stories)


def _packed(stories: Sequence[Story]) -> list[str]:
    """Stories as bulk requests: what a machine that indexes makes of them once they are read."""
    return [_bulk(stories[first : first + BATCH]) for first in range(0, len(stories), BATCH)]


def _bulk(stories: Sequence[Story]) -> str:
    lines = []
    for story, document in zip(stories, documents(stories, "archive/file"), strict=True):
        lines += [json.dumps({"index": {"_id": story.id}}), json.dumps(document)]
    return "\n".join(lines) + "\n"


class _Index:
    """An index of one shard on ``cluster`` that is removed at the end of a ``with`` statement."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._name = f"{cluster.location.name}.scaling.{time.time_ns()}"

    def __enter__(self) -> Self:
        layout = Layout(shards=1, replicas=0)
        body = {"settings": settings(layout), "mappings": mapping(layout)}
        self._cluster.ask("PUT", f"/{self._name}", body)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._cluster.ask("DELETE", f"/{self._name}")

    def seconds(self) -> float:
        """The processor time that the nodes have taken since they started."""
        told = self._cluster.ask("GET", "/_nodes/stats/process")["nodes"].values()
        return sum(int(node["process"]["cpu"]["total_in_millis"]) for node in told) / 1000

    def write(self, batches: Sequence[str]) -> None:
        """Write bulk requests one after the other."""
        for text in batches:
            answer = self._cluster.ask("POST", f"/{self._name}/_bulk", text)
            if answer["errors"]:
                raise SystemExit(f"The cluster refused a story: {answer['items'][0]}")

    def merged_bytes(self) -> int:
        """The bytes of the index once it is one segment."""
        self._cluster.ask("POST", f"/{self._name}/_forcemerge", max_num_segments=1)
        self._cluster.ask("POST", f"/{self._name}/_flush", force=True)
        self._cluster.ask("POST", f"/{self._name}/_refresh")
        told = self._cluster.ask("GET", f"/{self._name}/_stats/store")
        return int(told["_all"]["primaries"]["store"]["size_in_bytes"])

    def matched(self) -> float:
        """How many stories a search of one common word matches and scores in a second."""
        body = self._question()
        for _time in range(WARMING):
            self._ask(body)
        before = self.seconds()
        total = sum(self._ask(body) for _time in range(ASKED))
        return total / (self.seconds() - before)

    def _ask(self, body: dict[str, Any]) -> int:
        answer = self._cluster.search(body, self._name, request_cache=False)
        return int(answer["hits"]["total"]["value"])

    def _question(self) -> dict[str, Any]:
        """A search as `cluster.ranking` sends it, with this index's own figures."""
        word = AnyField(tuple(Term(name, term_of(_COMMON)) for name in _FIELDS))
        lengths = {f"{name}_words": {"avg": {"field": f"{name}_words"}} for name in _FIELDS}
        told = self._cluster.search({"size": 0, "aggs": lengths}, self._name)
        means = {name: told["aggregations"][f"{name}_words"]["value"] for name in _FIELDS}
        count = int(told["hits"]["total"]["value"])
        query = scored(word, Statistics(count, means, {word: count // 2}))
        return {"query": query, "size": 10, "_source": False, "track_total_hits": True}

"""What one story takes on a cluster: bytes, and how many are written, read and matched a second.

The cluster is asked as newsq asks it, with stories drawn from real ones; everything is written
to indices of its own, which are removed. A machine that does other things gives other rates:
they stand beside the cores that they were measured with, and only ratios carry over.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from itertools import islice

from cluster.scoring import Statistics, scored

from benchmarks.harness.corpus import resampled
from benchmarks.scaling.sizing import Measured
from cluster.client import Cluster
from cluster.document import Document, documents
from cluster.mapping import Layout, mapping, settings
from index.analysis import term_of
from index.story import Story
from search.tree import AnyField, Term

BATCH = 500
ASKED = 7
"""Times that a search is timed; the median counts."""
_COMMON = "said"
"""A word that nearly every story has."""


def sizes(cluster: Cluster, stories: Sequence[Story], counts: Sequence[int]) -> Iterator[list[str]]:
    """For each of ``counts`` stories: bytes of text and of documents a story, and their ratio."""
    for count in counts:
        some = list(islice(_enough(stories, count), count))
        with _Index(cluster) as index:
            index.write(_packed(some))
            stored = index.merged_bytes() / count
        text = _text(some)
        yield [f"{count:,}", f"{text:,.0f}", f"{stored:,.0f}", f"{stored / text:.2f}"]


def measured(cluster: Cluster, stories: Sequence[Story], count: int, cores: int) -> Measured:
    """All of it, with ``count`` stories, on a cluster that has ``cores`` to itself."""
    some = list(islice(_enough(stories, count), count))
    started = time.process_time()
    batches = _packed(some)
    read = count / (time.process_time() - started)
    with _Index(cluster) as index:
        started = time.monotonic()
        index.write(batches)
        written = count / (time.monotonic() - started)
        stored = index.merged_bytes() / count
        matching, seconds = index.timed()
    return Measured(
        text=_text(some),
        stored=stored,
        written=written / cores,
        read=read,
        matched=matching / seconds,
    )


def _enough(stories: Sequence[Story], count: int) -> Iterator[Story]:
    return iter(stories) if count <= len(stories) else resampled(list(stories))


def _text(stories: Sequence[Story]) -> float:
    """Bytes of headline and body a story."""
    size = sum(len(f"{story.headline or ''}{story.body}".encode()) for story in stories)
    return size / len(stories)


def _packed(stories: Sequence[Story]) -> list[list[str]]:
    """Stories as bulk requests: what a machine that indexes makes of them once they are read."""
    return [
        [line for one in _documents(stories[at : at + BATCH]) for line in one]
        for at in range(0, len(stories), BATCH)
    ]


def _documents(stories: Sequence[Story]) -> Iterator[tuple[str, str]]:
    made: list[Document] = documents(stories, "archive/file")
    for story, document in zip(stories, made, strict=True):
        yield json.dumps({"index": {"_id": story.id}}), json.dumps(document)


class _Index:
    """An index of one shard on ``cluster`` that is removed at the end of a ``with`` statement."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._name = f"{cluster.location.name}.scaling.{time.time_ns()}"

    def __enter__(self) -> _Index:
        layout = Layout(shards=1, replicas=0)
        body = {"settings": settings(layout), "mappings": mapping(layout)}
        self._cluster.ask("PUT", f"/{self._name}", body)
        return self

    def __exit__(self, *_error: object) -> None:
        self._cluster.ask("DELETE", f"/{self._name}")

    def write(self, batches: Sequence[Sequence[str]]) -> None:
        """Write bulk requests one after the other."""
        for lines in batches:
            text = "\n".join(lines) + "\n"
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

    def timed(self) -> tuple[int, float]:
        """(how many stories a search of one common word scores, the seconds it takes)."""
        word = AnyField(tuple(Term(name, term_of(_COMMON)) for name in ("headline", "body")))
        means = {"headline": 7.0, "lead": 30.0, "body": 130.0}
        query = scored(word, Statistics(1_000_000, means, {word: 500_000}))
        body = {"query": query, "size": 10, "_source": False, "track_total_hits": True}
        took = []
        for _time in range(ASKED):
            answer = self._cluster.search(body, self._name, request_cache=False)
            took.append(answer["took"] / 1000)
        return int(answer["hits"]["total"]["value"]), max(sorted(took)[ASKED // 2], 0.001)

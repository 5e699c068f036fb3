"""How fast does `newsq index` write to a cluster, and what holds it up? Beside its two bounds.

    python -m benchmarks.cluster [--folder FOLDER] [--cluster http://127.0.0.1:9200] [--rounds 3]

FOLDER holds Reuters-21578 files; without it, those beside the repository. Without a cluster, one
of two nodes is started (`scripts/opensearch.py`), on the machine that the client runs on. Its
bounds are the reader alone, which is the client's own maximum, and opensearch-py's bare
``parallel_bulk``, which is given plain documents that are ready, analysed by the cluster's
``english``; given our own documents, it shows what the cluster's share is. All that is written
has as many copies, is sent in requests as large and as many at once, and counts until searches
see it. Every round does all of it in turn; told is the median of the rounds. Where others use
the machine, seconds say little, and what processors took says more.
"""

from __future__ import annotations

import argparse
import re
import resource
import secrets
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.harness.corpus import read_folder
from benchmarks.harness.tables import table
from cluster.access import Access
from cluster.build import build_index
from cluster.bulk import AHEAD, FULL
from cluster.client import Cluster
from cluster.document import documents
from cluster.location import ClusterLocation
from cluster.mapping import Layout, Wish, mapping, period_of, settings
from index.corpus import roots_of, story_files
from index.formats.hints import NO_HINTS
from index.messages import PartRead, Stopping, Task, never
from index.reading import read_parts
from index.story import Story
from index.workers import read_files
from scripts import opensearch

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "data" / "reuters21578"
PER_FILE = 100
"""Stories in a file: a delivery of some hours."""
CHANGED = 0.01
"""The share of the files that an update finds changed, with all their stories."""
LOOK = 1.1
"""Seconds after which a node looks anew at what it has taken."""
Ready = tuple[str, dict[str, Any]]
"""The end of an index's name, and a document for it."""
_RECORD = re.compile(rb"<REUTERS.*?</REUTERS>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Taken:
    """What something took: seconds, and seconds of the client's and the nodes' processors."""

    seconds: float
    client: float = 0.0
    nodes: float = 0.0


class Reader:
    """Reads files and makes nothing of them: a worker as those of `newsq index` are."""

    def __init__(self, _: None) -> None:
        pass

    def do(self, task: Task, stopping: Stopping = never) -> Iterator[PartRead]:
        """Read the files of ``task``."""
        for file in task.files:
            if stopping():
                return
            for reading in read_parts(file, task.hints):
                yield PartRead(len(reading.stories))

    def finish(self) -> None:
        """Nothing is left."""


class Bench:
    """A corpus, a cluster and what each thing has taken, round by round."""

    def __init__(self, address: str, records: list[bytes], jobs: int, layout: Layout) -> None:
        self.taken: defaultdict[str, list[Taken]] = defaultdict(list)
        self.bytes_each: dict[str, float] = {}
        self.count = 0
        self._address, self._records = address, records
        self._jobs, self._layout = jobs, layout

    def round(self) -> None:
        """Do all of it once."""
        with tempfile.TemporaryDirectory() as work:
            corpus = Path(work, "reuters")
            corpus.mkdir()
            self._write(corpus)
            stories = read_folder(corpus)
            self.count = len(stories)
            self._timed("the reader alone", None, lambda: self._read(corpus))
            self._bulk("parallel_bulk, plain documents", plain(stories), ENGLISH)
            ours = ((_period(one, self._layout), one) for one in documents(stories, "reuters"))
            body = {"settings": settings(self._layout), "mappings": mapping(self._layout)}
            self._bulk("parallel_bulk, our documents", list(ours), body)
            self._index(corpus)

    def _write(self, corpus: Path) -> None:
        for first in range(0, len(self._records), PER_FILE):
            file = corpus / f"reut-{first // PER_FILE:05}.sgm"
            part = b"\n".join(self._records[first : first + PER_FILE])
            file.write_bytes(b'<!DOCTYPE lewis SYSTEM "lewis.dtd">\n' + part + b"\n")

    def _timed(self, what: str, cluster: Cluster | None, work: Callable[[], Any]) -> Any:
        nodes = nodes_cpu(cluster) if cluster else 0.0
        client, started = _cpu(), time.perf_counter()
        done = work()
        seconds, client = time.perf_counter() - started, _cpu() - client
        nodes = nodes_cpu(cluster) - nodes if cluster else 0.0
        self.taken[what].append(Taken(seconds, client, nodes))
        return done

    def _read(self, corpus: Path) -> None:
        (root,) = roots_of([corpus])
        files = list(story_files(root, lambda *_: None))
        messages = read_files(files, self._jobs, lambda: (files, lambda _: NO_HINTS), Reader, None)
        read = sum(one.stories for one in messages if isinstance(one, PartRead))
        assert read == self.count

    def _bulk(self, what: str, ready: Sequence[Ready], body: dict[str, Any]) -> None:
        """Write documents, each for an index of the period beside it, as opensearch-py does."""
        with place(self._address) as (cluster, name):
            for period in {period for period, _ in ready}:
                cluster.ask("PUT", f"/{name}.{period}", body)
            self._timed(what, cluster, lambda: write(cluster, name, ready))
            self._weigh(what, cluster, f"{name}.*")

    def _index(self, corpus: Path) -> None:
        with place(self._address) as (cluster, name):
            access = Access(cluster.location)
            began = time.perf_counter()
            read_at = began

            def follow(_: Any) -> None:
                nonlocal read_at
                read_at = time.perf_counter()

            def run() -> Any:
                wish = Wish(self._layout.period, self._layout.shards, self._layout.replicas)
                return build_index(
                    [corpus], access, jobs=self._jobs, layout=wish, on_progress=follow
                )

            summary = self._timed("newsq index", cluster, run)
            assert summary.added == self.count
            self.taken["  until all is sent"].append(Taken(read_at - began))
            self._weigh("newsq index", cluster, name)
            self._timed("newsq index, nothing changed", cluster, run)
            files = sorted(corpus.iterdir())
            step = round(1 / CHANGED)
            changed = sum(_change(file) for file in files[step // 2 :: step])
            summary = self._timed(f"newsq index, {changed} stories changed", cluster, run)
            assert summary.changed == changed

    def _weigh(self, what: str, cluster: Cluster, indices: str) -> None:
        """Note how many bytes a story takes on the disks, each copy of it."""
        cluster.ask("POST", f"/{indices}/_forcemerge", max_num_segments=1)
        cluster.ask("POST", f"/{indices}/_flush")
        told = cluster.ask("GET", f"/{indices}/_stats/store")["_all"]["primaries"]
        self.bytes_each[what] = told["store"]["size_in_bytes"] / self.count

    def rows(self) -> Iterator[list[str]]:
        """What was measured, a row for each thing."""
        for what, all_taken in self.taken.items():
            seconds = statistics.median(taken.seconds for taken in all_taken)
            client = statistics.median(taken.client for taken in all_taken)
            nodes = statistics.median(taken.nodes for taken in all_taken)
            size = self.bytes_each.get(what)
            yield [
                what,
                f"{self.count / seconds:,.0f}",
                f"{seconds:.2f}",
                *(f"{1e6 * cpu / self.count:,.0f}" if cpu else "" for cpu in (client, nodes)),
                f"{size:,.0f}" if size else "",
            ]


@contextmanager
def place(address: str) -> Iterator[tuple[Cluster, str]]:
    """A new name on the cluster, of which nothing is left afterwards."""
    name = f"bench-{secrets.token_hex(4)}"
    with Cluster(ClusterLocation.parsed(f"{address}/{name}")) as cluster:
        try:
            yield cluster, name
        finally:
            for row in cluster.ask("GET", f"/_cat/indices/{name}.*", format="json", h="index"):
                cluster.ask("DELETE", f"/{row['index']}")
            if cluster.exists(f"_index_template/{name}.1"):
                cluster.ask("DELETE", f"/_index_template/{name}.1")


def write(cluster: Cluster, name: str, ready: Sequence[Ready]) -> None:
    """Write documents as opensearch-py does, until searches see them."""
    from opensearchpy import OpenSearch
    from opensearchpy.helpers import parallel_bulk

    client = OpenSearch(hosts=list(cluster.location.hosts), timeout=60, http_compress=False)
    actions = [
        {"_index": f"{name}.{period}", "_id": one["id"], "_source": one} for period, one in ready
    ]
    for fine, told in parallel_bulk(
        client,
        actions,
        thread_count=AHEAD,
        chunk_size=len(actions),
        max_chunk_bytes=FULL,
        raise_on_error=False,
    ):
        if not fine:
            raise SystemExit(f"The cluster took not all: {told['index']['error']}")
    cluster.ask("POST", f"/{name}.*/_refresh")
    client.close()


ENGLISH = {
    "settings": {"number_of_shards": 1, "number_of_replicas": 1, "refresh_interval": -1},
    "mappings": {
        "properties": {
            "id": {"type": "keyword"},
            "headline": {"type": "text", "analyzer": "english"},
            "body": {"type": "text", "analyzer": "english"},
            "byline": {"type": "text", "analyzer": "english"},
            "place": {"type": "keyword"},
            "agency": {"type": "keyword"},
            "day": {"type": "keyword"},
        }
    },
}
"""What someone would make of a story who is content with what the cluster brings."""


def plain(stories: Sequence[Story]) -> list[Ready]:
    """Stories as plain documents, all for one index."""
    return [
        (
            "all",
            {
                "id": story.id,
                "headline": story.headline,
                "body": story.body,
                "byline": story.byline,
                "place": list(story.places),
                "agency": story.agency,
                "day": story.date.iso,
            },
        )
        for story in stories
    ]


def _period(document: dict[str, Any], layout: Layout) -> str:
    return period_of(document.get("day", ""), layout)


def _change(file: Path) -> int:
    """Change every story in ``file``; how many they are."""
    data, count = re.subn(rb"<BODY>", b"<BODY>Corrected by the desk. ", file.read_bytes())
    file.write_bytes(data)
    return count


def _cpu() -> float:
    """Seconds of processors that this process and those it waited for have taken."""
    used = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def nodes_cpu(cluster: Cluster) -> float:
    """Seconds of processors that the cluster's nodes have taken."""
    time.sleep(LOOK)
    nodes = cluster.ask("GET", "/_nodes/stats/process")["nodes"].values()
    return sum(float(node["process"]["cpu"]["total_in_millis"]) for node in nodes) / 1000


@contextmanager
def _cluster(given: str | None) -> Iterator[str]:
    if given is not None:
        yield given.rstrip("/")
        return
    with tempfile.TemporaryDirectory() as work, opensearch.running(Path(work, "nodes")) as nodes:
        yield opensearch.address(nodes)


def main(arguments: Sequence[str]) -> int:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--folder", type=Path, default=DATA)
    parser.add_argument("--cluster")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args(arguments)
    files = sorted(given.folder.glob("*.sgm"))
    records = [record for file in files for record in _RECORD.findall(file.read_bytes())]
    if not records:
        print(f"{given.folder} holds no Reuters-21578 files (*.sgm).", file=sys.stderr)
        return 2
    with _cluster(given.cluster) as address:
        bench = Bench(address, records, given.jobs, Layout())
        for _ in range(given.rounds):
            bench.round()
    heads = ["", "stories/s", "s", "client's µs a story", "nodes' µs", "bytes a story"]
    print(f"{bench.count:,} stories, {given.jobs} processes, {given.rounds} rounds\n")
    print(table(heads, bench.rows()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Nodes that die, a cluster that is busy or shut, while stories are written."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.faults import requests
from cluster.access import Access
from cluster.build import build_index
from cluster.builds import make_period, prepare, refresh
from cluster.bulk import Sender, version_of
from cluster.client import Cluster
from cluster.document import line_for
from cluster.lease import Lease
from cluster.location import ClusterLocation
from cluster.mapping import Layout, Wish
from cluster.refusals import refused_item
from cluster.sources import Sources, stories_in
from index.errors import ClusterError, IndexBusyError, StoppedError
from index.messages import never
from scripts import opensearch

STORIES = 400


@pytest.fixture(scope="module")
def nodes(can_serve: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Two nodes of the tests' own, which they may kill."""
    with opensearch.running(tmp_path_factory.mktemp("own") / "nodes") as started:
        yield started


@pytest.fixture
def second(nodes: list[opensearch.Node]) -> Iterator[opensearch.Node]:
    """The second node, which is up again for the next test."""
    yield nodes[1]
    if nodes[1].process is None or nodes[1].process.poll() is not None:
        nodes[1].start()
    opensearch.wait_for(nodes)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "wire"
    folder.mkdir()
    for part in range(4):
        write(folder, part, part * 100)
    return folder


def write(folder: Path, part: int, first: int) -> None:
    """A file of a hundred stories."""
    rows = [
        {"headline": f"Ferry {n} lost", "body": f"Ferry {n} was lost off port {n}.", "date": "2018"}
        for n in range(first, first + 100)
    ]
    (folder / f"{part}.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n")


def meanwhile(monkeypatch: pytest.MonkeyPatch, at: int, happens: Callable[[], object]) -> None:
    """Let something happen before the ``at``-th bulk."""
    sent = Cluster.bulk
    asked = iter(range(1, 10**6))

    def counted(cluster: Cluster, lines: list[str]) -> Any:
        if next(asked) == at:
            happens()
        return sent(cluster, lines)

    monkeypatch.setattr("cluster.bulk.FULL", 20_000)
    monkeypatch.setattr(Cluster, "bulk", counted)


def test_a_node_that_dies_while_stories_are_written_costs_none(
    nodes: list[opensearch.Node],
    second: opensearch.Node,
    corpus: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    access = Access(ClusterLocation.parsed(f"{opensearch.address(nodes)}/kept"))
    build_index([corpus], access, layout=Wish(shards=2))
    opensearch.wait_for(nodes)
    for part in range(3):
        write(corpus, part, 1000 + part * 100)
    meanwhile(monkeypatch, 4, second.kill)
    summary = build_index([corpus], access)
    assert (summary.stories, summary.changed) == (STORIES, 300)
    with access.connect() as cluster:
        assert stories_in(cluster, "kept") == STORIES
        found = cluster.search({"query": {"match_phrase": {"body": "1042"}}}, "kept")
        assert found["hits"]["total"]["value"] == 1


def test_a_part_that_is_on_no_node_is_told_and_the_run_gone_on_with(
    nodes: list[opensearch.Node],
    second: opensearch.Node,
    corpus: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    access = Access(ClusterLocation.parsed(f"{opensearch.address(nodes)}/lost"))
    patience = "cluster.patience.PATIENCE"
    monkeypatch.setattr("cluster.client.SHARD_WAIT", 1)
    monkeypatch.setattr(patience, 0.0)
    layout = Wish(shards=2, replicas=0)
    with monkeypatch.context() as patched:
        meanwhile(patched, 4, second.kill)
        with pytest.raises(ClusterError) as told:
            build_index([corpus], access, layout=layout)
        assert told.value.passing
    with access.connect() as cluster:  # until the node that is left knows that it is alone
        assert not cluster.ask("GET", "/_cluster/health", wait_for_nodes=1)["timed_out"]
    with pytest.raises(ClusterError, match="on no node that runs"):
        build_index([corpus], access)
    second.start()
    opensearch.wait_for(nodes)
    assert build_index([corpus], access).stories == STORIES
    with access.connect() as cluster:
        assert stories_in(cluster, "lost") == STORIES


def test_a_cluster_that_may_only_be_read_is_told_in_a_sentence(
    location: ClusterLocation, cluster: Cluster, corpus: Path
) -> None:
    access = Access(location)
    build_index([corpus], access, layout=Wish(replicas=0))
    stories = location.stories(1, "2018")
    write(corpus, 0, 1000)
    for block, sentence in (("write", "read only"), ("read_only_allow_delete", "nearly full")):
        cluster.ask("PUT", f"/{stories}/_settings", {f"index.blocks.{block}": True})
        with pytest.raises(ClusterError, match=sentence):
            build_index([corpus], access)
        cluster.ask("PUT", f"/{stories}/_settings", {f"index.blocks.{block}": None})
    assert build_index([corpus], access).stories == STORIES
    assert stories_in(cluster, location.name) == STORIES


def test_a_story_that_is_never_taken_is_a_skip_with_its_file(
    location: ClusterLocation, cluster: Cluster, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spoilt(document: dict[str, Any]) -> str:
        line = line_for(document)
        return line.replace("{", '{"unheard_of": 1, ', 1) if "Ferry 207 lost" in line else line

    monkeypatch.setattr("cluster.indexer.line_for", spoilt)
    summary = build_index([corpus], Access(location), layout=Wish(replicas=0))
    ((path, why),) = summary.skipped
    assert Path(path).name.startswith("2.jsonl")
    assert "Ferry 207 lost" in why
    assert "unheard_of" in why
    assert summary.stories == stories_in(cluster, location.name) == STORIES - 1


def test_a_writer_that_dies_between_two_requests_loses_and_doubles_nothing(
    cluster_address: str, tmp_path: Path
) -> None:
    for tally in requests.swept(cluster_address, tmp_path / "index", 1, seed=1):
        assert tally.tried == 2
        assert tally.failures == ()


def test_what_an_older_run_sends_late_changes_nothing(cluster: Cluster) -> None:
    prepare(cluster, 1, Layout(replicas=0))
    index = make_period(cluster, 1, "2018", is_live=True)
    for run, step in ((2, 0), (2, 1), (2, 1), (11, 0)):
        sender: Sender[None] = Sender(cluster, version=version_of(run, step))
        sender.index(index, "one", json.dumps({"id": "one", "run": run}))
        sender.finish()
    for kind in ("index", "delete"):
        late: Sender[None] = Sender(cluster, version=version_of(10, 9))
        if kind == "index":
            late.index(index, "one", '{"id": "late"}')
        else:
            late.delete(index, "one")
        with pytest.raises(IndexBusyError, match="has taken over"):
            late.finish()
    refresh(cluster, 1)
    found = cluster.search({"query": {"term": {"id": "one"}}}, index)
    assert found["hits"]["total"]["value"] == 1
    assert Sources(cluster, 1).counts().run == 11


def test_a_run_that_another_takes_over_says_so_and_spoils_nothing(
    location: ClusterLocation, cluster: Cluster, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, seconds in {"LASTS": 0.05, "LOOK": 0.01}.items():
        monkeypatch.setattr(f"cluster.lease.{name}", seconds)
    access = Access(location)
    build_index([corpus], access, layout=Wish(replicas=0))
    write(corpus, 0, 1000)
    with monkeypatch.context() as patched:
        taken: list[int] = []

        def take_over() -> None:
            write(corpus, 0, 2000)
            taken.append(build_index([corpus], access).changed)

        meanwhile(patched, 3, take_over)
        with pytest.raises(IndexBusyError, match="has taken over"):
            build_index([corpus], access)
    assert taken == [100]
    assert build_index([corpus], access).read == 0
    with access.connect() as found:
        told = found.search({"query": {"match": {"body": "2042"}}}, location.name)
        assert told["hits"]["total"]["value"] == 1


@pytest.fixture
def leases(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> tuple[Lease, Lease]:
    """Two who would write."""
    for name, seconds in {"LASTS": 0.05, "LOOK": 0.01, "RENEWED": 0.01}.items():
        monkeypatch.setattr(f"cluster.lease.{name}", seconds)
    path = f"/{cluster.location.lock}/_doc/writer"
    cluster.ask("PUT", f"/{cluster.location.lock}")
    return Lease(cluster, path), Lease(cluster, path)


def test_a_writer_that_is_not_heard_of_is_taken_over_and_told(leases: tuple[Lease, Lease]) -> None:
    first, second = leases
    first.take(never)
    second.take(never)
    second.check()
    first.keep(threading.Event())
    with pytest.raises(IndexBusyError, match="has taken over"):
        first.check()
    first.leave()
    with pytest.raises(StoppedError):
        first.take(lambda: True)


def test_a_writer_whose_word_was_not_answered_is_still_there(
    leases: tuple[Lease, Lease], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _ = leases
    first.take(never)
    over = threading.Event()
    send, sent = Cluster.ask, 0

    def ask(cluster: Cluster, method: str, *told: Any, **more: Any) -> Any:
        nonlocal sent
        answer = send(cluster, method, *told, **more)
        if method == "PUT":
            sent += 1
            if sent == 1:
                raise ClusterError("No answer came.", passing=True)
            over.set()
        return answer

    monkeypatch.setattr(Cluster, "ask", ask)
    first.keep(over)
    first.check()


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("cluster_manager_not_discovered_exception", None),
        ("cluster_block_exception", "blocked by: [SERVICE_UNAVAILABLE/2/no cluster-manager];"),
        ("cluster_block_exception", "blocked by: [SERVICE_UNAVAILABLE/2/no master];"),
    ],
    ids=["asked", "blocked", "blocked before 2.0"],
)
def test_a_cluster_without_its_manager_is_told_and_waited_for(
    kind: str, reason: str | None
) -> None:
    location = ClusterLocation.parsed("http://one/wire")
    told = refused_item(location, 503, {"type": kind, "reason": reason})
    assert told.passing
    assert "has no cluster manager at the moment" in str(told)


def test_a_node_that_another_has_just_lost_is_waited_for() -> None:
    location = ClusterLocation.parsed("http://one/wire")
    error = {"type": "node_not_connected_exception", "reason": "[node-1] Node not connected"}
    told = refused_item(location, 500, error)
    assert told.passing
    assert "loses a node" in str(told)


class _Picky:
    """A cluster that is too busy, so many times, for some of what it is sent; and that takes
    no more than ``most`` lines at once, nor the stories that are ``huge``."""

    def __init__(self, busy: int = 0, most: int = 1000, huge: str = "") -> None:
        self.busy, self.most, self.huge = busy, most, huge
        self.taken: list[str] = []
        self.location = ClusterLocation.parsed("http://one/wire")
        self._lock = threading.Lock()

    def bulk(self, lines: list[str]) -> Any:
        items = []
        with self._lock:
            identities = [json.loads(action)["index"]["_id"] for action in lines[::2]]
            if len(lines) > self.most or self.huge in identities:
                raise ClusterError("It is too large.", status=413)
            for identity in identities:
                if self.busy > 0:
                    self.busy -= 1
                    error = {"type": "opensearch_rejected_execution_exception", "reason": "full"}
                    items.append({"index": {"status": 429, "error": error}})
                else:
                    self.taken.append(identity)
                    items.append({"index": {"status": 201}})
        return {"items": items}


def sender_to(cluster: _Picky, monkeypatch: pytest.MonkeyPatch) -> Sender[str]:
    monkeypatch.setattr("cluster.patience.FIRST_WAIT", 0.001)
    sender: Sender[str] = Sender(cluster)  # type: ignore[arg-type]  # acts as one
    for n in range(10):
        sender.index("wire.1.2018", str(n), "{}", f"story {n}")
    return sender


def test_what_a_busy_cluster_refuses_is_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    cluster = _Picky(busy=25)
    sender = sender_to(cluster, monkeypatch)
    sender.tell("all are in")
    assert sender.finish() == ["all are in"]
    assert sorted(cluster.taken, key=int) == [str(n) for n in range(10)]


def test_patience_with_a_busy_cluster_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cluster.patience.PATIENCE", 0.0)
    sender = sender_to(_Picky(busy=10**9), monkeypatch)
    with pytest.raises(ClusterError, match="too busy") as refused:
        sender.finish()
    assert refused.value.passing


def test_a_run_that_is_to_stop_waits_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    sender = sender_to(_Picky(busy=10**9), monkeypatch)
    sender.stopping = lambda: True
    with pytest.raises(ClusterError, match="too busy"):
        sender.finish()


def test_what_is_too_large_as_one_is_sent_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    cluster = _Picky(most=6, huge="7")
    sender = sender_to(cluster, monkeypatch)
    sender.finish()
    assert sorted(cluster.taken, key=int) == [str(n) for n in range(10) if n != 7]
    assert [one.owner for one in sender.refused] == ["story 7"]

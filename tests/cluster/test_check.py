"""An index on a cluster is checked, told what is wrong with it, and mended."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cluster.access import Access
from cluster.build import build_index
from cluster.builds import make_period, prepare
from cluster.check.repair import repair_index
from cluster.check.whole import check_index
from cluster.check.words import RUN
from cluster.client import Cluster
from cluster.document import documents, story_of
from cluster.lease import writing
from cluster.location import ClusterLocation
from cluster.mapping import Layout, Wish
from cluster.scan import scan
from index.check.findings import Report
from index.errors import ClusterError, CorpusError, IndexBusyError, StoppedError
from search.cli import app
from tests.cluster.test_writing import indices, page, same

Json = dict[str, Any]
COUNT = 18
LOST = "of shard 0 no copy is on a node that runs (cannot allocate"
EVERYONE: Json = {"match_all": {}}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Three printings of one story, a long one, one that tells no year, and a few others."""
    folder = tmp_path / "wire"
    folder.mkdir()
    for name in ("print1", "print2", "print3"):
        (folder / f"{name}.txt").write_text(page("Piraeus", "March 3, 2003", "Aurora"))
    (folder / "malta.txt").write_text(page("Malta", "March 9, 2005", "Gozo", "west of", 1971))
    (folder / "open.txt").write_text(page("Oslo", "June 1", "Ingrid", "east of", 1949))
    for name, count in (("long", 3 * RUN + 5), ("long2", 3 * RUN), *((f"{n}", 40) for n in OTHERS)):
        words = " ".join(f"{name}{number}" for number in range(count))
        (folder / f"{name}.txt").write_text(f"On {name}\n\nROME, May 8, 2004 (ANSA) - {words}.\n")
    return folder


@pytest.fixture
def access(location: ClusterLocation, corpus: Path) -> Access:
    found = Access(location)
    build_index([corpus], found, layout=Wish(replicas=0))
    return found


class Hand:
    """Someone who writes to the cluster without newsq."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.name = cluster.location.name
        self.hits = {
            hit["_source"]["stored"]["path"].rpartition("/")[2]: hit
            for hit in scan(cluster, self.name, EVERYONE, source=True)
        }

    def index(self, period: str) -> str:
        return self.cluster.location.stories(1, period)

    def path(self, file: str) -> str:
        hit = self.hits[file]
        return f"/{hit['_index']}/_doc/{hit['_id']}"

    def document(self, file: str, **changed: Any) -> Json:
        """The document of the story in a file as newsq has made it, but for what is changed."""
        source = self.hits[file]["_source"]
        (made,) = documents([story_of(source)], source["stored"]["source"])
        told = {"arrived": 1, "run": 1}
        return {name: v for name, v in (made | told | changed).items() if v is not None}

    def delete(self, path: str) -> None:
        self.cluster.ask("DELETE", path, refresh=True)

    def put(self, path: str, document: Json) -> None:
        self.cluster.ask("PUT", path, document, refresh=True)

    def make_without_nodes(self, period: str) -> None:
        """An index of a period, whose shards no node may hold."""
        body = {
            "settings": {"index.routing.allocation.require._name": "none"},
            "aliases": {self.name: {}},
        }
        self.cluster.ask("PUT", f"/{self.index(period)}", body, wait_for_active_shards=0)

    def set(self, index: str, **settings: Any) -> None:
        self.cluster.ask("PUT", f"/{index}/_settings", {"index": settings})


def told(report: Report) -> str:
    name = min(
        (one.file.partition(".")[0] for one in (*report.findings, *report.notes)), default=""
    )
    lines = [f"{one.file}: {one.what}" for one in (*report.findings, *report.notes)]
    return "\n".join(line.replace(name, "NAME") for line in lines)


def test_an_unharmed_index_is_sound(access: Access) -> None:
    seen: list[tuple[int, int]] = []
    report = check_index(access, lambda done, total: seen.append((done, total)))
    assert told(report) == ""
    assert report.is_sound
    assert not report.can_be_mended
    assert (report.stories, report.segments) == (COUNT, 4)
    assert seen == [(number, COUNT) for number in range(COUNT + 1)]
    done = CliRunner().invoke(app, ["check", "--index", str(access)])
    assert (done.exit_code, done.stdout) == (0, f"Sound: {COUNT} stories in 4 indices.\n")


def test_there_has_to_be_an_index(location: ClusterLocation) -> None:
    with pytest.raises(ClusterError, match="There is no index"):
        check_index(Access(location))


def harm_stories(hand: Hand) -> None:
    """Change each story in another way."""
    hand.delete(hand.path("gone.txt"))
    hand.delete(hand.path("print2.txt"))
    for name, changed in CHANGED.items():
        hand.put(hand.path(f"{name}.txt"), hand.document(f"{name}.txt", **changed))
    keys = hand.document("key.txt")["keys"]
    hand.put(hand.path("key.txt"), hand.document("key.txt", keys=keys[1:]))
    words = hand.document("long.txt")["body"].split("\n")
    hand.put(hand.path("long.txt"), hand.document("long.txt", body="\n".join(words[:-1])))
    words = hand.document("long2.txt")["body"].split("\n")
    turned = "\n".join([*words[RUN:], *words[:RUN]])
    hand.put(hand.path("long2.txt"), hand.document("long2.txt", body=turned))
    hand.put(hand.path("stored.txt"), hand.hits["stored.txt"]["_source"])
    hand.put(hand.path("nothing.txt"), {"id": hand.hits["nothing.txt"]["_id"]})
    identity = hand.hits["twice.txt"]["_id"]
    hand.put(f"/{hand.index('2003')}/_doc/{identity}", hand.document("twice.txt"))
    identity = hand.hits["moved.txt"]["_id"]
    hand.put(f"/{hand.index('2003')}/_doc/{identity}", hand.document("moved.txt"))
    hand.delete(hand.path("moved.txt"))
    hand.put(f"/{hand.index('2004')}/_doc/other", hand.document("other.txt"))


CHANGED: dict[str, Json] = {
    "place": {"place": ["porto"]},
    "length": {"body_words": 3},
    "open": {"stamp": "0" * 16},
    "headline": {"headline": None},
    "byline": {"byline": "ana"},
}
OTHERS = (
    "gone", "place", "length", "headline", "byline", "key", "stored", "nothing", "twice", "other",
    "moved",
)  # fmt: skip
TOLD_OF_STORIES = """\
do not fit together (2 are there)
NAME.1.2004: a story is not matched by what is stored of it (place)
NAME.1.2004: a story is not matched by what is stored of it (body_words)
NAME.1.undated: a story is not matched by what is stored of it (stamp)
NAME.1.2004: a story is not found by all of its headline
NAME.1.2004: a story is not found by all of its byline
NAME.1.2004: a story is not found by all of its keys
NAME.1.2004: 2 stories: each is not found by all of its body
NAME.1.2004: a story lacks what newsq notes of it (arrived, run, tie, take, nth, behind, printings)
NAME.1.2004: a story makes no sense (
NAME.1.2004: a story has another id than what is stored of it (
NAME.1.2003: a story does not lie in the period of its date
NAME.1.2003: a story lies in NAME.1.2004 as well
NAME.sources.1: of wire/gone.txt it notes other stories (1) than are there (0)
NAME.sources.1: of wire/other.txt it notes other stories (1) than are there (2)"""


def test_stories_that_are_not_as_written_are_named_and_mended(
    access: Access, cluster: Cluster, corpus: Path, tmp_path: Path
) -> None:
    harm_stories(Hand(cluster))
    report = check_index(access)
    for line in TOLD_OF_STORIES.split("\n"):
        assert line in told(report)
    (place,) = (one for one in report.findings if one.what.endswith("(place)"))
    assert [(one.headline, one.path) for one in place.stories] == [
        ("On place", str(corpus / "place.txt"))
    ]
    repair_index(access, report)
    assert told(check_index(access)) == ""
    same(cluster, corpus, tmp_path / "folder")
    assert build_index([corpus], access).read == 0


def test_indices_that_are_not_as_made_are_named_and_mended(
    access: Access,
    cluster: Cluster,
    corpus: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("LASTS", "RENEWED", "LOOK"):
        monkeypatch.setattr(f"cluster.lease.{name}", 0.1)
    hand = Hand(cluster)
    prepare(cluster, 0, Layout(replicas=0))
    make_period(cluster, 0, "2001", is_live=True)
    prepare(cluster, 2, Layout(replicas=0))
    cluster.ask("DELETE", f"/{hand.index('2004')}/_alias/{hand.name}")
    cluster.ask("DELETE", f"/_index_template/{hand.name}.1")
    cluster.ask("DELETE", f"/{hand.index('undated')}")
    hand.put(hand.path("print1.txt"), hand.document("print1.txt", tie="x", nth=1, printings=2))
    body = {"writer": "process 1 on a host", "token": "1"}
    cluster.ask("PUT", f"/{hand.cluster.location.lock}/_doc/writer", body)
    report = check_index(access)
    lines = set(told(report).split("\n"))
    assert lines >= {
        "NAME.0: searches see it beside the build after it",
        "NAME.1.2004: searches do not see it, for it has lost the alias NAME",
        "NAME.1: its index template is missing or is another's",
        "NAME.2: a rebuild left it unfinished, with 1 indices",
        "NAME.lock: process 1 on a host has not given it back; the next run takes it",
        "NAME.sources.1: of wire/open.txt it notes other stories (1) than are there (0)",
        "NAME: the printings of x do not fit together (1 are there)",
    }
    repair_index(access, report)
    assert told(check_index(access)) == ""
    assert indices(cluster) == ["1.2003", "1.2004", "1.2005", "1.undated", "lock", "sources.1"]
    same(cluster, corpus, tmp_path / "folder")


def test_what_only_its_keeper_can_mend_is_named_with_the_next_step(
    access: Access, cluster: Cluster
) -> None:
    hand = Hand(cluster)
    hand.set(hand.index("2004"), **{"blocks.write": True})
    hand.set(hand.index("2003"), number_of_replicas=4)
    cluster.ask("PUT", f"/{hand.name}.mine", {"settings": {"number_of_replicas": 0}})
    report = check_index(access)
    assert report.is_sound
    assert not report.can_be_mended
    assert [
        (one.file.removeprefix(hand.name), one.what.partition(" (")[0]) for one in report.notes
    ] == [
        (".1.2004", "it is set to be read only"),
        ("", "3 of 9 copies of shards are on no node"),
        (".mine", "it is none of newsq's"),
    ]
    hand.set(hand.index("2004"), **{"blocks.write": None, "blocks.read": True})
    hand.make_without_nodes("2010")
    cluster.ask("POST", f"/{hand.index('2003')}/_close")
    mood = {"properties": {"mood": {"type": "keyword"}}}
    cluster.ask("PUT", f"/{hand.index('undated')}/_mapping", mood)
    report = check_index(access)
    found = [(one.what, one.remedy) for one in report.findings]
    assert [
        (re.split(", so| because", what)[0], re.split(":|,", remedy)[0]) for what, remedy in found
    ] == [
        ("it is closed", "Open it"),
        ("it is set not to be read (index.blocks.read)", "Take the block off"),
        (LOST, "Bring the cluster's nodes back"),
        ("it is not laid out as newsq does (properties)", "Build it again"),
    ]
    with pytest.raises(ClusterError, match=r"cannot be repaired as it is\. Open it"):
        repair_index(access, report)


def test_an_index_that_nothing_tells_the_origin_of(access: Access, cluster: Cluster) -> None:
    cluster.ask("DELETE", f"/{cluster.location.sources_of(1)}")
    report = check_index(access)
    assert told(report) == (
        "NAME.sources.1: it is missing, so nothing tells what the index was built from"
    )
    prepare(cluster, 1, Layout(replicas=0))
    report = check_index(access)
    assert told(report) == "NAME.sources.1: nothing tells which files the index was built from"
    assert report.remedy == "Build it again: newsq index CORPUS --rebuild"


def test_a_run_that_was_stopped_is_told_of(access: Access, corpus: Path) -> None:
    (corpus / "new.txt").write_text(page("Malta", "March 9, 2006", "Gozo", "west of", 1971))
    with pytest.raises(StoppedError):
        build_index([corpus], access, stopping=lambda: True)
    report = check_index(access)
    assert report.is_sound
    assert told(report) == "NAME.sources.1: the last run was stopped before its end"
    build_index([corpus], access)
    assert told(check_index(access)) == ""


def test_what_is_to_be_read_anew_and_is_not_here_is_told(
    access: Access, cluster: Cluster, corpus: Path
) -> None:
    hand = Hand(cluster)
    hand.delete(hand.path("gone.txt"))
    hand.put(hand.path("place.txt"), hand.document("place.txt", place=["porto"]))
    corpus.rename(corpus.with_name("away"))
    with pytest.raises(CorpusError, match="the rest has to be read anew where the corpora are"):
        repair_index(access, check_index(access))
    (left,) = check_index(access).findings
    assert "wire/gone.txt" in left.what
    corpus.with_name("away").rename(corpus)
    build_index([corpus], access)
    assert told(check_index(access)) == ""


def test_an_index_that_is_written_is_not_checked(access: Access, cluster: Cluster) -> None:
    with writing(cluster), pytest.raises(IndexBusyError, match="Check it when that is done"):
        check_index(access)


def test_the_command_tells_and_mends(access: Access, cluster: Cluster) -> None:
    hand = Hand(cluster)
    hand.put(hand.path("place.txt"), hand.document("place.txt", place=["porto"]))
    at = ["--index", str(access)]
    done = CliRunner().invoke(app, ["check", *at])
    assert done.exit_code == 2
    assert "(place)" in done.stdout
    assert f"Mend it: newsq check --repair --index {access}" in done.stderr
    done = CliRunner().invoke(app, ["check", "--repair", "--json", *at])
    assert done.exit_code == 0
    report = json.loads(done.stdout)
    assert (report["sound"], report["repaired"]["changed"]) == (False, 1)
    assert [story["path"] for one in report["findings"] for story in one["stories"]] == [
        hand.hits["place.txt"]["_source"]["stored"]["path"]
    ]

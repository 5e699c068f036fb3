"""A corpus written to a cluster and kept up to date there, beside the same in a folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cluster.access import Access
from cluster.build import build_index
from cluster.builds import layout_of, live_build, make_period, prepare, refresh, unfinished_builds
from cluster.bulk import Sender
from cluster.client import Cluster
from cluster.lease import writing
from cluster.location import ClusterLocation
from cluster.mapping import Layout, Wish
from cluster.scan import field
from cluster.sources import stories_in
from index.errors import ClusterError, CorpusError, IndexBusyError, StoppedError
from search.cli import app
from tests.cluster.beside import differences, of_folder, parts, ties_of, told

NOWHERE = "http://127.0.0.1:9/wire"
BODY = (
    "The ferry {name} left the port of {place} at dawn on Monday with forty people and a cargo of "
    "salt aboard, and has not been heard of since, the coast guard said.\n\nTwo ships and a "
    "helicopter searched the strait until night fell, and found oil {where} the island.\n\n"
    "The owner of the {name} said that she was built in {built} and had been in the yard in spring."
)


def page(place: str, date: str, name: str, where: str = "north of", built: int = 1961) -> str:
    body = BODY.format(name=name, place=place, where=where, built=built)
    return f"Ferry {name} lost off {place}\n\n{place.upper()}, {date} (Reuters) - {body}\n"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Two printings of one story, another story, and one that tells no year."""
    folder = tmp_path / "wire"
    folder.mkdir()
    (folder / "a.txt").write_text(page("Piraeus", "March 3, 2003", "Aurora"))
    (folder / "b.txt").write_text(page("Piraeus", "March 3, 2003", "Aurora"))
    (folder / "c.txt").write_text(page("Lisbon", "May 7, 2004", "Marta", "south of", 1950))
    (folder / "d.txt").write_text(page("Oslo", "June 1", "Ingrid", "east of", 1949))
    return folder


@pytest.fixture
def access(location: ClusterLocation) -> Access:
    return Access(location)


def same(cluster: Cluster, corpus: Path, folder: Path) -> None:
    """Assert that the cluster has what a folder has that is built afresh."""
    assert differences(cluster, of_folder(corpus, folder)) == {}


def indices(cluster: Cluster) -> list[str]:
    return [part for part in parts(cluster) if not part.endswith(":")]


def test_a_corpus_is_written_as_to_a_folder(
    access: Access, cluster: Cluster, corpus: Path, tmp_path: Path
) -> None:
    summary = build_index([corpus], access)
    assert (summary.stories, summary.added, summary.skipped) == (4, 4, [])
    assert indices(cluster) == ["1.2003", "1.2004", "1.undated", "lock", "sources.1"]
    same(cluster, corpus, tmp_path / "folder")
    assert {len(takes) for takes, _ in ties_of(told(cluster)).values()} == {1}
    again = build_index([corpus], access)
    assert (again.read, again.files_unchanged, again.stories) == (0, 4, 4)


def test_what_changes_in_a_corpus_changes_there(
    access: Access, cluster: Cluster, corpus: Path, tmp_path: Path
) -> None:
    build_index([corpus], access)
    first = {hit["_id"]: field(hit, "arrived") for hit in told(cluster)}
    # A copy becomes another story, of another year; a story vanishes; one has a copy now.
    (corpus / "b.txt").write_text(page("Malta", "March 9, 2005", "Gozo", "west of", 1971))
    (corpus / "c.txt").unlink()
    (corpus / "e.txt").write_text(page("Oslo", "June 1", "Ingrid", "east of", 1949))
    summary = build_index([corpus], access)
    assert (summary.added, summary.changed, summary.dropped) == (1, 1, 1)
    same(cluster, corpus, tmp_path / "folder")
    arrived = {hit["_id"]: field(hit, "arrived") for hit in told(cluster)}
    assert {arrived[one] for one in arrived.keys() & first.keys()} == {1}
    assert {arrived[one] for one in arrived.keys() - first.keys()} == {2}
    (corpus / "b.txt").unlink()
    (corpus / "e.txt").unlink()
    build_index([corpus], access)
    same(cluster, corpus, tmp_path / "folder")


def test_few_news_are_tied_as_all_are(
    access: Access, cluster: Cluster, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_index([corpus], access)
    monkeypatch.setattr("cluster.tying.FEW", 100.0)
    (corpus / "f.txt").write_text(page("Piraeus", "March 4, 2003", "Aurora", built=1962))
    (corpus / "g.txt").write_text(page("Lisbon", "May 7, 2004", "Marta", "south of", 1950))
    build_index([corpus], access)
    same(cluster, corpus, tmp_path / "folder")
    (corpus / "a.txt").unlink()
    build_index([corpus], access)
    same(cluster, corpus, tmp_path / "folder")


def stop_after(asked: int) -> Any:
    """Stops a run when it has been asked so often whether it is to."""
    left = iter(range(asked))
    return lambda: next(left, None) is None


@pytest.mark.parametrize("asked", [1, 3])
def test_a_run_that_was_stopped_is_gone_on_with(
    access: Access, cluster: Cluster, corpus: Path, tmp_path: Path, asked: int
) -> None:
    with pytest.raises(StoppedError, match="go on"):
        build_index([corpus], access, stopping=stop_after(asked))
    build_index([corpus], access)
    same(cluster, corpus, tmp_path / "folder")


def test_a_rebuild_takes_the_place_of_what_was_there_in_one_step(
    access: Access, cluster: Cluster, corpus: Path, tmp_path: Path
) -> None:
    build_index([corpus], access)
    (corpus / "c.txt").unlink()
    with pytest.raises(StoppedError, match="--rebuild"):
        build_index([corpus], access, rebuild=True, stopping=stop_after(3))
    live = live_build(cluster)
    assert live is not None
    assert live.build == 1
    assert len(told(cluster)) == 4
    assert unfinished_builds(cluster, live.build) == [2]
    summary = build_index([corpus], access, rebuild=True, layout=Wish("month"))
    assert (summary.before, summary.stories) == (4, 3)
    assert indices(cluster) == ["3.2003-03", "3.undated", "lock", "sources.3"]
    same(cluster, corpus, tmp_path / "folder")
    assert {field(hit, "arrived") for hit in told(cluster)} == {1}


def test_a_layout_is_asked_for_and_kept(access: Access, cluster: Cluster, corpus: Path) -> None:
    command = ["index", str(corpus), "--index", str(access)]
    wish = ["--period", "month", "--shards", "2", "--replicas", "0"]
    done = CliRunner().invoke(app, [*command, *wish])
    assert done.exit_code == 0
    assert indices(cluster)[:2] == ["1.2003-03", "1.2004-05"]
    settings = cluster.ask("GET", f"/{access.location.stories(1, '2003-03')}/_settings")
    (told,) = settings.values()
    assert told["settings"]["index"]["number_of_shards"] == "2"
    assert told["settings"]["index"]["number_of_replicas"] == "0"
    assert CliRunner().invoke(app, [*command, *wish]).exit_code == 0
    for other in (["--period", "year"], ["--shards", "1"], ["--replicas", "1"]):
        done = CliRunner().invoke(app, [*command, *other])
        assert done.exit_code == 2
        assert "an index for each month, each of 2 shards with 0 replicas, and keeps" in done.stderr
        assert "--rebuild" in done.stderr
    # A rebuild keeps what is not asked for.
    assert CliRunner().invoke(app, [*command, "--rebuild", "--shards", "1"]).exit_code == 0
    assert layout_of(cluster, 2) == Layout("month", 1, 0)
    assert layout_of(cluster, 1) is None
    assert indices(cluster)[:2] == ["2.2003-03", "2.2004-05"]


def test_a_folder_has_no_layout(corpus: Path, tmp_path: Path) -> None:
    command = ["index", str(corpus), "--index", str(tmp_path / "index")]
    done = CliRunner().invoke(app, [*command, "--shards", "2", "--replicas", "0"])
    assert done.exit_code == 2
    assert "--shards and --replicas tells how an index lies on a cluster" in done.stderr
    assert not (tmp_path / "index").exists()


def test_a_layout_that_there_cannot_be(corpus: Path) -> None:
    with pytest.raises(ClusterError, match="--period year or month"):
        build_index([corpus], Access(ClusterLocation.parsed(NOWHERE)), layout=Wish("week"))


def test_an_empty_corpus_makes_no_index(access: Access, cluster: Cluster, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(CorpusError, match="no files"):
        build_index([empty], access)
    (empty / "a.txt").write_text("")
    with pytest.raises(CorpusError, match="No story"):
        build_index([empty], access)
    assert live_build(cluster) is None


def test_one_run_writes_at_a_time(
    access: Access, cluster: Cluster, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cluster.lease.RENEWED", 0.5)
    with writing(cluster), pytest.raises(IndexBusyError, match="is writing the index"):
        build_index([corpus], access)
    build_index([corpus], access)


@pytest.fixture
def foreign(cluster: Cluster) -> Iterator[str]:
    name = cluster.location.name
    cluster.ask("PUT", f"/{name}", {"settings": {"number_of_replicas": 0}})
    yield name
    cluster.ask("DELETE", f"/{name}")


def test_the_index_of_another_program_is_left_alone(
    foreign: str, access: Access, corpus: Path
) -> None:
    with pytest.raises(ClusterError, match="another program"):
        build_index([corpus], access)


def test_what_the_cluster_does_not_take_is_told_and_the_rest_is_in(cluster: Cluster) -> None:
    prepare(cluster, 1, Layout())
    index = make_period(cluster, 1, "2018", is_live=True)
    sender: Sender[str] = Sender(cluster)
    sender.index(index, "one", '{"id": "one"}', "the first")
    sender.index(index, "two", '{"unheard_of": 1}', "the second")
    sender.tell("both are in")
    assert sender.told() == []
    assert sender.finish() == ["both are in"]
    assert [one.owner for one in sender.refused] == ["the second"]
    assert "unheard_of" in sender.refused[0].reason
    refresh(cluster, 1)
    assert stories_in(cluster, index) == 1

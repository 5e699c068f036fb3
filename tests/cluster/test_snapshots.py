"""The guide's commands for snapshots, sent as they stand there to a real cluster."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from cluster.access import Access
from cluster.build import build_index
from cluster.client import Cluster
from index.errors import ClusterError
from search.opening import open_index

GUIDE = Path(__file__).parents[2] / "docs" / "scaling.md"
STORY = "{place} bridge opens\n\n{place_}, May {day}, 2003 (Reuters) - The {place} bridge opened.\n"
PLACES = ("Oslo", "Lisbon", "Piraeus")


class Request(NamedTuple):
    """A request as ``curl`` is told to send it."""

    method: str
    path: str
    body: str | None


def requests(guide: str) -> dict[str, Request]:
    """The guide's requests by what they do."""
    text = guide.replace("\\\n", " ")
    found = []
    for line in re.findall(r"^curl .*", text, re.M):
        words = shlex.split(line)
        method = words[words.index("-X") + 1]
        (url,) = (word for word in words if word.startswith("https://"))
        body = words[words.index("-d") + 1] if "-d" in words else None
        found.append(Request(method, url.removeprefix("https://HOST:9200"), body))
    return dict(zip(("register", "take", "delete", "restore"), found, strict=True))


@pytest.fixture
def place(cluster: Cluster, tmp_path: Path) -> Iterator[str]:
    """A folder for snapshots that the nodes may write to."""
    nodes = cluster.ask("GET", "/_nodes/settings", flat_settings=True)["nodes"].values()
    allowed = [node["settings"].get("path.repo") for node in nodes]
    if not all(allowed):
        pytest.skip("the nodes of this cluster have no path.repo for snapshots")
    yield f"{allowed[0][0]}/{cluster.location.name}"
    cluster.ask("DELETE", f"/_snapshot/{cluster.location.name}")


def test_an_index_is_what_it_was_when_its_snapshot_is_restored(
    cluster: Cluster, place: str, tmp_path: Path
) -> None:
    access = Access(cluster.location)
    wire = tmp_path / "wire"
    wire.mkdir()
    for day, city in enumerate(PLACES, 1):
        text = STORY.format(place=city, place_=city.upper(), day=day)
        (wire / f"{city}.txt").write_text(text)
    build_index([wire], access)
    with open_index(access) as opened:
        before = opened.search("bridge").hits
    name = cluster.location.name
    asked = {
        what: Request(
            one.method,
            one.path.replace("NAME", name).replace("/archive", f"/{name}"),
            one.body and one.body.replace("NAME", name).replace("/mnt/archive", place),
        )
        for what, one in requests(GUIDE.read_text("utf-8")).items()
    }
    for what in ("register", "take"):
        assert cluster.ask(*asked[what]), what
    cluster.ask("DELETE", f"/_index_template/{name}.1")
    cluster.ask(*asked["delete"])
    with pytest.raises(ClusterError):
        open_index(access)
    told = cluster.ask(*asked["restore"])
    assert told["snapshot"]["shards"]["failed"] == 0

    with open_index(access) as opened:
        assert opened.search("bridge").hits == before
    assert len(before) == len(PLACES)
    (wire / "Oslo.txt").unlink()
    summary = build_index([wire], access)
    assert (summary.files_unchanged, summary.stories) == (2, 2)
    assert cluster.exists(f"_index_template/{name}.1"), "years to come are laid out by it"


def test_what_the_guide_sends_is_json() -> None:
    bodies = [one.body for one in requests(GUIDE.read_text("utf-8")).values() if one.body]
    assert len(bodies) == 2
    for body in bodies:
        json.loads(body)

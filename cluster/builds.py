"""Which build of an index is live? Builds are made, swapped in and cleared away.

A build is an index for each period of story dates, and one for what the files held that its
stories are from. The alias of the index's name shows one build; another is made beside it and
takes its place in one step.
"""

from __future__ import annotations

import re
from typing import Any

from cluster.client import Cluster
from cluster.mapping import Layout, check_meta, template_of
from cluster.refusals import without_a_part
from index.errors import ClusterError, NewsqError
from index.value import Value

_SOURCES: dict[str, Any] = {
    "dynamic": "strict",
    "properties": {
        "source": {"type": "keyword"},
        "entry": {"type": "object", "enabled": False},
        "about": {"type": "object", "enabled": False},
    },
}


_BUILD = re.compile(r"(?:sources\.)?(\d+)(?:\.|$)")
"""The number of a build, in what comes behind an index's name in the names of its parts."""


class Live(Value):
    """The build that searches see: its number, and the period that each of its indices is of."""

    build: int
    period: str


def live_build(cluster: Cluster) -> Live | None:
    """The build that searches see; None if there is no index of the name yet.

    Raises ClusterError or IndexVersionError if the index is none of this newsq's.
    """
    location = cluster.location
    if not cluster.exists(location.name):
        return None
    found = [
        Live(
            _number(name, f"{location.name}."), check_meta(location, told["mappings"].get("_meta"))
        )
        for name, told in cluster.ask("GET", f"/{location.name}/_mapping").items()
    ]
    return max(found, key=lambda one: one.build, default=None)


def layout_of(cluster: Cluster, build: int) -> Layout | None:
    """How a build is laid out, as its template says; None if that is none of this newsq's."""
    told = cluster.ask("GET", f"/_index_template/{cluster.location.name}.{build}")
    if told is None:
        return None
    template = told["index_templates"][0]["index_template"]["template"]
    numbers = template.get("settings", {}).get("index", {})
    try:
        return Layout(
            check_meta(cluster.location, template.get("mappings", {}).get("_meta")),
            int(numbers.get("number_of_shards", 1)),
            int(numbers.get("number_of_replicas", 1)),
        )
    except NewsqError:
        return None


def unfinished_builds(cluster: Cluster, live: int) -> list[int]:
    """Builds beside the live one, of which no run has finished to make or to drop them."""
    name = cluster.location.name
    rows = cluster.ask("GET", f"/_cat/indices/{name}.*", format="json", h="index")
    known = cluster.ask("GET", f"/_index_template/{name}.*") or {"index_templates": []}
    names = [row["index"] for row in rows] + [told["name"] for told in known["index_templates"]]
    found = {_BUILD.match(one.removeprefix(f"{name}.")) for one in names}
    return sorted({int(match[1]) for match in found if match} - {live})


def prepare(cluster: Cluster, build: int, layout: Layout, anew: bool = False) -> None:
    """Make what a build consists of before it has any stories, if it is not there.

    With ``anew``, the indices that are yet to come are laid out as ``layout`` says.
    """
    location = cluster.location
    path = f"/_index_template/{location.name}.{build}"
    has_sources = cluster.exists(location.sources_of(build))
    if anew or not has_sources or not cluster.exists(path[1:]):
        cluster.ask("PUT", path, template_of(location.stories(build), layout))
    if not has_sources:
        body = {"settings": {"number_of_replicas": layout.replicas}, "mappings": _SOURCES}
        create(cluster, location.sources_of(build), body)


def create(cluster: Cluster, index: str, body: dict[str, Any]) -> None:
    """Make an index; nothing, if another process has just done so."""
    try:
        cluster.ask("PUT", f"/{index}", body)
    except ClusterError as error:
        if error.status != 400 or not cluster.exists(index):
            raise


def make_period(cluster: Cluster, build: int, period: str, is_live: bool) -> str:
    """The index of a period, made as the build's template says; searches see it if it is live."""
    location = cluster.location
    index = location.stories(build, period)
    create(cluster, index, {"aliases": {location.name: {}}} if is_live else {})
    return index


def refresh(cluster: Cluster, build: int) -> None:
    """Let searches see what has been written to a build.

    Raises ClusterError, also if a part is on no node: the cluster would wait for it a minute, and
    then say that all is well.
    """
    indices = f"{cluster.location.stories(build)},{cluster.location.sources_of(build)}"
    if cluster.ask("GET", f"/_cluster/health/{indices}")["status"] == "red":
        raise without_a_part(cluster.location)
    cluster.ask("POST", f"/{indices}/_refresh", ignore_unavailable=True, allow_no_indices=True)


def show(cluster: Cluster, build: int) -> None:
    """Let searches see all indices of a build."""
    swap(cluster, build, None)


def swap(cluster: Cluster, build: int, old: int | None) -> None:
    """Show a build in place of ``old``, which is deleted, in one step."""
    location = cluster.location
    actions: list[dict[str, Any]] = [
        {"add": {"index": location.stories(build), "alias": location.name}}
    ]
    if old is not None:
        actions += [{"remove_index": {"index": index}} for index in _indices(cluster, old)]
    cluster.ask("POST", "/_aliases", {"actions": actions})
    if old is not None:
        drop(cluster, old)


def drop(cluster: Cluster, build: int) -> None:
    """Delete a build. Its template goes first, for what has none is not gone on with."""
    cluster.ask("DELETE", f"/_index_template/{cluster.location.name}.{build}")
    for index in _indices(cluster, build):
        cluster.ask("DELETE", f"/{index}", ignore_unavailable=True)


def _indices(cluster: Cluster, build: int) -> list[str]:
    """The names of the indices of a build."""
    location = cluster.location
    rows = cluster.ask("GET", f"/_cat/indices/{location.name}.*", format="json", h="index")
    names = [str(row["index"]) for row in rows]
    stories = location.stories(build, "")
    return sorted(n for n in names if n.startswith(stories) or n == location.sources_of(build))


def _number(index: str, prefix: str) -> int:
    found = re.match(r"(\d+)\.", index.removeprefix(prefix))
    if not index.startswith(prefix) or not found:
        raise ClusterError(
            f"{prefix[:-1]} is the name of another program's index on this cluster ({index}). "
            "Choose another name for newsq's."
        )
    return int(found[1])

"""The indices of a build: are they there as newsq makes them, and can all of them be asked?"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cluster.builds import layout_of, live_build, unfinished_builds
from cluster.client import Cluster
from cluster.lease import writer
from cluster.mapping import Layout, check_meta, mapping, settings
from index.check.findings import Finding
from index.errors import ClusterError, IndexBusyError, NewsqError
from index.value import Value

Told = Mapping[str, Any]
_COMPARED = ("analysis", "similarity")
"""The settings that make an index find other stories if they are others."""
_SEEN = ("STARTED", "RELOCATING")
_REBUILD = "Build it again: newsq index CORPUS --rebuild"


class Standing(Value):
    """How the live build of an index stands.

    Of its indices of stories, which are ``count``, the ``unreadable`` cannot be asked, and
    searches do not see the ``hidden``. ``others`` are builds beside it, unfinished or left over.
    """

    build: int
    layout: Layout
    count: int
    unreadable: tuple[str, ...]
    hidden: tuple[str, ...]
    others: tuple[int, ...]
    findings: tuple[Finding, ...]
    notes: tuple[Finding, ...]


def standing(cluster: Cluster) -> Standing:
    """How the live build stands.

    Raises ClusterError or IndexVersionError if there is none, or none of this newsq's, and
    IndexBusyError while a run writes it.
    """
    location = cluster.location
    live = live_build(cluster)
    if live is None:
        raise ClusterError(_nowhere(cluster))
    notes = list(_lock_notes(cluster))
    known = layout_of(cluster, live.build)
    layout = known or Layout(live.period)
    told: dict[str, Told] = cluster.ask("GET", f"/{location.name}.*", expand_wildcards="all")
    prefix = location.stories(live.build, "")
    mine = sorted(name for name in told if name.startswith(prefix))
    shards = _shards(cluster)
    findings: list[Finding] = []
    unreadable, hidden = [], []
    for name in mine:
        found = list(_findings(cluster, name, told[name], layout, shards[name]))
        findings += found
        notes += _block_notes(name, told[name])
        if any(finding.remedy for finding in found):
            unreadable.append(name)
        if location.name not in told[name]["aliases"]:
            hidden.append(name)
    findings += _around(cluster, live.build, known, told, shards)
    notes += _copy_notes(cluster, [*mine, location.sources_of(live.build)], shards)
    others, beside, left = _others(cluster, live.build, told)
    return Standing(
        live.build, layout, len(mine), tuple(unreadable), tuple(hidden), others,
        (*findings, *beside), (*notes, *left),
    )  # fmt: skip


def _nowhere(cluster: Cluster) -> str:
    location = cluster.location
    if unfinished_builds(cluster, 0):
        return (
            f"Searches see no index {location}: a run has not finished it, or its alias is gone. "
            "Run it again: newsq index CORPUS --index WHERE"
        )
    return f"There is no index {location}. Make it: newsq index CORPUS --index WHERE"


def _lock_notes(cluster: Cluster) -> Iterator[Finding]:
    who = writer(cluster)
    if who is None:
        return
    name, is_heard_of = who
    if is_heard_of:
        raise IndexBusyError(
            f"{name} is writing the index {cluster.location}. Check it when that is done."
        )
    yield Finding(cluster.location.lock, f"{name} has not given it back; the next run takes it")


def _shards(cluster: Cluster) -> defaultdict[str, list[Told]]:
    found: defaultdict[str, list[Told]] = defaultdict(list)
    columns = "index,shard,prirep,state,unassigned.reason"
    path = f"/_cat/shards/{cluster.location.name}.*"
    for row in cluster.ask("GET", path, format="json", h=columns):
        found[row["index"]].append(row)
    return found


def _findings(
    cluster: Cluster, name: str, told: Told, layout: Layout, shards: Sequence[Told]
) -> Iterator[Finding]:
    """What is wrong with an index of stories as a whole."""
    location = cluster.location
    if location.name not in told["aliases"]:
        yield Finding(name, f"searches do not see it, for it has lost the alias {location.name}")
    if broken := _unreadable(cluster, name, told, shards):
        yield broken
        return
    try:
        period = check_meta(location, told["mappings"].get("_meta"))
    except NewsqError as error:
        yield Finding(name, f"it is not as the others: {error}", remedy=_REBUILD)
        return
    wanted = mapping(layout)
    differing = [part for part in wanted if told["mappings"].get(part) != wanted[part]]
    differing += [part for part in _COMPARED if _differs(part, told["settings"], layout)]
    if period != layout.period or differing:
        what = ", ".join(part for part in differing if part != "_meta") or "period"
        yield Finding(name, f"it is not laid out as newsq does ({what})", remedy=_REBUILD)


def _differs(part: str, told: Told, layout: Layout) -> bool:
    return bool(told["index"].get(part) != _spelled(settings(layout)[part]))


def _spelled(value: Any) -> Any:
    """Settings as the cluster gives them back: all that is no group is text."""
    if isinstance(value, dict):
        return {name: _spelled(one) for name, one in value.items()}
    return [_spelled(one) for one in value] if isinstance(value, list) else str(value)


def _unreadable(cluster: Cluster, name: str, told: Told, shards: Sequence[Told]) -> Finding | None:
    """Why an index cannot be asked; None if it can."""
    blocks = told["settings"]["index"].get("blocks", {})
    if not shards or told["settings"]["index"].get("verified_before_close") == "true":
        return Finding(
            name, "it is closed, so no search is answered", remedy=f"Open it: POST /{name}/_open"
        )
    if blocks.get("read") == "true":
        return Finding(
            name,
            "it is set not to be read (index.blocks.read)",
            remedy=f"Take the block off: PUT /{name}/_settings, index.blocks.read: null",
        )
    gone = [row for row in shards if row["prirep"] == "p" and row["state"] not in _SEEN]
    if gone:
        numbers = ", ".join(sorted(row["shard"] for row in gone))
        return Finding(
            name,
            f"of shard {numbers} no copy is on a node that runs ({_why(cluster, gone[0])})",
            remedy="Bring the cluster's nodes back, or restore a snapshot of the index; if they "
            "are lost for good, build it again: newsq index CORPUS --rebuild",
        )
    return None


def _why(cluster: Cluster, row: Told) -> str:
    """Why a shard is on no node, as the cluster explains it."""
    body = {"index": row["index"], "shard": int(row["shard"]), "primary": row["prirep"] == "p"}
    try:
        told = cluster.ask("POST", "/_cluster/allocation/explain", body)
        return str(told.get("allocate_explanation") or row["unassigned.reason"])
    except ClusterError:
        # Whoever may read an index need not be allowed to ask this.
        return str(row["unassigned.reason"])


def _block_notes(name: str, told: Told) -> Iterator[Finding]:
    blocks = told["settings"]["index"].get("blocks", {})
    for block in sorted(one for one, value in blocks.items() if value == "true" and one != "read"):
        yield Finding(
            name,
            f"it is set to be read only (index.blocks.{block})",
            remedy=f"Before it is written again: PUT /{name}/_settings, index.blocks.{block}: null",
        )


def _copy_notes(
    cluster: Cluster, names: Sequence[str], shards: Mapping[str, Sequence[Told]]
) -> Iterator[Finding]:
    copies = [row for name in names for row in shards.get(name, ())]
    lost = [row for row in copies if row["prirep"] == "r" and row["state"] == "UNASSIGNED"]
    if lost:
        yield Finding(
            cluster.location.name,
            f"{len(lost):,} of {len(copies):,} copies of shards are on no node "
            f"({_why(cluster, lost[0])})",
            remedy="Searches see all stories, as long as the other copies' nodes run. Bring "
            "nodes back, or ask for fewer replicas (index.number_of_replicas).",
        )


def _around(
    cluster: Cluster,
    build: int,
    layout: Layout | None,
    told: Mapping[str, Told],
    shards: Mapping[str, Sequence[Told]],
) -> Iterator[Finding]:
    """What is wrong with the build besides its indices of stories."""
    location = cluster.location
    sources = location.sources_of(build)
    if sources not in told:
        what = "it is missing, so nothing tells what the index was built from"
        yield Finding(sources, what, remedy=_REBUILD)
    elif broken := _unreadable(cluster, sources, told[sources], shards.get(sources, ())):
        yield broken
    if layout is None:
        yield Finding(f"{location.name}.{build}", "its index template is missing or is another's")


def _others(
    cluster: Cluster, live: int, told: Mapping[str, Told]
) -> tuple[tuple[int, ...], list[Finding], list[Finding]]:
    """(builds beside the live one, those of them that searches see, the rest and what else is
    named so)."""
    location = cluster.location
    number = re.compile(re.escape(location.name) + r"\.(?:(\d+)\.|sources\.(\d+)$)")
    builds: defaultdict[int, list[str]] = defaultdict(list)
    notes = []
    for name in sorted(told):
        if found := number.match(name):
            builds[int(found[1] or found[2])].append(name)
        elif name not in (location.lock, location.saved):
            notes.append(
                Finding(name, "it is none of newsq's", remedy="Name other indices otherwise.")
            )
    templates = cluster.ask("GET", f"/_index_template/{location.name}.*") or {}
    for row in templates.get("index_templates", ()):
        number_of = str(row["name"]).removeprefix(f"{location.name}.")
        if number_of.isdigit():
            builds[int(number_of)] += []
    builds.pop(live, None)
    findings = []
    for build, names in sorted(builds.items()):
        if any(location.name in told[name]["aliases"] for name in names):
            findings.append(
                Finding(f"{location.name}.{build}", "searches see it beside the build after it")
            )
        else:
            what = f"a rebuild left it unfinished, with {len(names):,} indices"
            notes.append(Finding(f"{location.name}.{build}", what))
    return tuple(sorted(builds)), findings, notes

"""How many shards, nodes and hours an archive takes: arithmetic over what was measured.

Nothing here is a rule of thumb of newsq's own. What a shard and a node may hold is OpenSearch's
advice (10 to 50 GiB a shard where texts are searched, at most 25 shards for each GiB of heap, half
of a node's memory and at most 31 GiB for the heap, disks at most 85 % full before shards are moved
away), and each is a choice that can be given.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

GIB = 1 << 30
_SECONDS = 3_600


@dataclass(frozen=True, slots=True)
class Measured:
    """What one story takes, from ``python -m benchmarks.scaling measure``.

    ``text`` and ``stored`` are bytes a story: of its headline and body, and of its documents on
    one copy of a shard after merging. The others are stories for each second of processor time:
    ``read`` from files, made into documents and sent by a machine that indexes; ``written`` and
    merged in one copy by the cluster; ``matched`` by a search and scored.
    """

    text: float
    stored: float
    written: float
    read: float
    matched: float


@dataclass(frozen=True, slots=True)
class Choices:
    """What is known of the archive, and chosen for the cluster.

    The stories are of so many ``years``, each with ``growth`` times those of the one before, and
    have ``text`` bytes each. Of the cluster: ``replicas`` beside each shard of at most ``shard``
    GiB; nodes with ``disk`` and ``memory`` GiB and so many ``cores``, their disks at most ``full``.
    So many cores are ``readers`` of the corpus. A search whose words ``share`` of all stories have
    is to take no more than ``seconds``.
    """

    years: float = 30
    growth: float = 1.04
    replicas: int = 1
    shard: float = 30
    disk: float = 4_000
    full: float = 0.7
    memory: float = 64
    cores: int = 16
    readers: int = 16
    share: float = 0.01
    seconds: float = 1.0
    text: float = 3_000


@dataclass(frozen=True, slots=True)
class Plan:
    """What an archive takes.

    ``primary`` and ``total`` are GiB, without and with replicas; ``newest`` is how many shards
    the year with the most stories has, and so every year; ``shards`` how many all have with their
    replicas. ``nodes``
    is the most of what disks, heaps and searches ask for; ``hours`` how long the first indexing
    takes, bound by ``bound`` ("reading" or "writing").
    """

    stories: int
    primary: float
    total: float
    newest: int
    shards: int
    by_disk: int
    by_heap: int
    by_search: int
    nodes: int
    hours: float
    bound: str


def plan(stories: int, measured: Measured, choices: Choices) -> Plan:
    """What ``stories`` take."""
    copies = 1 + choices.replicas
    longer = choices.text / measured.text
    story = measured.stored * longer
    years = _by_year(stories, choices)
    newest = max(math.ceil(max(years) * story / (choices.shard * GIB)), 1)
    shards = newest * len(years) * copies
    primary = stories * story / GIB
    heap = min(choices.memory / 2, 31)
    by_disk = math.ceil(primary * copies / (choices.disk * choices.full))
    by_heap = math.ceil(shards / (25 * heap))
    busy = stories * choices.share / (measured.matched * choices.seconds)
    by_search = math.ceil(busy / choices.cores)
    nodes = max(by_disk, by_heap, by_search, copies)
    reading = stories * longer / (measured.read * choices.readers)
    writing = stories * longer * copies / (measured.written * choices.cores * nodes)
    return Plan(
        stories=stories,
        primary=primary,
        total=primary * copies,
        newest=newest,
        shards=shards,
        by_disk=by_disk,
        by_heap=by_heap,
        by_search=by_search,
        nodes=nodes,
        hours=max(reading, writing) / _SECONDS,
        bound="reading" if reading > writing else "writing",
    )


def _by_year(stories: int, choices: Choices) -> list[float]:
    """How many stories are of each year, of which each has ``growth`` times those of the last."""
    weights = [choices.growth**year for year in range(max(round(choices.years), 1))]
    return [stories * weight / sum(weights) for weight in weights]


def table(plans: list[Plan]) -> str:
    """Plans as a Markdown table."""
    heads = [
        "stories", "GiB, one copy", "GiB in all", "shards of the newest year", "shards in all",
        "nodes by disk", "by heap", "by search", "nodes", "hours to index", "bound by",
    ]  # fmt: skip
    rows = [
        [
            f"{one.stories:,}", _short(one.primary), _short(one.total), f"{one.newest:,}",
            f"{one.shards:,}", f"{one.by_disk:,}", f"{one.by_heap:,}", f"{one.by_search:,}",
            f"{one.nodes:,}", _short(one.hours), one.bound,
        ]
        for one in plans
    ]  # fmt: skip
    lines = [heads, ["---:"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def _short(number: float) -> str:
    return f"{number:,.0f}" if number >= 10 else f"{number:.2g}"


def options(kind: type) -> list[tuple[str, type, object]]:
    """The fields of a class here as options of a command: name, type and default."""
    return [(one.name, int if one.type == "int" else float, one.default) for one in fields(kind)]

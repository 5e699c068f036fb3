"""What a cluster is told of newsq's fields: settings, mapping, an index template.

The fields are those of `index.schema`. What is stored of a story is one object that the cluster
keeps and never looks into; it alone is kept as a document's source, for all else can be told
from it. Therefore such an index must not be copied with ``_reindex`` nor changed with
``_update``, which would lose what stories are matched by; snapshots, shrinking and splitting
keep it.
"""

from __future__ import annotations

from typing import Any

from cluster.terms import LONGEST
from index.analysis import terms
from index.errors import ClusterError
from index.schema import KEYWORDS
from index.value import Value
from index.version import FORMAT, check_format

ANALYZER = "lines"
"""The name of the analyzer of all text fields: `cluster.terms.lines` and nothing else."""
PRINTED = ("place", "agency", "byline")
"""Fields that are matched folded, or by their words, and counted as they are printed: where
there are several values, all of them as one, as the columns of `index.schema` have them."""
TEXTS = ("headline", "lead", "body", "byline")
"""The fields that are matched by their words."""
MEASURED = TEXTS
"""Those whose length is kept: it counts in a score, or is told when that is explained."""
FREQUENCY = "frequency"
"""The similarity of all text fields: how often a word stands there, by the weight it is asked
with."""
STORED = "stored"
SIGNED = "signed"
PERIODS = {"year": 4, "month": 7}
"""A period's name -> how much of an ISO date tells it."""
UNDATED = "undated"
"""The period of stories of which no year is known."""
_TELLTALES = "international organization added evening geologist internally skies US's"
"""Words that one release of the stemmer or another has stemmed otherwise."""


class Layout(Value):
    """How the stories lie on the cluster: an index for each ``year`` or ``month``, each of so
    many ``shards``, each in so many more copies (``replicas``)."""

    period: str = "year"
    shards: int = 1
    replicas: int = 1

    def __str__(self) -> str:
        shards = "1 shard" if self.shards == 1 else f"{self.shards} shards"
        copies = "replica" if self.replicas == 1 else "replicas"
        return f"an index for each {self.period}, each of {shards} with {self.replicas} {copies}"


class Wish(Value):
    """What is asked of a `Layout`; None leaves it as it is, or is usual."""

    period: str | None = None
    shards: int | None = None
    replicas: int | None = None

    def of(self, layout: Layout) -> Layout:
        """``layout`` as it is wished for."""
        return Layout(
            layout.period if self.period is None else self.period,
            layout.shards if self.shards is None else self.shards,
            layout.replicas if self.replicas is None else self.replicas,
        )


USUAL = Wish()


def check_wish(wish: Wish) -> None:
    """Raise ClusterError for a layout that there cannot be."""
    if wish.period is not None and wish.period not in PERIODS:
        raise ClusterError(
            f"Stories cannot be laid out by {wish.period!r}. Ask for --period year or month."
        )


def printed(field: str) -> str:
    """The field that holds the values of ``field`` as printed, to be counted."""
    return f"{field}_printed" if field in PRINTED else field


def length_of(field: str) -> str:
    """The field that holds how many words ``field`` has; one that has none is not there."""
    return f"{field}_words"


def period_of(day: str, layout: Layout) -> str:
    """The period that a story of ``day`` lies in: an ISO date in full, cut short or empty."""
    return day[: PERIODS[layout.period]] or UNDATED


def template_of(pattern: str, layout: Layout) -> dict[str, Any]:
    """The index template of the indices of stories that ``pattern`` names."""
    return {
        "index_patterns": [pattern],
        "priority": 500,
        "template": {"settings": settings(layout), "mappings": mapping(layout)},
    }


def settings(layout: Layout) -> dict[str, Any]:
    """The settings of an index of stories."""
    return {
        "number_of_shards": layout.shards,
        "number_of_replicas": layout.replicas,
        # Searches see what a run has written when it says so, at its end.
        "refresh_interval": -1,
        "codec": "best_compression",
        "mapping.coerce": False,
        # BM25F sums a word's weighted frequencies over the fields before it saturates them, and
        # knows lengths to the word: neither can be told a field at a time. So a field says how
        # often, and the rest, with its k1 and b, is reckoned over all of them (`length_of`).
        "similarity": {
            FREQUENCY: {
                "type": "scripted",
                "script": {"source": "return query.boost * doc.freq;"},
            }
        },
        "analysis": {
            "tokenizer": {
                ANALYZER: {
                    "type": "char_group",
                    "tokenize_on_chars": ["\n"],
                    # It counts halves of characters beyond the first 65,536 as one each.
                    "max_token_length": 2 * LONGEST,
                }
            },
            "analyzer": {ANALYZER: {"type": "custom", "tokenizer": ANALYZER}},
        },
    }


def mapping(layout: Layout) -> dict[str, Any]:
    """The mapping of an index of stories."""
    texts = {
        field: {
            "type": "text",
            "analyzer": ANALYZER,
            "similarity": FREQUENCY,
            "norms": False,
        }
        for field in TEXTS
    }
    keyword = {"type": "keyword"}
    counted = {"type": "keyword", "index": False}
    number = {"type": "integer"}
    measure = {"type": "integer", "index": False}
    return {
        "dynamic": "strict",
        "_meta": {
            "newsq": {
                "format": FORMAT,
                "telltales": terms(_TELLTALES),
                "period": layout.period,
            }
        },
        "_source": {"includes": [STORED, f"{STORED}.*"]},
        "properties": {
            STORED: {"type": "object", "enabled": False},
            **texts,
            **dict.fromkeys(KEYWORDS, keyword),
            **{printed(field): counted for field in PRINTED},
            **{length_of(field): measure for field in MEASURED},
            "format": keyword,
            "file": keyword,
            "has_dateline": {"type": "boolean"},
            "date": {"type": "date", "format": "strict_date"},
            "date_last": {"type": "date", "format": "strict_date"},
            # What the file itself tells of the story, as a stamp, to see whether it has changed.
            "stamp": counted,
            SIGNED: {"type": "binary", "doc_values": True},
            "keys": {"type": "integer", "doc_values": False},
            # The story that this is a printing of, and its place among them (`cluster.tying`).
            "tie": keyword,
            "take": number,
            "nth": number,
            "behind": number,
            "printings": number,
            # The numbers of the runs that first saw the story, and that wrote it last.
            "arrived": {"type": "long"},
            "run": {"type": "long"},
        },
    }


def check_meta(where: object, meta: Any) -> str:
    """The period of an index's layout, from the ``_meta`` of its mapping.

    Raises ClusterError if it is none of newsq's, or was stemmed otherwise, IndexVersionError if
    it is of another version's format.
    """
    told = meta.get("newsq") if isinstance(meta, dict) else None
    if not isinstance(told, dict):
        raise ClusterError(
            f"{where} is an index of another program's. Choose another name for newsq's."
        )
    check_format(int(told.get("format", 0)), where)
    if told.get("telltales") != terms(_TELLTALES):
        raise ClusterError(
            f"{where} holds words that were stemmed otherwise than they are here. Use the "
            "PyStemmer that it was made with, or build it anew: newsq index CORPUS --rebuild"
        )
    return str(told["period"])

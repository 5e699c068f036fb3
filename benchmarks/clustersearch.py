"""How long does a search on a cluster take, beside the cluster's own search for the same words?

    newsq index CORPUS --index http://127.0.0.1:9200/NAME
    python -m benchmarks.clustersearch CORPUS http://127.0.0.1:9200/NAME

The stories are written once more as plain documents, analysed by the cluster's ``english``, and
asked for the same words with a ``multi_match`` (all of them required) and exact totals, its
BM25 field by field. newsq asks in steps, counts what its scores depend on, reckons BM25F exactly
by script, tells facets, suggestions and snippets. Each asks all questions in turn, several
rounds; told are the median, and what the nodes' processors took of a question.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.agreement import KINDS, questions
from benchmarks.cluster import ENGLISH, nodes_cpu, place, plain, write
from benchmarks.harness.corpus import read_folder
from benchmarks.harness.tables import table
from cluster.client import Cluster
from search.opening import open_index

ASKED = {"words": "one to three words", "many words": "four to nine words", "a phrase": "a phrase"}
"""The kinds of `benchmarks.agreement` that are asked."""
ROUNDS = 3
Asking = Callable[[str], Any]


def drawn(corpus: Path, count: int) -> dict[str, list[str]]:
    """``count`` questions of each kind that is asked."""
    stories = read_folder(corpus)
    random.Random(1).shuffle(stories)
    found: dict[str, list[str]] = {kind: [] for kind in ASKED}
    for kind, question in questions(stories, count * len(KINDS), seed=7):
        if kind in found:
            found[kind].append(question)
    return found


def measured(
    asking: dict[str, Asking], cluster: Cluster, of_kind: dict[str, list[str]]
) -> list[list[str]]:
    """A row for each who asks: of each kind of question the median, and the nodes' time."""
    times: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    nodes: defaultdict[tuple[str, str], float] = defaultdict(float)
    for number in range(ROUNDS + 1):
        for who, ask in asking.items():
            for kind, some in of_kind.items():
                before = nodes_cpu(cluster)
                for question in some:
                    started = time.perf_counter()
                    ask(question)
                    if number:  # the first round warms
                        times[who, kind].append(time.perf_counter() - started)
                if number:
                    nodes[who, kind] += nodes_cpu(cluster) - before
    return [
        [
            who,
            *(
                f"{1000 * statistics.median(times[who, kind]):.1f} "
                f"({1000 * nodes[who, kind] / len(times[who, kind]):.1f})"
                for kind in of_kind
            ),
        ]
        for who in asking
    ]


def main(arguments: Sequence[str]) -> int:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("cluster")
    parser.add_argument("--count", type=int, default=40)
    given = parser.parse_args(arguments)
    address = given.cluster.rpartition("/")[0]
    of_kind = drawn(given.corpus, given.count)
    with place(address) as (cluster, name), open_index(given.cluster) as stories:
        index = f"{name}.all"
        cluster.ask("PUT", f"/{index}", ENGLISH)
        write(cluster, name, plain(read_folder(given.corpus)))

        def multi_match(question: str) -> None:
            kind = "phrase" if question.startswith('"') else "cross_fields"
            match = {"query": question.strip('"'), "type": kind, "operator": "and"}
            if kind == "phrase":
                del match["operator"]
            query = {"multi_match": {**match, "fields": ["headline^2", "body"]}}
            cluster.search({"query": query, "size": 10, "track_total_hits": True}, index)

        asking: dict[str, Asking] = {
            "the cluster's own multi_match, 10 stories": multi_match,
            "newsq, the ids of the top 10": lambda question: stories.top(question, limit=10),
            "newsq, a page without facets": lambda question: stories.search(question, facets=False),
            "newsq, a page": stories.search,
        }
        rows = measured(asking, cluster, of_kind)
    heads = ["p50 in ms (the nodes' processors, ms)", *ASKED.values()]
    print(table(heads, rows))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

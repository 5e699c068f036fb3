"""Has a cluster the same terms as newsq? Every story and every word of a corpus, term by term.

    newsq index CORPUS --index http://127.0.0.1:9200/NAME
    python -m benchmarks.terms CORPUS http://127.0.0.1:9200/NAME

The cluster is asked through its ``_analyze`` what it makes of what it is sent, in an index that
``newsq index`` has made; that is compared with `index.analysis`, position by position: each
different word by itself, and each story's text as a whole. Told beside it is for how many words
the cluster's own English stemmer (``porter2``) has another stem, which is why it is not used.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.harness.corpus import read_folder
from cluster.client import Cluster
from cluster.location import ClusterLocation
from cluster.mapping import TEXTS
from cluster.terms import decoded, lines_of
from index.analysis import UNITED_STATES, term_of, terms, words
from index.story import Story

AT_ONCE = 2_000
"""Words that are asked about at once; the cluster gives no more than 10,000 terms."""
SHOWN = 10
"""Differences that are printed."""


def distinct_words(stories: Sequence[Story]) -> list[str]:
    """Every different word of ``stories`` as printed, in the order of first sight."""
    found: dict[str, None] = {}
    for story in stories:
        for text in (story.headline or "", story.body, story.byline or ""):
            found |= {text[word.start : word.end]: None for word in words(text)}
    return list(found)


def differing(
    cluster: Cluster, index: str, texts: Sequence[str], fields: Sequence[str] = TEXTS
) -> Iterator[str]:
    """Those of ``texts`` that have other terms, or other positions, in any of ``fields``."""
    for text in texts:
        plain = list(enumerate(terms(text)))
        for field in fields:
            sent = {"field": field, "text": lines_of(text)}
            if [(at, decoded(token)) for at, token in _analysed(cluster, index, sent)] != plain:
                yield text
                break


def _analysed(cluster: Cluster, index: str, sent: dict[str, Any]) -> list[tuple[int, str]]:
    tokens = cluster.ask("POST", f"/{index}/_analyze", sent)["tokens"]
    return [(token["position"], token["token"]) for token in tokens]


def differing_words(cluster: Cluster, index: str, printed: Sequence[str]) -> Iterator[str]:
    """Those of some words that have other terms in the cluster's fields."""
    for part in _parts(printed):
        # Together first, which is the same if all are; one by one where they are not.
        if any(differing(cluster, index, [" ".join(part)])):
            yield from differing(cluster, index, part)


def stemmed_otherwise(cluster: Cluster, index: str, printed: Sequence[str]) -> Iterator[str]:
    """Those of some words, if made of letters of ASCII, to which Lucene gives another stem."""
    small = sorted({word.lower() for word in printed if word.isascii() and word.isalpha()})
    stemmer = {"type": "stemmer", "language": "porter2"}
    for part in _parts(small):
        sent = {"tokenizer": "keyword", "filter": [stemmer], "text": part}
        found = [token for _, token in _analysed(cluster, index, sent)]
        ours = map(term_of, part)
        for word, one, other in zip(part, ours, found, strict=True):
            if one not in (other, UNITED_STATES):
                yield word


def _parts(values: Sequence[str]) -> Iterator[list[str]]:
    for first in range(0, len(values), AT_ONCE):
        yield list(values[first : first + AT_ONCE])


def main(arguments: Sequence[str]) -> int:
    """Compare; 0 if no term is another."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("cluster")
    given = parser.parse_args(arguments)
    stories = read_folder(given.corpus)
    printed = distinct_words(stories)
    with Cluster(ClusterLocation.parsed(given.cluster)) as cluster:
        index = min(cluster.ask("GET", f"/{cluster.location.name}/_mapping"))
        wrong = list(differing_words(cluster, index, printed))
        bodies = [story.body for story in stories]
        texts = list(differing(cluster, index, bodies, ["body"]))
        other = list(stemmed_otherwise(cluster, index, printed))
        version = cluster.version
    for text in [*wrong, *texts][:SHOWN]:
        print(f"other terms: {text!r:.200}")
    print(f"{len(printed):,} different words: {len(wrong)} have other terms on the cluster")
    print(f"{len(stories):,} stories: {len(texts)} have other terms, or elsewhere")
    print(f"OpenSearch {version} alone would stem {len(other)} words otherwise:", end=" ")
    print(", ".join(other[:SHOWN]))
    return 1 if wrong or texts else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

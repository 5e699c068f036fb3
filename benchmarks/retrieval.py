"""How good are the rankings? newsq beside bm25s, Whoosh and tantivy, on Reuters stories.

Known items: the headline of a story is the question, and its body, among all bodies and no
headlines, the one right answer. Mean reciprocal rank (MRR), and the share found first and
among the first ten. Topics: the topic's name and description are the question, and all
stories that Reuters' indexers gave it are right. Mean average precision (MAP) and nDCG at 10
(Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques", 2002).

The row to compare with the others is "newsq --any": like them, it ranks every story that has
any of the words. "newsq" is what a user gets who types the question: stories with all of the
words come first, and where there are enough of them they are all there is. That keeps an
answer short, and average precision counts every right story that is not in it.

    python benchmarks/retrieval.py [FOLDER OF reut2-*.sgm]
"""

from __future__ import annotations

import argparse
import math
import random
import re
import sys
import tempfile
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.rankers import RANKERS, Ranker  # noqa: E402 - after the path is set
from index.read import read_stories, story_id  # noqa: E402
from index.story import Story  # noqa: E402

DATA = ROOT.parent / "shared" / "data" / "reuters21578"
ITEMS = 500
SEED = 1987
DEPTH = 1_000
"""Stories of a ranking that count."""
_RECORD = re.compile(rb"<REUTERS.*?</REUTERS>", re.DOTALL)
_NEWID = re.compile(rb'NEWID="(\d+)"')
_TOPICS = re.compile(rb"<TOPICS>(.*?)</TOPICS>")
_TOPIC = re.compile(rb"<D>(.*?)</D>")


@dataclass(frozen=True, slots=True)
class Collection:
    """Stories, and topic -> the ids of its stories."""

    stories: list[Story]
    topics: dict[str, set[str]]


@dataclass(frozen=True, slots=True)
class Measured:
    """The means over all questions of one kind, by the measure's name."""

    values: dict[str, float]


def read_collection(paths: Iterable[Path]) -> Collection:
    """All stories of Reuters files, and their topics."""
    stories: list[Story] = []
    topics: defaultdict[str, set[str]] = defaultdict(set)
    for path in paths:
        stories += read_stories(path, path.name)
        for record in _RECORD.findall(path.read_bytes()):
            number, tagged = _NEWID.search(record), _TOPICS.search(record)
            if number and tagged:
                for topic in _TOPIC.findall(tagged[1]):
                    topics[topic.decode()].add(story_id(path.name, number[1].decode()))
    return Collection(stories, dict(topics))


def known_items(stories: Sequence[Story]) -> list[tuple[str, str]]:
    """(headline, id) of `ITEMS` stories, drawn from those with enough of both."""
    fit = [
        story
        for story in stories
        if story.headline and len(story.headline.split()) > 2 and len(story.body.split()) >= 40
    ]
    drawn = random.Random(SEED).sample(fit, min(ITEMS, len(fit)))
    return [(story.headline or "", story.id) for story in drawn]


def find_items(ranker: Ranker, items: Iterable[tuple[str, str]]) -> Measured:
    """How early each item is found."""
    ranks = [place_of(identity, ranker(headline, 100)) for headline, identity in items]
    count = len(ranks)
    return Measured(
        {
            "MRR": sum(1 / rank for rank in ranks if rank) / count,
            "first": sum(rank == 1 for rank in ranks) / count,
            "in 10": sum(0 < rank <= 10 for rank in ranks) / count,
        }
    )


def find_topics(ranker: Ranker, topics: dict[str, set[str]], asked: dict[str, str]) -> Measured:
    """How well each topic's stories are found."""
    precisions, gains = [], []
    for topic, text in asked.items():
        ranking = ranker(text, DEPTH)
        precisions.append(average_precision(ranking, topics[topic]))
        gains.append(ndcg(ranking[:10], topics[topic]))
    return Measured({"MAP": sum(precisions) / len(precisions), "nDCG@10": sum(gains) / len(gains)})


def place_of(identity: str, ranking: Sequence[str]) -> int:
    """Where a story stands in a ranking, from 1; 0 if it does not."""
    return ranking.index(identity) + 1 if identity in ranking else 0


def average_precision(ranking: Sequence[str], right: set[str]) -> float:
    """The mean of the precision at each right story; one that is not found counts 0."""
    found = total = 0.0
    for rank, identity in enumerate(ranking, 1):
        if identity in right:
            found += 1
            total += found / rank
    return total / len(right)


def ndcg(ranking: Sequence[str], right: set[str]) -> float:
    """The discounted gain of a ranking, as a share of what the best one has."""
    gain = sum(1 / math.log2(n + 1) for n, one in enumerate(ranking, 1) if one in right)
    best = sum(1 / math.log2(n + 1) for n in range(1, min(len(right), len(ranking) or 1) + 1))
    return gain / best


def asked_topics(topics: dict[str, set[str]]) -> dict[str, str]:
    """The questions of the topics that the collection has."""
    path = ROOT / "benchmarks" / "data" / "topics.toml"
    asked: dict[str, str] = tomllib.loads(path.read_text("utf-8"))["topics"]
    return {topic: text for topic, text in asked.items() if topics.get(topic)}


def measure(
    collection: Collection, make: Callable[[list[Story], Path], Ranker]
) -> dict[str, float]:
    """All measures of one engine."""
    bodies = [replace(story, headline=None) for story in collection.stories]
    with tempfile.TemporaryDirectory() as folder:
        items = find_items(make(bodies, Path(folder) / "bodies"), known_items(collection.stories))
        asked = asked_topics(collection.topics)
        whole = make(collection.stories, Path(folder) / "whole")
        return {**items.values, **find_topics(whole, collection.topics, asked).values}


def main() -> None:
    """Print one row an engine."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=DATA)
    parser.add_argument("--engines", default=",".join(RANKERS), help="which, by commas")
    options = parser.parse_args()
    paths = sorted(options.folder.glob("*.sgm"))
    if not paths:
        sys.exit(f"There are no Reuters files in {options.folder}.")
    collection = read_collection(paths)
    rows = {}
    for name in options.engines.split(","):
        try:
            rows[name] = measure(collection, RANKERS[name])
        except ImportError as error:
            print(f"{name} is left out: {error}. Add it: pip install --group bench")
    names = list(next(iter(rows.values()), {}))
    print(f"{len(collection.stories):,} stories, {ITEMS} known items, topics by name.\n")
    print("| engine | " + " | ".join(names) + " |")
    print("| --- |" + " ---: |" * len(names))
    for engine, row in rows.items():
        print(f"| {engine} | " + " | ".join(f"{row[name]:.4f}" for name in names) + " |")


if __name__ == "__main__":
    main()

"""Do a folder and a cluster that hold the same stories answer the same? Questions by lot.

    newsq index CORPUS --index FOLDER
    newsq index CORPUS --index http://127.0.0.1:9200/NAME
    python -m benchmarks.agreement FOLDER http://127.0.0.1:9200/NAME --count 500

First what they hold is compared: every story, and the tie that it is in. Then each question is
asked of both: the set of all stories that answer, how many they are, the facets, the order of
the first page and the scores. What differs is printed; scores and orders may differ in the last
digits.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.contents import differing, of_cluster, of_folder
from cluster.client import Cluster
from cluster.location import ClusterLocation
from index.analysis import words
from index.errors import NewsqError
from index.story import Story
from search.opening import open_index
from search.results import Page
from search.stories import Stories

TODAY = date(1990, 1, 1)
SAMPLE = 2_000
"""Stories that questions are drawn from."""
EVERYTHING = 1_000_000
CLOSE = 2e-5
"""How far two scores may differ, as a part of them: they are kept in single precision."""
Draw = Callable[[random.Random, list[str]], str]


def _several(chance: random.Random, text: list[str], least: int, most: int) -> list[str]:
    return [chance.choice(text) for _ in range(chance.randint(least, most))]


def _run(chance: random.Random, text: list[str], size: int) -> list[str]:
    at = chance.randrange(max(len(text) - size, 1))
    return text[at : at + size]


def _beginning(word: str) -> str:
    return word[: max(len(word) - 2, 4)]


def _misspelled(chance: random.Random, word: str) -> str:
    at = chance.randrange(len(word))
    return word[:at] + chance.choice("aeiourst") + word[at + 1 :]


def _near(chance: random.Random, text: list[str]) -> str:
    one, *between, other = _run(chance, text, chance.randint(2, 6))
    return f"{one} {chance.choice(['w', 'pre'])}/{len(between) + chance.randint(0, 3) + 1} {other}"


def _chain(chance: random.Random, text: list[str]) -> str:
    run = _run(chance, text, 5)
    link = chance.choice(["w", "pre"])
    return f" {link}/{chance.randint(1, 3)} ".join(run[::2])


KINDS: dict[str, Draw] = {
    "words": lambda chance, text: " ".join(_several(chance, text, 1, 3)),
    "many words": lambda chance, text: " ".join(_several(chance, text, 4, 9)),
    "a phrase": lambda chance, text: f'"{" ".join(_run(chance, text, chance.randint(2, 4)))}"',
    "a loose phrase": lambda chance, text: (
        f'"{" ".join(_run(chance, text, chance.randint(2, 4))[::2])}"~{chance.randint(2, 5)}'
    ),
    "near": _near,
    "a chain": _chain,
    "OR": lambda chance, text: " OR ".join(_several(chance, text, 2, 3)),
    "AND, NOT": lambda chance, text: "({} OR {}) AND {} NOT {}".format(
        *(chance.choice(text) for _ in range(4))
    ),
    "minus": lambda chance, text: "{} {} -{}".format(*(chance.choice(text) for _ in range(3))),
    "a prefix": lambda chance, text: f"{_beginning(chance.choice(text))}*",
    "a pattern": lambda chance, text: (
        f"{(word := chance.choice(text))[:2]}?{word[3:]} {chance.choice(text)}"
    ),
    "about so": lambda chance, text: f"{chance.choice(text)}~{chance.choice(['', '2'])}",
    "misspelled": lambda chance, text: _misspelled(chance, chance.choice(text)),
    "in a field": lambda chance, text: (
        f"{chance.choice(['headline', 'lead', 'body'])}:{chance.choice(text)} {chance.choice(text)}"
    ),
    "at least": lambda chance, text: f"atleast{chance.randint(2, 5)}({chance.choice(text)})",
    "as printed": lambda chance, text: f"={chance.choice(text)} {chance.choice(text)}",
    "dated": lambda chance, text: f"{chance.choice(text)} since:1987-0{chance.randint(2, 6)}",
}


def questions(stories: Sequence[Story], count: int, seed: int) -> Iterator[tuple[str, str]]:
    """(kind, question), ``count`` of them, each of words of one story."""
    chance = random.Random(seed)
    kinds = list(KINDS)
    for number in range(count):
        kind = kinds[number % len(kinds)]
        text: list[str] = []
        while len(text) < 8:
            body = chance.choice(stories).body
            printed = (body[word.start : word.end] for word in words(body))
            text = [word for word in printed if len(word) > 3 and word.isascii() and word.isalpha()]
        yield kind, KINDS[kind](chance, text)


def compare(question: str, folder: Stories, cluster: Stories) -> tuple[list[str], list[str]]:
    """(what differs in the answers of the two, what differs only in order or scores)."""
    one, other = (_asked(question, stories) for stories in (folder, cluster))
    if isinstance(one, str) or isinstance(other, str):
        return ([] if one == other else [f"{one!s:.200} | {other!s:.200}"]), []
    wrong = [name for name in one[1] if one[1][name] != other[1][name]]
    shown = one[2].keys() & other[2].keys()
    if any(one[2][story] != other[2][story] for story in shown):
        wrong.append("marks")
    slight = []
    if not wrong and one[0] != other[0]:
        slight = _slight(one[0], other[0])
    return wrong, slight


def _slight(one: Any, other: Any) -> list[str]:
    """How two rankings of the same stories differ."""
    far = max(
        (abs(score - other[story]) / max(abs(score), 1.0) for story, score in one.items()),
        default=0.0,
    )
    if far > CLOSE:
        return [f"scores by {far:.3%}"]
    return ["order of near ties"] if list(one)[:10] != list(other)[:10] else []


def _asked(question: str, stories: Stories) -> Any:
    """A question's answer: scores by story, in order; what has to be equal; what is marked in the
    stories of the first page. Or why there is none."""
    try:
        page = stories.search(question, today=TODAY, ungroup=True)
        folded = stories.search(question, today=TODAY, limit=5, facets=False)
        ranking = stories.top(question, limit=EVERYTHING, ungroup=True, today=TODAY)
    except NewsqError as error:
        return str(error)
    scores = dict(zip(ranking.ids, ranking.scores, strict=True))
    told = {"stories": set(ranking.ids), "distinct": folded.distinct, **_told(page)}
    marks = {hit.id: (hit.snippets, hit.headline_marks, hit.copies) for hit in page.hits}
    return scores, told, marks


def _told(page: Page) -> dict[str, Any]:
    names = ("total", "note", "corrected", "suggestions", "relaxed", "facets")
    return {name: getattr(page, name) for name in names}


def compare_contents(folder: Path, cluster: str) -> dict[str, int]:
    """Of how many stories what the two hold differs, by what; it is printed."""
    with Cluster(ClusterLocation.parsed(cluster)) as opened:
        one, other = of_folder(folder), of_cluster(opened)
    found = differing(one, other)
    tied = sum(len(held.takes) > 1 or len(held.takes[0]) > 1 for held in one.values())
    print(f"{len(one):,} stories, {tied:,} of them tied to others; differing:", end=" ")
    print(
        ", ".join(f"{len(ids)} {what} {' '.join(ids[:3])}".rstrip() for what, ids in found.items())
    )
    return {what: len(ids) for what, ids in found.items()}


def main(arguments: Sequence[str]) -> int:
    """Compare; 0 if no question is answered otherwise."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder")
    parser.add_argument("cluster")
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=21578)
    given = parser.parse_args(arguments)
    wrong, slight = Counter[str](), Counter[str]()
    wrong.update(compare_contents(Path(given.folder), given.cluster))
    held_otherwise = wrong.total()
    took = [0.0]
    with open_index(given.folder) as folder, open_index(given.cluster) as cluster:
        sample = list(islice(folder.every().stories, SAMPLE))
        for kind, question in questions(sample, given.count, given.seed):
            started = time.perf_counter()
            differs, nearly = compare(question, folder, cluster)
            took.append(time.perf_counter() - started)
            wrong[kind] += bool(differs)
            slight[kind] += bool(nearly)
            for what in (*differs, *nearly):
                print(f"{kind}: {question}: {what}")
    print(
        f"{given.count:,} questions, {wrong.total() - held_otherwise} answered otherwise,", end=" "
    )
    print(f"{slight.total()} the same but for scores or order ({dict(+slight)});", end=" ")
    print(f"{sum(took):.0f} s, the slowest {max(took):.2f} s")
    return 1 if wrong.total() else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Are copies and takes tied together, are distinct stories kept apart, and how long does it take?

    python benchmarks/copies.py FOLDER [--stories N ...] [--misses]

FOLDER holds stories, such as the files of Reuters-21578. Copies are made of some of them: cut,
their paragraphs shuffled, retitled, given other furniture, misread letter by letter, and all of
it together. Every kind is tied among all stories of the folder; what counts are pairs. Then
stories are made up, each of a real one with names, rare words and figures drawn anew, to see
how the time grows.
"""

from __future__ import annotations

import argparse
import random
import re
import string
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

import numpy as np

from index.analysis import terms
from index.samecopy.facts import facts_of
from index.samecopy.groups import Tied, tie
from index.samecopy.signed import signed
from index.story import DateBasis, Story, StoryDate

SEED = 1987
ORIGINALS = 1000
"""Stories of which copies are made."""
SHORTEST = 400
"""Characters of a body below which a story is no original: half of it is a sentence or two."""
PROSE = 60
"""Characters of a paragraph, on average, below which a body is a table."""
FAMILY = 5
"""Copies of one story where several are made."""
COPIED_IN = 20
"""Of how many stories one is copied where time is measured."""

Chance = random.Random
Change = Callable[[Story, Chance], Story]

_LETTERS = re.compile(r"[a-z]+")
_WORDS = re.compile(r"[A-Za-z]+|[0-9]+")
_FURNITURE = (
    "(Reporting by our own correspondent; editing by the foreign desk)",
    "Follow us for more news from around the world, and sign up for the morning letter.",
    "This story has not been edited by our staff and is published from a syndicated feed.",
    "Also read: Five things to know before the markets open",
    "All rights reserved. This material may not be published, broadcast or rewritten.",
    "Get the day's main stories delivered to your inbox every evening.",
)


def cut(story: Story, chance: Chance) -> Story:
    """From the end, to 50 to 90 in a hundred."""
    left = int(len(story.body) * chance.uniform(0.5, 0.9))
    end = story.body.rfind(" ", 0, left + 1)
    return replace(story, body=story.body[: end if end > 0 else left].rstrip())


def shuffled(story: Story, chance: Chance) -> Story:
    """The paragraphs in another order."""
    paragraphs = story.body.split("\n\n")
    chance.shuffle(paragraphs)
    return replace(story, body="\n\n".join(paragraphs))


def retitled(story: Story, chance: Chance) -> Story:
    """A headline of words of the body."""
    words = re.findall(r"[A-Za-z]{4,}", story.body) or ["News"]
    return replace(story, headline=" ".join(chance.choice(words) for _ in range(7)).title())


def refurnished(story: Story, chance: Chance) -> Story:
    """Another outlet's lines before and behind, its own day, no dateline."""
    lines = chance.sample(_FURNITURE, chance.randint(1, 2))
    body = "\n\n".join([*lines[1:], story.body, *lines[:1]])
    day = story.date.day
    date = replace(story.date, day=min(day + chance.randint(0, 1), 28)) if day else story.date
    return replace(story, body=body, date=date, dateline=None, byline="Staff Reporter")


def misread(story: Story, chance: Chance, most: float = 0.05) -> Story:
    """Up to one character in twenty is another one, missing, or one too many."""
    return replace(story, body=noisy(story.body, chance.uniform(0.01, most), chance))


def badly_misread(story: Story, chance: Chance) -> Story:
    """One character in twenty."""
    return replace(story, body=noisy(story.body, 0.05, chance))


def noisy(text: str, rate: float, chance: Chance) -> str:
    """``text`` as bad OCR would have it: ``rate`` of its characters are wrong."""
    out = []
    for character in text:
        if character == "\n" or chance.random() >= rate:
            out.append(character)
        elif (kind := chance.random()) < 0.7:
            out.append(chance.choice(string.ascii_lowercase + string.digits))
        elif kind < 0.85:
            out.append(character + chance.choice(string.ascii_lowercase + " .,'"))
    return "".join(out)


def both(*changes: Change) -> Change:
    """Several changes, one after the other."""

    def changed(story: Story, chance: Chance) -> Story:
        for change in changes:
            story = change(story, chance)
        return story

    return changed


KINDS: dict[str, Change] = {
    "sent again": lambda story, chance: story,
    "cut to 50-90%": cut,
    "paragraphs shuffled": shuffled,
    "retitled": retitled,
    "other furniture": refurnished,
    "misread, 1-5%": misread,
    "misread, 5%": badly_misread,
    "cut, misread": both(cut, misread),
    "shuffled, misread": both(shuffled, misread),
    "cut, shuffled, retitled": both(cut, shuffled, retitled),
    "all at once": both(cut, shuffled, retitled, misread, refurnished),
    "all at once, 5%": both(cut, shuffled, retitled, badly_misread, refurnished),
}


@dataclass(frozen=True, slots=True)
class Corpus:
    """Stories, and which are one story: equal numbers in ``truth``."""

    stories: list[Story]
    truth: list[int]


def is_original(story: Story) -> bool:
    """Whether copies are made of a story: prose, and long enough that a half of it is a story."""
    paragraphs = story.body.count("\n\n") + 1
    return len(story.body) >= max(SHORTEST, PROSE * paragraphs)


def copies_of(
    stories: Sequence[Story], change: Change, each: int = 1, originals: int = ORIGINALS
) -> Corpus:
    """All of ``stories``, and ``each`` copies of ``originals`` of them."""
    chance = random.Random(SEED)
    usable = [n for n, story in enumerate(stories) if is_original(story)]
    chosen = chance.sample(usable, min(originals, len(usable)))
    made, truth = list(stories), list(range(len(stories)))
    for number in chosen:
        for _copy in range(each):
            changed = change(stories[number], chance)
            made.append(replace(changed, id=f"{len(made):012x}"))
            truth.append(number)
    return Corpus(made, truth)


def any_kind(story: Story, chance: Chance) -> Story:
    """A change of any kind."""
    return chance.choice(list(KINDS.values()))(story, chance)


def tied(stories: Sequence[Story]) -> Tied:
    """The groups of ``stories``."""
    stamps = np.array([int(story.id, 16) for story in stories], np.uint64)
    return tie(signed(stories, stamps), lambda some: [stories[number] for number in some])


@dataclass(frozen=True, slots=True)
class Score:
    """Pairs: those that are one story, of them tied, and tied in all."""

    true: int
    found: int
    tied: int
    wrong: tuple[tuple[int, int], ...]

    @property
    def precision(self) -> float:
        """The share of tied pairs that are one story."""
        return self.found / self.tied if self.tied else 1.0

    @property
    def recall(self) -> float:
        """The share of pairs of one story that are tied."""
        return self.found / self.true if self.true else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        both_ = self.precision + self.recall
        return 2 * self.precision * self.recall / both_ if both_ else 0.0


def score(corpus: Corpus, ties: Tied) -> Score:
    """How well ``ties`` agree with the truth, pair by pair."""
    sizes = Counter(corpus.truth)
    true = sum(size * (size - 1) // 2 for size in sizes.values())
    pairs = [pair for group in ties.groups for pair in combinations(sorted(group.stories), 2)]
    wrong = tuple((a, b) for a, b in pairs if corpus.truth[a] != corpus.truth[b])
    return Score(true, len(pairs) - len(wrong), len(pairs), wrong)


def distinct(stories: Iterable[Story]) -> list[Story]:
    """``stories`` without those that are another one again, told by words alone.

    A story is left out if it shares a third of the runs of five words of the shorter with one
    before it, or a tenth where the headlines are alike; of the same five days, and with half the
    figures. Forms that are filled in anew stay, and so do stories of one event in other words.
    """
    kept: list[Story] = []
    sizes: list[int] = []
    held: defaultdict[int, list[int]] = defaultdict(list)
    vocabulary: dict[str, int] = {}
    for story in stories:
        words = [vocabulary.setdefault(term, len(vocabulary)) for term in terms(story.body)]
        runs = {hash(tuple(words[n : n + 5])) for n in range(len(words) - 4)}
        if not runs:
            continue
        met = Counter(number for run in runs for number in held[run][:50])
        near = ((kept[n], share / min(len(runs), sizes[n])) for n, share in met.most_common(9))
        if any(_again(story, other, shared) for other, shared in near):
            continue
        for run in runs:
            held[run].append(len(kept))
        kept.append(story)
        sizes.append(len(runs))
    return kept


def _again(story: Story, other: Story, shared: float) -> bool:
    one, two = facts_of(story), facts_of(other)
    days = one.days_from(two)
    if shared < 0.1 or (days is not None and days > 5):
        return False
    figures = [set(re.findall(r"\d[\d,./-]*", one.body)) for one in (story, other)]
    same = len(figures[0] & figures[1])
    like = one.headline_likeness(two) >= 0.6
    return same >= 0.5 * min(map(len, figures)) and (like or shared >= 0.33)


class Inventor:
    """Makes stories up: paragraphs of real ones, with names, rare words and figures drawn anew.

    So they read as stories do and share the trade's phrases, and no two are one story.
    """

    def __init__(self, stories: Sequence[Story]) -> None:
        self._stories = [story for story in stories if is_original(story)]
        self._paragraphs = [part for story in self._stories for part in story.body.split("\n\n")]
        known = Counter(w for s in self._stories for w in set(_LETTERS.findall(s.body.lower())))
        often = len(self._stories) / 100
        self._rare = sorted(word for word, count in known.items() if count < often)
        self._is_rare = frozenset(self._rare)

    def stories(self, count: int) -> Iterator[Story]:
        """``count`` stories."""
        chance = random.Random(SEED)
        for number in range(count):
            real = self._stories[number % len(self._stories)]
            length = real.body.count("\n\n") + 1
            body = "\n\n".join(chance.choice(self._paragraphs) for _ in range(length))
            drawn: dict[str, str] = {}
            date = StoryDate(1987, chance.randint(1, 12), chance.randint(1, 28), DateBasis.METADATA)
            yield replace(
                real,
                id=f"{number:012x}",
                headline=self._redrawn(real.headline or "", drawn, chance),
                body=self._redrawn(body, drawn, chance),
                date=date,
            )

    def _redrawn(self, text: str, drawn: dict[str, str], chance: Chance) -> str:
        def other(match: re.Match[str]) -> str:
            word = match.group()
            if word.isdigit():
                return str(chance.randrange(10 ** (len(word) - 1), 10 ** len(word)))
            if (low := word.lower()) not in self._is_rare:
                return word
            new = drawn.setdefault(low, chance.choice(self._rare))
            return new.capitalize() if word[0].isupper() else new

        return _WORDS.sub(other, text)


def measure_kinds(stories: list[Story], misses: bool) -> None:
    """Print a row a kind of copy."""
    base = distinct(stories)
    print(f"{len(stories):,} stories, {len(base):,} of them distinct")
    print(f"{'copies':28} {'pairs':>6} {'precision':>9} {'recall':>7} {'F1':>6}")
    kinds = [(name, change, 1) for name, change in KINDS.items()]
    for name, change, each in [*kinds, (f"{FAMILY} copies, any kind", any_kind, FAMILY)]:
        corpus = copies_of(base, change, each)
        found = score(corpus, tied(corpus.stories))
        print(
            f"{name:28} {found.true:6} {found.precision:9.3f} {found.recall:7.3f} {found.f1:6.3f}"
        )
        for one, other in found.wrong if misses else ():
            print(f"  {corpus.stories[one].headline} | {corpus.stories[other].headline}")


def measure_time(stories: list[Story], counts: Sequence[int]) -> None:
    """Print a row a number of stories: seconds, microseconds a story, agreement."""
    inventor = Inventor(distinct(stories))
    print(
        f"\n{'stories':>8} {'sign, s':>8} {'tie, s':>8} {'us each':>8} {'pairs read':>10} {'F1':>6}"
    )
    for count in counts:
        chance = random.Random(SEED)
        made: list[Story] = []
        truth: list[int] = []
        for story in inventor.stories(count - count // (COPIED_IN + 1)):
            made.append(story)
            truth.append(len(truth))
            if chance.randrange(COPIED_IN) == 0 and len(made) < count:
                made.append(replace(any_kind(story, chance), id=f"{(1 << 40) + len(made):012x}"))
                truth.append(truth[-1])
        started = time.perf_counter()
        keys = signed(made, np.array([int(story.id, 16) for story in made], np.uint64))
        halfway = time.perf_counter()
        ties = tie(keys, lambda some, held=made: [held[n] for n in some])  # type: ignore[misc]
        done = time.perf_counter()
        found = score(Corpus(made, truth), ties)
        print(
            f"{len(made):8,} {halfway - started:8.1f} {done - halfway:8.1f} "
            f"{(done - started) / len(made) * 1e6:8.0f} {ties.verdicts.keys.size:10,} "
            f"{found.f1:6.3f}",
            flush=True,
        )


def read_folder(folder: Path) -> list[Story]:
    """The stories of all files in ``folder`` that have a body."""
    from index.read import read_stories

    paths = sorted(path for path in folder.glob("*.sgm"))
    return [story for path in paths for story in read_stories(path, path.name) if story.body]


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--stories", type=int, nargs="*", default=[25_000, 50_000])
    parser.add_argument("--misses", action="store_true")
    given = parser.parse_args()
    stories = read_folder(given.folder)
    measure_kinds(stories, given.misses)
    if given.stories:
        measure_time(stories, given.stories)


if __name__ == "__main__":
    main()

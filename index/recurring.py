"""Furniture learned from the corpus: lines that recur on many pages of one folder.

A site prints its own menus, slogans and sign-ups on every page, in words that no list can
know. What recurs on pages of different stories is not of any of them.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from index.corpus import StoryFile, folder_of
from index.dateline import parse_opening
from index.errors import StoryFileError
from index.files import opened
from index.formats import scraped
from index.pagelines import is_sentence, line_key
from index.text import clean, decode

FEWEST_PAGES = 8
"""Pages of different stories from which a folder's habits can be told."""
SHARE = 0.25
"""The share of a folder's stories on which a line of furniture stands."""
SAMPLE = 200
"""Pages of a folder that are looked at."""
MOST_BYTES = 256 * 1024
MOST_PROSE = 0.4
"""The share of prose that may recur before it is the copy that does."""
LONG = 12
"""Words from which a line that two pages share is taken for copy they share."""
SAME_STORY = 2
"""Long lines that two pages share if they are takes or copies of one story."""


def learn_habits(
    files: Sequence[StoryFile], stale: list[StoryFile], gone: set[str], known: dict[str, str]
) -> tuple[dict[str, frozenset[str]], list[StoryFile]]:
    """What recurs in the folders that changed, and the files that have to be read for it.

    ``known`` are the digests of what was learned of each folder before: where a folder's
    habits have changed, all its pages are read anew.
    """
    changed = {folder_of(file.source) for file in stale} | {folder_of(name) for name in gone}
    by_folder: defaultdict[str, list[StoryFile]] = defaultdict(list)
    for file in files:
        if (folder := folder_of(file.source)) in changed:
            by_folder[folder].append(file)
    habits = {
        folder: recurring_lines([file.path for file in held])
        for folder, held in by_folder.items()
        if len(held) >= FEWEST_PAGES
    }
    other = {folder for folder, lines in habits.items() if known.get(folder, "") != digest(lines)}
    waiting = {file.source for file in stale}
    return habits, [f for f in files if f.source in waiting or folder_of(f.source) in other]


def recurring_lines(paths: Sequence[Path]) -> frozenset[str]:
    """The keys of the lines that recur across the pages at ``paths``, all of one folder.

    Versions and copies of one story count as one page, for they share their copy.
    """
    pages = [lines for path in _sample(paths) if (lines := _lines(path))]
    stories = _by_story(pages)
    if len(stories) < FEWEST_PAGES:
        return frozenset()
    counted: Counter[str] = Counter()
    for story in stories:
        counted.update(set().union(*(pages[number] for number in story)))
    least = max(FEWEST_PAGES // 2, SHARE * len(stories))
    often = {key for key, count in counted.items() if count >= least}
    if _share_of_prose(pages, often) > MOST_PROSE:
        return frozenset()
    return frozenset(key for key in often if parse_opening(key.upper(), within=False) is None)


def _share_of_prose(pages: list[frozenset[str]], often: set[str]) -> float:
    """How much of the pages' prose recurs: where it is much, the pages tell one story."""
    prose = [key for page in pages for key in page if is_sentence(key)]
    recurring = sum(len(key.split()) for key in prose if key in often)
    return recurring / max(sum(len(key.split()) for key in prose), 1)


def digest(lines: Iterable[str]) -> str:
    """A fingerprint of what was learned; "" for nothing."""
    text = "\n".join(sorted(lines))
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest() if text else ""


def _sample(paths: Sequence[Path]) -> list[Path]:
    """At most `SAMPLE` of the paths, spread evenly over their order."""
    step = max(len(paths) / SAMPLE, 1.0)
    return [paths[int(n * step)] for n in range(min(len(paths), SAMPLE))]


def _lines(path: Path) -> frozenset[str]:
    """The keys of a page's lines; none for what is no page."""
    try:
        with opened(path) as file:
            data = file.read(MOST_BYTES)
        if not data.strip() or not scraped.sniff(data[: 16 * 1024]):
            return frozenset()
        text = clean(decode(data))
    except (OSError, StoryFileError):
        return frozenset()
    return frozenset(key for line in text.split("\n") if (key := line_key(line)))


def _by_story(pages: list[frozenset[str]]) -> list[list[int]]:
    """The numbers of the pages, those of one story together."""
    leader = list(range(len(pages)))

    def find(page: int) -> int:
        while leader[page] != page:
            page = leader[page]
        return page

    holders: defaultdict[str, list[int]] = defaultdict(list)
    for number, lines in enumerate(pages):
        for line in lines:
            if len(line.split()) >= LONG:
                holders[line].append(number)
    shared: Counter[tuple[int, int]] = Counter()
    for numbers in holders.values():
        if len(numbers) <= max(SHARE * len(pages), 2):
            shared.update(
                (one, other) for n, one in enumerate(numbers) for other in numbers[n + 1 :]
            )
    for (one, other), lines_shared in shared.items():
        if lines_shared >= SAME_STORY:
            leader[find(one)] = find(other)
    stories: defaultdict[int, list[int]] = defaultdict(list)
    for number in range(len(pages)):
        stories[find(number)].append(number)
    return list(stories.values())

"""What one take of a story has that another has not, word by word.

Patience diff (Cohen, 2007): words that stand once in both texts are the fixed points, as many
as stand in one order in both; between two of them the same is done again. Only where nothing
stands once, in a few words, are all ways compared (`difflib`). So a line that is moved is told
as taken out and put in, and no text takes longer than its length allows.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

_WORD = re.compile(r"\S+")
_ALL_WAYS = 1 << 14
"""Comparisons up to which all ways to match some words with others are tried."""


class Kind(StrEnum):
    """What became of a run of words."""

    KEPT = "kept"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Change:
    """A run of words: as printed, and where it stands.

    ``old`` and ``new`` are the characters it takes up in the older and the newer text, the
    first and one past the last; empty where a text does not have it.
    """

    kind: Kind
    text: str
    old: tuple[int, int]
    new: tuple[int, int]


_Span = tuple[int, int, int, int]
"""Words of the older text, first and one past the last, and of the newer."""


def changes(old: str, new: str) -> tuple[Change, ...]:
    """How ``new`` came of ``old``: all words of both, in runs, in order.

    Where words were replaced, what was removed comes before what was added.

    >>> [(run.kind.value, run.text) for run in changes("Two men died.", "Three men died.")]
    [('removed', 'Two'), ('added', 'Three'), ('kept', 'men died.')]
    """
    olds, news = list(_WORD.finditer(old)), list(_WORD.finditer(new))
    first, second = [word.group() for word in olds], [word.group() for word in news]
    at_old, at_new = [word.span() for word in olds], [word.span() for word in news]
    found = []
    for kind, a, b, c, d in _runs(first, second):
        here, there = _chars(at_old, a, b), _chars(at_new, c, d)
        text = old[slice(*here)] if kind is Kind.REMOVED else new[slice(*there)]
        found.append(Change(kind, text, here, there))
    return tuple(found)


def _chars(words: Sequence[tuple[int, int]], first: int, last: int) -> tuple[int, int]:
    """The characters of some words; where there are none, the place before the next."""
    if first < last:
        return words[first][0], words[last - 1][1]
    place = words[first][0] if first < len(words) else (words[-1][1] if words else 0)
    return place, place


def _runs(old: list[str], new: list[str]) -> Iterator[tuple[Kind, int, int, int, int]]:
    """Runs of one kind, from the words that are kept."""
    at_old = at_new = 0
    kept = list(_joined(_kept(old, new)))
    for a, b, c, d in [*kept, (len(old), len(old), len(new), len(new))]:
        if at_old < a:
            yield Kind.REMOVED, at_old, a, at_new, at_new
        if at_new < c:
            yield Kind.ADDED, a, a, at_new, c
        if a < b:
            yield Kind.KEPT, a, b, c, d
        at_old, at_new = b, d


def _joined(spans: list[_Span]) -> Iterator[_Span]:
    """Spans in order, those that touch in both texts as one."""
    held: _Span | None = None
    for span in sorted(spans):
        if held and held[1] == span[0] and held[3] == span[2]:
            held = held[0], span[1], held[2], span[3]
            continue
        if held:
            yield held
        held = span
    if held:
        yield held


def _kept(old: list[str], new: list[str]) -> list[_Span]:
    """The spans of words that both have, in one order in both."""
    kept: list[_Span] = []
    waiting = [(0, len(old), 0, len(new))]
    while waiting:
        a, b, c, d = waiting.pop()
        first = a
        while a < b and c < d and old[a] == new[c]:
            a, c = a + 1, c + 1
        if first < a:
            kept.append((first, a, c - (a - first), c))
        last = b
        while a < b and c < d and old[b - 1] == new[d - 1]:
            b, d = b - 1, d - 1
        if b < last:
            kept.append((b, last, d, d + last - b))
        if a == b or c == d:
            continue
        if points := _fixed(old[a:b], new[c:d]):
            waiting += _between((a, b, c, d), points)
            kept += [(a + i, a + i + 1, c + j, c + j + 1) for i, j in points]
        elif (b - a) * (d - c) <= _ALL_WAYS:
            matcher = SequenceMatcher(None, old[a:b], new[c:d], autojunk=False)
            kept += [
                (a + i, a + i + n, c + j, c + j + n)
                for i, j, n in matcher.get_matching_blocks()
                if n
            ]
    return kept


def _between(span: _Span, points: list[tuple[int, int]]) -> Iterator[_Span]:
    """What lies before, between and behind the fixed points of a span."""
    a, b, c, d = span
    at_old, at_new = a, c
    for i, j in points:
        yield at_old, a + i, at_new, c + j
        at_old, at_new = a + i + 1, c + j + 1
    yield at_old, b, at_new, d


def _fixed(old: list[str], new: list[str]) -> list[tuple[int, int]]:
    """Places of words that stand once in both, the most that are in one order in both."""
    once = {word for word, count in Counter(old).items() if count == 1}
    once &= {word for word, count in Counter(new).items() if count == 1}
    places = {word: place for place, word in enumerate(new) if word in once}
    pairs = [(place, places[word]) for place, word in enumerate(old) if word in once]
    # The longest increasing row, by patience sorting (Fredman, 1975).
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for number, (_, place) in enumerate(pairs):
        pile = bisect_left(ends, place)
        before.append(last[pile - 1] if pile else -1)
        ends[pile : pile + 1], last[pile : pile + 1] = [place], [number]
    row: list[tuple[int, int]] = []
    number = last[-1] if last else -1
    while number >= 0:
        row.append(pairs[number])
        number = before[number]
    return row[::-1]

"""Snippets: the few runs of a story that show best why it matched.

The steps are those of Whoosh's highlighter: find the matches, choose fragments, put them
in order, format them (which is the caller's work). All take time linear in the body.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence

from index.analysis import WordTable, word_table
from index.value import Value
from search.marks import Match, Span, find_in_words, merged
from search.question import Question

MAX_SCANNED = 250_000
"""Characters of a body that are looked at; a story this long is a book."""

_SPACE = re.compile(r"\s+")
_CHUNK = re.compile(r"\S+")
_SENTENCE_END = re.compile(r"""[.!?]["'”’)\]]*(?=\s)|\S(?=\s*\n\s*\n)|\S(?=\s*\Z)""")


class Snippet(Value):
    """A run of a story's text, its white space made single spaces, and what to mark in it.

    ``follows`` and ``goes_on`` say that the story has text before it and after it.
    """

    text: str
    marks: tuple[Span, ...] = ()
    follows: bool = False
    goes_on: bool = False


def snippets(body: str, question: Question, width: int = 200, most: int = 3) -> tuple[Snippet, ...]:
    """At most ``most`` fragments of ``body``, about ``width`` characters each, in story order.

    Together they show as many parts of the question as they can, and there are no more of
    them than that takes. They begin and end at sentences where that is near, and never
    inside a word. A body that holds nothing of the question gives its beginning.
    """
    text = _bounded(body)
    printed = word_table(text)
    if not printed.terms:
        return ()
    matches = find_in_words(text, printed, question, "body")
    if not matches:
        first = printed.starts[0], printed.ends[0]
        lead = _Layout(text, printed, first, width).fragment(first, (0, len(text)))
        return (_snippet(text, lead, ()),)
    chosen: list[Span] = []
    shown: set[int] = set()
    while len(chosen) < most and (window := _best_window(matches, shown, chosen, width)):
        room = (
            max((end for _, end in chosen if end <= window[0]), default=0),
            min((start for start, _ in chosen if start >= window[1]), default=len(text)),
        )
        fragment = _Layout(text, printed, window, width).fragment(window, room)
        chosen.append(fragment)
        shown |= {match.part for match in matches if _inside(match, fragment)}
    return tuple(_snippet(text, fragment, matches) for fragment in _joined(text, chosen))


def _bounded(body: str) -> str:
    """As much of ``body`` as is looked at, cut at a space."""
    if len(body) <= MAX_SCANNED:
        return body
    text = body[:MAX_SCANNED]
    return text[: max(text.rfind(" "), text.rfind("\n"))] if _SPACE.search(text) else text


def _best_window(
    matches: Sequence[Match], shown: set[int], chosen: Sequence[Span], width: int
) -> Span | None:
    """The run of at most ``width`` that shows the most parts not yet ``shown``.

    Then the most parts, then the most matches, then the earliest. It touches nothing
    ``chosen``. None if no run shows a new part. A match wider than ``width`` is a run.
    """
    free = [m for m in matches if not any(m.start < end and start < m.end for start, end in chosen)]
    gaps = [sum(start < match.start for start, _ in chosen) for match in free]
    inside: Counter[int] = Counter()
    best: tuple[int, int, int] = (0, 0, 0)
    window: Span | None = None
    after = 0
    for place, match in enumerate(free):
        while (
            after < len(free)
            and gaps[after] == gaps[place]
            and (after == place or free[after].end - match.start <= width)
        ):
            inside[free[after].part] += 1
            after += 1
        worth = (len(inside.keys() - shown), len(inside), after - place)
        if worth[0] and worth > best:
            best = worth
            window = match.start, max(other.end for other in free[place:after])
        inside[match.part] -= 1
        if not inside[match.part]:
            del inside[match.part]
    return window


def _inside(match: Match, fragment: Span) -> bool:
    return fragment[0] <= match.start and match.end <= fragment[1]


class _Layout:
    """Where a text may be cut around a window: edges of its sentences, its chunks, its words.

    Only what lies within twice ``width`` of the window is looked at: no fragment reaches further
    than ``width``.
    """

    def __init__(self, text: str, printed: WordTable, window: Span, width: int) -> None:
        self.width = width
        near = max(window[0] - 2 * width, 0), min(window[1] + 2 * width, len(text))
        chunks = [match.span() for match in _CHUNK.finditer(text, *near)]
        self.starts = [start for start, _ in chunks]
        self.ends = [end for _, end in chunks]
        beside = slice(bisect_left(printed.starts, near[0]), bisect_right(printed.ends, near[1]))
        self.word_starts = printed.starts[beside]
        self.word_ends = printed.ends[beside]
        self.sentence_ends = [match.end() for match in _SENTENCE_END.finditer(text, *near)]
        after = (bisect_left(self.starts, end) for end in self.sentence_ends)
        self.sentence_starts = [
            self.starts[0],
            *(self.starts[place] for place in after if place < len(self.starts)),
        ]

    def fragment(self, window: Span, room: Span) -> Span:
        """The run to show around ``window``, inside ``room``."""
        start, end = window
        sentence = self.sentence_starts[bisect_right(self.sentence_starts, start) - 1]
        if sentence >= room[0] and end - sentence <= self.width:
            low = sentence
        else:
            context = max(self.width - (end - start), 0) // 2
            low = self._first(max(start - context, room[0]), start)
        limit = min(max(end, low + self.width), room[1])
        high = self._last(end, limit, wanted=low + self.width * 2 // 3)
        if limit == room[1]:  # nothing follows: what stands before may fill the run
            place = bisect_left(self.sentence_starts, max(high - self.width, room[0]))
            low = min([low, *self.sentence_starts[place : place + 1]])
        return low, high

    def _first(self, at: int, start: int) -> int:
        """The first edge from ``at`` on, ``start`` at the latest."""
        for edges in (self.starts, self.word_starts):
            place = bisect_left(edges, at)
            if place < len(edges) and edges[place] <= start:
                return edges[place]
        return start

    def _last(self, end: int, limit: int, wanted: int) -> int:
        """The last edge up to ``limit``; a sentence's if one lies behind ``wanted``."""
        for edges, least in (
            (self.sentence_ends, max(end, wanted)),
            (self.ends, end),
            (self.word_ends, end),
        ):
            place = bisect_right(edges, limit) - 1
            if place >= 0 and edges[place] >= least:
                return edges[place]
        return end


def _joined(text: str, fragments: Sequence[Span]) -> list[Span]:
    """``fragments`` in story order, those with nothing between them made one."""
    joined: list[Span] = []
    for start, end in sorted(fragments):
        if joined and not text[joined[-1][1] : start].strip():
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _snippet(text: str, fragment: Span, matches: Sequence[Match]) -> Snippet:
    """The fragment itself, with single spaces, and the matches that lie inside it."""
    start, end = fragment
    spans = [span for match in matches if _inside(match, fragment) for span in match.spans]
    marks = [(first - start, last - start) for first, last in merged(spans)]
    run = text[start:end]
    gaps = [gap.span() for gap in _SPACE.finditer(run)]
    gap_ends = [last for _, last in gaps]
    removed = [0]
    for first, last in gaps:
        removed.append(removed[-1] + last - first - 1)

    def moved(at: int) -> int:
        return at - removed[bisect_right(gap_ends, at)]

    return Snippet(
        _SPACE.sub(" ", run),
        tuple((moved(first), moved(last)) for first, last in marks),
        follows=_CHUNK.search(text, 0, start) is not None,
        goes_on=_CHUNK.search(text, end) is not None,
    )

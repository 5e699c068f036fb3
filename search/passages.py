"""Passages: which runs of a text show best why it matched, and where to cut them.

Matches are gathered into windows, as few as show every part of a question; what room is left is
shared out around them, up to the edges of sentences or words. Takes time linear in the text for
a question of a few words.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence

from search.chunks import Chunks
from search.marks import Match, Span

DOTS = 5
"""Characters that part two passages: dots and a space on either side."""
LONGEST = 300
"""Characters of a passage that is long enough; where there is room for more, another follows."""

_BREAK = re.compile(r"""[.!?\n](?:(?<!\n)["'”’)\]]*(?!\S)|(?<=\n)\s*?\n)\s*""")
"""Between two sentences, the end of the first with it: a sign that closes it, or an empty line."""
_SHORTENED = re.compile(
    r"\b(?:[A-Z]|Adm|Apr|Aug|Brig|Capt|Cmdr|Col|Dec|Dr|Feb|Fla|Gen|Gov|Jan|Jr|Lt|Maj|Mr|Mrs|Ms|"
    r"Mt|No|Nov|Oct|Pa|Prof|Rep|Rev|Sen|Sept?|Sgt|Sr|St|Va|vs)\Z"
)
"""A word or initial that a full stop shortens: it seldom ends a sentence."""
_LONGEST_SHORTENED = 6
_BEGUN = re.compile(r"(?<!\S)\S")
"""The first character after white space."""
_MARGIN = 50


def passages(chunks: Chunks, matches: Sequence[Match], room: int) -> list[Span]:
    """The runs of a text to show in ``room`` characters, in order, dots between them counted.

    They show as many parts of the question as they can. Without ``matches`` it is the beginning.
    Only a match that is longer than ``room`` takes more.
    """
    text = chunks.text
    windows = _windows(matches, room) or [chunks.first_word[1:]]
    spare = max(room - _size(windows), 0) // len(windows)
    nexts = [*(start for start, _ in windows[1:]), len(text)]
    found: list[Span] = []
    for window, limit in zip(windows, nexts, strict=True):
        low = found[-1][1] if found else 0
        layout = _Layout(chunks, window, window[1] - window[0] + spare)
        found.append(layout.fragment(window, (low, limit)))
    return _joined(found, text)


def inside(match: Match, passage: Span) -> bool:
    """Whether ``passage`` shows all of ``match``."""
    return passage[0] <= match.start and match.end <= passage[1]


def _windows(matches: Sequence[Match], room: int) -> list[Span]:
    """What has to be shown of ``matches`` in ``room`` characters, in order, nothing twice.

    First in as few windows as there is room for long passages; then in more and narrower ones,
    until they show every part; at last in one for the shortest match of each part.
    """
    parts = len({match.part for match in matches})
    least = -(-room // LONGEST)
    count = least
    while True:
        found = _gathered(matches, least, count, room // count - DOTS)
        if _parts_in(found, matches) == parts and _size(found) <= room:
            return found
        if count >= parts:
            return _shortest(matches, room)
        count = min(count + (count + 1) // 2, parts)


def _gathered(matches: Sequence[Match], least: int, most: int, width: int) -> list[Span]:
    """At most ``most`` windows, ``width`` wide, that show the most; ``least`` if matches last."""
    parts = {match.part for match in matches}
    chosen: list[Span] = []
    shown: set[int] = set()
    while matches and len(chosen) < (least if shown == parts else most):
        window = _best_window(matches, shown, width)
        chosen.append(window)
        shown |= {match.part for match in matches if inside(match, window)}
        matches = [match for match in matches if not inside(match, window)]
    return _joined(chosen)


def _best_window(matches: Sequence[Match], shown: set[int], width: int) -> Span:
    """The run of at most ``width`` that shows the most parts not yet ``shown``.

    Then the most parts, then the most matches, then the earliest. A match wider than ``width``
    is a run.
    """
    last = max(match.end for match in matches)
    if last - matches[0].start <= width:
        return matches[0].start, last
    held: Counter[int] = Counter()
    best: tuple[int, int, int] = (0, 0, 0)
    window = matches[0].start, matches[0].end
    after = 0
    for place, match in enumerate(matches):
        while after < len(matches) and (
            after == place or matches[after].end - match.start <= width
        ):
            held[matches[after].part] += 1
            after += 1
        worth = (len(held.keys() - shown), len(held), after - place)
        if worth > best:
            best = worth
            window = match.start, max(other.end for other in matches[place:after])
        held[match.part] -= 1
        if not held[match.part]:
            del held[match.part]
    return window


def _shortest(matches: Sequence[Match], room: int) -> list[Span]:
    """The shortest match of each part, as many as there is room for, and one in any case."""
    shortest: dict[int, Span] = {}
    for match in matches:
        known = shortest.get(match.part)
        if known is None or match.end - match.start < known[1] - known[0]:
            shortest[match.part] = match.start, match.end
    found: list[Span] = []
    for span in sorted(shortest.values(), key=lambda span: span[1] - span[0]):
        more = _joined([*found, span])
        if found and _size(more) > room:
            break
        found = more
    return found


def _parts_in(windows: Sequence[Span], matches: Sequence[Match]) -> int:
    """How many parts ``windows`` show, which are in order and apart."""
    starts = [start for start, _ in windows]
    shown = set()
    for match in matches:
        place = bisect_right(starts, match.start) - 1
        if place >= 0 and match.end <= windows[place][1]:
            shown.add(match.part)
    return len(shown)


def _size(windows: Sequence[Span]) -> int:
    """Characters that ``windows`` take, with dots around each."""
    return sum(end - start for start, end in windows) + DOTS * (len(windows) + 1)


def _joined(spans: Iterable[Span], text: str | None = None) -> list[Span]:
    """``spans`` in order, those that overlap made one, or have nothing between in ``text``."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        last = joined[-1][1] if joined else -1
        if joined and (start <= last or (text is not None and not text[last:start].strip())):
            joined[-1] = (joined[-1][0], max(end, last))
        else:
            joined.append((start, end))
    return joined


class _Layout:
    """Where a text may be cut around a window: edges of its sentences, its chunks, its words.

    A chunk is a run without white space. No fragment reaches further than ``width`` from the
    window, and only what is so near is looked at, with a margin in which what ends or begins
    there is seen.
    """

    def __init__(self, chunks: Chunks, window: Span, width: int) -> None:
        self.width = width
        self._chunks = chunks
        self._text = text = chunks.text
        low, high = max(window[0] - width - _MARGIN, 0), window[1] + width + _MARGIN
        found = (found.span() for found in _BREAK.finditer(text, low, high))
        breaks = [(at, start) for at, start in found if not self._is_shortened(at)]
        self.sentence_starts = [start for _, start in breaks]
        self.sentence_ends = [at + len(text[at:start].rstrip()) for at, start in breaks]
        if low == 0:
            self.sentence_starts.insert(0, len(text) - len(text.lstrip()))
        if high >= len(text):
            self.sentence_ends.append(len(text.rstrip()))

    def _is_shortened(self, at: int) -> bool:
        """Whether what stands at ``at`` shortens a word and closes no sentence."""
        text = self._text
        return text[at] == "." and bool(
            _SHORTENED.search(text, max(at - _LONGEST_SHORTENED, 0), at)
        )

    def fragment(self, window: Span, room: Span) -> Span:
        """The run to show around ``window``, inside ``room``."""
        start, end = window
        place = bisect_right(self.sentence_starts, start) - 1
        sentence = self.sentence_starts[place] if place >= 0 else -1
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
        begun = _BEGUN.search(self._text, at, start + 1)
        if begun:
            return begun.start()
        edges = self._chunks.words.starts  # a chunk that is too long is cut between its words
        place = bisect_left(edges, at)
        return edges[place] if place < len(edges) and edges[place] <= start else start

    def _last(self, end: int, limit: int, wanted: int) -> int:
        """The last edge up to ``limit``; a sentence's if one lies behind ``wanted``."""
        place = bisect_right(self.sentence_ends, limit) - 1
        if place >= 0 and self.sentence_ends[place] >= max(end, wanted):
            return end + len(self._text[end : self.sentence_ends[place]].rstrip())
        run = self._text[end:limit]
        if self._text[limit : limit + 1].strip() and not run[-1:].isspace():
            run = run.removesuffix((run.rsplit(None, 1) or [""])[-1])  # a chunk goes on there
            if not run:
                edges = self._chunks.words.ends
                place = bisect_right(edges, limit) - 1
                return edges[place] if place >= 0 and edges[place] >= end else end
        return end + len(run.rstrip())

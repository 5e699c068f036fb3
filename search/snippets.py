"""Snippets: the few runs of a story that show best why it matched.

The steps are those of Whoosh's highlighter: find the matches, choose passages, put them
in order, format them (which is the caller's work). All take time linear in the body.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence

from index.errors import QueryError
from index.value import Value
from search.chunks import Chunks
from search.marks import Match, Span, find_in_chunks, merged
from search.passages import inside, passages
from search.question import Question

LINES = 3
"""Lines of a story that a hit shows."""
COLUMNS = 100
"""Characters in a line of running text; longer ones are hard to read."""
MOST_LINES = 100
"""Lines that may be asked for; `StoryIndex.story` has all of a story."""
MAX_SCANNED = 250_000
"""Characters of a body that are looked at; a story this long is a book."""

_SPACE = re.compile(r"\s+")
_WIDE = re.compile(r"\s{2,}|[^\S ]")
"""White space that is no single space."""
_INK = re.compile(r"\S")
_FILLED = (0.96, 0.9, 0.8, 0.65)
"""How much of its lines a text may fill: what does not fit at a line's end leaves a gap."""


class Room(Value):
    """What a hit's snippets may take: ``lines`` of ``columns`` characters, dots counted."""

    lines: int = LINES
    columns: int = COLUMNS


SNIPPETS = Room()
"""What they take where nobody says."""


class Snippet(Value):
    """A run of a story's text, its white space made single spaces, and what to mark in it.

    ``follows`` and ``goes_on`` say that the story has text before it and after it.
    """

    text: str
    marks: tuple[Span, ...] = ()
    follows: bool = False
    goes_on: bool = False


def snippets(body: str, question: Question, room: Room = SNIPPETS) -> tuple[Snippet, ...]:
    """The runs of ``body`` that fit in ``room`` and answer ``question``, in story order.

    Together they show as many parts of the question as they can, each once if there is no room
    for more. They begin and end at sentences where that is near, and never inside a word. A body
    that holds nothing of the question gives its beginning. Only a match that is longer than the
    room is given more.
    """
    text = _bounded(body)
    chunks = Chunks(text)
    if not room.lines or not chunks.hold_words:
        return ()
    matches = find_in_chunks(chunks, question, "body")
    found: tuple[Snippet, ...] = ()
    for filled in _FILLED:
        size = max(int(room.lines * room.columns * filled), 1)
        spans = passages(chunks, matches, size)
        found = tuple(_snippet(text, span, matches) for span in spans)
        if _height(found, room.columns) <= room.lines:
            break
    return found


def run_on(parts: Sequence[Snippet], shown: Iterable[str]) -> str:
    """A hit's snippets on one line as ``shown`` prints them, dots where the story has more."""
    if not parts:
        return ""
    before, after = parts[0].follows, parts[-1].goes_on
    return f"{'... ' * before}{' ... '.join(shown)}{' ...' * after}"


def room_for(lines: int, columns: int) -> Room:
    """Room for ``lines`` of ``columns`` characters. Raises QueryError where that is no room."""
    if not 0 <= lines <= MOST_LINES:
        raise QueryError(f"A hit shows 0 to {MOST_LINES:,} lines of its story, not {lines:,}.")
    if columns < 1:
        raise QueryError(f"A line has at least one column, not {columns:,}.")
    return Room(lines, columns)


def _bounded(body: str) -> str:
    """As much of ``body`` as is looked at, cut at a space."""
    if len(body) <= MAX_SCANNED:
        return body
    text = body[:MAX_SCANNED]
    return text[: max(text.rfind(" "), text.rfind("\n"))] if _SPACE.search(text) else text


def _height(found: Sequence[Snippet], columns: int) -> int:
    """Lines that snippets take, one after the other with dots where the story has more."""
    text = " ... ".join(part.text for part in found)
    text = f"{'... ' * found[0].follows}{text}{' ...' * found[-1].goes_on}"
    lines, at = 1, 0
    while len(text) - at > columns:
        end = text.rfind(" ", at, at + columns + 1)
        if end < 0:  # a word that is longer than a line goes on in the next
            end = text.find(" ", at)
            end = len(text) if end < 0 else end
            lines += (end - at - 1) // columns
            if end == len(text):
                break
        at, lines = end + 1, lines + 1
    return lines


def _snippet(text: str, fragment: Span, matches: Sequence[Match]) -> Snippet:
    """The fragment itself, with single spaces, and the matches that lie inside it."""
    start, end = fragment
    spans = [span for match in matches if inside(match, fragment) for span in match.spans]
    marks = tuple([(first - start, last - start) for first, last in merged(spans)])
    run = text[start:end]
    follows, goes_on = _INK.search(text, 0, start) is not None, _INK.search(text, end) is not None
    if " ".join(run.split()) == run:
        return Snippet(run, marks, follows, goes_on)
    gaps = [gap.span() for gap in _WIDE.finditer(run)]
    gap_ends = [last for _, last in gaps]
    removed = [0]
    for first, last in gaps:
        removed.append(removed[-1] + last - first - 1)

    def moved(at: int) -> int:
        return at - removed[bisect_right(gap_ends, at)]

    moved_marks = tuple((moved(first), moved(last)) for first, last in marks)
    return Snippet(_WIDE.sub(" ", run), moved_marks, follows, goes_on)

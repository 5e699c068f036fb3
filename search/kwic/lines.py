"""The lines of a concordance: found, sorted, counted."""

from __future__ import annotations

import heapq
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from index.analysis import fold
from index.errors import QueryError
from index.schema import stored_date
from index.story import StoryDate
from index.value import Value
from search.arrays import IndexArrays
from search.best import best
from search.marks import find
from search.matches import Numbers
from search.query import parse
from search.question import Question
from search.snippets import MAX_SCANNED
from search.tree import parts

MAX_READ = 2_000
"""Stories that are read for one concordance, the newest first."""
MAX_LINES = 10_000
CONTEXT = 100
"""Characters on each side of what matched."""
SORTS = ("left", "right", "date")
_FIELDS = ("headline", "body", "byline")
_OPERATORS = frozenset('"*?~()=:/')
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"\w+")
_COMPARED = 6
"""Words of a context that are compared."""


class Line(Value):
    """One place where a keyword stands in the story ``id``.

    ``left`` and ``right`` are what stands before and after ``match`` in ``field``, at most
    `CONTEXT` characters each; white space is made single spaces.
    """

    id: str
    date: StoryDate
    field: str
    left: str
    match: str
    right: str


class Concordance(Value):
    """Lines in the order asked for, the first of ``total`` in the ``read`` newest stories.

    ``stories`` is the number of all stories that match.
    """

    query: str
    lines: tuple[Line, ...]
    total: int
    read: int
    stories: int


def keyword(text: str) -> Question:
    """The question of a keyword: several plain words are meant as a phrase.

    Raises QueryError as `search.query.parse` does.
    """
    question = parse(text)
    plain = len(question.words) > 1 and not (question.insisted or question.excluded)
    return parse(f'"{text}"') if plain and not _OPERATORS & set(text) else question


def concordance(
    question: Question, docs: Numbers, index: IndexArrays, sort: str, limit: int
) -> Concordance:
    """The first ``limit`` lines of the stories ``docs``, which match ``question``.

    ``sort`` is "left" or "right" (by the words on that side, from the keyword outwards) or
    "date" (the newest first). Raises QueryError for another, or a limit that cannot be.
    """
    check_lines(sort, limit)
    places = best(docs, (index.numbers("date")[docs],), MAX_READ, index)
    stories = map(index.stored, docs[places].tolist())
    return concordance_of(question, stories, int(docs.size), sort, limit)


def check_lines(sort: str, limit: int) -> None:
    """Refuse an order or a number of lines that there is not. Raises QueryError."""
    if sort not in SORTS:
        raise QueryError(f"Lines cannot be sorted by {sort!r}. Use {', '.join(SORTS)}.")
    if not 1 <= limit <= MAX_LINES:
        raise QueryError(f"Between 1 and {MAX_LINES:,} lines can be shown, not {limit:,}.")


def concordance_of(
    question: Question, stories: Iterable[dict[str, Any]], having: int, sort: str, limit: int
) -> Concordance:
    """The first lines of ``stories``, as they are stored: the newest of those ``having`` it."""
    total = read = 0

    def counted() -> Iterator[tuple[Any, int, Line]]:
        nonlocal total, read
        for stored in stories:
            read += 1
            for line in _story_lines(question, stored):
                yield key(line), total, line  # found later, sorted later
                total += 1

    key = _KEYS[sort]
    first = heapq.nsmallest(limit, counted())
    lines = tuple(line for _key, _number, line in first)
    return Concordance(question.text, lines, total, read, having)


def _story_lines(question: Question, stored: dict[str, Any]) -> Iterator[Line]:
    fields = {leaf.field for part in parts(question.query) for leaf in part.leaves}
    date = stored_date(stored)
    for name in _FIELDS:
        text = (stored.get(name) or "")[:MAX_SCANNED]
        if name in fields or (name == "body" and "lead" in fields):
            for start, end in dict.fromkeys(match[:2] for match in find(text, question, name)):
                left, right = _around(text, start, end)
                yield Line(stored["id"], date, name, left, _spaced(text[start:end]), right)


def _around(text: str, start: int, end: int) -> tuple[str, str]:
    """What stands before and after a run of ``text``; no word is cut."""
    left = _spaced(text[max(start - 2 * CONTEXT, 0) : start]).lstrip()
    right = _spaced(text[end : end + 2 * CONTEXT]).rstrip()
    if len(left) > CONTEXT:
        left = left[-CONTEXT:].partition(" ")[2]
    if len(right) > CONTEXT:
        right = right[:CONTEXT].rpartition(" ")[0]
    return left, right


def _spaced(text: str) -> str:
    return _SPACE.sub(" ", text)


def _words(text: str) -> list[str]:
    return _WORD.findall(fold(text))


def _by_left(line: Line) -> tuple[list[str], list[str]]:
    return _words(line.left)[: -_COMPARED - 1 : -1], _words(line.right)[:_COMPARED]


def _by_right(line: Line) -> tuple[list[str], list[str]]:
    return _words(line.right)[:_COMPARED], _words(line.left)[: -_COMPARED - 1 : -1]


_KEYS: dict[str, Callable[[Line], Any]] = {
    "left": _by_left,
    "right": _by_right,
    "date": lambda line: 0,  # stories are read newest first
}

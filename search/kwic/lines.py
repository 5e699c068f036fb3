"""The lines of a concordance: found, sorted, counted."""

from __future__ import annotations

import heapq
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import Any

from index.analysis import fold
from index.errors import QueryError
from index.schema import stored_date
from index.story import LEAD, StoryDate
from index.value import Value
from search.arrays import IndexArrays
from search.best import best
from search.chunks import Chunks
from search.marks import find_in_chunks
from search.matches import Numbers
from search.query import parse
from search.question import Question
from search.snippets import MAX_SCANNED
from search.tree import Near, parts

MAX_READ = 2_000
"""Stories that are read for one concordance, the newest first."""
MAX_CHARACTERS = 1_500_000
MAX_FOUND = 20_000
"""Characters that are read and places that are found until no further story is read."""
MAX_LINES = 10_000
CONTEXT = 100
"""Characters on each side of what matched."""
SORTS = ("left", "right", "date")
_FIELDS = ("headline", "body", "byline")
_OPERATORS = frozenset('"*?~()=:/')
_Place = tuple[dict[str, Any], str, int, int]
"""A story as it is stored, one of its fields, and where in that something starts and ends."""
_SPACE = re.compile(r"\s+")
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
    newest = best(docs, (index.numbers("date")[docs],), MAX_READ, index)
    stories = map(index.stored, docs[newest].tolist())
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
    fields, effort = _asked(question), _effort(question)
    total = read = characters = 0

    def counted() -> Iterator[tuple[Any, int, _Place]]:
        nonlocal total, read, characters
        for stored in stories:
            read += 1
            for name in fields:
                text = (stored.get(name) or "")[:MAX_SCANNED]
                characters += len(text) * effort
                for key, start, end in _keyed(text, question, name, sort):
                    yield key, total, (stored, name, start, end)  # found later, sorted later
                    total += 1
            if total >= MAX_FOUND or characters >= MAX_CHARACTERS:
                break

    first = heapq.nsmallest(limit, counted())
    lines = tuple(_line(*place) for _key, _number, place in first)
    return Concordance(question.text, lines, total, read, having)


def _asked(question: Question) -> list[str]:
    """The fields that ``question`` looks into, as they are stored."""
    fields = {leaf.field for part in parts(question.query) for leaf in part.leaves}
    return [name for name in _FIELDS if name in fields or (name == "body" and LEAD in fields)]


def _effort(question: Question) -> int:
    """How many times as long as a word it takes to tell where in a text ``question`` stands.

    In a chain of near words, each of them is followed to all others.
    """
    chains = [leaf for part in parts(question.query) for leaf in part.leaves if type(leaf) is Near]
    return 1 + sum(len(leaf.groups) ** 2 // 4 for leaf in chains)


def _keyed(
    text: str, question: Question, name: str, sort: str
) -> Iterator[tuple[tuple[list[str], ...], int, int]]:
    """Where the keyword stands in a text, and what that is sorted by."""
    chunks = Chunks(text)
    places = dict.fromkeys(match[:2] for match in find_in_chunks(chunks, question, name))
    if not places or sort == "date":  # stories are read newest first
        yield from (((), start, end) for start, end in places)
        return
    words = chunks.words
    # A look at each place's surroundings would look at most words several times.
    shown, fold_one = (text.lower(), str) if text.isascii() else (text, fold)
    folded = [fold_one(shown[at:end]) for at, end in zip(words.starts, words.ends, strict=True)]
    for start, end in places:
        first, behind = bisect_left(words.starts, start), bisect_left(words.starts, end)
        left = folded[max(first - _COMPARED, 0) : first][::-1]
        right = folded[behind : behind + _COMPARED]
        yield (left, right) if sort == "left" else (right, left), start, end


def _line(stored: dict[str, Any], name: str, start: int, end: int) -> Line:
    text = stored[name][:MAX_SCANNED]
    left, right = _around(text, start, end)
    match = _spaced(text[start:end])
    return Line(stored["id"], stored_date(stored), name, left, match, right)


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

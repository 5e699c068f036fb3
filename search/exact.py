"""Words as they are printed: not stemmed, not folded.

The index holds neither endings nor capitals, so it tells only where a word may stand; the
stored text tells whether it does.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

import numpy as np

from index.analysis import Word, WordTable, words
from index.errors import QueryError
from index.story import LEAD, lead_of
from search.allowance import Cost, may_spend
from search.arrays import IndexArrays
from search.matches import Flags, Numbers
from search.tree import Exact

_CHUNK = re.compile(r"\S+")
_REACH = 2_000
"""Characters within which a phrase has to end."""


def printed_in(query: Exact, docs: Numbers, index: IndexArrays) -> Flags:
    """Which of the stories ``docs`` have the words of ``query`` as they are printed there.

    Raises QueryError if that takes reading more stories than one question may.
    """
    if not may_spend(Cost.STORIES, docs.size):
        raise too_many_to_read(query, docs.size)
    fields = {leaf.field for leaf in query.leaves}
    found = np.zeros(docs.size, bool)
    for place, doc in enumerate(docs.tolist()):
        stored = index.stored(doc)
        texts = (_text(stored, field) for field in fields)
        found[place] = any(next(printed_at(text, query.printed), None) for text in texts)
    return found


def too_many_to_read(query: Exact, count: int) -> QueryError:
    """What is said if ``query`` asks for more stories to be read than one question may."""
    return QueryError(
        f"To look for {' '.join(query.printed)} as printed, {count:,} stories would have to be "
        "read. Add a rarer word, or a place, an agency or dates."
    )


def _text(stored: dict[str, object], field: str) -> str:
    text = str(stored.get("body" if field == LEAD else field) or "")
    return lead_of(text) if field == LEAD else text


def printed_at(text: str, printed: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where ``printed`` stands in ``text``, word for word: characters, the end exclusive.

    A possessive ending is no part of a word. Takes time linear in the text.
    """
    at = text.find(printed[0])
    while at >= 0:
        start, end = _chunk(text, at)
        found = _as_far_as(text, start, end, len(printed) - 1)
        bare = [_bare(text[word.start : word.end]) for word in found]
        for place in range(len(found) - len(printed) + 1):
            if found[place].start >= end:
                break
            last = place + len(printed)
            if all(map(_same, bare[place:last], printed)):
                yield found[place].start, found[last - 1].end
        at = text.find(printed[0], end)


def printed_among(text: str, known: WordTable, printed: Sequence[str]) -> Iterator[tuple[int, int]]:
    """`printed_at`, for a text whose words are ``known``."""
    starts, ends, size = known.starts, known.ends, len(printed)
    at = text.find(printed[0])
    while at >= 0 and (place := bisect_left(starts, at)) < len(starts):
        last = place + size
        if starts[place] == at and last <= len(starts):
            found = map(slice, starts[place:last], ends[place:last])
            bare = [_bare(text[one]) for one in found]
            if all(map(_same, bare, printed)):
                yield at, ends[last - 1]
        at = text.find(printed[0], max(at + 1, starts[place]))


def _as_far_as(text: str, start: int, end: int, more: int) -> list[Word]:
    """The words of ``text`` between ``start`` and ``end``, and so many ``more``.

    They are looked for chunk by chunk, since no word holds white space.
    """
    taken: list[Word] = []
    for chunk in _CHUNK.finditer(text, start, end + _REACH):
        if chunk.start() >= end and more <= 0:
            break
        inside = list(words(chunk[0]))
        if chunk.start() >= end:
            inside = inside[:more]
            more -= len(inside)
        at = chunk.start()
        taken += [Word(word.term, at + word.start, at + word.end) for word in inside]
    return taken


def _bare(shown: str) -> tuple[str, str]:
    """A word as it is shown, and without a possessive ending."""
    return shown, shown[:-2] if shown[-2:] in ("'s", "’s") else shown


def _same(shown: tuple[str, str], wanted: str) -> bool:
    return wanted in shown


def _chunk(text: str, at: int) -> tuple[int, int]:
    """The run of characters without white space around ``at``."""
    start = end = at
    while start and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and not text[end].isspace():
        end += 1
    return start, end

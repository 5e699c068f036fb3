"""The answer to a question: all of its words where that is enough, or else most of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from index.value import Value
from search.arrays import UNKNOWN, IndexArrays
from search.matches import Flags, Matches, Numbers, Scores, meet, tally
from search.question import Filters, Question
from search.rank import evaluate, passes
from search.tree import Not, Query

ENOUGH = 3
"""Stories that have all the words; with fewer, others are shown after them."""


class Answer(Value):
    """The stories that answer a question.

    ``docs`` are in order of their numbers; ``scores`` and ``complete`` (has it all the
    words? None: each has) go with them. ``least`` is the smallest number of words that one
    of them has. ``undated`` counts stories that a date filter left out because nothing
    tells their year.
    """

    docs: Numbers
    scores: Scores
    complete: Flags | None
    least: int
    undated: int = 0


def answer(question: Question, filters: Filters, index: IndexArrays) -> Answer:
    """The stories that have all of ``question``, and most of it where fewer than `ENOUGH` do.

    Word after word may be missing, down to half of them, until there are enough; never
    what the question insists on or excludes, and nothing of a question with operators.
    """
    found = [evaluate(word, index) for word in question.words or (question.query,)]
    insisted = [evaluate(query, index) for query in question.insisted]
    tests = (*filters.others, *(Not(query) for query in question.excluded))
    complete = _tested(meet([*found, *insisted]), tests, index)
    dated = _dated(complete, filters, index)
    asked = len(found)
    if asked == 1 or dated.docs.size >= ENOUGH:
        undated = complete.docs.size - dated.docs.size and _undated(complete.docs, index)
        return Answer(dated.docs, dated.scores, None, asked, undated)
    return _relaxed(found, insisted, tests, filters, index)


def _relaxed(
    found: Sequence[Matches],
    insisted: Sequence[Matches],
    tests: Sequence[Query],
    filters: Filters,
    index: IndexArrays,
) -> Answer:
    """The stories that have most of the words ``found``."""
    asked = len(found)
    some, counts = tally(found, index.size, (asked + 1) // 2)
    most = _tested(meet([some, *insisted]) if insisted else some, tests, index)
    dated = _dated(most, filters, index)
    each = counts[some.docs.searchsorted(dated.docs)]
    least = _least(each, asked)
    kept = each >= least
    best = dated.kept(kept)
    undated = 0
    if most.docs.size > dated.docs.size:
        enough = counts[some.docs.searchsorted(most.docs)] >= least
        undated = _undated(most.docs[enough], index)
    each = each[kept]
    return Answer(best.docs, best.scores, each == asked, int(each.min(initial=asked)), undated)


def _tested(found: Matches, tests: Sequence[Query], index: IndexArrays) -> Matches:
    """Those of ``found`` that pass every one of ``tests``."""
    for test in tests:
        found = found.kept(passes(test, found.docs, index))
    return found


def _dated(found: Matches, filters: Filters, index: IndexArrays) -> Matches:
    return found if filters.dates is None else _tested(found, (filters.dates,), index)


def _undated(docs: Numbers, index: IndexArrays) -> int:
    """How many stories have no year, and so were left out by a date filter."""
    return int(np.count_nonzero(index.numbers("date")[docs] == UNKNOWN))


def _least(counts: Numbers, asked: int) -> int:
    """How many of the ``asked`` words to insist on, given how many each story has."""
    if np.count_nonzero(counts == asked) >= ENOUGH:
        return asked
    best = np.sort(counts)[::-1][:ENOUGH]
    return max(int(best.min(initial=asked)), (asked + 1) // 2)


def note(question: Question, found: Answer) -> str | None:
    """What to tell the user about ``found``; None if it is just what was asked for."""
    sentences = []
    asked = len(question.words)
    if asked and found.least < asked:
        everything = f"both {question.kind}" if asked == 2 else f"all {asked} {question.kind}"
        least = "one of them" if asked == 2 else f"at least {found.least}"
        complete = found.docs.size if found.complete is None else int(found.complete.sum())
        if not complete:
            these = "this one has" if found.docs.size == 1 else "these have"
            sentences.append(f"No story has {everything}; {these} {least}.")
        else:
            stories = "1 story has" if complete == 1 else f"{complete} stories have"
            others = "the other has" if found.docs.size - complete == 1 else "the others have"
            sentences.append(f"Only {stories} {everything}; {others} {least}.")
    if found.undated:
        more = " more" if found.docs.size else ""
        which = "story matches but has" if found.undated == 1 else "stories match but have"
        sentences.append(
            f"{found.undated:,}{more} {which} no known year, and so no place among these dates."
        )
    return " ".join(sentences) or None

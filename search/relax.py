"""The answer to a question: all of its words where that is enough, or else most of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from whoosh.query import Not

from search.arrays import UNKNOWN, Floats, IndexArrays, Numbers
from search.filters import Filters
from search.question import Question, all_of
from search.rank import evaluate, tally

ENOUGH = 3
"""Stories that have all the words; with fewer, others are shown after them."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The stories that answer a question.

    ``docs`` are in order of their numbers; ``scores`` and ``complete`` (has it all the
    words?) go with them. ``least`` is the smallest number of words that one of them has.
    ``undated`` counts stories that a date filter left out because nothing tells their year.
    """

    docs: Numbers
    scores: Floats
    complete: NDArray[np.bool_]
    least: int
    undated: int = 0


def answer(question: Question, filters: Filters, index: IndexArrays) -> Answer:
    """The stories that have all of ``question``, and most of it where fewer than `ENOUGH` do.

    Word after word may be missing, down to half of them, until there are enough; never
    what the question insists on or excludes, and nothing of a question with operators.
    """
    words = question.words or (question.query,)
    rest = list(filters.others)
    if question.words:
        rest += [*question.insisted, *(Not(query) for query in question.excluded)]
    docs, scores, counts = tally(words, index)
    if rest:
        wanted = evaluate(all_of(*rest), index)
        docs, left, right = np.intersect1d(
            docs, wanted.docs, assume_unique=True, return_indices=True
        )
        scores, counts = scores[left] + wanted.scores[right], counts[left]
    kept = np.ones(docs.size, bool)
    if filters.dates is not None:
        kept = np.isin(docs, evaluate(filters.dates, index).docs, assume_unique=True)
    kept, dated = counts >= _least(counts[kept], len(words)), kept
    undated = kept & ~dated & (index.date_column("date")[docs] == UNKNOWN)
    kept &= dated
    counts = counts[kept]
    return Answer(
        docs[kept],
        scores[kept],
        counts == len(words),
        int(counts.min(initial=len(words))),
        int(undated.sum()),
    )


def _least(counts: NDArray[np.int64], asked: int) -> int:
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
        complete = int(found.complete.sum())
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

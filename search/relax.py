"""The answer to a question: all of its words where that is enough, or else most of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Generic, TypeVar

import numpy as np

from index.errors import QueryError
from index.value import Value
from search.allowance import one_question
from search.arrays import UNKNOWN, IndexArrays
from search.matches import (
    Flags,
    Matches,
    Numbers,
    Scores,
    flat,
    join,
    meet,
    summed,
    tally,
    worth_a_row,
)
from search.question import Filters, Question
from search.rank import evaluate, passes, wide
from search.tree import Exact, Not, Query, all_of

if TYPE_CHECKING:
    from search.results import Suggestion

FEW = 3
"""Words up to which they are counted. In a longer question they are weighed."""
ENOUGH = 3
"""Stories that have all of few words; with fewer, others are shown after them."""
ENOUGH_OF_MANY = 10
"""The same where the words are many: as many as a page holds."""
SHARE = 0.5
"""Of the weight of all words, what a story has to have in a long question,"""
SHARE_OF_BEST = 0.6
"""and of what the best story has, where that is less."""
MODES = ("most", "all", "any")
A = TypeVar("A")


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

    @property
    def outcome(self) -> Outcome:
        """The same in numbers."""
        total = int(self.docs.size)
        complete = total if self.complete is None else int(self.complete.sum())
        return Outcome(total, complete, self.least, self.undated)


class Outcome(Value):
    """An answer in numbers: ``total`` stories, of which ``complete`` have all the words.

    ``least`` and ``undated`` are as in `Answer`.
    """

    total: int
    complete: int
    least: int
    undated: int


class Reply(Value, Generic[A]):
    """An answer, what it answers and what is told of it, as `search.results.Page` has them."""

    question: Question
    found: A
    note: str | None
    suggestions: tuple[Suggestion, ...] = ()
    corrected: str | None = None


@one_question()
def answer(question: Question, filters: Filters, index: IndexArrays, words: str = "most") -> Answer:
    """The stories that have all of ``question``, and most of it where too few do.

    Of few words, one after the other may be missing until `ENOUGH` stories are there, down to
    half of them or as far as it takes; of many, where fewer than `ENOUGH_OF_MANY` stories have
    them all, as many as weigh half of it; never what the question insists on or excludes, and
    nothing of a question with operators. With ``words`` "all" no word may be missing, with
    "any" every one but one may. Raises QueryError for another of them.
    """
    if words not in MODES:
        raise QueryError(f"Words are wanted {', '.join(MODES)}; {words!r} is none of these.")
    found = [evaluate(word, index) for word in question.words]
    insisted = [evaluate(wide(query), index) for query in question.insisted]
    tests = _tests(question, filters)
    dates = _dates(question, filters)
    if words == "any" and len(found) > 1:
        found = [join(found, index.size)]
    both = [*found, *insisted]
    matches = meet(both) if both else flat(index.live, index.size)
    complete = _tested(matches, tests, index)
    dated = _dated(complete, dates, index)
    asked = len(found)
    enough = ENOUGH if asked <= FEW else ENOUGH_OF_MANY
    if asked < 2 or dated.docs.size >= enough or words == "all":
        undated = complete.docs.size - dated.docs.size and _undated(complete.docs, index)
        return Answer(dated.docs, dated.scores, None, len(question.words), undated)
    narrow = _Narrowing(insisted, tests, dates, index)
    if asked > FEW:
        return _by_weight(found, narrow)
    best = _by_count(found, (asked + 1) // 2, narrow)
    return best if best.docs.size else _by_count(found, 1, narrow)


def _tests(question: Question, filters: Filters) -> tuple[Query, ...]:
    """What is asked of each story apart from words and dates; what is dear to ask comes last."""
    if not (question.insisted or question.excluded):
        return filters.others
    exact = (query for query in question.insisted if isinstance(query, Exact))
    return (*filters.others, *map(Not, question.excluded), *exact)


def _dates(question: Question, filters: Filters) -> Query | None:
    if not question.dates:
        return filters.dates
    return all_of(*question.dates, *([] if filters.dates is None else [filters.dates]))


class _Narrowing(Value):
    """What every story has to meet, whichever words it has."""

    insisted: Sequence[Matches]
    tests: Sequence[Query]
    dates: Query | None
    index: IndexArrays

    def of(self, some: Matches) -> tuple[Matches, Matches]:
        """Those of ``some`` that meet all but the dates, and those that meet the dates too."""
        met = meet([some, *self.insisted]) if self.insisted else some
        most = _tested(met, self.tests, self.index)
        return most, _dated(most, self.dates, self.index)


def _by_count(found: Sequence[Matches], floor: int, narrow: _Narrowing) -> Answer:
    """The stories that have the most of the words ``found``, and ``floor`` of them at least."""
    asked = len(found)
    some, counts = tally(found, narrow.index.size, floor)
    most, dated = narrow.of(some)
    each = counts[some.docs.searchsorted(dated.docs)]
    least = _least(each, asked, floor)
    kept = each >= least
    enough = counts[some.docs.searchsorted(most.docs)] >= least
    return _answer(dated.kept(kept), each[kept], asked, _left_out(most, dated, enough, narrow))


def _by_weight(found: Sequence[Matches], narrow: _Narrowing) -> Answer:
    """The stories that have the words that tell most; how rare a word is says how much it tells.

    In a long question some words tell next to nothing, and to count them would put a story
    with the common half of it before one with every name.
    """
    index = narrow.index
    weights = [word_weight(matches.docs.size, index.live_count) for matches in found]
    some = _weighed(found, weights, index.size)
    most, dated = narrow.of(some)
    worth = some.scores if most is some else some.scores_of(most.docs)
    of_dated = worth if dated is most else some.scores_of(dated.docs)
    best = float(of_dated.max(initial=0.0))
    least = min(sum(weights) * SHARE, best * SHARE_OF_BEST)
    docs = dated.docs[of_dated >= least]
    scores, each = np.zeros(docs.size), np.zeros(docs.size, np.int64)
    for matches in found:
        own = matches.scores_of(docs)
        scores += own
        each += own > 0 if matches.positive else matches.has(docs)
    for matches in narrow.insisted:
        scores += matches.scores_of(docs)
    some = Matches(docs, scores, index.size)
    return _answer(some, each, len(found), _left_out(most, dated, worth >= least, narrow))


def _weighed(found: Sequence[Matches], weights: Sequence[float], size: int) -> Matches:
    """The stories that are in any of ``found``; the score of each is what its words weigh."""
    pairs = zip(found, weights, strict=True)
    if not worth_a_row(found, size):
        parts = [(matches.docs, np.full(matches.docs.size, weight)) for matches, weight in pairs]
        docs, sums, _counts = summed(parts)
        return Matches(docs, sums, size, positive=True)
    row = np.zeros(size)
    for matches, weight in pairs:
        row[matches.docs] += weight
    docs = (row > 0).nonzero()[0]
    return Matches(docs, row[docs], size, positive=True)


def word_weight(having: int, stories: int) -> float:
    """How much a word tells that so many stories have: 0 if none does, so that none can."""
    return math.log1p((stories - having + 0.5) / (having + 0.5)) if having else 0.0


def _answer(best: Matches, each: Numbers, asked: int, undated: int) -> Answer:
    least = int(each.min(initial=asked))
    return Answer(best.docs, best.scores, each == asked, least, undated)


def _left_out(most: Matches, dated: Matches, enough: Flags, narrow: _Narrowing) -> int:
    """Of the stories that have enough of the words, how many a date leaves out for their year."""
    if most.docs.size == dated.docs.size:
        return 0
    return _undated(most.docs[enough], narrow.index)


def _tested(found: Matches, tests: Sequence[Query], index: IndexArrays) -> Matches:
    """Those of ``found`` that pass every one of ``tests``."""
    for test in tests:
        found = found.kept(passes(test, found.docs, index))
    return found


def _dated(found: Matches, dates: Query | None, index: IndexArrays) -> Matches:
    return found if dates is None else _tested(found, (dates,), index)


def _undated(docs: Numbers, index: IndexArrays) -> int:
    """How many stories have no year, and so were left out by a date filter."""
    return int(np.count_nonzero(index.numbers("date")[docs] == UNKNOWN))


def _least(counts: Numbers, asked: int, floor: int) -> int:
    """How many of the ``asked`` words to insist on, given how many each story has.

    ``floor`` is 1 where no story has half of them: then it is as many as any has.
    """
    if np.count_nonzero(counts == asked) >= ENOUGH:
        return asked
    best = np.sort(counts)[::-1][: ENOUGH if floor > 1 or asked == 2 else 1]
    return max(int(best.min(initial=asked)), floor)


def note(question: Question, found: Outcome) -> str | None:
    """What to tell the user about an answer; None if it is just what was asked for."""
    sentences = []
    asked = len(question.words)
    if asked and found.least < asked:
        everything = f"both {question.kind}" if asked == 2 else f"all {asked} {question.kind}"
        least = "one of them" if asked == 2 else f"at least {found.least}"
        if not found.complete:
            these = "this one has" if found.total == 1 else "these have"
            sentences.append(f"No story has {everything}; {these} {least}.")
        else:
            stories = "1 story has" if found.complete == 1 else f"{found.complete} stories have"
            others = "the other has" if found.total - found.complete == 1 else "the others have"
            sentences.append(f"Only {stories} {everything}; {others} {least}.")
    if found.undated:
        more = " more" if found.total else ""
        which = "story matches but has" if found.undated == 1 else "stories match but have"
        sentences.append(
            f"{found.undated:,}{more} {which} no known year, and so no place among these dates."
        )
    return " ".join(sentences) or None

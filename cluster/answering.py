"""The answer of a cluster to a question, by the rules of `search.relax`.

What the rules look at (how many stories have all of the words, or so many of them, or words
of such weight) is counted by the cluster; which of them have to be there is decided here.
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.dsl import ALL, all_of, matching, most_of, none_of
from cluster.leaves import Dsl, any_of
from cluster.pointintime import PointInTime
from cluster.preparing import Preparing
from cluster.worth import Worth
from index.errors import QueryError
from index.value import Value
from search.allowance import one_question
from search.question import Filters, Question
from search.relax import (
    ENOUGH,
    ENOUGH_OF_MANY,
    FEW,
    MODES,
    SHARE,
    SHARE_OF_BEST,
    Outcome,
    word_weight,
)
from search.tree import Or, Query

UNDATED: Dsl = {"bool": {"filter": [ALL], "must_not": [{"exists": {"field": "date"}}]}}


class Found(Value):
    """The stories that answer a question, as queries.

    ``stories`` are all of them; of these ``complete`` have all the words (None: each has).
    They are scored by what they have of ``words``, and by ``insisted``.
    """

    stories: Dsl
    complete: Dsl | None
    words: tuple[Query, ...]
    insisted: tuple[Query, ...]
    outcome: Outcome


class _Asked(Value):
    """A question and its filters as they can be asked; ``base`` is all but words and dates."""

    words: tuple[Query, ...]
    insisted: tuple[Query, ...]
    base: Dsl
    dates: Dsl | None

    def those(self, words: Dsl) -> Dsl:
        """What has such words and all that has to be there."""
        return all_of([words, self.base, *([self.dates] if self.dates else [])])

    def undated(self, words: Dsl) -> Dsl:
        """What would be among `those` if anything told its year."""
        return all_of([words, self.base, UNDATED])


@one_question()
def answer(
    question: Question,
    filters: Filters,
    moment: PointInTime,
    words: str = "most",
    among: Dsl = ALL,
) -> Found:
    """The stories of those ``among`` which it is asked, that have all of ``question``.

    Where too few do, those that have most of it. Raises QueryError as `search.relax.answer`
    does.
    """
    if words not in MODES:
        raise QueryError(f"Words are wanted {', '.join(MODES)}; {words!r} is none of these.")
    preparing = Preparing(moment)
    asked = _asked(question, filters, preparing, among, _wanted(question, words))
    parts = [matching(word) for word in asked.words]
    if words == "any" and len(parts) > 1:
        parts = [any_of(parts)]
    every = all_of(parts)
    by_number = _by_number(asked, parts) if words == "most" else []
    total, undated, *having = moment.count([asked.those(every), asked.undated(every), *by_number])
    enough = ENOUGH if len(parts) <= FEW else ENOUGH_OF_MANY
    if len(parts) < 2 or words == "all" or total >= enough:
        left_out = undated if asked.dates else 0
        outcome = Outcome(total, total, len(question.words), left_out)
        return Found(asked.those(every), None, asked.words, asked.insisted, outcome)
    if preparing.has_read:  # only stories that have all the words
        asked = _asked(question, filters, preparing, among)
        having = moment.count(_by_number(asked, parts))
    if len(parts) > FEW:
        return _by_weight(asked, parts, moment)
    return _by_count(asked, parts, having, moment)


def _wanted(question: Question, words: str) -> list[Query]:
    """The words that all stories of an answer have, if there are enough."""
    return [Or(question.words)] if words == "any" and question.words else list(question.words)


def _asked(
    question: Question,
    filters: Filters,
    preparing: Preparing,
    among: Dsl,
    wanted: Sequence[Query] = (),
) -> _Asked:
    """A question made ready; what has to be read is read of stories that have all ``wanted``."""
    dates = (*question.dates, *([] if filters.dates is None else [filters.dates]))
    beside = (*question.insisted, *filters.others, *dates)
    words = tuple(preparing.ready(word, beside) for word in question.words)
    closer = (*beside, *wanted)
    insisted = tuple(preparing.ready(part, closer) for part in question.insisted)
    excluded = [matching(preparing.ready(part, closer)) for part in question.excluded]
    others = [matching(preparing.ready(part)) for part in filters.others]
    base = all_of([among, *map(matching, insisted), *others, *none_of(excluded)])
    return _Asked(words, insisted, base, all_of([*map(matching, dates)]) if dates else None)


def _by_number(asked: _Asked, parts: Sequence[Dsl]) -> list[Dsl]:
    """What has one of the words, two, and so on to all; nothing where they are weighed."""
    if not 1 < len(parts) <= FEW:
        return []
    return [asked.those(most_of(list(parts), least)) for least in range(1, len(parts) + 1)]


def _by_count(asked: _Asked, parts: list[Dsl], having: Sequence[int], moment: PointInTime) -> Found:
    """What has the most of the words: ``having[n - 1]`` stories have n of them, or more."""
    floor = (len(parts) + 1) // 2
    if not having[floor - 1]:
        floor = 1
    few = ENOUGH if floor > 1 or len(parts) == 2 else 1
    wanted = min(few, having[floor - 1])
    least = max((n for n in range(floor, len(parts) + 1) if having[n - 1] >= wanted), default=floor)
    return _incomplete(asked, parts, most_of(parts, least), moment)


def _by_weight(asked: _Asked, parts: list[Dsl], moment: PointInTime) -> Found:
    """What has the words that tell most, by how rare each is."""
    *having, everything = moment.count([*parts, ALL])
    weights = [word_weight(count, everything) for count in having]
    worth = Worth(parts, weights)
    best = worth.best(asked.those(any_of(parts)), moment)
    least = min(sum(weights) * SHARE, best * SHARE_OF_BEST)
    return _incomplete(asked, parts, worth.at_least(least), moment)


def _incomplete(asked: _Asked, parts: list[Dsl], words: Dsl, moment: PointInTime) -> Found:
    stories, every = asked.those(words), all_of(parts)
    numbers = [all_of([stories, most_of(parts, n)]) for n in range(1, len(parts) + 1)]
    total, undated, *having = moment.count([stories, asked.undated(words), *numbers])
    least = max((n for n, count in enumerate(having, 1) if count == total), default=0)
    if not total:
        least = len(parts)
    outcome = Outcome(total, having[-1], least, undated if asked.dates else 0)
    complete = all_of([stories, every])
    return Found(stories, complete, asked.words, asked.insisted, outcome)

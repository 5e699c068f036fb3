"""More like this: the words that tell a story from others, asked as a question.

A word tells the more, the more often the story has it and the fewer others do (tf x idf, as
in Rocchio, "Relevance feedback in information retrieval", 1971, with one example). The best
of them are asked as any of them, each weighted by what it tells, of the whole index.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date

from index.analysis import STOP_WORDS, words
from index.errors import QueryError
from index.schema import TEXT_FIELDS
from index.story import Story
from search.filters import moment
from search.question import Question
from search.tree import AnyField, Boosted, Constant, Nothing, NumberRange, Or, Query, Term

MOST_TERMS = 30
"""Words that are asked: more take longer and hardly change what is found."""
SHOWN = 8
"""Words that are looked for in what is shown of a story found: more would cut it to shreds."""
READ = 20_000
"""Characters of a story that are looked at."""
MIN_LENGTH = 3
"""Characters of a word that may tell something by itself."""


def question_like(
    story: Story, printings: Iterable[str], having: Callable[[list[str]], list[int]], stories: int
) -> Question:
    """The question that finds stories like ``story``; it holds Nothing if no word tells any.

    ``printings`` are the ids of the story and of all that are one with it; they are excluded.
    ``having`` tells in how many bodies of all the ``stories`` there are each of some terms is.
    """
    text = f"{story.headline or ''}\n{story.body}"[:READ]
    counts: Counter[str] = Counter()
    for word in words(text):
        printed = text[word.start : word.end].lower()
        if printed not in STOP_WORDS and len(word.term) >= MIN_LENGTH:
            counts[word.term] += 1
    weights = {
        term: _weight(count, others, stories)
        for (term, count), others in zip(counts.items(), having(list(counts)), strict=True)
    }
    best = sorted(weights, key=lambda term: (-weights[term], term))[:MOST_TERMS]
    asked = tuple(
        Boosted(AnyField(tuple(Term(name, term) for name in TEXT_FIELDS)), weights[term])
        for term in best
        if weights[term] > 0
    )
    query: Query = Or(asked) if asked else Nothing()
    excluded = tuple(Term("id", printing) for printing in printings)
    return Question(story.title, query, (), (query,), excluded, ())


def telling(question: Question) -> Question:
    """The words of `question_like` that tell the most, to be shown in what it finds."""
    query = question.query
    if not isinstance(query, Or):
        return question
    most = Or(query.parts[:SHOWN])
    return Question(question.text, most, (), (most,), question.excluded, ())


def _weight(count: int, having: int, stories: int) -> float:
    """What a word tells; 0 for one that no other story can have in common."""
    if having < 1:
        return 0.0
    return (1 + math.log(count)) * math.log1p(stories / (having + 1))


def beside(story: Story, newer: bool, older: bool) -> Query | None:
    """Stories of other days than ``story``: ``newer`` ones, ``older`` ones; None for any.

    Raises QueryError if both are asked for, or if the story's day is not known.
    """
    if not (newer or older):
        return None
    if newer and older:
        raise QueryError("No story is both newer and older. Ask for one of them.")
    day = story.date
    if day.year is None or day.month is None or day.day is None:
        raise QueryError(
            f"The day of this story is not known ({day.reason}), "
            "so none can be told to be newer or older. Leave the option out."
        )
    at = moment(date(day.year, day.month, day.day))
    if newer:
        return Constant(NumberRange("date", at, None, low_out=True))
    return Constant(NumberRange("date_last", None, at, high_out=True))

"""Which branches of a question does a story hold? Only their words answer it, and are marked.

Of ``(troops AND border) OR korea`` a story about troops in Korea matches the second branch; that
it has the word of the first as well is chance.
"""

from __future__ import annotations

from functools import lru_cache, singledispatch

from index.schema import KEYWORDS, date_span, indexed_value, values_of
from index.story import LEAD, Story, lead_of
from search.exact import printed_at
from search.expansion import fitting
from search.filters import moment
from search.leaves import TEXTS
from search.marks import count_in
from search.question import Question
from search.tree import (
    And,
    AndMaybe,
    AndNot,
    AnyField,
    AtLeast,
    Boosted,
    Constant,
    DisjunctionMax,
    Every,
    Exact,
    Leaf,
    Not,
    Nothing,
    NumberRange,
    Or,
    Query,
    Require,
    Several,
)


def held_by(story: Story, question: Question) -> Question:
    """``question`` without the branches that ``story``, which matches it, does not hold."""
    if question.words or not _is_branched(question.query):
        return question
    return Question(question.text, _held(question.query, story))


@lru_cache(maxsize=64)
def _is_branched(query: Query) -> bool:
    """Whether a story can match ``query`` and have words of it that do not count."""
    if isinstance(query, Or | DisjunctionMax):
        return any(
            type(part) is not AnyField and not isinstance(part, Leaf) for part in query.parts
        )
    return isinstance(query, AndMaybe) or any(map(_is_branched, query.children()))


def _held(query: Query, story: Story) -> Query:
    match query:
        case Or() | DisjunctionMax():
            held = [_held(part, story) for part in query.parts if holds(part, story)]
            return Or(tuple(held))
        case And():
            return And(tuple([_held(part, story) for part in query.parts]))
        case AndMaybe():
            wanted = _held(query.wanted, story)
            welcome = holds(query.welcome, story)
            return And((wanted, _held(query.welcome, story))) if welcome else wanted
        case AndNot():
            return _held(query.wanted, story)
        case Require():
            return _held(query.scored, story)
        case Boosted():
            return _held(query.part, story)
    return query


@singledispatch
def holds(query: Query, story: Story) -> bool:
    """Whether ``story`` matches ``query``, told from the story alone, as `search.rank` does."""
    raise TypeError(f"a {type(query).__name__} cannot be looked for in a story")


@holds.register
def _(query: Leaf, story: Story) -> bool:
    return _count(query, story) > 0


@holds.register
def _(query: AnyField, story: Story) -> bool:
    return any(holds(leaf, story) for leaf in query.leaves)


@holds.register
def _(query: AtLeast, story: Story) -> bool:
    return sum(_count(leaf, story) for leaf in query.leaves) >= query.count


@holds.register
def _(query: Exact, story: Story) -> bool:
    texts = (_text(leaf.field, story) for leaf in query.leaves)
    return any(next(printed_at(text, query.printed), None) is not None for text in texts)


@holds.register(Or)
@holds.register(DisjunctionMax)
def _(query: Several, story: Story) -> bool:
    return any(holds(part, story) for part in query.parts)


@holds.register
def _(query: And, story: Story) -> bool:
    return all(holds(part, story) for part in query.parts)


@holds.register
def _(query: Not, story: Story) -> bool:
    return not holds(query.part, story)


@holds.register
def _(query: AndNot, story: Story) -> bool:
    return holds(query.wanted, story) and not holds(query.unwanted, story)


@holds.register
def _(query: AndMaybe, story: Story) -> bool:
    return holds(query.wanted, story)


@holds.register
def _(query: Require, story: Story) -> bool:
    return holds(query.scored, story) and holds(query.required, story)


@holds.register(Constant)
@holds.register(Boosted)
def _(query: Constant | Boosted, story: Story) -> bool:
    return holds(query.part, story)


@holds.register
def _(query: NumberRange, story: Story) -> bool:
    if (day := story.date.iso) is None:
        return False
    first, last = date_span(day)
    number = moment((first if query.field == "date" else last).date())
    above = query.low is None or number > query.low - (not query.low_out)
    return above and (query.high is None or number < query.high + (not query.high_out))


@holds.register
def _(query: Every, story: Story) -> bool:
    return query.field is None or bool(_text(query.field, story) or _names(query.field, story))


@holds.register
def _(_query: Nothing, _story: Story) -> bool:
    return False


def _count(leaf: Leaf, story: Story) -> int:
    """How often ``leaf`` stands in its field of ``story``."""
    if leaf.field in TEXTS:
        return count_in(_text(leaf.field, story), leaf)
    return len(fitting(leaf, _names(leaf.field, story)))


def _text(field: str, story: Story) -> str:
    texts = {"headline": story.headline, LEAD: story.body, "body": story.body}
    text = (texts | {"byline": story.byline}).get(field) or ""
    return lead_of(text) if field == LEAD else text


def _names(field: str, story: Story) -> list[str]:
    """What ``story`` is matched by in a field of names."""
    _stored, matched = values_of(story, "")
    value = dict(zip(KEYWORDS, matched, strict=True)).get(field) or ()
    value = indexed_value(field, value)
    return [value] if isinstance(value, str) else list(value)

"""Why has a story of a cluster its score? From its text here, and from what the cluster counts."""

from __future__ import annotations

from collections.abc import Iterable

from cluster.answering import Found
from cluster.pointintime import PointInTime
from cluster.preparing import Preparing, is_printed, text_of
from cluster.ranking import statistics
from cluster.scoring import Statistics, bare, scored_words
from index.analysis import terms
from index.schema import to_document
from index.story import Story
from search.expansion import fitting
from search.explain.score import Standing, explained
from search.filters import moment
from search.marks import count_in
from search.proximity import pairs
from search.rank import FIELD_SCORING, wide
from search.results import Page
from search.tree import (
    And,
    AndMaybe,
    AndNot,
    AnyField,
    AtLeast,
    Boosted,
    Constant,
    Exact,
    Leaf,
    Not,
    Nothing,
    NumberRange,
    Query,
    Require,
    Several,
)


def explained_by(page: Page, found: Found, now: PointInTime) -> Page:
    """``page`` with an explanation of each hit, which ``found`` has found."""
    near = pairs(page.question.words)
    asked = [*page.question.words, *page.question.insisted, *(near.parts if near else ())]
    beside = map(Preparing(now).narrowed, near.parts if near else ())
    numbers = statistics([*found.words, *found.insisted, *beside], now)
    return explained(page, lambda hit: _StoryFacts(hit.story, numbers, _having(asked, numbers)))


def _having(asked: Iterable[Query], numbers: Statistics) -> dict[AnyField, int]:
    """How many stories have each word of a question, by the word as it was before it was ready."""
    words = list(dict.fromkeys(bare(word) for part in asked for word in scored_words(wide(part))))
    return dict(zip(words, numbers.having.values(), strict=True))


class _StoryFacts:
    """What is known of one story (`search.explain.score.Facts`)."""

    def __init__(self, story: Story, numbers: Statistics, having: dict[AnyField, int]) -> None:
        self._document = to_document(story, "")
        self._numbers = numbers
        self._having = having

    @property
    def stories(self) -> int:
        """As `Facts` has it."""
        return self._numbers.stories

    def matches(self, query: Query) -> bool:
        """As `Facts` has it."""
        match query:
            case Exact():
                return is_printed(query, self._document)
            case AtLeast():
                return sum(map(self._times, query.leaves)) >= query.count
            case AnyField():
                return any(map(self._times, query.leaves))
            case Leaf():
                return bool(self._times(query))
            case And():
                return all(map(self.matches, query.parts))
            case Several():
                return any(map(self.matches, query.parts))
            case Not():
                return not self.matches(query.part)
            case AndNot():
                return self.matches(query.wanted) and not self.matches(query.unwanted)
            case AndMaybe():
                return self.matches(query.wanted)
            case Require():
                return self.matches(query.scored) and self.matches(query.required)
            case Constant() | Boosted():
                return self.matches(query.part)
            case NumberRange():
                return self._lies_in(query)
        return not isinstance(query, Nothing)

    def having(self, leaves: tuple[Leaf, ...]) -> int:
        """As `Facts` has it."""
        return self._having[AnyField(leaves)]

    def standing(self, leaf: Leaf) -> Standing:
        """As `Facts` has it."""
        length = len(terms(text_of(self._document, leaf.field)))
        return Standing(self._times(leaf), length, self._numbers.means[leaf.field])

    def _times(self, leaf: Leaf) -> int:
        """How often a leaf occurs; a name once, where the story has it."""
        if leaf.field in FIELD_SCORING:
            return count_in(text_of(self._document, leaf.field), leaf)
        values = self._document.get(leaf.field) or ()
        return len(fitting(leaf, [values] if isinstance(values, str) else values))

    def _lies_in(self, query: NumberRange) -> bool:
        at = self._document.get(query.field)
        if at is None:
            return False
        number = moment(at.date())
        low, high = query.low, query.high
        return (low is None or (number > low if query.low_out else number >= low)) and (
            high is None or (number < high if query.high_out else number <= high)
        )

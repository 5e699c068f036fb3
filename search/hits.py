"""A story that was found, with what shows why."""

from __future__ import annotations

from index.story import Story
from search.marks import marked
from search.question import Question
from search.results import Hit
from search.snippets import Room, snippets


def hit_of(
    story: Story, score: float, question: Question, room: Room, printings: int, versions: int
) -> Hit:
    """The hit on ``story``, which has so many ``printings`` in so many ``versions``."""
    if not question.words:
        from search.holding import held_by  # few questions have branches

        question = held_by(story, question)
    shown = snippets(story.body, question, room)
    marks = marked(story.headline or "", question, "headline")
    return Hit(story, score, shown, marks, printings - 1, versions)

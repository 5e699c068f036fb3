"""The page of one story: its text with what matched marked, where all of it comes from, and
stories like it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count

from markupsafe import Markup

from index.countries import country_name
from index.story import Story
from search.asked import question_of
from search.holding import held_by
from search.marks import Span
from search.marks import marked as marks_of
from search.question import Question
from search.render import date_text
from serve.api import story_of
from serve.calls import Answer, Call, View
from serve.rendering import HTML, marked, rendered
from serve.resultpage import STATE
from serve.states import State, state_of
from serve.versionlist import version_list

LIKE_IT = 5
"""Stories like it that are shown."""
_MARK = re.compile("<mark>")
_ASKED = ("q", "snapshot", "page", "more")


def _story(call: Call) -> Answer:
    stories = call.snapshot.stories
    story = story_of(call)
    state = state_of(call.parameters.multi_items())
    query = call.options.get("query")
    question = held_by(story, question_of(query, call.today)) if query else None
    title, body, matches = _numbered(story, question)
    like_it = stories.similar(story, limit=LIKE_IT, today=call.today)
    page = rendered(
        "story.html",
        state=state,
        story=story,
        title=title,
        paragraphs=body,
        matches=matches,
        versions=version_list(stories.versions(story.id, by_file=False), story, state),
        provenance=list(_provenance(story)),
        like_it=[(hit.story, State().at(f"/story/{hit.id}")) for hit in like_it.hits],
        back=f"{state.at()}#s{story.id}" if state.without(*_ASKED).pairs or query else None,
    )
    return Answer(page, HTML)


def _numbered(story: Story, question: Question | None) -> tuple[Markup, list[Markup], int]:
    """Headline and paragraphs, each mark with an address of its own; how many marks there are."""
    number = count(1)

    def named(text: str, marks: tuple[Span, ...]) -> Markup:
        shown = marked(text, marks)
        return Markup(_MARK.sub(lambda _found: f'<mark id="m{next(number)}">', shown))  # noqa: S704

    headline = story.headline or ""
    title = named(story.title, marks_of(headline, question, "headline") if question else ())
    spans = marks_of(story.body, question, "body") if question else ()
    body = [named(*paragraph) for paragraph in _paragraphs(story.body, spans)]
    return title, body, next(number) - 1


def _paragraphs(body: str, spans: tuple[Span, ...]) -> Iterator[tuple[str, tuple[Span, ...]]]:
    """Each paragraph, and the marks in it; a mark never goes beyond one."""
    at = 0
    for text in body.split("\n\n"):
        end = at + len(text)
        inside = [span for span in spans if span[0] < end and span[1] > at]
        yield text, tuple((max(a, at) - at, min(b, end) - at) for a, b in inside)
        at = end + 2


def _provenance(story: Story) -> Iterator[tuple[str, str]]:
    """Where a story, its place and its date come from, name by name."""
    line, date = story.dateline, story.date
    yield "File", story.path
    yield "Format", story.format
    if line and line.text:
        yield "Dateline", line.text
    if story.places:
        told = " / ".join(story.places)
        where = f", {country_name(story.country)}" if story.country else ""
        how = "as the dateline has it" if line and line.text else "as the file's header has it"
        yield "Place", f"{told}{where}: {how}"
    yield "Date", f"{date_text(date)}, {'certain' if date.certain else 'not certain'}"
    yield "How it is told", f"{date.basis.value}: {date.reason}"
    if story.page_date:
        yield "Page date", story.page_date
    if story.credits:
        yield "Credits", ", ".join(story.credits)
    if story.version and story.version.slug:
        yield "Slug", story.version.slug
    yield "Id", story.id


STORY = View(STATE, _story, forgiving=True)

"""Pages, stories and counts as lines of text for a terminal or a pipe.

Everything here returns Rich ``Text``, which carries style apart from characters: a pipe
gets the characters alone, and nothing in a story is ever read as markup.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath
from typing import TYPE_CHECKING, cast

from rich.style import Style
from rich.text import Text

from index.story import Story, StoryDate
from search.marks import Span, marked
from search.question import Question
from search.results import Hit, Page
from search.snippets import Snippet
from search.terminal import Paper, plain

if TYPE_CHECKING:
    from rich.console import Console

MARK = "bold magenta"
MARK_IN_BOLD = "underline magenta"
"""In a headline, which is bold all through: to be seen without colour, too."""
WIDEST = 100
"""Columns that a line of running text takes at most; longer ones are hard to read."""

_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def page_lines(page: Page, paper: Paper) -> Iterator[Text]:
    """A page of hits: what was relaxed, the hits, and how many there are."""
    if page.note:
        yield from wrapped(Text(page.note, "italic"), paper)
        yield Text()
    first = (page.page - 1) * page.limit + 1
    for number, hit in enumerate(page.hits, first):
        yield from hit_lines(hit, paper, f"{number}. ")
        yield Text()
    yield Text(_total(page), "bold")


def hit_lines(hit: Hit, paper: Paper, label: str) -> Iterator[Text]:
    """A hit behind ``label``: headline, facts, what matched, file."""
    title = _headline(hit.story.title, hit.headline_marks)
    yield from wrapped(title, paper, label)
    known = [*facts(hit.story), plain(hit.id)]
    if hit.copies:
        known.append(_printed(hit))
    indent = " " * len(label)
    yield from wrapped(Text(_dot(paper).join(known), "dim"), paper, indent)
    if hit.snippets:
        yield from wrapped(_snippets(hit.snippets), paper, indent)
    yield _path_line(hit.path, paper, indent)
    if hit.explanation is not None:
        from search.explain.words import sentences

        for sentence in sentences(hit.explanation):
            yield from wrapped(Text(plain(sentence), "dim"), paper, indent)


def _printed(hit: Hit) -> str:
    """How often a story was printed, and in how many versions."""
    copies = f"{hit.copies + 1} copies"
    return copies if hit.versions == 1 else f"{copies}, {hit.versions} versions"


def _snippets(snippets: tuple[Snippet, ...]) -> Text:
    """All snippets of a hit in one, with dots where the story has more."""
    text = Text(" ... ").join(_highlighted(part.text, part.marks) for part in snippets)
    return Text.assemble(
        "... " if snippets[0].follows else "", text, " ..." if snippets[-1].goes_on else ""
    )


def _total(page: Page) -> str:
    text = "1 story" if page.total == 1 else f"{page.total:,} stories"
    if page.distinct < page.total:
        text += f", {page.distinct:,} without copies and other versions"
    if page.page > page.pages:
        text += f"; there is no page {page.page:,}, the last is {page.pages:,}"
    elif page.pages > 1:
        text += f", page {page.page:,} of {page.pages:,}"
        if page.page < page.pages:
            text += f" (more: --page {page.page + 1})"
    return text


def story_lines(
    story: Story, copies: int, paper: Paper, question: Question | None = None
) -> Iterator[Text]:
    """A whole story: headline, body, and where all of it comes from."""

    if question is not None:
        from search.holding import held_by

        question = held_by(story, question)

    def marks(text: str, field: str) -> tuple[Span, ...]:
        return marked(text, question, field) if question else ()

    title = _headline(story.title, marks(story.headline or "", "headline"))
    yield from wrapped(title, paper)
    if story.byline:
        yield from wrapped(_highlighted(story.byline, marks(story.byline, "byline")), paper)
    yield from wrapped(Text(_dot(paper).join(facts(story)), "dim"), paper)
    yield Text()
    body = _highlighted(story.body, marks(story.body, "body"), lines=True)
    yield from wrapped(body, paper)
    yield Text()
    for name, value in _provenance(story, copies):
        label = f"{name:<9} "
        if name == "File":
            yield _path_line(value, paper, label)
        else:
            yield from wrapped(Text(plain(value), "dim"), paper, label)


def _provenance(story: Story, copies: int) -> Iterator[tuple[str, str]]:
    """Where a story and its date come from, name by name."""
    date = story.date
    sure = "certain" if date.certain else "not certain"
    yield "Id", story.id
    yield "File", story.path
    yield "Format", story.format
    if story.dateline and story.dateline.text:
        yield "Dateline", story.dateline.text
    yield "Date", f"{date.iso or 'unknown'} ({sure}; basis: {date.basis.value}): {date.reason}"
    if story.page_date:
        yield "Page date", story.page_date
    if story.credits:
        yield "Credits", ", ".join(story.credits)
    if copies:
        others = "1 other story is" if copies == 1 else f"{copies} other stories are"
        yield "Copies", f"{others} a copy or version of this: newsq versions {story.id}"


def date_text(date: StoryDate) -> str:
    """A date for people: ``1 Nov 2018``, ``Nov 2018``; ``~`` before one that is inferred."""
    day = "" if date.day is None else f"{date.day} "
    month = "" if date.month is None else _MONTHS[date.month - 1]
    if date.year is None:
        return f"{day}{month}, year unknown" if month else "date unknown"
    return f"{'' if date.certain else '~'}{day}{month} {date.year}".replace("~ ", "~").strip()


def wrapped(text: Text, paper: Paper, label: str = "") -> Iterator[Text]:
    """The lines of ``text``, behind ``label`` and then behind as much space.

    ``text.wrap`` is used rather than padding, which would fill the lines with spaces.
    """
    width = max(min(paper.width, WIDEST + len(label)) - len(label), 20)
    # Rich would ask a console only about justified text, which this is not.
    for line in text.wrap(cast("Console", paper), width, overflow="fold") or [Text()]:
        line.rstrip()
        yield Text(label) + line if line.plain else line
        label = " " * len(label)


def _headline(title: str, marks: tuple[Span, ...]) -> Text:
    shown = _highlighted(title, marks, style=MARK_IN_BOLD)
    shown.stylize_before("bold")
    return shown


def _highlighted(
    text: str, marks: tuple[Span, ...], lines: bool = False, style: str = MARK
) -> Text:
    shown = Text(plain(text, lines))
    for start, end in marks:
        shown.stylize(style, start, end)
    return shown


def facts(story: Story) -> list[str]:
    """Place, date and agency, as far as they are known, safe for a terminal."""
    known = []
    if story.places:
        country = f" ({story.country})" if story.country else ""
        known.append(plain("/".join(story.places) + country))
    known.append(date_text(story.date))
    if story.agency:
        known.append(plain(story.agency))
    return known


def _path_line(path: str, paper: Paper, label: str) -> Text:
    """A path on one line: a link, cut at its left, on a terminal; whole in a pipe."""
    style = Style(dim=True)
    shown = plain(path)
    if paper.is_terminal:
        if PurePath(path).is_absolute():
            style += Style(link=PurePath(path).as_uri())
        room = max(paper.width - len(label), 20)
        if len(shown) > room:
            cut = "…" if is_unicode(paper) else "..."
            shown = cut + shown[len(cut) - room :]
    return Text(label) + Text(shown, style)


def _dot(paper: Paper) -> str:
    return " · " if is_unicode(paper) else " - "


def is_unicode(paper: Paper) -> bool:
    """Whether the paper takes more than ASCII."""
    return paper.encoding.lower().startswith("utf")

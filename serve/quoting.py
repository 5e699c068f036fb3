"""Answers for assistants as text: what newsq says, and what stories say, told apart.

What a story says, its place and its agency too, is set between lines that hold a word of this
answer alone, which no story can know; so text of a story cannot pass for what newsq says,
whatever it holds. Controls, marks that turn the direction of writing and invisible characters
are replaced.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator

from index.countries import country_name
from index.story import Story
from search.facets import Facets
from search.render import date_text
from search.results import Hit, Page
from search.terminal import plain
from search.timeline.periods import Timeline

MOST_TEXT = 12_000
"""Characters of a story in one answer."""
MOST_VALUES = 20
"""Values that are told of a facet."""
MOST_BARS = 120
"""Periods that are told of a time line: the fullest."""
NOTHING = "No story matches. Try fewer words or a wider filter."
_MOST_SHOWN = 600
"""Characters of a story in a list."""


class Quotes:
    """Sets what stories say apart from the rest of one answer."""

    def __init__(self) -> None:
        self._word = secrets.token_hex(4)

    def lines(self, text: str) -> Iterator[str]:
        """``text`` between two lines that say that it is a story's."""
        yield f"<story-text {self._word}>"
        yield plain(text, lines=True)
        yield f"</story-text {self._word}>"


def page_lines(page: Page) -> Iterator[str]:
    """A page of hits, each with what matched."""
    stories = "1 story matches" if page.total == 1 else f"{page.total:,} stories match"
    folded = f" ({page.distinct:,} different)" if page.distinct < page.total else ""
    if not page.total:
        yield NOTHING
    elif page.page > page.pages:
        yield f"{stories}{folded}; there is no page {page.page:,}, the last is {page.pages:,}."
    else:
        yield f"{stories}{folded}; page {page.page:,} of {page.pages:,}."
    if page.note:
        yield plain(page.note)
    quotes = Quotes()
    for number, hit in enumerate(page.hits, (page.page - 1) * page.limit + 1):
        yield ""
        yield f"{number}. id {plain(hit.id)}"
        yield from quotes.lines(f"{_filed(hit.story)}\n{_shown(hit)}")


def _shown(hit: Hit) -> str:
    text = "\n".join([hit.story.title, " ... ".join(part.text for part in hit.snippets)])
    return text if len(text) <= _MOST_SHOWN else text[:_MOST_SHOWN] + " ..."


def story_lines(story: Story, start: int) -> Iterator[str]:
    """A story from a character of its text on, as much as one answer holds."""
    yield f"id {plain(story.id)}"
    quotes = Quotes()
    if start >= max(len(story.body), 1):
        yield f"The story ends before that: it has {len(story.body):,} characters."
        return
    if not start:
        date = f"How the date is known: {story.date.reason}"
        known = _filed(story), date, f"File: {story.path}", story.byline, story.title
        yield from quotes.lines("\n".join(one[:1_000] for one in known if one))
    end = start + MOST_TEXT
    yield from quotes.lines(story.body[start:end])
    if end < len(story.body):
        yield f"There is more: {len(story.body):,} characters in all. Go on with start={end}."


def facet_lines(facets: Facets) -> Iterator[str]:
    """How many stories have each value of each facet, the most frequent ones."""
    if not any(facets.values()):
        yield NOTHING
    quotes = Quotes()
    for name, counts in facets.items():
        known = [one for one in counts if one.value is not None]
        if not known:
            continue
        few = known[-MOST_VALUES:] if name == "date" else known[:MOST_VALUES]
        more = f" ({len(few)} of {len(known):,})" if len(few) < len(known) else ""
        yield f"{name}{more}:"
        named = [(str(one.value), one.count) for one in few]
        if name == "country":
            named = [(f"{country_name(code)} ({code})", count) for code, count in named]
        yield from quotes.lines("\n".join(f"{value[:100]}: {count}" for value, count in named))


def timeline_lines(line: Timeline) -> Iterator[str]:
    """How many stories are of each period that has any."""
    if not line.total:
        yield NOTHING
        return
    full = [bar for bar in line.bars if bar.count]
    kept = sorted(full, key=lambda bar: -bar.count)[:MOST_BARS]
    more = f", the {MOST_BARS} fullest" if len(kept) < len(full) else ""
    yield f"{line.total:,} stories by {line.by}{more}:"
    for bar in sorted(kept, key=lambda bar: bar.period):
        doubt = f" ({bar.inferred:,} of uncertain year)" if bar.inferred else ""
        yield f"{bar.period}: {bar.count:,}{doubt}"
    if line.coarse:
        yield f"{line.coarse:,} whose {line.by} is not known"
    if line.unknown:
        yield f"{line.unknown:,} whose year is not known"


def _filed(story: Story) -> str:
    """Where, when and by whom, as far as it is known."""
    place = " / ".join(story.places)
    country = f"{place} ({country_name(story.country)})" if story.country else place
    sure = "" if story.date.certain else " (uncertain)"
    known = [country, date_text(story.date) + sure, story.agency or ""]
    return plain("; ".join(one[:200] for one in known if one))

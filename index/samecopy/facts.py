"""What is known of a story beside its text, as far as it tells copies and takes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.analysis import STOP_WORDS, fold
from index.samecopy.signed import day_of
from index.story import Story, Version

_WORD = re.compile(r"[^\W_]+")
_STEM = 5
"""Letters of a headline's word that count: TALKS and TALK, RISES and RISE are one."""


@dataclass(frozen=True, slots=True)
class Facts:
    """``day`` counts days (``date.toordinal``), None where the day is not known.

    ``headline`` is its words, less figures and stop words, cut to five letters.
    """

    headline: frozenset[str]
    slug: str | None
    byline: str | None
    place: str | None
    day: int | None
    version: Version

    def days_from(self, other: Facts) -> int | None:
        """Days between two stories, None if either's day is not known."""
        if self.day is None or other.day is None:
            return None
        return abs(self.day - other.day)

    def headline_likeness(self, other: Facts) -> float:
        """The share of the shorter headline's words that the other has too; 0 for none."""
        fewer = min(len(self.headline), len(other.headline))
        return len(self.headline & other.headline) / fewer if fewer else 0.0


def facts_of(story: Story) -> Facts:
    """The facts of ``story``."""
    version = story.version or Version()
    return Facts(
        headline=frozenset(_words(story.headline or "")),
        slug=fold(version.slug) if version.slug else None,
        byline=fold(story.byline) if story.byline else None,
        place=fold(story.place) if story.place else None,
        day=day_of(story),
        version=version,
    )


def _words(headline: str) -> Iterator[str]:
    for word in _WORD.findall(fold(headline)):
        if word not in STOP_WORDS and not word[0].isdigit():
            yield word[:_STEM]

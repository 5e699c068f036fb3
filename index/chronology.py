"""When was it? The corpus's dated stories tell the year of those that name the same people.

A temporal language model (de Jong, Rode and Hiemstra, "Temporal language models for the
disclosure of historical text", 2005) over names instead of all words, as names are what
comes and goes with the years (Kanhabua and Nørvåg, "Using temporal language models for
document dating", 2009). A year is claimed only where the evidence leaves little doubt, and
where the corpus is dense enough that it would have known better.
"""

from __future__ import annotations

import math
import re
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from index.analysis import STOP_WORDS, fold
from index.datewords import MONTHS, WEEKDAYS
from index.dating import date_story
from index.story import DateBasis, PartialDate, Story, StoryDate

CLAIM = 0.88
"""The share of belief that one year must have before it is claimed."""
MIN_NAMES = 2
"""Names that must speak for a year: one alone may be a namesake."""
MIN_WITNESSES = 1
"""Stories near the claimed day that must share so many names."""
DENSE_YEARS = 3
"""Years that a corpus must know well, or what is common to all years cannot be told."""
DENSE = 12
"""Stories within half a year of the claimed day: where there are fewer, silence says nothing."""
TELLING_YEARS = 8
"""Years that a name may be seen in and still tell one from another."""
BINS = 36
"""Bins in a year: sightings are kept to ten days."""
SHORT, LONG = 3.0, 40.0
"""How a sighting fades, in bins: within an event of a month, and within a term of office."""
EVENT = 0.5
"""The share of a sighting that fades as an event does."""
SMOOTHING = 2.0
"""Stories of no particular time that every time is given, against chance sightings."""
TEMPER = 0.4
"""Names of one story are not independent; their evidence is taken at this power."""
STRONGEST = 3.5
"""The most that one name may count, as a natural logarithm."""
DAY_BEFORE, OTHER_WEEKDAY = 0.8, 3.0
"""What it counts against a year, as a natural logarithm, that the weekday named in the lead
was the day before the dateline's, or neither of the two."""
READ = 6_000
"""Characters of a story that names are looked for in."""

_NAME = re.compile(r"[^\W\d_a-z][\w'’-]+(?:[ ]+[^\W\d_a-z][\w'’-]+)*")
_SENTENCE_START = re.compile(r"(?:^|[.!?:]['\"”’)]*\s+|[\"“‘(]\s*|\n)$")
_YEAR = re.compile(r"(?<![\d,.-])((?:1[89]|20)\d\d)(?![\d,.]\d|-?\d)")
_AHEAD = re.compile(r"\b(?:by|until|till|through|before|for|to|in|of)\s+$", re.IGNORECASE)
_LEAD_WEEKDAY = re.compile(
    r"\b(?P<day>monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b", re.IGNORECASE
)
_NO_NAMES = frozenset(STOP_WORDS) | frozenset(MONTHS) | frozenset(WEEKDAYS)


@dataclass(frozen=True, slots=True)
class Finding:
    """The year that the corpus tells, how sure it is (0 to 1), and from how many stories."""

    year: int
    belief: float
    stories: int
    weekday: str | None


def names_in(text: str) -> frozenset[str]:
    """The names in a text, folded: pairs of capitalised words, and single ones within a sentence.

    Pairs, because a title stands before a name more often than not ("Defense Secretary
    James Mattis" holds "james mattis").
    """
    found: set[str] = set()
    for match in _NAME.finditer(text, 0, READ):
        words = [fold(word.removesuffix("'s").removesuffix("’s")) for word in match[0].split()]
        first = bool(_SENTENCE_START.search(text, max(0, match.start() - 4), match.start()))
        if first and words[0] in _NO_NAMES:
            words, first = words[1:], False
        words = [w for w in words if w not in _NO_NAMES]
        found.update(f"{a} {b}" for a, b in pairwise(words))
        found.update(w for w in words[first:] if len(w) > 3)
    return frozenset(found)


def names_of(headline: str | None, body: str) -> frozenset[str]:
    """The names in a story."""
    return names_in(f"{headline or ''}\n{body[:READ]}")


class Chronology:
    """When the names of the certain stories were seen; of the names in ``asked`` if given."""

    def __init__(self, asked: Set[str] | None = None) -> None:
        self._asked = asked
        self._times = array("i")
        self._stories: Counter[int] = Counter()
        self._seen: defaultdict[str, array[int]] = defaultdict(lambda: array("i"))
        self._sighted: dict[str, Counter[int]] = {}

    def add(self, when: StoryDate, names: Iterable[str]) -> None:
        """Take in a story of certain date; ``when`` has a year."""
        at = time_bin(when.year or 0, when)
        number = len(self._times)
        self._times.append(at)
        self._stories[at] += 1
        self._sighted.clear()
        for name in names:
            if self._asked is None or name in self._asked:
                self._seen[name].append(number)

    def hear(self, story: Story) -> None:
        """Take in a story whose own date is certain."""
        self.add(story.date, names_of(story.headline, story.body))

    def find(
        self,
        story: Story,
        latest: PartialDate | None = None,
        without: int | None = None,
        names: Set[str] | None = None,
    ) -> Finding | None:
        """The year of a story, if the others tell it; none after ``latest``.

        ``names`` are those in the story, if they are known. ``without`` is the number of a
        story, in the order added, that is not to be heard.
        """
        stories = Counter(dict(sorted(self._stories.items())))
        if without is not None:
            stories[self._times[without]] -= 1
        if not is_telling(stories):
            return None
        if names is None:
            names = names_of(story.headline, story.body)
        sightings = {n: self._sightings(n, without) for n in names if n in self._seen}
        sightings = {name: seen for name, seen in sightings.items() if seen}
        if len(sightings) < MIN_NAMES:
            return None
        years = sorted({at // BINS for at, n in stories.items() if n > 0})
        times = [time_bin(year, story.date) for year in years]
        density = [_near(stories, at) for at in times]
        scores = [0.0] * len(years)
        for seen in sightings.values():
            for n, score in enumerate(_evidence(seen, times, density)):
                scores[n] += score
        weekday = _weekday(story)
        scores = [
            TEMPER * score + _calendar(year, story, weekday)
            for score, year in zip(scores, years, strict=True)
        ]
        best = max(range(len(years)), key=lambda n: scores[n])
        belief = 1 / sum(math.exp(score - scores[best]) for score in scores)
        witnesses = self._witnesses(sightings, years[best], times[best], without)
        around = sum(n for at, n in stories.items() if abs(at - times[best]) <= BINS // 2)
        if not _may_be(years[best], story.date, latest):
            return None  # the names are of a time after the page was saved: nothing to go by
        if belief < CLAIM or witnesses < MIN_WITNESSES or around < DENSE:
            return None
        fits = weekday if weekday and _days_since(years[best], story.date, weekday) <= 1 else None
        return Finding(years[best], belief, witnesses, fits)

    def _sightings(self, name: str, without: int | None) -> Counter[int]:
        # In the order of time, so that sums do not hang on the order in which stories came.
        if without is not None:
            return Counter(sorted(self._times[n] for n in self._seen[name] if n != without))
        if name not in self._sighted:
            self._sighted[name] = Counter(sorted(map(self._times.__getitem__, self._seen[name])))
        return self._sighted[name]

    def _witnesses(
        self, sightings: dict[str, Counter[int]], year: int, at: int, without: int | None
    ) -> int:
        """Stories near the claimed time that share two telling names: ones few years have."""
        shared: Counter[int] = Counter()
        for name, seen in sightings.items():
            if len({other // BINS for other in seen}) <= TELLING_YEARS:
                near = (n for n in self._seen[name] if abs(self._times[n] - at) <= BINS // 2)
                shared.update(n for n in near if n != without)
        return sum(count >= MIN_NAMES for count in shared.values())


def is_telling(stories: Mapping[int, int]) -> bool:
    """Whether a corpus that has so many stories in each `time_bin` can tell a year at all."""
    by_year: Counter[int] = Counter()
    for at, count in stories.items():
        by_year[at // BINS] += count
    return sum(count >= DENSE for count in by_year.values()) >= DENSE_YEARS


def time_bin(year: int, when: StoryDate) -> int:
    """The ten days that a day of ``when`` falls on in ``year``."""
    month, day = when.month or 7, when.day or 1
    return year * BINS + (month - 1) * 3 + min((day - 1) // 10, 2)


def _near(seen: Counter[int], at: int) -> float:
    """How many of the sightings are near a time, each counted for as much as it is near."""
    total = 0.0
    for other, count in seen.items():
        gap = abs(at - other)
        if count > 0 and gap < 5 * LONG:
            fade = EVENT * math.exp(-gap / SHORT) + (1 - EVENT) * math.exp(-gap / LONG)
            total += count * fade
    return total


def _evidence(seen: Counter[int], times: list[int], density: list[float]) -> list[float]:
    """How much a name speaks for each time: the logarithm of its share there over its usual."""
    near = [_near(seen, at) for at in times]
    shares = [n / (d + SMOOTHING) for n, d in zip(near, density, strict=True)]
    usual = sum(shares) / len(shares)
    if usual == 0:
        return [0.0] * len(times)
    return [
        max(
            -STRONGEST,
            min(STRONGEST, math.log((n + SMOOTHING * usual) / ((d + SMOOTHING) * usual))),
        )
        for n, d in zip(near, density, strict=True)
    ]


def _may_be(year: int, known: StoryDate, latest: PartialDate | None) -> bool:
    if latest is None:
        return True
    day = (year, known.month or 1, known.day or 1)
    return day <= (latest.year, latest.month or 12, latest.day or 31)


def _calendar(year: int, story: Story, weekday: str | None) -> float:
    """What the calendar and the years printed in the text say of a year, as a logarithm."""
    score = 0.0
    if weekday and story.date.day:
        days = _days_since(year, story.date, weekday)
        score -= 0.0 if days == 0 else DAY_BEFORE if days == 1 else OTHER_WEEKDAY
    text = story.body[:READ]
    past = [
        int(match[1])
        for match in _YEAR.finditer(text)
        if not _AHEAD.search(text, max(0, match.start() - 9), match.start())
        or int(match[1]) <= year
    ]
    if any(printed > year for printed in past):
        score -= 3.0
    return score


def _weekday(story: Story) -> str | None:
    """The weekday that the story's first paragraph names, if it names one alone."""
    lead = story.body.partition("\n\n")[0]
    named = {match["day"].lower() for match in _LEAD_WEEKDAY.finditer(lead)}
    return named.pop() if len(named) == 1 else None


def _days_since(year: int, known: StoryDate, weekday: str) -> int:
    """Days from the last such weekday to that day of ``year``; 7 where there is no such day."""
    try:
        filed = date(year, known.month or 1, known.day or 1)
    except ValueError:
        return 7
    return (filed.weekday() - WEEKDAYS[weekday]) % 7


def is_open(story: Story) -> bool:
    """Whether only the corpus can tell the story's year."""
    return story.date.basis in (DateBasis.NO_YEAR, DateBasis.NONE, DateBasis.CORPUS)


def on_its_own(story: Story) -> Story:
    """An open story with what it tells of its date itself, which is no year."""
    return replace(story, date=date_story(story.dateline, page_date=_latest(story)))


def redated(story: Story, chronology: Chronology, names: Set[str] | None = None) -> Story:
    """An open story with the year that the corpus tells, or without one if it tells none.

    ``names`` are those in the story, if they are known.
    """
    story = on_its_own(story)
    alone = story.date
    found = chronology.find(story, _latest(story), names=names)
    if found is None:
        return story
    told = "one dated story" if found.stories == 1 else f"{found.stories} dated stories"
    fits = f"; {found.weekday.capitalize()} fits" if found.weekday else ""
    reason = f"year from {told} naming the same people{fits} ({found.belief:.0%})"
    date_ = StoryDate(found.year, alone.month, alone.day, DateBasis.CORPUS, False, reason)
    return replace(story, date=date_)


def _latest(story: Story) -> PartialDate | None:
    if story.page_date is None:
        return None
    parts = [int(part) for part in story.page_date.split("-")]
    return PartialDate(*parts)

"""The values that pass from room to room: a story, its dateline, its date."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

LEAD = "lead"
"""What a story's first paragraph is called where fields have names."""


def lead_of(body: str) -> str:
    """The first paragraph of a body, whose paragraphs are joined by blank lines."""
    return body.partition("\n\n")[0]


class DateBasis(StrEnum):
    """What a story's date rests on."""

    METADATA = "metadata"
    """The day the story's own header, or another structured field, gives."""
    DATELINE = "dateline"
    """The dateline's day; its year stands there too, or in the header or stamp beside it."""
    YEAR_INFERRED = "dateline, year inferred"
    """The dateline's day, with a year that evidence suggests and nothing states."""
    PAGE = "page"
    """A publication date printed on the page."""
    FILE_NAME = "file name"
    """A date in the file's name or folder."""
    CORPUS = "dateline, year from the corpus"
    """The dateline's day, with the year that dated stories of the corpus tell."""
    NO_YEAR = "dateline, no year"
    """A day and month are known; nothing tells the year."""
    NONE = "none"
    """Nothing tells when the story was filed."""


@dataclass(frozen=True, slots=True)
class Dateline:
    """Where, when and by whom a story was filed, as its opening says.

    ``text`` is the exact run that was printed. ``places`` are in the order printed, in
    natural case; ``country`` is the ISO 3166-1 alpha-2 code of the first, ``coordinates``
    its latitude and longitude in degrees. ``month``,
    ``day`` and ``year`` are only what the dateline itself shows. ``agency`` is the
    canonical short name.
    """

    text: str
    places: tuple[str, ...] = ()
    region: str | None = None
    country: str | None = None
    month: int | None = None
    day: int | None = None
    year: int | None = None
    agency: str | None = None
    coordinates: tuple[float, float] | None = None

    @property
    def place(self) -> str | None:
        """The first place, or None."""
        return self.places[0] if self.places else None


@dataclass(frozen=True, slots=True, order=True)
class PartialDate:
    """A calendar date in full or cut short; ``day`` only with ``month``."""

    year: int
    month: int | None = None
    day: int | None = None

    @property
    def iso(self) -> str:
        """``2018-11-01``, ``2018-11`` or ``2018``."""
        parts = [f"{self.year:04d}"]
        parts += [f"{part:02d}" for part in (self.month, self.day) if part is not None]
        return "-".join(parts)


@dataclass(frozen=True, slots=True)
class StoryDate:
    """A story's date as far as it is known, what it rests on, and whether it is sure.

    A known day always comes with its month. ``year`` may be missing (a dateline such as
    "Nov 1"), and then the story has no place on a time line. ``reason`` is one line for
    a reader who asks how the date was told.
    """

    year: int | None = None
    month: int | None = None
    day: int | None = None
    basis: DateBasis = DateBasis.NONE
    certain: bool = False
    reason: str = "nothing in the story tells its date"

    @property
    def iso(self) -> str | None:
        """ISO 8601 in full or cut short (``2018-11``, ``2018``); None without a year."""
        if self.year is None:
            return None
        parts = [f"{self.year:04d}"]
        if self.month is not None:
            parts.append(f"{self.month:02d}")
            if self.day is not None:
                parts.append(f"{self.day:02d}")
        return "-".join(parts)


@dataclass(frozen=True, slots=True)
class Version:
    """Which take of a running story this is.

    ``level`` counts updates and leads (0 for the first take). ``note`` tells editors what
    changed; ``slug`` is the story's working title, the same in every version.
    """

    level: int = 0
    corrected: bool = False
    repeated: bool = False
    urgent: bool = False
    note: str | None = None
    slug: str | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """One wire story, read.

    ``id`` is stable: the same file read again gives the same id. ``path`` is the source
    file. ``headline`` is without version marks, which ``version`` holds. ``body`` is
    paragraphs joined by blank lines, without dateline, byline and furniture. ``agency`` is
    who filed the story; ``credits`` are agencies it cites.
    ``page_date`` is the date on the page around the story, ISO, in full or cut short.
    """

    id: str
    path: str
    format: str
    headline: str | None
    body: str
    byline: str | None = None
    dateline: Dateline | None = None
    agency: str | None = None
    credits: tuple[str, ...] = ()
    date: StoryDate = StoryDate()
    page_date: str | None = None
    version: Version | None = None

    @property
    def place(self) -> str | None:
        """The place the story was filed from."""
        return self.dateline.place if self.dateline else None

    @property
    def places(self) -> tuple[str, ...]:
        """Every place of the dateline, in the order printed."""
        return self.dateline.places if self.dateline else ()

    @property
    def country(self) -> str | None:
        """ISO 3166-1 alpha-2 code of the first place."""
        return self.dateline.country if self.dateline else None

    @property
    def title(self) -> str:
        """The headline, or the first words of the body where there is none."""
        if self.headline:
            return self.headline
        words = self.body.split(None, 13)[:12]
        return " ".join(words) + " ..." if words else "(no headline)"

"""The fields of the Whoosh index, and the way between a Story and a document.

A field that is filtered or counted holds folded terms to match and, in its column, the
values as printed: several are joined by ``SEPARATOR``. ``date`` and ``date_last`` are the
first and last day of the span a story's date covers, so that a story known to be of
2018-11 answers to any range that touches that month; ``day`` is the date as ISO text, in
full or cut short, which is what facets count.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from index.analysis import fold
from index.story import LEAD, DateBasis, Dateline, PartialDate, Story, StoryDate, Version, lead_of

SEPARATOR = "; "
TEXT_FIELDS = ("headline", "lead", "body")
"""Where a word is looked for that is not asked of one field."""
PHRASE_FIELDS = ("headline", "body")
"""Those that keep positions; a phrase in the lead is one in the body."""
FIELDS = frozenset(
    """id source path format headline lead body byline dateline region place country agency
    dateline_agency coordinates credits date date_last day certain dateline_day story_date
    page_date slug version""".split()
)
"""The names of the schema's fields."""


def make_schema() -> Any:
    """A fresh schema (``whoosh.fields.Schema``); every index is built with it."""
    # Reading an index does not need Whoosh, which takes a tenth of a second to import.
    from whoosh.fields import DATETIME, ID, KEYWORD, STORED, TEXT, Schema

    from index.analyzer import NewsAnalyzer

    analyzer = NewsAnalyzer()
    return Schema(
        id=ID(unique=True, stored=True),
        source=ID(stored=True, sortable=True),
        path=STORED,
        format=STORED,
        headline=TEXT(analyzer=analyzer, stored=True),
        lead=TEXT(analyzer=analyzer, phrase=False),
        body=TEXT(analyzer=analyzer, stored=True),
        byline=TEXT(analyzer=analyzer, stored=True, sortable=True),
        dateline=STORED,
        region=STORED,
        place=KEYWORD(commas=True, stored=True, sortable=True),
        country=ID(stored=True, sortable=True),
        agency=KEYWORD(commas=True, stored=True, sortable=True),
        dateline_agency=STORED,
        coordinates=STORED,
        credits=KEYWORD(commas=True, stored=True),
        date=DATETIME(sortable=True),
        date_last=DATETIME(sortable=True),
        day=ID(stored=True, sortable=True),
        certain=ID,
        dateline_day=STORED,
        story_date=STORED,
        page_date=STORED,
        slug=ID,
        version=STORED,
    )


STORED = (
    "id", "source", "path", "format", "headline", "body", "byline", "dateline", "region", "place",
    "country", "agency", "dateline_agency", "coordinates", "credits", "day", "dateline_day",
    "story_date", "page_date", "version",
)  # fmt: skip
"""The stored fields, in the order that `values_of` gives them."""
KEYWORDS = ("id", "source", "place", "country", "agency", "credits", "day", "certain", "slug")
"""The fields that are matched as they are, in the order that `values_of` gives them. Two more
come of these: ``date`` and ``date_last``."""
SEVERAL = frozenset({"place", "agency", "credits"})
"""Those that may have more than one value."""


def values_of(story: Story, source: str) -> tuple[list[Any], tuple[Any, ...]]:
    """(what is stored of ``story``, what it is matched by), by `STORED` and by `KEYWORDS`.

    ``source`` names the file the story came from, as the manifest does. None is for nothing;
    a field of `SEVERAL` is matched by a tuple of values as printed.
    """
    line, date, version = story.dateline, story.date, story.version
    day = date.iso or ""
    country = (line.country or "") if line else ""
    certain = "certain" if date.certain else "open"
    stored = [
        story.id,
        source,
        story.path,
        story.format,
        story.headline,
        story.body,
        story.byline,
        line.text if line else None,
        line.region if line else None,
        SEPARATOR.join(line.places) if line else "",
        country,
        story.agency or "",
        line.agency if line else None,
        "{!r} {!r}".format(*line.coordinates) if line and line.coordinates else None,
        SEPARATOR.join(story.credits),
        day,
        _parts(line.year, line.month, line.day) if line else None,
        f"{_parts(date.year, date.month, date.day)} {certain} {date.basis}: {date.reason}",
        story.page_date,
        version and (version.level, version.corrected, version.repeated, version.urgent,
                     version.note, version.slug),
    ]  # fmt: skip
    matched = (
        story.id,
        source,
        line.places if line else (),
        country,
        (story.agency,) if story.agency else (),
        story.credits,
        day,
        "yes" if date.certain and day else "no",
        fold(version.slug) if version and version.slug else None,
    )
    return stored, matched


def _parts(year: int | None, month: int | None, day: int | None) -> str:
    """Parts of a date as text, each of which may be missing: ``-11-1``."""
    return f"{year or ''}-{month or ''}-{day or ''}"


@lru_cache(maxsize=10_000)
def _untold(parts: str) -> tuple[int | None, int | None, int | None]:
    """(year, month, day) from `_parts`."""
    year, month, day = [int(part) if part else None for part in parts.split("-")]
    return year, month, day


def to_document(story: Story, source: str) -> dict[str, Any]:
    """The fields of ``story`` for Whoosh's ``IndexWriter.add_document``."""
    stored, matched = values_of(story, source)
    named = zip(STORED, stored, strict=True)
    document = {name: value for name, value in named if value is not None}
    for name, value in zip(KEYWORDS, matched, strict=True):
        if name in SEVERAL:
            document[f"_stored_{name}"] = document[name]
        if value is not None:
            document[name] = indexed_value(name, value)
    document[LEAD] = lead_of(story.body)
    if day := document["day"]:
        document["date"], document["date_last"] = date_span(day)
    return document


def indexed_value(name: str, value: Any) -> Any:
    """A value that a story is matched by, as Whoosh's field of that name indexes it."""
    return [fold(one) for one in value] if name in SEVERAL else value


def from_document(fields: Mapping[str, Any]) -> Story:
    """The Story that `to_document` made ``fields`` of."""

    def several(name: str) -> tuple[str, ...]:
        value = fields.get(name)
        return tuple(filter(None, value.split(SEPARATOR))) if value else ()

    line = None
    if (printed := fields.get("dateline")) is not None:
        year, month, day = _untold(fields["dateline_day"])
        coordinates = fields.get("coordinates")
        line = Dateline(
            text=printed,
            places=several("place"),
            region=fields.get("region"),
            country=fields.get("country") or None,
            month=month,
            day=day,
            year=year,
            agency=fields.get("dateline_agency"),
            coordinates=_pair(coordinates) if coordinates else None,
        )
    return Story(
        id=fields["id"],
        path=fields["path"],
        format=fields["format"],
        headline=fields.get("headline"),
        body=fields["body"],
        byline=fields.get("byline"),
        dateline=line,
        agency=next(iter(several("agency")), None),
        credits=several("credits"),
        date=stored_date(fields),
        page_date=fields.get("page_date"),
        version=Version(*fields["version"]) if fields.get("version") else None,
    )


def stored_date(fields: Mapping[str, Any]) -> StoryDate:
    """A story's date, from what is stored of it."""
    return _told_date(fields["story_date"])


@lru_cache(maxsize=1_000)
def _told_date(told: str) -> StoryDate:
    """The same; most stories of a day say the same of it."""
    parts, certain, rest = told.split(" ", 2)
    basis, _, reason = rest.partition(": ")
    return StoryDate(*_untold(parts), DateBasis(basis), certain == "certain", reason)


def _pair(coordinates: str) -> tuple[float, float]:
    latitude, longitude = map(float, coordinates.split())
    return latitude, longitude


def date_span(iso: str) -> tuple[datetime, datetime]:
    """The first and last day that a date in ISO text, in full or cut short, may mean."""
    known = PartialDate(*map(int, iso.split("-")))
    first_month, last_month = (known.month, known.month) if known.month else (1, 12)
    last_day = known.day or calendar.monthrange(known.year, last_month)[1]
    return datetime(known.year, first_month, known.day or 1), datetime(
        known.year, last_month, last_day
    )

"""The fields of the Whoosh index, and the way between a Story and a document.

A field that is filtered or counted holds folded terms to match and, in its column, the
values as printed: several are joined by ``SEPARATOR``. ``date`` and ``date_last`` are the
first and last day of the span a story's date covers, so that a story known to be of
2018-11 answers to any range that touches that month; ``day`` is the date as ISO text, in
full or cut short, which is what facets count.
"""

from __future__ import annotations

import calendar
import hashlib
from collections.abc import Mapping
from dataclasses import astuple
from datetime import datetime
from typing import Any

from index.analysis import fold, words
from index.story import DateBasis, Dateline, Story, StoryDate, Version

SEPARATOR = "; "
TEXT_FIELDS = ("headline", "body")
FIELDS = frozenset(
    """id source path format headline body byline dateline region place country agency
    dateline_agency coordinates credits date date_last day certain dateline_day story_date
    page_date digest copy slug version""".split()
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
        body=TEXT(analyzer=analyzer, stored=True),
        byline=TEXT(analyzer=analyzer, stored=True),
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
        digest=STORED,
        copy=ID(sortable=True),
        slug=ID,
        version=STORED,
    )


def to_document(story: Story, source: str) -> dict[str, Any]:
    """The fields of ``story`` for ``IndexWriter.add_document``.

    ``source`` names the file the story came from, as the manifest does.
    """
    line = story.dateline
    date = story.date
    document: dict[str, Any] = {
        "id": story.id,
        "source": source,
        "path": story.path,
        "format": story.format,
        "body": story.body,
        "day": date.iso or "",
        "certain": "yes" if date.certain and date.year is not None else "no",
        "story_date": (
            date.year,
            date.month,
            date.day,
            date.basis.value,
            date.certain,
            date.reason,
        ),
        "digest": story.digest,
        "copy": copy_key(story),
        "country": story.country or "",
    }
    optional = {
        "headline": story.headline,
        "byline": story.byline,
        "page_date": story.page_date,
        "dateline": line.text if line else None,
        "region": line.region if line else None,
        "dateline_agency": line.agency if line else None,
        "coordinates": line.coordinates if line else None,
        "dateline_day": (line.month, line.day, line.year) if line else None,
    }
    document.update((name, value) for name, value in optional.items() if value is not None)
    if story.version:
        document["version"] = astuple(story.version)
        if story.version.slug:
            document["slug"] = fold(story.version.slug)
    several = {
        "place": story.places,
        "agency": (story.agency,) if story.agency else (),
        "credits": story.credits,
    }
    for name, values in several.items():
        document[name] = [fold(value) for value in values]
        document[f"_stored_{name}"] = SEPARATOR.join(values)
    if span := date_span(date):
        document["date"], document["date_last"] = span
    return document


def from_document(fields: Mapping[str, Any]) -> Story:
    """The Story that `to_document` made ``fields`` of."""

    def several(name: str) -> tuple[str, ...]:
        return tuple(filter(None, str(fields.get(name, "")).split(SEPARATOR)))

    line = None
    if (printed := fields.get("dateline")) is not None:
        month, day, year = fields["dateline_day"]
        line = Dateline(
            text=printed,
            places=several("place"),
            region=fields.get("region"),
            country=fields.get("country") or None,
            month=month,
            day=day,
            year=year,
            agency=fields.get("dateline_agency"),
            coordinates=fields.get("coordinates"),
        )
    year, month, day, basis, certain, reason = fields["story_date"]
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
        date=StoryDate(year, month, day, DateBasis(basis), certain, reason),
        page_date=fields.get("page_date"),
        version=Version(*fields["version"]) if "version" in fields else None,
    )


def date_span(date: StoryDate) -> tuple[datetime, datetime] | None:
    """The first and last day that ``date`` may mean; None without a year."""
    if date.year is None:
        return None
    first_month, last_month = (date.month, date.month) if date.month else (1, 12)
    last_day = date.day or calendar.monthrange(date.year, last_month)[1]
    return datetime(date.year, first_month, date.day or 1), datetime(
        date.year, last_month, last_day
    )


def copy_key(story: Story) -> str:
    """Equal for stories whose bodies are the same word for word; "" without a body."""
    if not story.body:
        return ""
    terms = "\n".join(word.term for word in words(story.body))
    return hashlib.blake2b(terms.encode(), digest_size=8).hexdigest()

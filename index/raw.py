"""What the formats' readers find, before it is read as wire copy."""

from __future__ import annotations

from dataclasses import dataclass

from index.story import Dateline, PartialDate


@dataclass(frozen=True, slots=True)
class Located:
    """A place that a format names apart from the dateline: perhaps the desk, not the scene.

    ``country`` is an ISO 3166-1 alpha-2 code.
    """

    place: str | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True)
class RawStory:
    """What a format's reader found, before it is read as wire copy.

    ``key`` names the story within its file for good ("" where a file holds one). ``body``
    is paragraphs joined by blank lines. A dateline that the format tags stands in
    ``dateline_text`` as printed, or is already read in ``dateline``; where there is neither
    the body is looked at. ``filed`` is a structured header's date; ``published`` a stamp on
    a page that is the story's own (it says so where ``published_labelled``, else its place
    on the page does). ``page_date`` is the page's own date, a bound and no more.
    ``note`` is an editors' note on what this version changes.
    ``is_page`` says that the body has been taken out of a page: furniture, byline and
    dateline are dealt with.
    """

    key: str
    headline: str | None
    body: str
    byline: str | None = None
    dateline: Dateline | None = None
    dateline_text: str | None = None
    located: Located | None = None
    agency: str | None = None
    credits: tuple[str, ...] = ()
    filed: PartialDate | None = None
    published: PartialDate | None = None
    published_labelled: bool = True
    page_date: PartialDate | None = None
    slug: str | None = None
    note: str | None = None
    is_page: bool = False


@dataclass(frozen=True, slots=True)
class NoText:
    """An item that carries no story: a photo, an event, a graphic. Counted, not indexed."""

    key: str
    kind: str


@dataclass(frozen=True, slots=True)
class Unread:
    """A file packed in another that could not be read, and why."""

    name: str
    reason: str

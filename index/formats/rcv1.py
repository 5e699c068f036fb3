"""Reuters Corpus, Volumes 1 and 2 (RCV1, RCV2): a ``newsitem`` a story, 1996 to 1997.

The tags are those of Reuters' ``newsml`` DTD as Lewis et al. (2004), "RCV1: A New Benchmark
Collection", section 3, and the corpus's own examples show them. Many corpora keep a story a
file; several in one file, bare or wrapped, are read as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from index.countries import country_code
from index.formats import xml
from index.formats.nitf import agency_from, bare_byline, iso_date, place_of
from index.raw import NoText, RawStory

if TYPE_CHECKING:
    from lxml.etree import _Element

_COUNTRY = re.compile(r"^[A-Z][A-Z .,/&'()-]{1,60}: ")


def sniff(head: bytes) -> bool:
    """Whether ``head`` is XML with a ``newsitem`` that has an ``itemid``, or just below one."""
    return any(n == "newsitem" and "itemid" in more for n, more in xml.opening_tags(head))


def read(file: BinaryIO) -> Iterator[RawStory | NoText]:
    """Every story of the file, in order; an item that is all headline is a NoText.

    Raises StoryFileError where the XML is broken or beyond bounds.
    """
    for number, record in enumerate(xml.records(file, ("newsitem",)), 1):
        yield _story(record.element, f"record {number}")


def _story(item: _Element, otherwise: str) -> RawStory | NoText:
    key = xml.line(item.get("itemid")) or otherwise
    paragraphs = xml.paragraphs(xml.find(item, "text"))
    if not paragraphs:
        return NoText(key, "brief")
    dc = {
        element.get("element"): element.get("value")
        for element in xml.every(xml.find(item, "metadata"), "dc")
    }
    dates = (item.get("date"), dc.get("dc.date.published"), dc.get("dc.date.created"))
    country = country_code(dc.get("dc.creator.location.country.name") or "")
    return RawStory(
        key=key,
        headline=xml.line(xml.find(item, "headline")) or _titled(xml.line(xml.find(item, "title"))),
        body="\n\n".join(paragraphs),
        byline=bare_byline(xml.line(xml.find(item, "byline"))),
        dateline_text=xml.line(xml.find(item, "dateline")),
        located=place_of(dc.get("dc.creator.location"), country),
        # The corpora are Reuters' own, whether or not an item's metadata says so.
        agency=agency_from((), dc.get("dc.source"), dc.get("dc.publisher")) or "Reuters",
        filed=next(filter(None, map(iso_date, dates)), None),
    )


def _titled(title: str | None) -> str | None:
    """A title is the headline behind the country: ``MEXICO: Mexico to stand by ...``."""
    return _COUNTRY.sub("", title) if title else None

"""NewsML 1.0 to 1.2 (IPTC, functional specification 1.2): a NewsEnvelope and NewsItems.

A NewsItem is a tree of NewsComponents; NewsLines of an outer component hold for those within
that have none of their own. Text stands in a ContentItem's DataContent as NITF, XHTML or
plain text. A caption is a text as well, told by its component's Role.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, BinaryIO

from index.countries import country_code
from index.errors import StoryFileError
from index.formats import xml
from index.formats.feed import html_paragraphs
from index.formats.nitf import (
    agency_from,
    bare_byline,
    iso_date,
    nitf_story,
    place_of,
    tagged_dateline,
)
from index.raw import Located, NoText, RawStory

if TYPE_CHECKING:
    from lxml.etree import _Element

_KINDS = {"photo": "picture", "image": "picture", "complexdata": "data"}
_NOT_COPY = re.compile(r"caption|thumb|preview|quicklook|photo|picture|video|graphic|audio", re.I)
_XML = re.compile(r"\s*(?:<\?xml\b|<!DOCTYPE\s+nitf\b|<nitf\b)", re.IGNORECASE)


@dataclass(slots=True)
class _Told:
    """A component that has a headline, and the texts under it."""

    component: _Element
    around: tuple[_Element, ...]
    texts: list[RawStory] = field(default_factory=list)


def sniff(head: bytes) -> bool:
    """Whether ``head`` is XML with a ``NewsML`` element at its root or just below it."""
    return any(name == "NewsML" for name, _ in xml.opening_tags(head))


def read(file: BinaryIO) -> Iterator[RawStory | NoText]:
    """Every NewsItem of the file, in order, and every story of it; NoText where it has none.

    Raises StoryFileError where the XML is broken or beyond bounds.
    """
    number = 0
    for record in xml.records(file, ("NewsItem",)):
        for item in xml.every(record.element, "NewsItem"):
            number += 1
            yield from _item(item, f"record {number}")


def _item(item: _Element, otherwise: str) -> Iterator[RawStory | NoText]:
    key = _key(item) or otherwise
    told: list[_Told] = []
    for component in xml.children(item, "NewsComponent"):
        _collect(component, (), None, told)
    with_text = [one for one in told if one.texts]
    for number, one in enumerate(with_text, 1):
        yield _story(item, key if number == 1 else f"{key}#{number}", one)
    # A package that holds its items has been read with them.
    if not with_text and len(list(xml.every(item, "NewsItem"))) == 1:
        yield NoText(key, _kind(item))


def _key(item: _Element) -> str | None:
    identifier = xml.find(item, "Identification", "NewsIdentifier")
    if public := xml.line(xml.find(identifier, "PublicIdentifier")):
        return public
    names = ("ProviderId", "DateId", "NewsItemId", "RevisionId")
    parts = [xml.line(xml.find(identifier, name)) for name in names]
    return ":".join(filter(None, parts)) if parts[2] else None


def _collect(
    component: _Element, around: tuple[_Element, ...], owner: _Told | None, told: list[_Told]
) -> None:
    if _NOT_COPY.search(_formal(xml.find(component, "Role"))):
        return
    if owner is None or xml.line(xml.find(component, "NewsLines", "HeadLine")):
        owner = _Told(component, around)
        told.append(owner)
    alternatives = component.get("EquivalentsList") == "yes"
    before = len(owner.texts)
    for child in component:
        if alternatives and len(owner.texts) > before:
            break
        if xml.local(child) == "ContentItem" and (text := _text(child)):
            owner.texts.append(text)
        elif xml.local(child) == "NewsComponent":
            _collect(child, (*around, component), owner, told)


def _formal(element: _Element | None) -> str:
    return (element.get("FormalName") or "") if element is not None else ""


def _text(content: _Element) -> RawStory | None:
    """What a ContentItem says; None if it is no text."""
    media = _formal(xml.find(content, "MediaType")).lower()
    data = xml.first(content, "DataContent")
    if data is None or media not in ("", "text", "complexdata") or _is_encoded(content):
        return None
    nitf = xml.first(data, "nitf")
    if nitf is not None:
        return _only_text(nitf_story(nitf, ""))
    if len(data):
        body = xml.first(data, "body.content", "body")
        return _plain(xml.paragraphs(body if body is not None else data))
    text = data.text or ""
    if _XML.match(text):
        try:
            for record in xml.records(io.BytesIO(text.encode("utf-8")), ("nitf",)):
                return _only_text(nitf_story(record.element, ""))
        except StoryFileError:
            pass  # not NITF as it says; what text there is, is read as HTML
    return _plain(html_paragraphs(text))


def _is_encoded(content: _Element) -> bool:
    encoding = xml.find(content, "Encoding")
    return encoding is not None and "base64" in (encoding.get("Notation") or "").lower()


def _only_text(item: RawStory | NoText) -> RawStory | None:
    return item if isinstance(item, RawStory) else None


def _plain(paragraphs: list[str]) -> RawStory | None:
    return RawStory("", None, "\n\n".join(paragraphs)) if paragraphs else None


def _story(item: _Element, key: str, told: _Told) -> RawStory:
    text = told.texts[0]
    paragraphs = [p for one in told.texts for p in one.body.split("\n\n")]
    nearest = (told.component, *reversed(told.around))
    lines = [lines for component in nearest for lines in xml.children(component, "NewsLines")]

    def line(name: str) -> str | None:
        return next(filter(None, (xml.line(xml.find(one, name)) for one in lines)), None)

    printed = line("DateLine")
    dateline_text, place = tagged_dateline(printed, paragraphs)
    management = xml.find(item, "NewsManagement")
    identifier = xml.find(item, "Identification", "NewsIdentifier")
    dates = (
        xml.find(management, "FirstCreated"),
        xml.find(identifier, "DateId"),
        xml.find(management, "ThisRevisionCreated"),
    )
    return replace(
        text,
        key=key,
        headline=line("HeadLine") or text.headline,
        body="\n\n".join(paragraphs),
        byline=bare_byline(line("ByLine")) or text.byline,
        dateline_text=dateline_text or (text.dateline_text if not printed else None),
        located=place or text.located or _located(nearest),
        agency=_agency(line("CreditLine"), nearest, identifier) or text.agency,
        filed=next(filter(None, (iso_date(xml.line(d)) for d in dates)), text.filed),
        slug=line("SlugLine") or text.slug,
    )


def _agency(
    credit: str | None, nearest: tuple[_Element, ...], identifier: _Element | None
) -> str | None:
    parties = [
        _formal(party)
        for component in nearest
        for role in ("Provider", "Source", "Creator")
        for party in xml.children(xml.find(component, "AdministrativeMetadata", role), "Party")
    ]
    return agency_from((credit, *parties), xml.line(xml.find(identifier, "ProviderId")))


def _located(nearest: tuple[_Element, ...]) -> Located | None:
    """The place that the text comes from, not one that it is about."""
    for component in nearest:
        for location in xml.children(xml.find(component, "DescriptiveMetadata"), "Location"):
            if location.get("HowPresent", "Origin").lower() not in ("origin", "dateline"):
                continue
            named = {_formal(p): p.get("Value") for p in xml.every(location, "Property")}
            if place := place_of(named.get("City"), country_code(named.get("Country") or "")):
                return place
    return None


def _kind(item: _Element) -> str:
    media = [_formal(kind).lower() for kind in xml.every(item, "MediaType")]
    kinds = [kind for kind in media if kind not in ("", "text")]
    if kinds:
        return _KINDS.get(kinds[0], kinds[0])
    return "package" if xml.first(item, "NewsItemRef") is not None else "text"

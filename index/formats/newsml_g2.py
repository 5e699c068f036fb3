"""NewsML-G2 2.x (IPTC): news items alone, in a newsMessage, or within a package.

Specification, "News Items": itemMeta tells what the item is and who manages it, contentMeta
what the content is, contentSet holds renditions of one content (NITF, XHTML or plain text).
``located`` is where the content was created, perhaps the desk; the dateline is ``dateline``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO

from index.agencies import agency_named
from index.countries import country_code
from index.formats import xml
from index.formats.feed import html_paragraphs, plain_paragraphs
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

_ITEMS = {
    "newsItem": "text",
    "packageItem": "package",
    "conceptItem": "concept",
    "knowledgeItem": "concept",
    "planningItem": "event",
    "catalogItem": "catalog",
}
_MEDIA = {"picture", "graphic", "video", "audio", "animation", "photo"}
_PERSON = re.compile(r"[^\W\d_a-z][\w.'’-]*(?:\s+(?:[a-z]{2,3}\s+)?[^\W\d_a-z][\w.'’-]*){1,3}")
_GROUP = re.compile(r"\b(?:News|Agency|Press|Network|Service|Reuters|Media|Desk|Inc|LLC|The)\b")
_NATION = re.compile(r"iso3166-1|cntry|country", re.IGNORECASE)
_REGION = re.compile(r"reg|prov|state", re.IGNORECASE)
_ONLY_PARAGRAPHS = re.compile(r"</?(?:p|br)\b[^<>]*>", re.IGNORECASE)


def sniff(head: bytes) -> bool:
    """Whether ``head`` is XML with a G2 item or message at its root or just below it."""
    names = {name for name, _ in xml.opening_tags(head)}
    marked = b"iptc.org/std/nar" in head or b"NewsML-G2" in head or b"\0" in head
    return marked and not names.isdisjoint({*_ITEMS, "newsMessage"})


def read(file: BinaryIO) -> Iterator[RawStory | NoText]:
    """Every item of the file, in order; those without text as NoText.

    Raises StoryFileError where the XML is broken or beyond bounds.
    """
    number = 0
    for record in xml.records(file, _ITEMS):
        inline = list(xml.every(record.element, "newsItem"))
        for item in inline or [record.element]:
            number += 1
            yield _item(item, f"record {number}")


def _item(item: _Element, otherwise: str) -> RawStory | NoText:
    key = _key(item) or otherwise
    meta = xml.find(item, "itemMeta")
    kind = _code(xml.find(meta, "itemClass")) or _ITEMS[xml.local(item)]
    if xml.local(item) != "newsItem" or kind in _MEDIA:
        return NoText(key, kind if xml.local(item) == "newsItem" else _ITEMS[xml.local(item)])
    content = _content(item)
    if content is None:
        return NoText(key, kind)
    return _story(item, key, content)


def _story(item: _Element, key: str, content: RawStory) -> RawStory:
    meta, about = xml.find(item, "itemMeta"), xml.find(item, "contentMeta")
    paragraphs = content.body.split("\n\n")
    headline = _headline(about) or content.headline
    if headline and len(paragraphs) > 1 and paragraphs[0] == headline:
        paragraphs = paragraphs[1:]  # XHTML that prints its headline above the text
    printed = xml.line(xml.find(about, "dateline"))
    dateline_text, dateline_place = tagged_dateline(printed, paragraphs)
    dates = [
        *xml.children(about, "contentCreated"),
        *xml.children(meta, "firstCreated", "versionCreated"),
    ]
    return replace(
        content,
        key=key,
        headline=headline,
        body="\n\n".join(paragraphs),
        byline=bare_byline(xml.line(xml.find(about, "by"))) or content.byline or _creator(about),
        dateline_text=dateline_text or (content.dateline_text if not printed else None),
        located=dateline_place or content.located or _located(about),
        agency=_agency(item, meta, about) or content.agency,
        filed=next(filter(None, (iso_date(xml.line(d)) for d in dates)), content.filed),
        slug=xml.line(xml.find(about, "slugline")) or content.slug,
    )


def _key(item: _Element) -> str | None:
    """guid, and the version behind "#" where it is a later one: corrections share a guid."""
    guid, version = xml.line(item.get("guid")), xml.line(item.get("version"))
    later = guid and version and version.isdecimal() and len(version) < 10 and int(version) > 1
    return f"{guid}#{version}" if later else guid


def _code(element: _Element | None) -> str | None:
    """What a controlled value says behind its scheme: ``ninat:text`` is text."""
    if element is None:
        return None
    value = xml.line(element.get("qcode") or element.get("uri") or element.get("literal"))
    return re.split(r"[:/]", value)[-1] if value else None


def _named(element: _Element) -> list[str]:
    """What a party or place is called, the plainest first."""
    names = [xml.line(name) for name in xml.children(element, "name")]
    return list(filter(None, (*names, xml.line(element.get("literal")), _code(element))))


def _headline(about: _Element | None) -> str | None:
    headlines = xml.children(about, "headline")
    main = [line for line in headlines if "sub" not in (line.get("role") or "").lower()]
    return next(filter(None, map(xml.line, main or headlines)), None)


def _creator(about: _Element | None) -> str | None:
    """The persons who made the content; a creator may as well be an organisation."""
    people = []
    for creator in xml.children(about, "creator"):
        name = xml.line(xml.find(creator, "name")) or xml.line(creator.get("literal"))
        if not name or agency_named(name):
            continue
        typed = (creator.get("type") or "").rpartition(":")[2]
        looks_so = not typed and _PERSON.fullmatch(name) and not _GROUP.search(name)
        if typed == "person" or looks_so:
            people.append(name)
    return ", ".join(dict.fromkeys(people)) or None


def _agency(item: _Element, meta: _Element | None, about: _Element | None) -> str | None:
    printed = [xml.line(line) for line in xml.children(about, "creditline")]
    for provider in xml.children(meta, "provider"):
        printed += _named(provider)
    holders = xml.children(xml.find(item, "rightsInfo"), "copyrightHolder")
    parties = [*xml.children(about, "infoSource", "creator"), *holders]
    return agency_from(tuple(printed), *(name for party in parties for name in _named(party)))


def _located(about: _Element | None) -> Located | None:
    places = xml.children(about, "located")
    for place in sorted(places, key=lambda p: "city" not in (p.get("type") or "")):
        country = next(filter(None, map(_country, (place, *xml.every(place, "broader")))), None)
        if country and "country" in (place.get("type") or ""):
            return Located(None, country)
        names = [xml.line(name) for name in xml.children(place, "name")]
        code = _code(place) or ""
        # A code may be a word ("city:Philadelphia"); "NYC" or "345678" is for a catalogue.
        worded = code if code.istitle() and len(code) > 3 else None
        for name in (*names, xml.line(place.get("literal")), worded):
            if found := place_of(name, country):
                return found
    return None


def _country(area: _Element) -> str | None:
    """The country that an area is; a region's code or name may look like a country's."""
    scheme, _, code = (area.get("qcode") or "").partition(":")
    kind = (area.get("type") or "").rpartition(":")[2]
    if kind not in ("", "country") or _REGION.match(scheme):
        return None
    names = [xml.line(name) or "" for name in xml.children(area, "name")]
    if kind or _NATION.match(scheme):
        names.append(code)
    return next(filter(None, map(country_code, names)), None)


def _content(item: _Element) -> RawStory | None:
    """The first rendition with text; the others say the same."""
    contents = xml.find(item, "contentSet")
    for inline in (*xml.children(contents, "inlineXML"), *xml.children(contents, "inlineData")):
        nitf = xml.first(inline, "nitf")
        if nitf is not None:
            story = nitf_story(nitf, "")
            if isinstance(story, RawStory):
                return story
            continue
        if xml.local(inline) == "inlineXML":
            body = xml.first(inline, "body")
            paragraphs = xml.paragraphs(body if body is not None else inline)
        else:
            paragraphs = _inline_data(inline)
        if paragraphs:
            title = xml.line(xml.find(xml.first(inline, "head"), "title"))
            return RawStory("", title, "\n\n".join(paragraphs))
    return None


def _inline_data(inline: _Element) -> list[str]:
    kind = (inline.get("contenttype") or "text/plain").lower()
    if not kind.startswith("text/") or inline.get("encoding"):
        return []
    text = "".join(map(str, inline.itertext()))
    # ANSA sets plain text, its lines broken to a width, between <p> and </p>.
    bare = _ONLY_PARAGRAPHS.sub("\n\n", text)
    return html_paragraphs(text) if "</" in bare else plain_paragraphs(bare)

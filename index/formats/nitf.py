"""NITF, the IPTC's News Industry Text Format: 2.5 (DTD) and 3.0 to 3.6 (DTD and XSD).

Elements are told in the NITF 3.6 documentation: hedline, byline, distributor, dateline in
body.head; docdata in head. Where an element has a ``norm`` it is the date and its text is
not; the root's ``change.date`` is the DTD's date.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from index.agencies import agency_named
from index.countries import country_code
from index.dateline import natural_case, parse_opening
from index.datewords import match_date
from index.formats import xml
from index.places import country_of, is_place
from index.raw import Located, NoText, RawStory
from index.story import PartialDate

if TYPE_CHECKING:
    from lxml.etree import _Element

_OTHERS = {"html", "rss", "feed", "RDF", "newsItem", "newsMessage", "packageItem", "NewsML"}
_BY = re.compile(r"^(?:by|par|por|von(?=\s+\S+\s+\S))[\s:]+", re.IGNORECASE)
_ROLE = re.compile(
    r"\b(?:writer|correspondent|reporter|editor|staff|bureau|service|desk)s?\b", re.IGNORECASE
)
_INITIALS = re.compile(r"[a-z]{1,4}(?:[/-][a-z]{1,4})*")
_ORGANISATION = re.compile(
    r"[A-Z][A-Z&-]{1,9}|(?:[A-Z][\w.&'-]*\s+){1,4}(?:News|Agency|Press|Wire|Newswire|Network|Service)"
)
_CORPORATE = re.compile(r",?\s(?:Ltd|Limited|Inc|LLC|Plc|Holdings|Corp|GmbH)\b.*$", re.IGNORECASE)
_KINDS = {"image": "picture", "photo": "picture", "picture": "picture"}
_ISO = re.compile(
    r"\s*(?:(\d{4})-(\d\d)-(\d\d)|(\d{4})(\d\d)(\d\d)(?:\d{6}|\d{4})?|(\d{4})-(\d\d)|((?:1[6-9]|20)\d\d))(?!\d)"
)
_OPENING_PARAGRAPHS = 3


def sniff(head: bytes) -> bool:
    """Whether ``head`` is XML with a ``nitf`` element at its root or just below it."""
    names = [name for name, _ in xml.opening_tags(head)]
    return "nitf" in names and names[0] not in _OTHERS


def read(file: BinaryIO) -> Iterator[RawStory | NoText]:
    """Every NITF document of the file, in order: one, several in a row, or wrapped.

    Raises StoryFileError where the XML is broken or beyond bounds.
    """
    for number, record in enumerate(xml.records(file, ("nitf",)), 1):
        yield nitf_story(record.element, f"record {number}")


def nitf_story(nitf: _Element, otherwise: str) -> RawStory | NoText:
    """The story of one ``nitf`` element; ``otherwise`` is its key where it has none."""
    head, body = xml.find(nitf, "head"), xml.find(nitf, "body")
    docdata, body_head = xml.find(head, "docdata"), xml.find(body, "body.head")
    key = _attribute(docdata, "doc-id", "id-string") or _attribute(docdata, "du-key", "key")
    paragraphs = _paragraphs(body)
    if not paragraphs:
        return NoText(key or otherwise, _kind(nitf))
    bylines = xml.children(body_head, "byline") or xml.children(body, "byline")
    dateline_text, located = tagged_dateline(_dateline(body_head), paragraphs)
    distributor = xml.line(xml.find(body_head, "distributor"))
    return RawStory(
        key=key or otherwise,
        headline=_headline(head, body_head),
        body="\n\n".join(paragraphs),
        byline=next(filter(None, map(_byline, bylines)), None),
        dateline_text=dateline_text,
        located=located or _event_place(docdata),
        agency=agency_from(
            (distributor,),
            _attribute(docdata, "doc.copyright", "holder"),
            _attribute(docdata, "doc-id", "regsrc"),
            *(xml.line(title) for byline in bylines for title in xml.every(byline, "byttl")),
        ),
        filed=_filed(nitf, head, docdata, body_head),
        slug=_slug(head, docdata),
    )


def iso_date(text: str | None) -> PartialDate | None:
    """ISO 8601, basic or extended, in full or cut short; the day as printed, in its own zone."""
    match = _ISO.match(text or "")
    if not match:
        return None
    parts = [part for part in match.groups() if part]
    if len(parts) == 1:
        return PartialDate(int(parts[0]))
    date = match_date("-".join(parts))
    return date.partial if date else None


def bare_byline(text: str | None) -> str | None:
    """Name or names without "By", a role ("AP Writer") or initials in place of a name."""
    text = _BY.sub("", xml.line(text) or "").strip(" ,;")
    name, comma, role = text.partition(",")
    if comma and (_ROLE.search(role) or agency_named(role)):
        text = name.strip()
    return None if _INITIALS.fullmatch(text) else text or None


def agency_from(printed: tuple[str | None, ...], *more: str | None) -> str | None:
    """The agency among names that a format gives, the likeliest first.

    The first that is known, by its canonical name; else the first of ``printed`` that is
    clearly an organisation's short name, as it stands.
    """
    told = (" ".join(name.split()) for name in (*printed, *more) if name)
    names = [_CORPORATE.sub("", name.strip(" -–—/()")) for name in told]
    for name in names:
        site = re.fullmatch(r"(?:www\.)?([\w-]+)(?:\.[a-z]{2,4}){1,2}", name)
        if known := agency_named(name) or (agency_named(site[1]) if site else None):
            return known
    return next(
        (n for n in names[: len([p for p in printed if p])] if _ORGANISATION.fullmatch(n)), None
    )


def place_of(text: str | None, country: str | None = None) -> Located | None:
    """The place that stands first in ``text`` (``New York, NY``), if it is one we know."""
    parts = [part.strip(" -–—.") for part in re.split(r"[,/(\[]", xml.line(text) or "")]
    if not parts[0] or len(parts[0]) > 60 or not is_place(parts[0]):
        return None
    region = parts[1].rstrip(")] ") if len(parts) > 1 else None
    return Located(natural_case(parts[0]), country or country_of(parts[0], region or None))


def tagged_dateline(text: str | None, paragraphs: list[str]) -> tuple[str | None, Located | None]:
    """A dateline that a format tags, and its place.

    The text is None where the story's own opening prints a dateline too: that one says
    more, and has to be taken off the copy.
    """
    if not text:
        return None, None
    opened = any(parse_opening(p, within=False) for p in paragraphs[:_OPENING_PARAGRAPHS])
    return None if opened else text, place_of(text)


def _attribute(parent: _Element | None, name: str, attribute: str) -> str | None:
    for child in xml.children(parent, name):
        if value := xml.line(child.get(attribute)):
            return value
    return None


def _headline(head: _Element | None, body_head: _Element | None) -> str | None:
    lines = list(xml.every(xml.find(body_head, "hedline"), "hl1"))
    return next(
        filter(None, map(xml.line, (*lines, xml.find(head, "title")))),
        xml.line(xml.first(xml.find(body_head, "hedline"), "hl2")),
    )


def _byline(byline: _Element) -> str | None:
    """Persons as tagged, else the text without title and place, else the title alone.

    A byline of nothing but a ``byttl`` names an organisation.
    """
    people = [xml.line(person) for person in xml.every(byline, "person", "bytag")]
    named = [name for person in people if person and (name := bare_byline(person))]
    if named:
        return ", ".join(named)
    pieces = [byline.text or ""]
    for child in byline:
        title = xml.local(child) in ("byttl", "location", "virtloc")
        pieces += [" " if title else "".join(map(str, child.itertext())), child.tail or ""]
    printed = xml.line("".join(pieces))
    return bare_byline(printed) if printed else xml.line(xml.first(byline, "byttl"))


def _dateline(body_head: _Element | None) -> str | None:
    """Place and day as printed; EFE's ``story.date`` holds its norm, which is no print."""
    dateline = xml.find(body_head, "dateline")
    if dateline is None:
        return None
    pieces = [dateline.text]
    for child in dateline:
        parts = [xml.line(part) for part in child] if xml.local(child) == "location" else []
        text = ", ".join(filter(None, parts)) if parts and not (child.text or "").strip() else ""
        text = text or xml.line(child) or ""
        if xml.local(child) == "story.date" and not match_date(text):
            text = ""
        pieces += [text, child.tail]
    lines = [line.strip(" ,") for piece in pieces if (line := xml.line(piece))]
    return ", ".join(filter(None, lines)) or None


def _filed(
    nitf: _Element, head: _Element | None, docdata: _Element | None, body_head: _Element | None
) -> PartialDate | None:
    story_date = xml.first(xml.find(body_head, "dateline"), "story.date")
    stated = (
        _attribute(docdata, "date.issue", "norm"),
        story_date.get("norm") if story_date is not None else None,
        _attribute(head, "pubdata", "date.publication"),
        _attribute(docdata, "date.release", "norm"),
    )
    return next(filter(None, map(iso_date, stated)), None)


def _slug(head: _Element | None, docdata: _Element | None) -> str | None:
    for meta in xml.children(head, "meta"):
        if (meta.get("name") or "").lower() in ("slug", "slugline", "anpa-keyword"):
            if slug := xml.line(meta.get("content")):
                return slug
    own = xml.first(docdata, "slug", "slugline")
    return xml.line(own) or _attribute(docdata, "du-key", "key")


def _event_place(docdata: _Element | None) -> Located | None:
    city = _attribute(docdata, "evloc", "city")
    return place_of(city, country_code(_attribute(docdata, "evloc", "iso-cc") or ""))


def _paragraphs(body: _Element | None) -> list[str]:
    """The copy and what closes it; an abstract stands for a story that has no more."""
    read = [xml.paragraphs(block) for block in _blocks(body)]
    # The New York Times' corpus prints the lead paragraph, then the full text with it.
    kept = [
        block
        for number, block in enumerate(read)
        if number + 1 == len(read) or block != read[number + 1][: len(block)]
    ]
    paragraphs = [paragraph for block in kept for paragraph in block]
    if not paragraphs:
        return xml.paragraphs(xml.find(body, "body.head", "abstract"))
    return paragraphs + [
        text for tag in xml.every(xml.find(body, "body.end"), "tagline") if (text := xml.line(tag))
    ]


def _blocks(body: _Element | None) -> list[_Element]:
    contents = xml.children(body, "body.content")
    if len(contents) == 1 and len(contents[0]) == len(xml.children(contents[0], "block")):
        return list(contents[0]) or contents
    return contents


def _kind(nitf: _Element) -> str:
    media = xml.first(nitf, "media")
    kind = (media.get("media-type") or "media").lower() if media is not None else "empty"
    return _KINDS.get(kind, kind)

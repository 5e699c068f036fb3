"""RSS 0.9x, 1.0 and 2.0, and Atom 1.0 (RFC 4287): an entry a story.

An entry that carries its text (``content:encoded``, Atom ``content``) is a story in full; of
one with a summary only, the summary is the body. Media RSS and iTunes elements share names
with the feed's own and are another matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.utils import parsedate_tz
from typing import TYPE_CHECKING, BinaryIO

from index.agencies import is_printed_so
from index.datewords import match_date
from index.formats import xml
from index.formats.nitf import agency_from, bare_byline, iso_date
from index.raw import NoText, RawStory
from index.story import PartialDate
from index.text import clean

if TYPE_CHECKING:
    from lxml.etree import _Element

_RSS_1 = (b"purl.org/rss/1.0", b"my.netscape.com/rdf/simple/0.9")
_ATOM = (b"www.w3.org/2005/Atom", b"purl.org/atom/ns#")
_MAIL = re.compile(r"^\S+@\S+\s*(?:\((?P<who>[^()]+)\))?$")
_SYNDICATED = re.compile(
    r"^The post .+ (?:appeared first on|first appeared on) .+$"
    r"|^(?:Read more|Continue reading|Read the full (?:story|article))\b.{0,120}$",
    re.IGNORECASE | re.DOTALL,
)
_INDENT = re.compile(r"\n(?=[ \t]{2,}\S)|\n[ \t]*\n")
_MARKUP = re.compile(r"</?[A-Za-z][^<>]{0,2000}>")
_LONG_LINE = 120
MAX_HTML = 2 * 1024 * 1024
"""Characters of one piece of HTML; what stands beyond is left out."""
_SEGMENT = re.compile(r"\s*[|:»]\s+|\s+[-–—]\s+")


def sniff(head: bytes) -> bool:
    """Whether ``head`` is a feed: the root is ``rss``, or RSS 1.0's RDF, or Atom's ``feed``."""
    root = next(iter(xml.opening_tags(head, 1)), ("", ""))[0]
    plain = head.replace(b"\0", b"")
    return (
        root.lower() == "rss"
        or (root == "RDF" and any(mark in plain for mark in _RSS_1))
        or (root == "feed" and any(mark in plain for mark in _ATOM))
    )


def read(file: BinaryIO) -> Iterator[RawStory | NoText]:
    """Every entry of the feed, in order; one without text as NoText.

    Raises StoryFileError where the XML is broken or beyond bounds.
    """
    channel: str | None = None
    number = 0
    for record in xml.records(file, ("item", "entry", "title")):
        if xml.local(record.element) == "title":
            if record.path[-1:] in (("channel",), ("feed",)) and channel is None:
                channel = xml.line(record.element)
            continue
        number += 1
        yield _entry(record.element, f"entry {number}", channel)


def _entry(entry: _Element, otherwise: str, channel: str | None) -> RawStory | NoText:
    key = _key(entry) or otherwise
    paragraphs = _body(entry)
    if not paragraphs:
        return NoText(key, "link")
    stated = _date(entry, "pubDate", "published", "issued", "date", "created")
    return RawStory(
        key=key,
        headline=" ".join(_text(_own(entry, "title"))) or None,
        body="\n\n".join(paragraphs),
        byline=_byline(entry),
        agency=_agency(entry, channel),
        filed=stated,
        # Atom asks for the day of the last change, which may be long after publication.
        published=None if stated else _date(entry, "updated", "modified"),
        published_labelled=False,
    )


def _own(entry: _Element, name: str) -> _Element | None:
    """The entry's child of that name in the entry's own namespace."""
    space = str(entry.tag).rpartition("}")[0]
    return next(
        (child for child in entry if child.tag == (f"{space}}}" if space else "") + name), None
    )


def _key(entry: _Element) -> str | None:
    for name in ("guid", "id"):
        if key := xml.line(_own(entry, name)):
            return key
    links = xml.children(entry, "link")
    hrefs = [link.get("href") for link in links if link.get("rel", "alternate") == "alternate"]
    own = xml.line(_own(entry, "link"))
    about = next((v for k, v in entry.attrib.items() if str(k).endswith("}about")), None)
    return own or xml.line(next(filter(None, hrefs), None)) or xml.line(about)


def _body(entry: _Element) -> list[str]:
    """The fullest text that the entry has, without the line that says whose feed it is."""
    texts = [
        _text(element)
        for element in (
            next(iter(xml.children(entry, "encoded")), None),
            _own(entry, "content"),
            _own(entry, "description"),
            _own(entry, "summary"),
        )
    ]
    paragraphs = max(texts, key=lambda text: sum(map(len, text)))
    while paragraphs and _SYNDICATED.match(paragraphs[-1]):
        paragraphs.pop()
    return paragraphs


def _text(element: _Element | None) -> list[str]:
    """HTML in CDATA or escaped, XHTML as elements, or plain text."""
    if element is None or element.get("src"):
        return []
    kind = (element.get("type") or "html").lower()
    if kind in ("text", "html", "xhtml") or kind.startswith("text/") or "html" in kind:
        if len(element):
            return xml.paragraphs(element)
        read = plain_paragraphs if kind in ("text", "text/plain") else html_paragraphs
        return read(element.text or "")
    return []


def _byline(entry: _Element) -> str | None:
    """dc:creator, Atom's author/name, or the name that RSS 2.0 sets behind an address."""
    names = []
    for author in xml.children(entry, "creator", "author"):
        name = xml.line(xml.find(author, "name")) or xml.line(author)
        mail = _MAIL.match(name or "")
        names.append(bare_byline(mail["who"] if mail else name))
    return ", ".join(dict.fromkeys(filter(None, names))) or None


def _agency(entry: _Element, channel: str | None) -> str | None:
    sources = [xml.line(xml.find(source, "title")) or xml.line(source)
               for source in xml.children(entry, "source", "publisher")]  # fmt: skip
    if named := agency_from((), *sources, _byline(entry)):
        return named
    # "Kyodo News - Top stories"; "RSS" is an agency of Nepal's, but not in a feed's title.
    title = _SEGMENT.split(channel)[0].strip() if channel else ""
    return agency_from((), title) if title != "RSS" and is_printed_so(title) else None


def _date(entry: _Element, *names: str) -> PartialDate | None:
    for name in names:
        for element in xml.children(entry, name):
            text = xml.line(element) or ""
            if date := iso_date(text) or _rfc_822(text):
                return date
    return None


def _rfc_822(text: str) -> PartialDate | None:
    """``Tue, 10 Jun 2003 04:00:00 GMT``: the day as printed, in its own zone."""
    try:
        parsed = parsedate_tz(text[:100])
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
    date = match_date("{:04d}-{:02d}-{:02d}".format(*parsed[:3])) if parsed else None
    return date.partial if date else None


def html_paragraphs(text: str) -> list[str]:
    """The paragraphs of a piece of HTML, however broken."""
    from lxml import etree

    if not _MARKUP.search(text):
        return plain_paragraphs(text)
    parser: etree.HTMLParser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False
    )
    try:
        tree = etree.fromstring(text[:MAX_HTML].replace("\0", "").encode("utf-8", "ignore"), parser)
    except etree.LxmlError:
        return []
    return xml.paragraphs(tree)


def plain_paragraphs(text: str) -> list[str]:
    """The paragraphs of plain text: told by blank lines and indents, or a line each.

    Lines set to a width are joined; a table's lines are kept.
    """
    text = "\n" + clean(text.expandtabs()).strip("\n")
    if max(map(len, text.split("\n"))) > _LONG_LINE:
        return [" ".join(row.split()) for row in text.split("\n") if row.strip()]
    return [joined for piece in _INDENT.split(text) if (joined := _plain(piece))]


def _plain(piece: str) -> str:
    rows = [row.strip() for row in piece.split("\n") if row.strip()]
    tabular = sum("  " in row or "..." in row for row in rows) > len(rows) / 2
    return "\n".join(rows) if len(rows) > 1 and tabular else " ".join(" ".join(rows).split())

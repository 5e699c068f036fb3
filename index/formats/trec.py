"""TREC collections and LDC's Gigaword: ``<DOC>`` records, many in an SGML file.

TREC disks 1-5 (AP, WSJ, FT, LA Times, FBIS, San Jose Mercury News), AQUAINT and English
Gigaword (LDC2011T07) use the same record with different tags. None of it is well-formed XML: there
is no root, ``<`` and ``&`` stand in the text, and AQUAINT writes control characters as
``&Cx1f;``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from index.datewords import find_dates
from index.errors import StoryFileError
from index.formats.transmission import typeset
from index.formats.wrapped import bare_byline, existing_date, full_year, one_line, paragraphs
from index.raw import NoText, RawStory
from index.story import PartialDate
from index.text import clean, decode

MAX_RECORD = 8 * 1024 * 1024
"""Bytes; the longest records (the Federal Register's) are some 3 MB."""
_CHUNK = 256 * 1024
_SNIFFED = re.compile(
    rb"(?:\s|<[?!][^<>]{0,500}>)*<DOC(?:\s+id\s*=|\s*>\s*<(?:DOCNO|DOCID|DOCOLDNO)\b)",
    re.IGNORECASE,
)
_CLOSE = re.compile(rb"</DOC\s*>", re.IGNORECASE)
_OPEN = re.compile(rb"<DOC(?=[\s>])", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""\b(id|type)\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][\w.-]{0,24}(?:\s[^<>]{0,200})?/?>")
_COMMENT = re.compile(r"<!--[^<>]{0,500}-->")
_PARAGRAPH = re.compile(r"</?(?:P|BR|HR|LP|TEXT)\s*/?>", re.IGNORECASE)
_CONTROL_ENTITY = re.compile(r"&(?:Cx[0-9a-f]{2}|UR|LR|Q[LCR]|TL|TR|HT|blank|cir|sect|para);", re.I)
_DASH_ENTITY = re.compile(r"&(?:MD|mdash);")
_TEXT_TAGS = ("LEADPARA", "LP", "TEXT")
_DATE_TAGS = ("DATE", "DATE1", "DD", "PUBDATE", "DATE_TIME")
_HEADLINE_TAGS = ("HEADLINE", "HEAD", "HL", "TI", "TTL")
_NOTE = re.compile(r"(?i)eds?:|editor'?s note|precede|laserphoto|with (?:photo|graphic)|\W*$")
_EDS = re.compile(r"\s*\(?eds?:\s*", re.IGNORECASE)
_FT_HEADLINE = re.compile(r"^FT\s+\d{1,2} [A-Z]{3} \d\d\s*/\s*")
_AGENCIES = {"AP": "AP", "APW": "AP", "AFP": "AFP", "XIN": "Xinhua", "XIE": "Xinhua"} | {
    "CNA": "Central News Agency"  # Taiwan's; in Gigaword no other CNA
}
_SIX_DIGITS = re.compile(r"(\d\d)(\d\d)(\d\d)")
_DOCNO_DATES = (
    re.compile(r"[A-Z_]{3,10}(?P<y>(?:19|20)\d\d)(?P<m>\d\d)(?P<d>\d\d)[.\-_]"),
    re.compile(r"LA(?P<m>\d\d)(?P<d>\d\d)(?P<y>\d\d)-"),
    re.compile(r"(?:AP|WSJ|FR)(?P<y>\d\d)(?P<m>\d\d)(?P<d>\d\d)-"),
    re.compile(r"FT(?P<y>\d\d)\d-"),
    re.compile(r"SJMN(?P<y>\d\d)-"),
)
_FBIS_HEAD = re.compile(
    r"\s*(?:(?:Language|Article Type|Document Type|CSO)\b:?[^\n]*\n|\[[^\[\]]{0,400}\]\s*\n)\s*"
)
_FBIS_MARK = re.compile(r"^\s*\[(?:Text|Excerpts?|Summary)\]\s*", re.IGNORECASE)


def sniff(head: bytes) -> bool:
    """Whether ``head`` starts with a record that names itself: ``<DOC><DOCNO>``, ``<DOC id=``."""
    return bool(_SNIFFED.match(head))


def read(file: BinaryIO) -> Iterator[RawStory | NoText]:
    """Every record of the file, in order, one at a time.

    Raises StoryFileError if a record does not end.
    """
    for count, record in enumerate(_records(file), 1):
        yield _item(decode(record), count)


def _records(file: BinaryIO) -> Iterator[bytes]:
    waiting, scanned = b"", 0
    while chunk := file.read(_CHUNK):
        waiting += chunk
        done = 0
        while end := _CLOSE.search(waiting, max(done, scanned)):
            if start := _OPEN.search(waiting, done, end.start()):
                yield waiting[start.start() : end.start()]
            done = end.end()
        waiting = waiting[done:]
        # A closing tag may be cut by the chunk's end.
        scanned = max(0, len(waiting) - 64)
        if len(waiting) > MAX_RECORD:
            raise StoryFileError(f"a record larger than {MAX_RECORD // 2**20} MiB")
    if _OPEN.search(waiting):
        raise StoryFileError("cut off in the middle of a story; the stories before it were read")


def _item(record: str, count: int) -> RawStory | NoText:
    opening, _, rest = record.partition(">")
    attributes = {name.lower(): value for name, value in _ATTRIBUTE.findall(opening)}
    rest = _CONTROL_ENTITY.sub(" ", _DASH_ENTITY.sub("—", _COMMENT.sub("", rest)))
    docno = one_line(_first(rest, "DOCNO", "DOCID")) or attributes.get("id")
    key = docno or f"record {count}"
    if attributes.get("type", "").lower().startswith("advis"):
        return NoText(key, "an advisory to editors")
    texts = [_plain(text) for name in _TEXT_TAGS for text in _all(rest, name)]
    body = paragraphs("\n\n".join(filter(str.strip, texts)))
    if docno and docno.startswith("FBIS"):
        body = _without_fbis_head(texts)
    titles = [_inline(title) for name in _HEADLINE_TAGS for title in _all(rest, name)]
    headline, byline = _headline(titles)
    if not body and not headline:
        return NoText(key, "a record without text")
    printed = next((line for line in map(_inline, _all(rest, "BYLINE")) if line.strip()), None)
    return RawStory(
        key=key,
        headline=headline,
        body=body,
        byline=bare_byline(printed) or byline,
        dateline_text=one_line(_inline(_first(rest, "DATELINE") or "")),
        agency=_agency(docno or ""),
        filed=_filed(rest) or _encoded(docno or ""),
        slug=one_line(_inline(_first(rest, "SECOND", "SLUG") or "")),
        note=next((_EDS.sub("", one_line(t) or "") for t in titles if _EDS.match(t)), None),
    )


def _all(record: str, name: str) -> Iterator[str]:
    """The contents of every ``name`` element; one that is not closed ends with the record."""
    if f"<{name}" not in record and f"<{name.lower()}" not in record:
        return
    opening = re.compile(rf"<{name}(?:\s[^<>]{{0,200}})?>", re.IGNORECASE)
    closing = re.compile(rf"</{name}\s*>", re.IGNORECASE)
    at = 0
    while found := opening.search(record, at):
        end = closing.search(record, found.end())
        yield record[found.end() : end.start() if end else len(record)]
        if end is None:
            return
        at = end.end()


def _first(record: str, *names: str) -> str | None:
    return next((text for name in names for text in _all(record, name) if text.strip()), None)


def _plain(text: str) -> str:
    """Text without tags; paragraphs' tags are blank lines. In SJMN ``;`` opens a paragraph."""
    text = typeset(clean(_TAG.sub("", _PARAGRAPH.sub("\n\n", text))))
    return re.sub(r"(?m)(?:^|(?<=\s)\s);\s\s+", "\n\n", text)


def _inline(text: str) -> str:
    return clean(_TAG.sub(" ", _PARAGRAPH.sub("\n", text)))


def _headline(titles: list[str]) -> tuple[str | None, str | None]:
    """(headline, byline): the first title that is no note; WSJ's ends with ``---- By X``."""
    for title in titles:
        lines = [line.lstrip("@ ") for line in map(one_line, title.split("\n")) if line]
        headline: list[str] = []
        byline = None
        for line in lines:
            if re.match(r"(?i)by\s+\S", line) and headline:
                byline = bare_byline(line)
            elif line.strip("-_ ") and not byline:
                headline.append(line)
        joined = _FT_HEADLINE.sub("", " ".join(headline))
        if joined and not _NOTE.match(joined):
            return joined, byline
    return None, None


def _without_fbis_head(texts: list[str]) -> str:
    """FBIS texts open with language, type and citation, and mark their start with [Text]."""
    text = "\n\n".join(texts)
    while head := _FBIS_HEAD.match(text):
        if _FBIS_MARK.match(head.group()):
            break
        text = text[head.end() :]
    return paragraphs(_FBIS_MARK.sub("", text))


def _agency(docno: str) -> str | None:
    prefix = re.match(r"[A-Z]+", docno)
    return _AGENCIES.get(prefix[0]) if prefix else None


def _filed(record: str) -> PartialDate | None:
    for printed in (_inline(text).strip() for name in _DATE_TAGS for text in _all(record, name)):
        if digits := _SIX_DIGITS.fullmatch(printed):
            return _existing(*digits.groups())
        if digits := re.fullmatch(r"(\d{4})(\d\d)(\d\d)", printed):
            return _existing(*digits.groups())
        if digits := re.match(r"(\d\d)/(\d\d)/(\d\d)(?!\d)", printed):
            return _existing(digits[3], digits[1], digits[2])
        for date in find_dates(printed[:200]):
            if date.partial:
                return date.partial
    return None


def _encoded(docno: str) -> PartialDate | None:
    """The date that a document number encodes; for FT and SJMN the year alone."""
    for form in _DOCNO_DATES:
        if found := form.match(docno):
            part = found.groupdict()
            if "m" in part:
                return _existing(part["y"], part["m"], part["d"])
            return PartialDate(full_year(part["y"]))
    return None


def _existing(year: str, month: str, day: str) -> PartialDate | None:
    return existing_date(full_year(year), int(month), int(day))

"""IPTC 7901, the IPTC Recommended Message Format (5th revision, 1995): many messages a file.

A message is SOH, a header line (section 4: service and number, priority, category, word
count, free text), keywords, STX, text, ETX, a date-time group (section 6.2), EOT. Conventions
that are decoded: Latin-1, code page 850 or UTF-8; ``_`` for a dash, `` and '' for quotation
marks, ``{`` for 1/2 behind a figure or alone; ``=`` at the end of a headline's or byline's line.
The national variants of ISO 646, where ``{`` is a letter, are not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from index.agencies import agency_named
from index.datewords import MONTHS
from index.formats.transmission import decode, messages, starts_with, typeset
from index.formats.wrapped import bare_byline, existing_date, full_year, one_line, paragraphs
from index.raw import NoText, RawStory
from index.story import PartialDate
from index.text import clean

_HEADER = (
    r"(?P<service>[A-Za-z]{1,6}) ?(?P<number>\d{1,5}) +(?P<priority>\d) +"
    r"(?P<category>[A-Za-z]{1,3})(?: +(?P<words>\d{1,5}))?(?P<rest>(?:[ /].*)?)"
)
_HEADER_LINE = re.compile(_HEADER)
_SNIFFED = re.compile(rb"\x01[\r\n]*" + _HEADER.encode() + rb"\r*\n")
_MONTH = "|".join(sorted((m for m in MONTHS if m.isascii()), key=len, reverse=True))
_DATE_TIME_GROUP = re.compile(
    rf"\b(?P<day>[0-3]\d)[0-2]\d[0-5]\d\s*(?:[A-Z]{{1,4}}\s+)??(?P<month>{_MONTH})\.?"
    r"(?:\s*(?P<year>\d{4}|\d\d))?\b",
    re.IGNORECASE,
)
_NUMERIC = re.compile(
    r"(?<![\d:])(?<!\d-)(?P<first>[0-3]?\d)(?P<mark>[-/.])(?P<second>[0-3]?\d)"
    r"(?P=mark)(?P<year>\d{4}|\d\d)(?![\d:-])"
)
_MONTH_FIRST = frozenset({"AP"})
_DAY_FIRST = frozenset({"Kyodo", "AFP", "dpa", "Reuters", "ATS", "APA", "Belga", "ANSA", "EFE"})
_BYLINE = re.compile(r"(?i)by\s+\S")
_NOT_FOR_PUBLICATION = re.compile(
    r"^.*following information is not (?:intended )?for publication.*$"
    r"|^[ #]*Notebook[ ]*$|^[ ]*\./\..*$",
    re.IGNORECASE | re.MULTILINE,
)
_MARK = re.compile(
    r"(?ix) (?: \d*(?:st|nd|rd|th)?\ ?(?:lead|ld|net)(?:-?\ ?writethru)? | refile | urgent"
    r" | correct(?:ion|ed) | repeat )"
)
"""A version mark on a line of its own; it goes before the headline, as one printed with it."""
_NOTE = re.compile(r"(?i)(?:\d*(?:st|nd|rd|th)? ?roundup|embargo\w*\b.*|eds?:.*|\(.*\))")


def sniff(head: bytes) -> bool:
    """Whether ``head`` has a message's start: SOH and a header line of its form."""
    return starts_with(head, _SNIFFED)


def read(file: BinaryIO) -> Iterator[RawStory | NoText]:
    """Every message of the file, in order.

    Raises StoryFileError where a message is too long or cut off.
    """
    for count, message in enumerate(messages(file), 1):
        heading = [one_line(line) or "" for line in clean(decode(message.header)).split("\n")]
        heading = [line for line in heading if line]
        header = _HEADER_LINE.fullmatch(heading[0]) if heading else None
        keywords = heading[1:] if header else heading
        text = clean(decode(message.text))
        trailer = clean(decode(message.trailer))
        agency = _agency(header) if header else None
        filed = _filed(f"{trailer}\n{text[-80:]}", agency) or _numeric(heading, agency)
        key = f"{header['service']}{header['number']}" if header else f"message {count}"
        if filed:
            key = f"{key}-{filed.iso}"
        if not text.strip():
            yield NoText(key, "a message without text")
            continue
        yield _story(key, text, " ".join(keywords).strip("/ ") or None, agency, filed)


def _story(
    key: str, text: str, slug: str | None, agency: str | None, filed: PartialDate | None
) -> RawStory:
    text = typeset(text)
    # Contacts and the editors' notebook stand behind the copy.
    if ending := _NOT_FOR_PUBLICATION.search(text):
        text = text[: ending.start()]
    headline, byline, body = _opened(text)
    return RawStory(
        key=key,
        headline=headline,
        body=paragraphs(body),
        byline=byline,
        agency=agency,
        filed=filed,
        slug=slug,
    )


def _opened(text: str) -> tuple[str | None, str | None, str]:
    """(headline, byline, body): the lines before the first blank line or indent are titles.

    A message that opens with its copy has no titles: its first block is a paragraph.
    """
    lines = text.strip("\n").split("\n")
    titles: list[str] = []
    while lines and lines[0].strip() and not lines[0].startswith("  "):
        titles.append(lines.pop(0).strip())
    if not any(line.strip() for line in lines) or len(titles) > 6:
        return None, None, text
    byline = None
    headline: list[str] = []
    marks = ""
    for title in titles:
        bare = title.rstrip("= ")
        if _BYLINE.match(bare):
            byline = bare_byline(bare)
        elif _MARK.fullmatch(bare) and not headline:
            marks += f"{bare}: "
        elif not _NOTE.fullmatch(bare):
            headline.append(bare)
    return one_line(marks + " ".join(headline)) if headline else None, byline, "\n".join(lines)


def _agency(header: re.Match[str]) -> str | None:
    """The agency that a header names: ``dpa 0045``, ``/AFP-AB12``, ``F BELGA-0001``, ``AAP12``."""
    words = re.split(r"[\s/-]+", header["rest"])
    named = (agency_named(word) for word in (*words, header["service"]) if len(word) > 1)
    return next(filter(None, named), None)


def _filed(text: str, agency: str | None) -> PartialDate | None:
    """The date-time group ``212322 GMT Nov 18``, or a numeric date; None without a year."""
    for group in _DATE_TIME_GROUP.finditer(text):
        if group["year"]:
            month = MONTHS[group["month"].lower()]
            return existing_date(full_year(group["year"]), month, int(group["day"]))
    return _numeric(text.split("\n"), agency)


def _numeric(lines: list[str], agency: str | None) -> PartialDate | None:
    """``11-01-18``: month first for AP, day first for Kyodo and Europe; else what can be told."""
    for line in lines:
        if found := _NUMERIC.search(line):
            first, second = int(found["first"]), int(found["second"])
            month_first = agency in _MONTH_FIRST or line.lstrip().startswith("AP-")
            if second > 12 or first == second:
                month_first = True
            elif first > 12 or agency in _DAY_FIRST:
                month_first = False
            elif not month_first:
                return None
            month, day = (first, second) if month_first else (second, first)
            return existing_date(full_year(found["year"]), month, day)
    return None

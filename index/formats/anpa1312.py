"""ANPA 1312, the American newspapers' wire format (last revised 1989): many stories a file.

A story is SYN SYN SOH, service level and story number (``a0123``), US and a selector code; a
line of priority, category, keyword, version, filing date and word count; STX, text, ETX, a
transmission date (``AP-WF-11-13-13 1509GMT``), EOT. In the text ``^`` opens a line of the
head matter, ``<``, ``=`` and ``@`` close one (quad left, quad centre, end of field), a tab
opens a paragraph. The typographical controls (tab line, space band, quads) are dropped; marks
are set as in `transmission.typeset`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from index.agencies import agency_named
from index.formats.transmission import decode, messages, starts_with, typeset
from index.formats.wrapped import bare_byline, existing_date, full_year, one_line, paragraphs
from index.raw import NoText, RawStory
from index.story import PartialDate
from index.text import clean

_NUMBER = re.compile(r"\s*(?P<number>[A-Za-z]\d{3,4})(?:\x1f|[-\s]|$)")
_KEYWORDS = re.compile(
    r"(?m)^(?P<priority>[a-z]) (?P<category>[a-z])[\x11-\x14 ]+(?P<slug>\S.*?)"
    r"(?: +(?P<date>\d{1,2}-\d{1,2})(?: +(?P<words>\d{1,5}))?)?[ <]*$",
    re.IGNORECASE,
)
_SNIFFED = re.compile(
    rb"\x01[A-Za-z]\d{3,4}(?:\x1f|[^\n]{0,40}\r*\n+[a-z] [a-z][\x11-\x14 ]+\S[^\n]*\d\d?-\d\d?\b)"
)
_SENT = re.compile(
    r"(?:(?P<agency>[A-Za-z]+)-)?[\w-]*?(?<!\d)(?P<first>\d\d?)-(?P<second>\d\d?)-"
    r"(?P<year>\d{4}|\d\d)\b"
)
_DAY_FIRST = frozenset({"CP", "Kyodo"})
_CLOSING = "<=@ \t"
_HEAD_LINES = 60
"""Lines of head matter at most, and of these no more than 6 that go on unfenced."""
_SPACES = re.compile("[\x08\x10]")
"""Tab line indicator and space band."""
_CONTROLS = re.compile("[\x05-\x07\x0b\x0e-\x1f]")
_SLUG = re.compile(
    r"[A-Z]{2}-[-A-Z0-9]|.*,\s*\d{2,4}$|.*\b\d*(?:st|nd|rd|th) ?(?:ld|lead|writethru)", re.I
)
_WORDS = re.compile(r",\s*\d{2,4}$")
_NOTE = re.compile(
    r"""(?ix) [(\[]?(?: eds? | editors?['’]?s?\ note | index | symbol | update
          | code | embargo\w* | adv\w* | retransmitting )\b.*[:_—]
      | AP\ (?:photo|graphic|video)s?\b | with\ (?:photo|graphic) | \(?for\ release\b
      | laserphoto\b | \*\w+<? """
)
_EDITORS = re.compile(r"[(\[]?(?:Eds?|Editors?|Update):\s*", re.IGNORECASE)
_HEADLINE = re.compile(r"(?:HL|Headline):\s*", re.IGNORECASE)
_BYLINE = re.compile(r"by:?\s+\S", re.IGNORECASE)
_TITLE = re.compile(r".*\b(?:writer|correspondent|editor|press|reporter|service)s?\b.*", re.I)


@dataclass(slots=True)
class _Head:
    """The head matter of a story, line by line, and where its copy starts."""

    slug: str | None = None
    titles: list[str] = field(default_factory=list)
    byline: str | None = None
    agency: str | None = None
    note: str | None = None


def sniff(head: bytes) -> bool:
    """Whether ``head`` has a story's start: SOH, a story number, US or a line of keywords."""
    return starts_with(head, _SNIFFED)


def read(file: BinaryIO) -> Iterator[RawStory | NoText]:
    """Every story of the file, in order.

    Raises StoryFileError where a story is too long or cut off.
    """
    for count, message in enumerate(messages(file), 1):
        heading = decode(message.header).replace("\r", "")
        number = _NUMBER.match(heading)
        keywords = _KEYWORDS.search(heading)
        day = keywords["date"] if keywords else None
        key = number["number"].lower() if number else f"story {count}"
        key = f"{key}-{day}" if day else key
        text = decode(message.text).replace("\t", "\n   ")
        text = clean(_CONTROLS.sub("", _SPACES.sub(" ", text)))
        trailer = clean(decode(message.trailer))
        if not text.strip():
            yield NoText(key, "a message without text")
            continue
        head, body = _parted(typeset(text))
        sent = _SENT.search(trailer)
        agency = (agency_named(sent["agency"]) if sent and sent["agency"] else None) or head.agency
        slug = head.slug or (keywords["slug"] if keywords else None)
        yield RawStory(
            key=key,
            headline=head.titles[0] if head.titles else None,
            body=paragraphs(body),
            byline=None if agency_named(head.byline or "") else head.byline,
            agency=agency,
            filed=_filed(day, sent, agency),
            slug=one_line(clean(_WORDS.sub("", slug))) if slug else None,
            note=head.note,
        )


def _parted(text: str) -> tuple[_Head, str]:
    """The head matter, read, and the copy behind it.

    Where no copy follows (a list of headlines), what stands behind the headline is the copy.
    """
    head = _Head()
    lines = text.split("\n")
    at = 0
    while at < len(lines) and at < _HEAD_LINES:
        line = lines[at]
        if not line.strip():
            at += 1
            continue
        if not line.startswith("^") and _NOTE.match(line):
            at += 1
            continue
        if not line.startswith("^") or line[1:2] == " ":
            break
        # A line of head matter that no mark closes goes on without a fence.
        whole, after = line.rstrip()[1:], at + 1
        last = min(len(lines), at + 6)
        while whole[-1:] not in "<=@" and after < last and _goes_on(lines[after]):
            whole, after = f"{whole} {lines[after].strip()}", after + 1
        if head.byline and not _TITLE.fullmatch(whole):
            break
        _take(head, [part for part in re.split(r"<\s*\^", whole) if part])
        at = after
    copy = [line.removeprefix("^").rstrip(_CLOSING) for line in lines[at:]]
    body = "\n".join(_set_off(copy, lines[at:]))
    if not body.strip():
        body = "\n\n".join(head.titles[1:])
    return head, body


def _goes_on(line: str) -> bool:
    return bool(line.strip()) and not line.startswith(("^", " "))


def _take(head: _Head, parts: list[str]) -> None:
    """One line of head matter: a slug, a note, a byline, an agency or a title."""
    for part in parts:
        line = part.rstrip(_CLOSING).strip()
        if _NOTE.match(line) or not line:
            if editors := _EDITORS.match(line):
                head.note = head.note or line[editors.end() :].rstrip(")] ") or None
            continue
        if _BYLINE.match(line) and len(line) < 120:
            head.byline = head.byline or bare_byline(line)
            head.agency = head.agency or agency_named(head.byline or "")
        elif named := agency_named(line):
            head.agency = named
        elif head.byline and _TITLE.fullmatch(line):
            # "AP Sports Writer": whose the byline is.
            head.agency = head.agency or agency_named(line.split()[0])
        elif head.slug is None and not head.titles and _SLUG.match(line):
            head.slug = line
        else:
            head.titles.append(_HEADLINE.sub("", line))


def _set_off(copy: list[str], printed: list[str]) -> Iterator[str]:
    """The copy's lines; what stood between ``^`` and a mark is a line of its own."""
    for line, before in zip(copy, printed, strict=True):
        fenced = before.startswith("^")
        yield f"\n{line}\n" if fenced and before[1:2] != " " else line


def _filed(day: str | None, sent: re.Match[str] | None, agency: str | None) -> PartialDate | None:
    """The filing date with the transmission's year: the latter's own day is often GMT's.

    Month before day, as the standard has it, save for the agencies that print it otherwise.
    """
    if sent is None:
        return None
    year = full_year(sent["year"])
    month_sent, day_sent = _ordered(int(sent["first"]), int(sent["second"]), agency)
    if day is None:
        return existing_date(year, month_sent, day_sent)
    first, second = day.split("-")
    month, number = _ordered(int(first), int(second), agency)
    if month == 12 and month_sent == 1:
        year -= 1
    return existing_date(year, month, number)


def _ordered(first: int, second: int, agency: str | None) -> tuple[int, int]:
    day_first = first > 12 or (agency in _DAY_FIRST and second <= 12)
    return (second, first) if day_first else (first, second)

"""Plain-text exports of news databases: Nexis, Nexis Uni and Factiva, many stories a file.

No standard tells these forms; each service prints its own labels. Nexis (1990s-2017) parts
stories by ``1 of 100 DOCUMENTS`` and labels fields in capitals; Nexis Uni ends them with
``End of Document``; Factiva labels fields with two-letter codes (HD, BY, WC, PD, SN, LP, TD,
AN) or not at all, and ends a story with ``Document`` and its accession number. LOAD-DATE says
when the database took the story in, and is no date of the story.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import BinaryIO

from index.datewords import find_dates
from index.errors import StoryFileError
from index.formats.wrapped import agency_of_source, bare_byline, one_line, paragraphs
from index.raw import NoText, RawStory
from index.story import PartialDate
from index.text import clean, decode

MAX_RECORD = 8 * 1024 * 1024
"""Bytes; the longest stories in these databases are transcripts of some hundred kilobytes."""
_MAX_LINE = 1024 * 1024
_NUMBERED = re.compile(rb"\s*(?:Document )?(\d{1,6}) of \d{1,6}(?: DOCUMENTS?)?\s*", re.IGNORECASE)
_UNI_END = re.compile(rb"\s*End of Document\s*", re.IGNORECASE)
_FACTIVA_END = re.compile(rb"\s*Document ([A-Za-z0-9]{14,40})\s*")
_OPENING = 100
"""Lines in which an export shows what it is, and in which source and date stand."""
_UNI = re.compile(rb"(?m)^[^\S\n]*Length:\s+[\d,]+ words\s*$")
_UNI_BODY = re.compile(rb"(?m)^[^\S\n]*(?:Body|Load-Date:.*)\s*$")
_NEXIS_FIELD = re.compile(
    rb"(?m)^[^\S\n]*(?:LENGTH|BYLINE|SECTION|HEADLINE|BODY|DATELINE|LOAD-DATE):"
)
_STRICT_FIELD = re.compile(rb"(?m)^[^\S\n]*(?:LENGTH: +[\d,]+ words|LOAD-DATE:)")
_HD = re.compile(rb"(?m)^\s{0,8}HD(?:\s{2,}\S|\t|\s*$)")
_WC = re.compile(rb"(?m)^\s{0,8}(?:WC|PD|SN)(?:\s{2,}\S|\t|\s*$)")
_WORDS = re.compile(rb"(?m)^[^\S\n]*[\d,]++ words\s*$\r*\n+\s*\d{1,2} \w{3,10} \d{4}\s*$")

_HEAD_FIELDS = (
    "SECTION LENGTH HEADLINE BYLINE DATELINE HIGHLIGHT BODY SERIES ABSTRACT EDITION TITLE"
)
_END_FIELDS = (
    "GRAPHIC LOAD-DATE LANGUAGE PUBLICATION-TYPE JOURNAL-CODE ACC-NO DOCUMENT-TYPE URL SUBJECT "
    "COMPANY ORGANIZATION GEOGRAPHIC PERSON TICKER INDUSTRY CITY STATE COUNTRY NOTES CORRECTION "
    "CORRECTION-DATE DISTRIBUTION TYPE PUB-TYPE PHOTO CATEGORY TRANSCRIPT-TYPE CLASSIFICATION "
    "COPYRIGHT-DATE"
)
_ENDING = frozenset(_END_FIELDS.split())
_CAPITALS = re.compile(
    rf"\s{{0,12}}(?P<name>{'|'.join((_HEAD_FIELDS + ' ' + _END_FIELDS).split())}):(?P<rest>.*)"
)
_MIXED = re.compile(
    r"\s{0,12}(?P<name>Section|Length|Headline|Byline|Dateline|Highlight|Series|Edition|Body)"
    r"(?:(?<!Body):(?P<rest>.*)|(?<=Body)\s*$)"
)
_UNI_ENDING = re.compile(
    r"\s*(?:Classification\s*|Graphic\s*|(?:Language|Load-Date|Publication-Type|Journal Code"
    r"|Acc-No|Subject|Notes): .*)$"
)
_COPYRIGHT = re.compile(r"\s*(?:Copyright\b|©|\(c\)|All Rights Reserved)", re.IGNORECASE)
_PAGE = re.compile(r"\s*(?:Page \d+ of \d+|Bottom of Form|Top of Form)\s*$")
_CODED = re.compile(r"\s{0,8}(?P<name>[A-Z]{2,3})(?:[ \t]{2,}|\t|\s*$)(?P<rest>.*)")
_CODES = frozenset(
    "HD BY CR WC PD ET SN SC ED PG VOL LA CY LP TD RF ART CO IN NS RE IPC IPD PUB AN CT CX SE CLM "
    "DLN HL".split()
)
_WORD_COUNT = re.compile(r"\s*[\d,]+ words\s*$")


def sniff(head: bytes) -> bool:
    """Whether ``head`` is an export: a separator or its codes, and the fields that go with it."""
    opening = b"\n".join(head.splitlines()[:_OPENING])
    numbered = [m for line in opening.splitlines() if (m := _NUMBERED.fullmatch(line))]
    if numbered and (_STRICT_FIELD if _is_bare(numbered[0]) else _NEXIS_FIELD).search(head):
        return True
    if _UNI.search(opening) and _UNI_BODY.search(head):
        return True
    return bool((_HD.search(opening) and _WC.search(opening)) or _WORDS.search(opening))


def read(file: BinaryIO) -> Iterator[RawStory | NoText]:
    """Every story of the export, in order.

    Raises StoryFileError where a story is too long.
    """
    count = 0
    for record, name in _records(file):
        text = clean(decode(record)) if record.strip() else ""
        if not text.strip():
            continue
        count += 1
        key = name or f"story {count}"
        story = _reader(text)(text, key)
        if story.body or story.headline:
            yield story
        elif name:
            yield NoText(key, "a record without text")


def _records(file: BinaryIO) -> Iterator[tuple[bytes, str | None]]:
    """(the lines of a story, the name its separator gives it)."""
    lines: list[bytes] = []
    size, number, bare = 0, None, None
    while line := file.readline(_MAX_LINE):
        short = len(line) < 120
        found = _NUMBERED.fullmatch(line) if short else None
        if found and bare in (None, _is_bare(found)):
            # What stands before the first separator is a cover page.
            bare = _is_bare(found)
            if number is not None:
                yield b"".join(lines), number
            lines, size, number = [], 0, found[1].decode()
        elif short and (end := _FACTIVA_END.fullmatch(line)):
            yield b"".join(lines), end[1].decode()
            lines, size = [], 0
        elif short and _UNI_END.fullmatch(line):
            yield b"".join(lines), number
            lines, size, number = [], 0, None
        else:
            lines.append(line)
            size += len(line)
            if size > MAX_RECORD:
                raise StoryFileError(f"a story larger than {MAX_RECORD // 2**20} MiB")
    yield b"".join(lines), number


def _is_bare(separator: re.Match[bytes]) -> bool:
    """Whether a separator is ``1 of 100`` alone: a page may say so too, of its pictures."""
    return b"document" not in separator[0].lower()


def _reader(text: str) -> Callable[[str, str], RawStory]:
    """How a story is printed: with codes, with labels, or bare."""
    lines = text.split("\n")
    codes = [m["name"] for line in lines[:400] if (m := _CODED.fullmatch(line))]
    if "HD" in codes and {"PD", "LP", "TD", "SN", "WC"} & set(codes):
        return _coded
    labelled = any(_CAPITALS.match(line) or _MIXED.match(line) for line in lines)
    if not labelled and any(_WORD_COUNT.match(line) for line in lines[:20]):
        return _bare
    return _labelled


def _labelled(text: str, key: str) -> RawStory:
    """Nexis: source, date and copyright; labelled fields; text; labelled fields."""
    lines = [line for line in text.split("\n") if not _PAGE.match(line)]
    labels = {n: label for n, line in enumerate(lines) if line and (label := _label(line))}
    first = min(labels, default=len(lines))
    has_body = any(_name(label) == "BODY" for label in labels.values())
    fields: dict[str, str] = {}
    body: list[str] = []
    name: str | None = None
    for number, line in enumerate(lines[first:], first):
        label = labels.get(number)
        if name == "BODY":
            if _UNI_ENDING.match(line) or (label and label["name"] in _ENDING):
                break
            body.append(line)
        elif label and _name(label) not in fields:
            name = _name(label)
            if name in _ENDING and not has_body:
                break
            fields[name] = label["rest"] or ""
            body += [fields[name]] if name == "BODY" else []
        elif not line.strip():
            name = None
        elif name and name != "LENGTH":
            fields[name] += f"\n{line}"
        elif "LENGTH" in fields and not has_body:
            name = "BODY"
            body.append(line)
        elif not _COPYRIGHT.match(line):
            fields.setdefault("HEADLINE", line)
    is_uni = any(not label["name"].isupper() for label in labels.values())
    opening = lines[max(0, first - _OPENING) : first] if labels else lines[:_OPENING]
    return _from_fields(key, fields, opening, body, is_uni)


def _label(line: str) -> re.Match[str] | None:
    return _CAPITALS.match(line) or _MIXED.match(line)


def _name(label: re.Match[str]) -> str:
    return label["name"].upper()


def _from_fields(
    key: str, fields: dict[str, str], opening: list[str], body: list[str], is_uni: bool
) -> RawStory:
    dated = next((n for n, line in enumerate(opening) if _date(line)), len(opening))
    before = [line for line in opening[:dated] if not _COPYRIGHT.match(line)]
    while before and not before[-1].strip():
        before.pop()
    source = before.pop().strip() if before and dated < len(opening) else ""
    headline = one_line(fields.get("HEADLINE") or fields.get("TITLE"))
    if headline is None:
        # Nexis Uni prints a bare headline above the source, Nexis below the date and edition.
        blank = next((n for n in range(dated, len(opening)) if not opening[n].strip()), dated)
        below = [block for block in _blocks(opening[blank:]) if block[:1] not in " \t"]
        bare = _blocks(before)[-1:] if is_uni else below[:1]
        headline = one_line(bare[0]) if bare else None
    while body and (not body[-1].strip() or _COPYRIGHT.match(body[-1])):
        body.pop()
    text = paragraphs("\n".join(body))
    dateline = one_line(fields.get("DATELINE"))
    # Where the copy opens with its dateline, that one says more.
    if dateline and text.casefold().startswith(dateline.split(",")[0].casefold()):
        dateline = None
    return RawStory(
        key=key,
        headline=headline,
        body=text,
        byline=bare_byline(fields.get("BYLINE")),
        dateline_text=dateline,
        agency=agency_of_source(source),
        filed=_date(opening[dated]) if dated < len(opening) else None,
    )


def _blocks(lines: list[str]) -> list[str]:
    """Runs of lines between blank lines, without copyrights."""
    text = "\n".join("" if _COPYRIGHT.match(line) else line for line in lines)
    return [block.strip("\n") for block in re.split(r"\n\s*\n", text) if block.strip()]


def _date(line: str) -> PartialDate | None:
    """The date a line starts with ("November 1, 2018 Thursday"), in full or month and year."""
    line = line.strip()
    if len(line) > 100:
        return None
    date = next(find_dates(line), None)
    return date.partial if date and date.start < 12 and date.year and date.month else None


def _coded(text: str, key: str) -> RawStory:
    """Factiva with codes: a code and its text in columns, or a code on a line of its own."""
    fields: dict[str, list[str]] = {}
    name = ""
    for line in text.split("\n"):
        label = _CODED.fullmatch(line)
        if label and label["name"] in _CODES and (label["name"] not in fields):
            name = label["name"]
            fields[name] = [label["rest"]]
        elif name:
            fields[name].append(line.strip())
    value = {name: "\n".join(lines).strip() for name, lines in fields.items()}
    accession = one_line(value.get("AN"))
    return RawStory(
        key=accession.removeprefix("Document ") if accession else key,
        headline=one_line(value.get("HD") or value.get("HL")),
        body=paragraphs("\n\n".join(value.get(part, "") for part in ("LP", "TD"))),
        byline=bare_byline(value.get("BY")),
        dateline_text=one_line(value.get("DLN")),
        agency=agency_of_source(value.get("SN", "").replace("\n", " ")),
        filed=_date(value.get("PD", "")),
    )


def _bare(text: str, key: str) -> RawStory:
    """Factiva without codes: headline, byline, word count, date, source; then the text."""
    lines = text.strip("\n").split("\n")
    count = next(n for n, line in enumerate(lines) if _WORD_COUNT.match(line))
    titles = [line.strip() for line in lines[:count] if line.strip()]
    byline = titles.pop() if len(titles) > 1 and titles[-1].lower().startswith("by ") else None
    filed, source, at = None, "", count + 1
    facts = 0
    # Date, time, source, its code, page, language, copyright: each on a short line.
    while at < len(lines) and facts < 9:
        line = lines[at].strip()
        if not line and facts > 2:
            break
        if line:
            facts += 1
            is_time = bool(re.fullmatch(r"\d{1,2}:\d\d.*", line))
            if filed is None:
                filed = _date(line)
            elif not source and not is_time:
                source = line
            if _COPYRIGHT.match(line):
                at += 1
                break
        at += 1
    return RawStory(
        key=key,
        headline=one_line(" ".join(titles)),
        body=paragraphs("\n".join(lines[at:])),
        byline=bare_byline(byline),
        agency=agency_of_source(source),
        filed=filed,
    )

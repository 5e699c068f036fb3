"""The lines of a saved page, and what each of them is."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from enum import Enum, auto
from functools import lru_cache
from importlib.resources import files

from index.agencies import agency_named, is_printed_so
from index.credits import closing_credit
from index.dateline import Opening, parse_line, parse_opening
from index.datewords import MONTHS, PrintedDate, find_dates, match_date
from index.labels import is_label
from index.stamps import URL, Stamp, agency_of_menu, read_stamp
from index.story import Dateline


class Kind(Enum):
    """What a line of a page is."""

    PROSE = auto()
    TITLE = auto()
    """Words without a sentence's end: a headline, a crosshead, a menu's entry."""
    TEASER = auto()
    """The first words of another story, cut off."""
    DATELINE = auto()
    """A line that is a dateline and nothing else; the body starts on the next."""
    STAMP = auto()
    """A date the page prints about itself."""
    BYLINE = auto()
    AGENCY = auto()
    """A line that names the agency."""
    INLINE = auto()
    """Furniture that may stand within a story."""
    CLOSING = auto()
    """Furniture below which nothing is of the story."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its text, its kind, and what was read in it."""

    text: str
    kind: Kind
    opening: Opening | None = None
    dateline: Dateline | None = None
    stamp: PrintedDate | None = None
    published: bool = False
    """Whether the stamp is labelled as the day of publication."""
    timed: bool = False
    """Whether the stamp has a time of day and no weekday: a story's, not a site's clock."""
    byline: str | None = None
    agency: str | None = None
    indented: bool = False
    """Whether it was set off by an indent, as paragraphs are on a wire's printer."""

    @property
    def words(self) -> int:
        return len(self.text.split())


DATED_PROSE = 8
"""Words behind a dated or signed dateline that are prose, however they end."""
_DIGITS = re.compile(r"\d+")
RECURRING = "* * *"
"""What stands for a line that recurs on the pages of a folder: furniture, as the list has it."""
FIRST_PROSE = 3
"""Paragraphs of prose in which a dateline may stand behind other words."""
_SENTENCE_END = re.compile(r"""[.!?:;][\"'”’»)\]*]*$|[\"”»]$""")
_CUT_OFF = re.compile(r"(?:\.\.\.+|…|\[\.\.\.\])[\"'”’]?$")
_BYLINE = re.compile(
    r"^(?:by:?|written by|author:|reported by|story by)\s+"
    r"(?:xinhua writers?\s+)?(?P<who>\S.{1,80})$",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"(?:(?:our|special|staff|senior|chief|principal|bureau|political|business|sports|crime|legal|"
    r"correspondent|city|excelsior)\s+)*(?:correspondent|reporter|news desk|desk|bureau)s?",
    re.IGNORECASE,
)
_CRAWL_PREFIX = re.compile(r"^\s*date[:\s]\s*(?=\d{4}-\d\d)", re.IGNORECASE)
_TICKER = re.compile(r"\s+\d{1,2}:\d\d(?::\d\d)?\s+(?=\S+\s+\S+\s+\S)")
_NOTE = re.compile(r"^\([^()]+\)$|^\[[^\[\]]+\]$")
_MONTH_END = re.compile(rf",\s*(?:{'|'.join(MONTHS)})\.?$", re.IGNORECASE)
_RELATIVE = re.compile(
    r"^(?:updated:?\s*)?(?:\d+\s+(?:sec|min|minute|hour|hr|day|week)s?\s*)+ago\b", re.I
)
_INITIALS = re.compile(
    r"^\(?[a-z]{2,4}(?:/[a-z]{2,4})+\)?$|^/[a-z]{2,4}$|^[A-Z]{2,4}(?: [A-Z]{2,4}){1,3}$"
)
_CAPTION = re.compile(
    r"[\[(](?:[^()\[\]]*\b)?(?:photo|image|picture|pic|ap|afp|reuters|getty|file|xinhua)s?\b[^()\[\]]*[\])]\s*$"
    r"|\((?:AP|AFP) Photo|/(?:Flash90|Getty Images|Reuters|AFP|AP)\)\s*$",
    re.IGNORECASE,
)
_LONGEST_CREDIT = 300
"""Characters at the end of a caption in which its credit stands."""
_NAVIGATION = re.compile(r"\s[|»›>•·]\s|\s/\s")
_ABOUT = re.compile(r"^About [A-Z][\w&.' -]{2,60}$|^SOURCE\s+[A-Z]")
_LINK_LABEL = re.compile(r"(?:also read|read also|see also|read more|must read)\W*", re.IGNORECASE)
_PERSON = re.compile(r"[A-ZÀ-Þ][\w.'’-]+(?: [A-ZÀ-Þ][\w.'’-]+){1,3}")
_MARKS_ALONE = re.compile(r"^[-–—#*=_.•·\s]+$")
_WRITER = re.compile(r"\b(?:writer|correspondent|reporter|editor|staff|bureau|service)s?\b", re.I)
_LABEL = re.compile(r"(?:watch|video|listen|live updates):", re.IGNORECASE)


@lru_cache(maxsize=1)
def _phrases() -> dict[str, tuple[frozenset[str], re.Pattern[str]]]:
    """Kind -> (whole lines, folded; a pattern of how lines begin)."""
    table = tomllib.loads((files("index.data") / "furniture.toml").read_text("utf-8"))
    compiled = {}
    for kind, phrases in table.items():
        whole = frozenset(_bare(p) for p in phrases if "..." not in p)
        begins = sorted((p.split("...")[0] for p in phrases if "..." in p), key=len, reverse=True)
        pattern = "|".join(re.escape(p) + (r"\b" if p[-1].isalnum() else "") for p in begins)
        compiled[kind] = whole, re.compile(f"(?:{pattern})", re.IGNORECASE)
    return compiled


def _bare(line: str) -> str:
    """``line`` without case, numbers and marks at its ends; marks alone stay."""
    return line.lower().strip(" :.|•»›>()[]0123456789") or line.strip()


def _is_phrase(kind: str, line: str) -> bool:
    whole, begins = _phrases()[kind]
    if _bare(line) in whole:
        return True
    if not begins.match(line):
        return False
    # "Search parties found ...": prose may begin with any of these words, not with all.
    is_prose = bool(_SENTENCE_END.search(line)) and len(line.split()) > 8
    return not is_prose or bool(_phrases()["sentences"][1].match(line))


def read_lines(text: str, recurring: frozenset[str] = frozenset()) -> list[Line]:
    """The lines of a page, hard-wrapped paragraphs joined, each read as what it is.

    ``recurring`` holds the keys of lines that are furniture in the page's folder.
    """
    lines: list[Line] = []
    prose = 0
    for paragraph in _unwrapped(_without(text, recurring) if recurring else text):
        indented, printed = _is_indented(paragraph), paragraph.strip()
        prefix = _CRAWL_PREFIX.match(printed)
        date = match_date(printed, prefix.end()) if prefix else None
        if date:
            # " date 2018-06-26 KUALA LUMPUR: ...": a crawler's field run into the page.
            lines.append(Line(printed[: date.end].strip(), Kind.STAMP, stamp=date, published=True))
            printed = printed[date.end :].strip(" :|-")
            indented = False
        elif (date := match_date(printed)) and (rest := _TICKER.match(printed, date.end)):
            # "07/24/2009 06:05:33 Ferry survivors ...": a ticker's stamp before its headline.
            lines.append(Line(printed[: rest.end()], Kind.STAMP, stamp=date, published=True))
            printed = printed[rest.end() :]
        if printed:
            line = read_line(printed, within=prose < FIRST_PROSE)
            if line.kind is Kind.TITLE and lines and _LINK_LABEL.fullmatch(lines[-1].text):
                line = replace(line, kind=Kind.INLINE, opening=None)  # the headline linked to
            lines.append(replace(line, indented=True) if indented else line)
            opened = lines[-1].opening or lines[-1].dateline
            prose += FIRST_PROSE if opened else lines[-1].kind is Kind.PROSE
    return lines


def line_key(line: str) -> str:
    """How lines of two pages are compared: without case and spacing, labels without numbers."""
    key = " ".join(line.split()).casefold()
    return key if is_sentence(line) else _DIGITS.sub("0", key)


def _without(text: str, recurring: frozenset[str]) -> str:
    """``text`` with each recurring line made a label that ends nothing and is no prose.

    Stamps stay: the dates on them differ, and tell something.
    """
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if line_key(line) in recurring and not read_stamp(line.strip()):
            lines[number] = RECURRING
    return "\n".join(lines)


def _unwrapped(text: str) -> list[str]:
    """Paragraphs of ``text``: lines that were broken to a width are put together again.

    Two spaces stand before one that was indented.
    """
    paragraphs: list[str] = []
    for block in re.split(r"\n[ ]*(?:\n[ ]*)+", text):
        for part in _by_indent([line for line in block.split("\n") if line.strip()]):
            lines = [line.strip() for line in part]
            indent = "  " if _is_indented(part[0]) else ""
            wrapped = len(part) > 1 and indent and not _is_indented(part[1])
            if wrapped or _is_wrapped(lines):
                paragraphs.append(indent + " ".join(lines))
            else:
                paragraphs += [indent + line for line in _continued(_rejoined(lines))]
    return _continued(paragraphs)


def _is_indented(line: str) -> bool:
    return line.startswith("  ")


def _by_indent(lines: list[str]) -> list[list[str]]:
    """A block cut where an indented line begins a paragraph, as on a wire's printer.

    What stands before the first indented line is a headline over it. A block that is
    indented throughout, or not at all, is one part.
    """
    starts = [n for n, line in enumerate(lines) if _is_indented(line)]
    if not starts or len(starts) == len(lines) > 1:
        return [lines] if lines else []
    parts = [lines[: starts[0]]] if starts[0] else []
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        parts.append(lines[start:end])
    return parts


def _is_wrapped(lines: list[str]) -> bool:
    """Whether the lines of a block are one paragraph set to a width."""
    if len(lines) < 3:
        return False
    width = max(map(len, lines))
    filled = all(len(line) > 0.7 * width for line in lines[:-1])
    return filled and 45 <= width <= 100 and sum(map(len, lines)) > 2.2 * width


def _rejoined(lines: list[str]) -> list[str]:
    """``lines`` with a dateline that was broken to a width put together again."""
    joined: list[str] = []
    for line in lines:
        before = joined[-1] if joined else ""
        cut = before.endswith(",") or line[:1] in "(/" or _MONTH_END.search(before)
        broken = 0 < len(before) < 80 and cut
        if broken and parse_opening(f"{before} {line}", within=False):
            joined[-1] = f"{before} {line}"
        else:
            joined.append(line)
    return joined


def _continued(lines: list[str]) -> list[str]:
    """``lines`` with each that goes on in lower case put behind the one it continues."""
    joined: list[str] = []
    for line in lines:
        before = joined[-1] if joined else ""
        if (
            len(before) >= 25
            and before[-1:].isalnum()
            and line[:1].islower()
            and not URL.match(line)
            and not _BYLINE.match(line)
            and not _is_phrase("inline", line)
            and not _is_phrase("closing", line)
            and not _INITIALS.match(line)
        ):
            joined[-1] = f"{before} {line}"
        else:
            joined.append(line)
    return joined


def read_line(line: str, *, within: bool) -> Line:
    """One line, read; ``within`` as in `parse_opening`."""
    if (agency := agency_named(line.rstrip(",:"))) and is_printed_so(line.rstrip(",:")):
        return Line(line, Kind.AGENCY, agency=agency)
    if byline := _BYLINE.match(line):
        if found := _read_byline(line, byline["who"]):
            return found
    person, comma, role = line.partition(", ")
    if comma and _PERSON.fullmatch(person) and (agency := agency_named(role)):
        return Line(line, Kind.BYLINE, byline=person, agency=agency)
    if _ROLE.fullmatch(line.rstrip(",:")):
        return Line(line, Kind.BYLINE, byline=line.rstrip(",:"))
    if len(line) < 120 and (dateline := parse_line(line)):
        return Line(line, Kind.DATELINE, dateline=dateline, agency=dateline.agency)
    if stamp := read_stamp(line):
        return _stamped(line, stamp)
    if _is_phrase("closing", line) or _ABOUT.match(line):
        return Line(line, Kind.CLOSING)
    if _INITIALS.match(line) and not _is_inline(line):
        return Line(line, Kind.CLOSING)
    if (
        _is_inline(line)
        or _RELATIVE.match(line)
        or _CAPTION.search(line, max(len(line) - _LONGEST_CREDIT, 0))
    ):
        return Line(line, Kind.INLINE)
    if _CUT_OFF.search(line, max(len(line) - 6, 0)):
        return Line(line, Kind.TEASER, opening=parse_opening(line, within=within))
    if opening := parse_opening(line, within=within):
        told = opening.dateline.day is not None or opening.dateline.agency is not None
        long = told and len(line[opening.end :].split()) >= DATED_PROSE
        kind = Kind.PROSE if long or is_sentence(line) else Kind.TITLE
        return Line(line, kind, opening=opening)
    if is_sentence(line):
        return Line(line, Kind.PROSE)
    return Line(line, Kind.TITLE, agency=agency_of_menu(line))


def _is_inline(line: str) -> bool:
    """Furniture's phrase, unless it only labels the story's own text: ``WATCH: A bear ...``."""
    if _NOTE.match(line) or _MARKS_ALONE.match(line) or _is_toolbar(line):
        return True
    if not _is_phrase("inline", line):
        return False
    labels_prose = _LABEL.match(line) and line.endswith(".") and len(line.split()) > 8
    return not labels_prose


def _is_toolbar(line: str) -> bool:
    """Whether every item of a row is furniture: ``[ Tweet ]  [ Share ]  [ + ]``."""
    items = [item for item in re.split(r"\s{2,}|[|\[\]·•]", line) if item.strip(" +-")]
    return len(items) > 1 and all(_is_phrase("inline", item.strip()) for item in items)


def is_sentence(line: str) -> bool:
    """Whether a line ends as a sentence does, an agency's closing credit aside."""
    if _SENTENCE_END.search(line):
        return not line.endswith(":")
    return len(line.split()) > 25 or closing_credit([line])[0] != [line]


def _stamped(line: str, stamp: Stamp) -> Line:
    """The line of a stamp; one without a year says nothing, and is furniture."""
    return Line(
        line,
        Kind.INLINE if stamp.date.year is None else Kind.STAMP,
        stamp=None if stamp.date.year is None else stamp.date,
        published=stamp.published,
        timed=stamp.timed,
        byline=stamp.byline,
        agency=stamp.agency,
    )


def _read_byline(line: str, who: str) -> Line | None:
    """``By Lena Castell``, ``By PTI``, ``By Piers Holt, Commodities Correspondent``."""
    who, *rest = (p.strip(",:. ") for p in re.split(r"\s+[—–|]\s+|\s+-\s+|\s{2,}", who.strip()))
    if agency := agency_named(who):
        dated = next((d for part in rest for d in find_dates(part) if d.year), None)
        return Line(line, Kind.BYLINE, byline=who, agency=agency, stamp=dated)
    beside = next((name for part in rest if (name := agency_named(part))), None)
    beside = beside or agency_named(who.rpartition(",")[2].strip())
    stamp = next((date for part in rest for date in find_dates(part) if date.year), None)
    if dateline := parse_line(line):
        return Line(line, Kind.DATELINE, dateline=dateline, byline=re.split(", | in ", who)[0])
    if len(who.split()) <= 9 and who[:1].isupper() and not parse_opening(line):
        return Line(line, Kind.BYLINE, byline=_without_role(who), agency=beside, stamp=stamp)
    return None


def _without_role(who: str) -> str:
    """``Marta Kellerman, Associated Press Writer`` is Marta Kellerman."""
    name, comma, role = who.partition(",")
    is_role = _WRITER.search(role) or agency_named(role.strip())
    return name.strip() if comma and is_role else who


def is_navigation(line: str) -> bool:
    """Whether a line reads as a menu or a trail: ``Home / Lifestyle / Food``."""
    menu = len(re.split(r"\s{2,}", line)) > 2
    return menu or bool(_NAVIGATION.search(line)) or _is_phrase("inline", line)


def is_person(line: str) -> bool:
    """Whether a line is a person's name and nothing else, as far as its form tells."""
    words = line.split()
    return len(words) < 4 and bool(_PERSON.fullmatch(line)) and not any(map(is_label, words))

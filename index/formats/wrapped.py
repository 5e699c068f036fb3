"""Hard-wrapped copy -> paragraphs: what the plain-text formats have in common."""

from __future__ import annotations

import re

from index.agencies import agency_named
from index.datewords import match_date
from index.story import PartialDate

_BLANK = re.compile(r"\n(?:[ ]*\n)+")
_INDENT = re.compile(r"\n(?=[ ]{3,}\S)")
# Two spaces behind a full stop are a typist's, not a column's.
_COLUMNS = re.compile(r"""[^\s.!?:;"'”)] {2,}\S|\.{4,}""")
_BY = re.compile(r"^by:?\s+", re.IGNORECASE)
_ROLE = re.compile(
    r"\b(?:writers?|correspondents?|reporters?|editors?|staff|bureau|service|press|news|columnist)\b",
    re.IGNORECASE,
)
_SOURCE_WORDS = frozenset(
    "general news service agency international english wire newswire newswires state & and local "
    "online worldstream world economic financial domestic".split()
)
_PIVOT = 70
"""Two-digit years from here on are of the 1900s; no wire format is older than 1979."""


def paragraphs(text: str) -> str:
    """``text`` as paragraphs joined by blank lines; blank lines and indents tell them apart.

    The lines of a paragraph are joined, those of a table stay lines, indented or not.
    """
    found: list[str] = []
    for block in _BLANK.split(text.strip("\n")):
        rows: list[str] = []
        for part in _INDENT.split(block):
            if "\n" not in part and _COLUMNS.search(part.strip()):
                rows.append(part)
                continue
            found += ["\n".join(rows), part]
            rows = []
        found.append("\n".join(rows))
    return "\n\n".join(filter(None, map(_joined, found)))


def _joined(block: str) -> str:
    if "\n" not in block:
        return " ".join(block.split())
    lines = [line.strip() for line in block.split("\n") if line.strip()]
    rows = sum(bool(_COLUMNS.search(line)) for line in lines)
    if rows > len(lines) / 2:
        return "\n".join(lines)
    return " ".join(" ".join(lines).split())


def one_line(text: str | None) -> str | None:
    """``text`` with its white space folded; None for nothing."""
    return " ".join(text.split()) or None if text else None


def bare_byline(text: str | None) -> str | None:
    """The name or names of a printed byline, without "By" and the writer's role.

    >>> bare_byline("By Ada Vale, Mercury Staff Writer"), bare_byline("By ADA VALE and BO LIND")
    ('Ada Vale', 'ADA VALE and BO LIND')
    """
    line = one_line(text)
    if line is None:
        return None
    name, comma, role = _BY.sub("", line).rstrip(" .;,=<").partition(",")
    is_role = _ROLE.search(role) or name.endswith(" ") or agency_named(role.strip())
    return (name.strip() if comma and is_role else name + comma + role) or None


def agency_of_source(printed: str) -> str | None:
    """The agency behind a source's printed name; None where it is no agency's.

    >>> agency_of_source("Xinhua General News Service"), agency_of_source("The Daily Trend")
    ('Xinhua', None)
    """
    words = re.split(r"\s+--?\s+|\s*[(,;]", printed.strip())[0].split()
    for size in range(len(words), 0, -1):
        if not all(word.lower() in _SOURCE_WORDS for word in words[size:]):
            return None
        if name := agency_named(" ".join(words[:size])):
            return name
    return None


def full_year(printed: str) -> int:
    """A year of two digits or four."""
    year = int(printed)
    if len(printed) > 2:
        return year
    return year + (1900 if year >= _PIVOT else 2000)


def existing_date(year: int, month: int, day: int) -> PartialDate | None:
    """The date, or None if there is no such day."""
    date = match_date(f"{year:04d}-{month:02d}-{day:02d}")
    return date.partial if date else None

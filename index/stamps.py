"""The dates that a page prints about itself, with their labels, times and names."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.agencies import agency_named, is_printed_so
from index.datewords import PrintedDate, find_dates
from index.labels import is_label

_PUBLISHED = re.compile(
    r"""(?ix) ^[\[(/|\s]* (?:first\ |originally\ |story\ )?
          (?: publi(?:shed|sh|cation)(?:\ date|\ on|\ at)? | posted(?:\ on|\ at)?
            | date(?:d|\ published|\ posted)? | issued | created | filed )\b \s* [:|-]?
      | \bpublished\ (?:in|on)\b | \bposted\b"""
)
_UPDATED = re.compile(r"\b(?:last )?(?:updated|modified|edited)\b", re.IGNORECASE)
_STAMP_WORDS = re.compile(
    r"\b(?:first|last|published?|publication|publish|posted|updated?|modified|date|dated|eastern|issued|created|on|at|"
    r"in|by|source|am|pm|a\.m\.?|p\.m\.?|ist|gmt|utc|et|est|edt|pst|pdt|bst|cet|uhr|h|hrs|hr|min|sec|ago|page|news|list|"
    r"mon|tue|wed|thu|fri|sat|sun|monday|tuesday|wednesday|thursday|friday|saturday|sunday|time|kst|jst|sgt|"
    r"the|of|hours?|minutes?|days?|article|edition|print)\b",
    re.IGNORECASE,
)
URL = re.compile(r"\b(?:https?://|www\.)\S+")
_TIME_OF_DAY = re.compile(r"\b\d{1,2}[:h.]\d\d(?![.\d/]\d)(?:\b|(?=[ap]m))", re.IGNORECASE)
_FULL_WEEKDAY = re.compile(r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b", re.IGNORECASE)
_NOT_WORDS = re.compile(r"[^\w]+")


@dataclass(frozen=True, slots=True)
class Stamp:
    """A line that is little more than a date; ``date`` may lack its year.

    ``published`` says that a label calls it the day of publication; ``timed`` that it has a
    time of day and no weekday, which is a story's stamp and not a site's clock.
    """

    date: PrintedDate
    published: bool = False
    timed: bool = False
    byline: str | None = None
    agency: str | None = None


def read_stamp(line: str) -> Stamp | None:
    """A line that is little more than a date, with its labels, times and a name or menu."""
    if len(line) > 200 or not any(c.isdigit() for c in line):
        return None
    line = URL.sub(" ", line)
    agency = agency_of_menu(line)
    label = _PUBLISHED.search(line)
    for date in find_dates(line):
        rest = f"{line[: date.start]} {line[date.end :]}"
        rest = _STAMP_WORDS.sub(" ", re.sub(r"\d+(?:st|nd|rd|th)?", " ", rest))
        left = [word for word in _NOT_WORDS.split(rest) if len(word) > 1]
        if agency:
            left = left[len(agency.split()) :]
        elif source := agency_named(" ".join(word for word in left if word.lower() != "more")):
            agency, left = source, []
        begins_so = label is not None and label.start() == 0
        if len(left) > (6 if begins_so else 3 if label else 2):
            return None
        if date.year is None:
            return Stamp(date) if _TIME_OF_DAY.search(line) else None
        updated = _UPDATED.search(line[: date.start])
        return Stamp(
            date,
            published=bool(label) and not updated,
            timed=bool(_TIME_OF_DAY.search(line)) and not _FULL_WEEKDAY.search(line),
            byline=None if agency or begins_so else _reporter(line, left),
            agency=agency,
        )
    return None


def _reporter(line: str, left: list[str]) -> str | None:
    """The reporter named before a stamp: ``Selin Aydoğan | 17.02.2017``."""
    name = " ".join(left)
    person = 2 <= len(left) <= 3 and all(w.istitle() and not is_label(w) for w in left)
    return name if person and line.startswith(name) else None


def agency_of_menu(line: str) -> str | None:
    """The agency that a line such as ``CP | Brice Chandler | Posted ...`` starts with."""
    first = re.split(r"\s+[|/]\s+|\s{2,}", line)[0].strip(" ,:")
    return agency_named(first) if first != line and is_printed_so(first) else None

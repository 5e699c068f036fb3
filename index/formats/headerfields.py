"""Header fields that JSON, CSV and web formats share: stamps, bylines, places, providers."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from index.agencies import agency_named
from index.countries import country_code, country_named
from index.datewords import PrintedDate, find_dates, match_date
from index.formats.fragments import one_line
from index.places import country_of
from index.raw import Located
from index.story import PartialDate

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = 4_102_444_800
"""The year 2100, in seconds of the epoch."""
_DIGITS = re.compile(r"(\d{9,19})(?:\.\d+)?")
_COMPACT = re.compile(r"((?:1[6-9]|20)\d\d)([01]\d)([0-3]\d)(?:T?\d{4,6}\S*)?(?!\d)")
_YEAR = re.compile(r"(?:1[6-9]|20)\d\d")
_UNSET = re.compile(r"1970-01-01(?:[T ]00:00(?::00)?(?:\.0+)?(?:Z|[+ ]00:?00)?)?$")
_BY = re.compile(r"^(?:by|von|par|por|av|af|written by)[:\s]\s*", re.IGNORECASE)
_FROM_TAIL = re.compile(
    r"^(?:the\s|.*\b(?:news|agency|staff|correspondent|reporter|writer)s?\b)", re.I
)
_STAFF = re.compile(r"\s+(?:staff|desk|bureau)$", re.IGNORECASE)
_SHORT_NAME = re.compile(r"[^\W\d_a-z][^\W_a-z]{1,7}")
_SITE = re.compile(r"^(?:https?://)?(?:www\.)?([\w.-]+)/?$", re.IGNORECASE)
MAX_FIELD = 500
"""Characters that a header field is read to."""


def printed_date(value: object) -> PrintedDate | PartialDate | None:
    """A stamp in one of the forms in use: ISO 8601 (also compact), RFC 5322, words, digits, epoch.

    The day is the stamp's own, in the zone it is written in; an epoch is read as UTC. The
    epoch's first second stands for "not set".
    """
    if isinstance(value, bool) or value is None:
        return None
    text = str(value).strip()[:MAX_FIELD]
    if _UNSET.match(text):
        return None
    if whole := _DIGITS.fullmatch(text):
        if not _COMPACT.fullmatch(text):
            return _epoch(int(whole[1]))
    if (compact := _COMPACT.match(text)) and match_date("-".join(compact.groups())):
        return PartialDate(*map(int, compact.groups()))
    if _YEAR.fullmatch(text):
        return PartialDate(int(text))
    return match_date(text) or next((found for found in find_dates(text) if found.year), None)


def stamp(value: object, day_first: bool | None = None) -> PartialDate | None:
    """The date of a stamp; 03/04/2018 is its year alone unless ``day_first`` tells the rest."""
    found = printed_date(value)
    if not isinstance(found, PrintedDate):
        return found
    if found.ambiguous and "." not in str(value)[found.start : found.end + 8]:
        if day_first is None:
            return PartialDate(found.year) if found.year else None
        if day_first:
            found = replace(found, month=found.day, day=found.month)
    return found.partial


def tells_day_first(value: object) -> bool | None:
    """Whether an all-digit date shows that the day (True) or the month comes first; else None."""
    numbers = re.match(r"\s*(\d{1,2})[/-](\d{1,2})[/-]\d{4}(?!\d)", str(value)[:MAX_FIELD])
    if not numbers or max(first := int(numbers[1]), second := int(numbers[2])) <= 12:
        return None
    return first > second


def _epoch(number: int) -> PartialDate | None:
    """Seconds, or milli-, micro- or nanoseconds by the number of digits; None for an id."""
    thousands, digits = divmod(len(str(number)) - 9, 3)
    seconds = number // 1000**thousands
    if digits > 1 or seconds > _LAST:
        return None
    day = _EPOCH + timedelta(seconds=seconds)
    return PartialDate(day.year, day.month, day.day)


def byline_and_agency(text: str | None) -> tuple[str | None, str | None]:
    """("Jane Roe", "AP") of "By Jane Roe, Associated Press"; an agency alone is no byline."""
    line = one_line(text[:MAX_FIELD]) if text else None
    if line is None or line.startswith(("http://", "https://", "@")):
        return None, None
    line = _BY.sub("", line).strip(" ,;|")
    if whole := agency_named(_STAFF.sub("", line)):
        return None, whole
    agency = None
    parts = [part.strip() for part in re.split(r"\s*[,/|]\s*", line) if part.strip()]
    while len(parts) > 1:
        named = agency_named(_STAFF.sub("", parts[-1])) or agency_named(parts[-1].split()[0])
        if not _FROM_TAIL.match(parts[-1]) and agency_named(parts[-1]) is None:
            break
        agency = agency or named
        parts.pop()
    if agency is None and len(parts) == 1:
        bracket = re.fullmatch(r"(.+?)\s*\(([^()]+)\)", parts[0])
        if bracket and (agency := agency_named(bracket[2])):
            parts[0] = bracket[1]
    return ", ".join(parts) or None, agency


def provider(name: object) -> str | None:
    """The canonical name of an agency; an unknown one only if it is a short name in capitals."""
    line = one_line(name[:MAX_FIELD]) if isinstance(name, str) else None
    if line is None:
        return None
    site = _SITE.match(line)
    known = agency_named(line) or (agency_named(site[1]) if site else None)
    return known or (line if _SHORT_NAME.fullmatch(line) else None)


def located(place: str | None, country: str | None = None) -> Located | None:
    """A place field such as "Oslo, Norway", with the country of a field of its own if any."""
    parts = [part.strip() for part in (one_line(place) or "")[:MAX_FIELD].split(",")]
    parts = [part for part in parts if part and any(c.isalpha() for c in part)]
    code = country_code(country.strip()[:MAX_FIELD]) if country else None
    if not parts:
        return Located(None, code) if code else None
    if code is None:
        code = country_named(parts[-1]) if len(parts) > 1 else None
        code = code or country_of(parts[0], parts[1] if len(parts) > 1 else None)
    if len(parts) == 1 and country_named(parts[0]) == code and code and not country:
        return Located(None, code)
    return Located(parts[0], code)

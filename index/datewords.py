"""Dates as newsrooms print them, in datelines and on pages.

Only what is printed is read; nothing here guesses a missing year.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.story import PartialDate

_MONTH_NAMES = {
    1: "january jan enero ene janvier janv januar jänner gennaio gen janeiro",
    2: "february feb febr febrero février fevrier februar febbraio fevereiro",
    3: "march mar marzo mars marz märz marco março",
    4: "april apr abril abr avril avr aprile",
    5: "may mai mayo maggio mag maio",
    6: "june jun junio juin juni giugno giu junho",
    7: "july jul julio juillet juli luglio lug julho",
    8: "august aug agosto ago août aout",
    9: "september sept sep septiembre septembre settembre setembro set",
    10: "october oct octubre okt octobre oktober ottobre outubro",
    11: "november nov noviembre novembre novembro",
    12: "december dec diciembre dic décembre decembre dezember dez dicembre dezembro",
}
MONTHS = {name: number for number, names in _MONTH_NAMES.items() for name in names.split()}
WEEKDAYS = {
    name: number
    for number, names in enumerate(
        ("monday mon", "tuesday tue tues", "wednesday wed", "thursday thu thur thurs",
         "friday fri", "saturday sat", "sunday sun")
    )
    for name in names.split()
}  # fmt: skip
"""Folded names; Monday is 0, as in ``datetime.date.weekday``."""

_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_WEEKDAY = "|".join(sorted(WEEKDAYS, key=len, reverse=True))
_YEAR = r"(?:1[6-9]|20)\d\d"
_DAY = r"[0-3]?\d"

_FORMS = re.compile(
    rf"""(?ix)
    (?: (?P<weekday>{_WEEKDAY})\b \.? ,? \s+ )?
    (?:
      (?P<iso>  (?P<iy>{_YEAR}) (?P<im1>[-/.]) (?P<im>[01]?\d) (?P=im1) (?P<id>{_DAY}) (?!\d) )
    | (?P<ym>   (?P<ymy>{_YEAR}) - (?P<ymm>[01]\d) (?![-\d]) )
    | (?P<num>  (?P<a>{_DAY}) (?P<mark>[./-]) (?P<b>{_DAY}) (?P=mark) (?P<ny>{_YEAR}) (?!\d) )
    | (?P<md>   (?P<m>{_MONTH})\b \.? \s* (?P<d>{_DAY}) (?:st|nd|rd|th)? (?!\d | [:.]\d | -\d)
                (?: (?: ,? \s+ | \s* / ) (?P<y>{_YEAR}) (?!\d) )? )
    | (?P<dm>   (?P<dd>{_DAY}) (?:st|nd|rd|th)? \.? \s+ (?:(?:of|de)\s+)? (?P<dmm>{_MONTH})\b \.?
                (?: (?: ,? \s* | \s+ del? \s+ ) (?P<dy>{_YEAR}) (?!\d) )? )
    | (?P<my>   (?P<mym>{_MONTH})\b \.? ,? \s+ (?P<myy>{_YEAR}) (?!\d) )
    )
    """
)


@dataclass(frozen=True, slots=True)
class PrintedDate:
    """A date as printed: ``start`` and ``end`` in the text, parts None where not printed.

    ``day_first`` is None where the order of an all-digit date can be told only by context.
    """

    start: int
    end: int
    year: int | None
    month: int | None
    day: int | None
    ambiguous: bool = False

    @property
    def partial(self) -> PartialDate | None:
        """The date as a PartialDate; None without a year."""
        return None if self.year is None else PartialDate(self.year, self.month, self.day)


def match_date(text: str, position: int = 0) -> PrintedDate | None:
    """The date that starts exactly at ``position``; None if none does or no such day exists."""
    match = _FORMS.match(text, position)
    return _read(match) if match else None


def find_dates(text: str) -> Iterator[PrintedDate]:
    """Every date in ``text``, from left to right."""
    for match in re.finditer(r"(?<!\d[:.])\b(?=\w)", text):
        found = match_date(text, match.start())
        if found:
            yield found


def _read(match: re.Match[str]) -> PrintedDate | None:
    part = match.groupdict()
    ambiguous = False
    if part["iso"]:
        year, month, day = part["iy"], int(part["im"]), part["id"]
    elif part["ym"]:
        year, month, day = part["ymy"], int(part["ymm"]), None
    elif part["num"]:
        year, month, day, ambiguous = _day_and_month(part)
    elif part["md"]:
        year, month, day = part["y"], MONTHS[part["m"].lower()], part["d"]
    elif part["dm"]:
        year, month, day = part["dy"], MONTHS[part["dmm"].lower()], part["dd"]
    else:
        year, month, day = part["myy"], MONTHS[part["mym"].lower()], None
    found = PrintedDate(
        match.start(),
        match.end(),
        int(year) if year else None,
        month,
        int(day) if day else None,
        ambiguous,
    )
    return found if _exists(found) else None


def _day_and_month(part: dict[str, str]) -> tuple[str, int, str, bool]:
    """01.11.2018 is day first wherever dots are used; 11/18/2014 by what is possible."""
    first, second = part["a"], part["b"]
    if part["mark"] == "." or int(first) > 12:
        month_first = int(second) > 12
    else:
        month_first = True
    month, day = (first, second) if month_first else (second, first)
    ambiguous = int(first) <= 12 and int(second) <= 12 and first != second
    return part["ny"], int(month), day, ambiguous


def _exists(found: PrintedDate) -> bool:
    if found.month is not None and not 1 <= found.month <= 12:
        return False
    if found.day is None:
        return True
    # A leap year where none is printed: Feb 29 may be right.
    longest = calendar.monthrange(found.year or 2000, found.month or 1)[1]
    return 1 <= found.day <= longest

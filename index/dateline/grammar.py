"""What a dateline may be made of: every reading of a text from one place on.

The grammar, in EBNF; white space may stand anywhere, and between two elements one of
``, . | / :`` or a dash, or a date in another calendar, or a time of day::

    dateline  = elements , close ;
    elements  = places , { region | date | agency }      Washington, Nov 1 (IANS)
              | agency , places , { region | date }      (ANSA) - ROME, JUL 11 -
              | "(" , places , { region } , ")"          (LAS VEGAS) –
              | date , [ places , { region } ] , [ agency ]    Aug. 10 (UPI) --
              | agency ;                                 (RNS)
    places    = place , { ( "/" | "&" | "and" ) , place } ;
    region    = NAME | ABBREVIATION | "(" NAME ")" | "[" NAME "]" ;
    date      = PRINTED DATE | WEEKDAY | YEAR | "(" PRINTED DATE ")" ;
    agency    = "(" TEXT ")" | "/" TEXT "/" | KNOWN AGENCY ;
    close     = dash | ":" | "." | "|" | "/" | end of line | nothing ;
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from index.agencies import agency_named, is_printed_so
from index.countries import country_named
from index.dateline.names import LETTER, NAME, NAME_ENDS, UPPER
from index.datewords import WEEKDAYS, PrintedDate, match_date
from index.places import bearers, country_of, is_place, region_named

_ABBREVIATION = re.compile(rf"(?:[{UPPER}]{LETTER}{{0,4}}\.[ ]?){{1,4}}(?:[A-Z]\b(?!\.))?")
_JOIN = re.compile(r"\s*(?:/|&|\band\b|\bAND\b)\s*")
_BETWEEN_ELEMENTS = re.compile(r"\s*(?:,\s*|[.;:|/]\s*(?:[–—]\s*)?|[-–—―_−]{1,4}\s*)?")
_DAY_AND_MONTH = re.compile(r"(?P<d>[0-3]?\d)[./](?P<m>[01]?\d)\.?(?![\d./])")
_AFTER_AGENCY = re.compile(r"\s*[-–—_,|/]{1,3}\s*")
_DASH = re.compile(r"\s*[.,]?\s*(?:-{1,4}|[–—―_−]+)[-–—_]*\s*")
_COLON = re.compile(r"\s*:-?\s*")
_BAR = re.compile(r"\s*[|/]\s+")
_BETWEEN_BARS = re.compile(r"([^|\n]{2,40}?)(?=\s*\|\s)")
_FILLER = re.compile(
    r"(?:Juche \d{1,3} \(\d{4}\)|(?:Juche \d{1,3}"
    r"|(?:Muharram|Safar|Rab[ie][^,\d]*|Jumada[^,\d]*|Rajab|Sha'?ban|Ramadan|Shawwal|Dhu[^,\d]*)"
    r" \d{1,2},? \d{4}(?: A?H)?|\d{1,2}[:.]\d\d(?![.\d])(?: ?[ap]m)?(?: [A-Z]{2,4})?)\b)",
    re.IGNORECASE,
)
"""What stands in datelines and says no more: other calendars, times of day."""
_STOP = re.compile(r"\s*\.\s+(?=\S)")
_LINE_END = re.compile(r"[ \t]*[.,:]?[ \t]*(?:\n|\Z)")
_SPACE = re.compile(r"\s+")
_YEAR = re.compile(r"(?:1[89]|20)\d\d(?!\d)")
_DAY_WORD = re.compile(
    rf"(?:{'|'.join(sorted(WEEKDAYS, key=len, reverse=True))}|yesterday|today|this day)\b",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\s*[,/|]?\s*(?:at\s+)?\d{1,2}[:.]\d\d(?:\s*[ap]\.?m\.?)?(?:\s*[A-Z]{2,4}\b)?",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"\(([^()\n]{1,70})\)|\[([^\[\]\n]{2,50})\]|/([^/\n]{2,50})/")
_NAMED_PARTY = re.compile(rf"[{UPPER}][\w.&'’-]*(?:[ /][{UPPER}&][\w.&'’-]*){{0,3}}")
_BARE_AGENCY = re.compile(rf"[{UPPER}][\w.'’]*(?:[- /](?:of |de )?[{UPPER}][\w]*){{0,3}}")
_STAFF = re.compile(r"\s+(?:Staff|Correspondent|Reporter)\b")
_CORRESPONDENT = re.compile(rf",\s*[{UPPER}]\.\s?[{UPPER}]{LETTER}+$")
_SERVICE_PREFIX = re.compile(r"[A-Z]{2,4}-(?=[A-Z]{3})")


class Reading(NamedTuple):
    """A reading of an opening as far as it has got; ``end`` is where it goes on."""

    start: int
    end: int
    names: tuple[str, ...] = ()
    region: str | None = None
    region_known: bool = False
    month: int | None = None
    day: int | None = None
    year: int | None = None
    ambiguous_date: bool = False
    date_first: bool = False
    day_word: bool = False
    agency: str | None = None
    agency_known: bool = False
    credit: bool = False
    bracket_closed: bool = False
    close: str = ""

    @property
    def dated(self) -> bool:
        return self.day is not None

    @property
    def capitals(self) -> bool:
        return bool(self.names) and all(len(n) > 2 and n.upper() == n for n in self.names)

    @property
    def known(self) -> bool:
        return bool(self.names) and all(is_place(name) for name in self.names)

    @property
    def evidence(self) -> int:
        """How much speaks for this reading against another of the same text."""
        return (
            6 * self.known
            + 2 * self.capitals
            + 3 * self.agency_known
            + 1 * bool(self.agency)
            + 3 * self.dated
            + 2 * self.region_known
            - 2 * (self.region is not None and not self.region_known)
            + (self.close == "dash")
            - (bool(self.names) and not self.known and not self.capitals)
        )


def readings(text: str, start: int, whole_line: bool) -> Iterator[Reading]:
    """Every reading of ``text`` from ``start``, closed."""
    for reading in _first_elements(text, Reading(start, start)):
        for more in _more_elements(text, reading, 6):
            yield from _closed(text, more, whole_line)


def _first_elements(text: str, reading: Reading) -> Iterator[Reading]:
    at = reading.end
    if text.startswith("By ", at):
        at += 3
        reading = reading._replace(end=at)
    if text.startswith("(", at):
        # "(LAS VEGAS) –", "(ANSA) - ROME", "(ZENIT News / Vatican City, 11.09.2022).-"
        inner = _BRACKETED.match(text, at)
        if inner and inner[1]:
            yield from _bracket_of_places(reading, inner)
            if filled := _party(reading, inner[1], inner.end()):
                yield filled
                yield from _after_agency(text, filled)
        return
    yield from _places(text, reading)
    if found := _bare_agency(text, reading):
        yield found
        yield from _after_agency(text, found)
    date = match_date(text, at)
    if date and (date.day is not None):
        dated = _after_time(text, _with_date(reading, date))._replace(date_first=True)
        yield dated
        gap = _BETWEEN_ELEMENTS.match(text, dated.end)
        yield from _places(text, dated._replace(end=gap.end() if gap else dated.end))


def _after_agency(text: str, reading: Reading) -> Iterator[Reading]:
    gap = _AFTER_AGENCY.match(text, reading.end)
    if gap:
        yield from _places(text, reading._replace(end=gap.end()))


def _bracket_of_places(reading: Reading, bracket: re.Match[str]) -> Iterator[Reading]:
    inside = bracket[1]
    for places in _places(inside, Reading(0, 0)):
        for whole in _more_elements(inside, places, 2):
            if whole.end == len(inside) and not whole.agency:
                yield whole._replace(start=reading.start, end=bracket.end(), bracket_closed=True)


def _places(text: str, reading: Reading) -> Iterator[Reading]:
    """One place, or several joined by "/", "&" or "and"; every length a name may have."""
    match = NAME.match(text, reading.end, min(len(text), reading.end + 60))
    if not match:
        return
    name = match.group()
    ends = [m.start() for m in NAME_ENDS.finditer(name)] + [len(name)]
    for end in reversed(ends):
        printed = name[:end]
        prefix = _SERVICE_PREFIX.match(printed)
        if prefix and not is_place(printed) and is_place(printed[prefix.end() :]):
            printed = printed[prefix.end() :]  # "AT-KABUL:", an agency's mark before the place
        one = reading._replace(names=(*reading.names, printed), end=reading.end + end)
        yield one
        join = _JOIN.match(text, one.end)
        if join and len(one.names) < 4:
            yield from _places(text, one._replace(end=join.end()))


def _more_elements(text: str, reading: Reading, left: int) -> Iterator[Reading]:
    """``reading`` with as many more elements as follow, the longest reading first."""
    if left and (gap := _BETWEEN_ELEMENTS.match(text, reading.end)):
        mark = gap.group().strip()
        for longer in _one_more(text, reading, gap.end(), mark):
            yield from _more_elements(text, longer, left - 1)
    yield reading


def _one_more(text: str, reading: Reading, at: int, mark: str) -> Iterator[Reading]:
    here = reading._replace(end=at, bracket_closed=False)
    bracket = _BRACKETED.match(text, at)
    if bracket is None and mark == "/":
        # The gap swallowed the first stroke of "/TASS/".
        bracket = _BRACKETED.match(text, text.rindex("/", 0, at))
    if bracket:
        if filled := _bracket(here, bracket):
            yield filled
        return
    if passed := _FILLER.match(text, at):
        yield reading._replace(end=passed.end())
        return
    if mark == "|" and (party := _BETWEEN_BARS.match(text, at)):
        if filled := _party(here, party[1].strip(), party.end(1)):
            yield filled._replace(bracket_closed=False)
        return
    if not reading.dated and not reading.year:
        date = match_date(text, at)
        if date:
            yield _after_time(text, _with_date(here, date))
            return
        if numeric := _day_and_month(here, _DAY_AND_MONTH.match(text, at)):
            yield numeric
            return
        if mark == "," and (year := _YEAR.match(text, at)):
            yield here._replace(year=int(year.group()), end=year.end())
            return
        if mark == "," and not reading.day_word and (day := _DAY_WORD.match(text, at)):
            yield here._replace(day_word=True, end=day.end())
    if not reading.agency_known and (found := _bare_agency(text, here)):
        # "SANTA ANA, Calif.": what looks like an agency may be half of the name.
        whole = text[at - len(reading.names[-1]) - 1 : found.end] if reading.names else ""
        if mark or not is_place(whole):
            yield _demoted(reading, found)
    if reading.names and (reading.date_first or not reading.dated):
        yield from _more_of_the_place(text, reading, here, mark)


def _demoted(before: Reading, found: Reading) -> Reading:
    """``Goaso (Ahafo), Jan. 23, GNA``: what stood in brackets was not the agency."""
    if before.agency and not before.region:
        return found._replace(region=before.agency)
    return found


def _more_of_the_place(text: str, reading: Reading, here: Reading, mark: str) -> Iterator[Reading]:
    if mark == ",":
        for more in _regions(text, here):
            if reading.region is None:
                yield more
            elif more.region_known:
                # The second place's region, or a country after a region.
                first = reading.region if len(reading.names) > 1 else more.region
                yield more._replace(region=first)
    join = _JOIN.match(text, reading.end)
    if join and reading.region and len(reading.names) < 3:
        yield from _places(text, reading._replace(end=join.end()))


def _day_and_month(reading: Reading, match: re.Match[str] | None) -> Reading | None:
    """``Helsinki, 6.12. (STT)``, ``NAMUR 31/07 (BELGA)``: day first wherever no year follows."""
    if match is None or not (1 <= int(match["m"]) <= 12 and 1 <= int(match["d"]) <= 31):
        return None
    return reading._replace(month=int(match["m"]), day=int(match["d"]), end=match.end())


def _after_time(text: str, reading: Reading) -> Reading:
    time = _TIME.match(text, reading.end)
    return reading._replace(end=time.end()) if time else reading


def _with_date(reading: Reading, date: PrintedDate) -> Reading:
    return reading._replace(
        month=date.month,
        day=date.day,
        year=date.year,
        ambiguous_date=date.ambiguous,
        end=date.end,
    )


def _regions(text: str, reading: Reading) -> Iterator[Reading]:
    short = _ABBREVIATION.match(text, reading.end)
    if short and (region_named(short.group()) or country_named(short.group())):
        printed = short.group().rstrip()
        longer = NAME.match(text, short.end())
        if longer and country_named(f"{short.group()}{longer.group()}"):  # "U.S. Virgin Islands"
            printed = f"{short.group()}{longer.group()}"
        yield reading._replace(region=printed, region_known=True, end=reading.end + len(printed))
        return
    name = NAME.match(text, reading.end, min(len(text), reading.end + 50))
    if not name:
        return
    ends = [m.start() for m in NAME_ENDS.finditer(name.group())] + [len(name.group())]
    for end in reversed(ends):
        printed = name.group()[:end]
        no_land = is_place(printed) and country_of(printed) is None
        known = bool(region_named(printed) or country_named(printed) or no_land)
        yield reading._replace(region=printed, region_known=known, end=reading.end + end)


def _bracket(reading: Reading, bracket: re.Match[str]) -> Reading | None:
    """What a bracket or a pair of strokes holds: a region, a date or an agency."""
    inside = (bracket[1] or bracket[2] or bracket[3]).strip()
    here = reading._replace(end=bracket.end(), bracket_closed=True)
    if bracket[3] is None:
        date = match_date(inside)
        if date and date.end == len(inside) and date.day and not reading.dated:
            return _with_date(here, date)._replace(end=bracket.end())
        if reading.names and _is_region_of(reading.names[0], inside):
            return here._replace(region=inside, region_known=True)
        if bracket[2] and agency_named(inside) is None:
            return None
    party = _party(here, inside, bracket.end())
    if party is None or reading.agency in (None, party.agency):
        return party
    return _demoted(reading, party) if party.agency_known and not reading.agency_known else None


def _is_region_of(name: str, inside: str) -> bool:
    """Whether a bracket holds a region, and not an agency of its letters: "(PA)", "(UP)"."""
    region = region_named(inside)
    if region and agency_named(inside):
        return any(bearer.region == region.code for bearer in bearers(name))
    return bool(region or country_named(inside))


def _party(reading: Reading, inside: str, end: int) -> Reading | None:
    """An agency in brackets, alone or with a place, a date or a correspondent."""
    here = reading._replace(end=end, bracket_closed=True)
    if canonical := agency_named(inside):
        return here._replace(agency=canonical, agency_known=True)
    known = None
    for piece in re.split(
        r"\s*(?<!\w)[-–]\s+|\s*/\s*|,\s+(?!\d{4}\b)|(?<![A-Z][a-z]{2})(?<![A-Z][a-z]{3})\.\s+",
        inside,
    ):
        date = match_date(piece)
        if date and date.end == len(piece) and date.day and not here.dated:
            here = _with_date(here, date)._replace(end=end)
        elif canonical := agency_named(piece) or agency_named(re.split("[ -]", piece)[0]):
            known = canonical
        elif known and not here.names and is_place(piece):
            here = here._replace(names=(piece,))
    if known:
        return here._replace(agency=known, agency_known=True)
    if any(c.isdigit() or c == ":" for c in inside):
        return None
    printed = inside if _NAMED_PARTY.fullmatch(inside) else None
    return here._replace(agency=printed, credit=printed is None)


@lru_cache(maxsize=4096)
def _agency_prefix(words: str) -> tuple[int, str] | None:
    """(length, canonical name) of the longest run of words that names an agency."""
    pieces = [m.end() for m in re.finditer(r"[\w.]+", words)]
    for end in reversed(pieces):
        printed = words[:end].rstrip(".") if end < len(words) else words
        canonical = agency_named(printed)
        if canonical and is_printed_so(printed):
            return len(printed), canonical
    return None


def _bare_agency(text: str, reading: Reading) -> Reading | None:
    match = _BARE_AGENCY.match(text, reading.end)
    found = _agency_prefix(match.group()) if match else None
    if not found:
        return None
    length, canonical = found
    end = reading.end + length
    if staff := _STAFF.match(text, end):
        end = staff.end()
    return reading._replace(agency=canonical, agency_known=True, end=end)


def _closed(text: str, reading: Reading, whole_line: bool) -> Iterator[Reading]:
    """``reading`` with what closes it."""
    end = reading.end
    if whole_line and (name := _CORRESPONDENT.match(text, end)):
        end = name.end()
    if line := _LINE_END.match(text, end):
        if whole_line or line.end() < len(text):
            yield reading._replace(end=line.end(), close="line")
        return
    if whole_line:
        dash = _DASH.match(text, end)
        if dash and dash.end() == len(text):
            yield reading._replace(end=dash.end(), close="line")
        return
    for kind, pattern in (("dash", _DASH), ("colon", _COLON), ("stop", _STOP), ("bar", _BAR)):
        if kind == "bar" and not (reading.agency or reading.dated):
            continue
        if match := pattern.match(text, end):
            # "SYDNEY: (AAP)" closed at the bracket; "WASHINGTON-based" closes nothing.
            yield reading._replace(end=match.end(), close=kind)
            return
    space = _SPACE.match(text, end)
    if space or reading.bracket_closed:
        yield reading._replace(end=space.end() if space else end, close="none")

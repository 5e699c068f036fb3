"""The opening of a story -> its Dateline.

The grammar, in EBNF; white space may stand anywhere, and between two elements one of
``, . | / :`` or a dash::

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
    close     = dash | ":" | "." | end of line | nothing ;

The same words open sentences, lists and labels too ("Beirut: sea, traffic", "OPINION —"),
so a reading counts only if `_credible` finds enough in it that is no accident: a known
place, capitals, a date, an agency, a region, and how it closes. Of several readings the
one with the most evidence wins.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from index.agencies import agency_named, is_printed_so
from index.countries import country_named
from index.datewords import WEEKDAYS, PrintedDate, match_date
from index.labels import is_label
from index.places import country_of, is_place, is_prominent, region_named
from index.story import Dateline

REACH = 240
"""Characters of a paragraph in which a dateline must end."""

_UPPER = "A-Z" + "".join(c for c in map(chr, range(0xC0, 0x250)) if c.isupper())
_LETTER = r"[^\W\d_]"
_JOINED = r"(?:au|aux|de|d|la|le|les|en|sur|sous|upon|el|al|es|du|des|of|the|on|i|y|e)"
_WORD = (
    rf"(?:(?:St|Ste|Sta|Ft|Mt|Pt|ST|STE|STA|FT|MT|PT)\.|[{_UPPER}](?:{_LETTER}|['’](?={_LETTER}))*)"
    rf"(?:-{_JOINED}(?=-)|-[{_UPPER}](?:{_LETTER}|['’](?={_LETTER}))*)*"
)
_BETWEEN = (
    r"(?:de|del|della|di|da|do|dos|das|du|des|la|las|le|les|los|el|al|of|the|upon|am|an|der"
    r"|den|im|i|y|e|sur|sous|au|van|as|ad)"
)
_NAME = re.compile(rf"{_WORD}(?:[ ]+(?:{_BETWEEN}[ ]+){{0,2}}{_WORD}){{0,5}}")
_NAME_ENDS = re.compile(rf"(?<=[\w.])(?=[ ]+(?:{_BETWEEN}[ ]+){{0,2}}[{_UPPER}])")
_ABBREVIATION = re.compile(rf"(?:[{_UPPER}]{_LETTER}{{0,4}}\.[ ]?){{1,3}}")
_JOIN = re.compile(r"\s*(?:/|&|\band\b|\bAND\b)\s*")
_BETWEEN_ELEMENTS = re.compile(r"\s*(?:,\s*|[.;:|/]\s*|[-–—―_−]{1,4}\s*)?")
_AFTER_AGENCY = re.compile(r"\s*[-–—_,|/]{1,3}\s*")
_DASH = re.compile(r"\s*[.,]?\s*(?:-{1,4}|[–—―_−]+)[-–—_]*\s*")
_COLON = re.compile(r"\s*:-?\s*")
_STOP = re.compile(r"\s*\.\s+(?=\S)")
_LINE_END = re.compile(r"[ \t]*[.,:]?[ \t]*(?:\n|\Z)")
_SPACE = re.compile(r"\s+")
_YEAR = re.compile(r"(?:1[89]|20)\d\d(?!\d)")
_DAY_WORD = re.compile(
    rf"(?:{'|'.join(sorted(WEEKDAYS, key=len, reverse=True))}|yesterday|today)\b\.?",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\s*[,/|]?\s*(?:at\s+)?\d{1,2}[:.]\d\d(?:\s*[ap]\.?m\.?)?(?:\s*[A-Z]{2,4}\b)?",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"\(([^()\n]{1,70})\)|\[([^\[\]\n]{2,50})\]|/([^/\n]{2,50})/")
_NAMED_PARTY = re.compile(rf"[{_UPPER}][\w.&'’-]*(?:[ /][{_UPPER}&][\w.&'’-]*){{0,3}}")
_BARE_AGENCY = re.compile(rf"[{_UPPER}][\w.]*(?:[- /](?:of |de )?[{_UPPER}][\w]*){{0,3}}")
_STAFF = re.compile(r"\s+(?:Staff|Correspondent|Reporter)\b")
_CORRESPONDENT = re.compile(rf",\s*[{_UPPER}]\.\s?[{_UPPER}]{_LETTER}+$")
_SERVICE_PREFIX = re.compile(r"[A-Z]{2,4}-(?=[A-Z]{3})")
_CANDIDATE = re.compile(rf"(?:(?<=[\s*)\d,])|(?<=[a-z])|^)(?=[{_UPPER}(])")
_BYLINE_BEFORE = re.compile(r"\b(?:By|by)\s+[^.:;]{3,60}$")


@dataclass(frozen=True, slots=True)
class Opening:
    """A dateline in a text, and where it stands there (characters, end exclusive)."""

    dateline: Dateline
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Reading:
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


def parse_opening(text: str) -> Opening | None:
    """The dateline that ``text``, a paragraph, opens with; None if it opens with none.

    Words before the dateline (a byline, a credit or a slug run into it) do not matter if
    what follows is beyond doubt.
    """
    text = text[: REACH * 2]
    if opening := _best(text, [len(text) - len(text.lstrip())], _credible):
        return _doubled(text, opening)
    starts = [m.start() for m in _CANDIDATE.finditer(text, 1, REACH)]
    inner = _best(text, starts, _beyond_doubt)
    return _doubled(text, inner) if inner else None


def parse_line(line: str) -> Dateline | None:
    """The dateline that ``line`` as a whole is ("Abohar, November 22", "AP , MANILA")."""
    line = line.strip()
    if not line or len(line) > REACH / 2:
        return None
    if opening := _best(line, [0], _credible_line, whole_line=True):
        return replace(opening.dateline, text=line)
    return _correspondent_line(line)


def _best(
    text: str,
    starts: list[int],
    accept: Callable[[str, _Reading], bool],
    *,
    whole_line: bool = False,
) -> Opening | None:
    best: tuple[int, _Reading] | None = None
    for start in starts:
        for reading in _readings(text, start, whole_line):
            if accept(text, reading) and (best is None or reading.evidence > best[0]):
                best = (reading.evidence, reading)
    return _opening(text, best[1]) if best else None


def _opening(text: str, reading: _Reading) -> Opening:
    names = list(reading.names)
    region = reading.region
    # "Azerbaijan, Baku": the country first.
    if region and names and country_named(names[0]) and not country_named(region):
        if not region_named(region) and country_of(region) == country_named(names[0]):
            names[0], region = region, names[0]
    month, day = reading.month, reading.day
    country = country_of(names[0], region) if names else None
    if reading.ambiguous_date and country == "US" and day is not None and "." in text:
        month, day = day, month
    dateline = Dateline(
        text=text[reading.start : reading.end].strip(),
        places=tuple(natural_case(name) for name in names),
        region=region,
        country=country,
        month=month,
        day=day,
        year=reading.year,
        agency=reading.agency,
    )
    return Opening(dateline, reading.start, reading.end)


def _doubled(text: str, first: Opening) -> Opening:
    """``WILMINGTON, Del. -- WILMINGTON, Del. (AP) —`` is one dateline printed twice."""
    again = _best(text, [first.end], _credible)
    if again is None or again.dateline.places != first.dateline.places or again.start != first.end:
        return first
    whole = text[first.start : again.end].strip()
    return Opening(replace(again.dateline, text=whole), first.start, again.end)


# --- what may be read at a place in the text -------------------------------------------


def _readings(text: str, start: int, whole_line: bool) -> Iterator[_Reading]:
    """Every reading of ``text`` from ``start``, closed."""
    for reading in _first_elements(text, _Reading(start, start)):
        for more in _more_elements(text, reading, 6):
            yield from _closed(text, more, whole_line)


def _first_elements(text: str, reading: _Reading) -> Iterator[_Reading]:
    at = reading.end
    if text.startswith("By ", at):
        at += 3
        reading = replace(reading, end=at)
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
        dated = replace(_after_time(text, _with_date(reading, date)), date_first=True)
        yield dated
        gap = _BETWEEN_ELEMENTS.match(text, dated.end)
        yield from _places(text, replace(dated, end=gap.end() if gap else dated.end))


def _after_agency(text: str, reading: _Reading) -> Iterator[_Reading]:
    gap = _AFTER_AGENCY.match(text, reading.end)
    if gap:
        yield from _places(text, replace(reading, end=gap.end()))


def _bracket_of_places(reading: _Reading, bracket: re.Match[str]) -> Iterator[_Reading]:
    inside = bracket[1]
    for places in _places(inside, _Reading(0, 0)):
        for whole in _more_elements(inside, places, 2):
            if whole.end == len(inside) and not whole.agency:
                yield replace(whole, start=reading.start, end=bracket.end(), bracket_closed=True)


def _places(text: str, reading: _Reading) -> Iterator[_Reading]:
    """One place, or several joined by "/", "&" or "and"; every length a name may have."""
    match = _NAME.match(text, reading.end, min(len(text), reading.end + 60))
    if not match:
        return
    name = match.group()
    ends = [m.start() for m in _NAME_ENDS.finditer(name)] + [len(name)]
    for end in reversed(ends):
        printed = name[:end]
        prefix = _SERVICE_PREFIX.match(printed)
        if prefix and not is_place(printed) and is_place(printed[prefix.end() :]):
            printed = printed[prefix.end() :]  # "AT-KABUL:", an agency's mark before the place
        one = replace(reading, names=(*reading.names, printed), end=reading.end + end)
        yield one
        join = _JOIN.match(text, one.end)
        if join and len(one.names) < 4:
            yield from _places(text, replace(one, end=join.end()))


def _more_elements(text: str, reading: _Reading, left: int) -> Iterator[_Reading]:
    """``reading`` with as many more elements as follow, the longest reading first."""
    if left and (gap := _BETWEEN_ELEMENTS.match(text, reading.end)):
        mark = gap.group().strip()
        for longer in _one_more(text, reading, gap.end(), mark):
            yield from _more_elements(text, longer, left - 1)
    yield reading


def _one_more(text: str, reading: _Reading, at: int, mark: str) -> Iterator[_Reading]:
    here = replace(reading, end=at, bracket_closed=False)
    bracket = _BRACKETED.match(text, at)
    if bracket is None and mark == "/":
        # The gap swallowed the first stroke of "/TASS/".
        bracket = _BRACKETED.match(text, text.rindex("/", 0, at))
    if bracket:
        if filled := _bracket(here, bracket):
            yield filled
        return
    if not reading.dated and not reading.year:
        date = match_date(text, at)
        if date:
            yield _after_time(text, _with_date(here, date))
            return
        if mark == "," and (year := _YEAR.match(text, at)):
            yield replace(here, year=int(year.group()), end=year.end())
            return
        if mark == "," and not reading.day_word and (day := _DAY_WORD.match(text, at)):
            yield replace(here, day_word=True, end=day.end())
    if not reading.agency and (found := _bare_agency(text, here)):
        # "SANTA ANA, Calif.": what looks like an agency may be half of the name.
        whole = text[at - len(reading.names[-1]) - 1 : found.end] if reading.names else ""
        if mark or not is_place(whole):
            yield found
    if reading.names and not reading.region and mark == ",":
        if reading.date_first or not reading.dated:
            yield from _regions(text, here)


def _after_time(text: str, reading: _Reading) -> _Reading:
    time = _TIME.match(text, reading.end)
    return replace(reading, end=time.end()) if time else reading


def _with_date(reading: _Reading, date: PrintedDate) -> _Reading:
    return replace(
        reading,
        month=date.month,
        day=date.day,
        year=date.year,
        ambiguous_date=date.ambiguous,
        end=date.end,
    )


def _regions(text: str, reading: _Reading) -> Iterator[_Reading]:
    short = _ABBREVIATION.match(text, reading.end)
    if short and region_named(short.group()):
        printed = short.group().rstrip()
        yield replace(reading, region=printed, region_known=True, end=reading.end + len(printed))
        return
    name = _NAME.match(text, reading.end, min(len(text), reading.end + 50))
    if not name:
        return
    ends = [m.start() for m in _NAME_ENDS.finditer(name.group())] + [len(name.group())]
    for end in reversed(ends):
        printed = name.group()[:end]
        known = bool(region_named(printed) or country_named(printed))
        yield replace(reading, region=printed, region_known=known, end=reading.end + end)


def _bracket(reading: _Reading, bracket: re.Match[str]) -> _Reading | None:
    """What a bracket or a pair of strokes holds: a region, a date or an agency."""
    inside = (bracket[1] or bracket[2] or bracket[3]).strip()
    here = replace(reading, end=bracket.end(), bracket_closed=True)
    if bracket[3] is None:
        date = match_date(inside)
        if date and date.end == len(inside) and date.day and not reading.dated:
            return replace(_with_date(here, date), end=bracket.end())
        if reading.names and (region_named(inside) or country_named(inside)):
            return replace(here, region=inside, region_known=True)
        if bracket[2]:
            return None
    party = _party(here, inside, bracket.end())
    if party and reading.agency and party.agency != reading.agency:
        return None
    return party


def _party(reading: _Reading, inside: str, end: int) -> _Reading | None:
    """An agency in brackets, alone or with a place, a date or a correspondent."""
    here = replace(reading, end=end, bracket_closed=True)
    if canonical := agency_named(inside):
        return replace(here, agency=canonical, agency_known=True)
    known = None
    for piece in re.split(r"\s*(?<!\w)[-–]\s+|\s*/\s*|,\s+(?!\d{4}\b)|\.\s+", inside):
        date = match_date(piece)
        if date and date.end == len(piece) and date.day and not here.dated:
            here = replace(_with_date(here, date), end=end)
        elif canonical := agency_named(piece) or agency_named(piece.split(" ")[0]):
            known = canonical
        elif known and not here.names and is_place(piece):
            here = replace(here, names=(piece,))
    if known:
        return replace(here, agency=known, agency_known=True)
    if any(c.isdigit() for c in inside):
        return None
    printed = inside if _NAMED_PARTY.fullmatch(inside) else None
    return replace(here, agency=printed, credit=printed is None)


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


def _bare_agency(text: str, reading: _Reading) -> _Reading | None:
    match = _BARE_AGENCY.match(text, reading.end)
    found = _agency_prefix(match.group()) if match else None
    if not found:
        return None
    length, canonical = found
    end = reading.end + length
    if staff := _STAFF.match(text, end):
        end = staff.end()
    return replace(reading, agency=canonical, agency_known=True, end=end)


def _closed(text: str, reading: _Reading, whole_line: bool) -> Iterator[_Reading]:
    """``reading`` with what closes it."""
    end = reading.end
    if whole_line and (name := _CORRESPONDENT.match(text, end)):
        end = name.end()
    if line := _LINE_END.match(text, end):
        if whole_line or line.end() < len(text):
            yield replace(reading, end=line.end(), close="line")
        return
    if whole_line:
        dash = _DASH.match(text, end)
        if dash and dash.end() == len(text):
            yield replace(reading, end=dash.end(), close="line")
        return
    for kind, pattern in (("dash", _DASH), ("colon", _COLON), ("stop", _STOP)):
        if match := pattern.match(text, end):
            # "SYDNEY: (AAP)" closed at the bracket; "WASHINGTON-based" closes nothing.
            yield replace(reading, end=match.end(), close=kind)
            return
    space = _SPACE.match(text, end)
    if space or reading.bracket_closed:
        yield replace(reading, end=space.end() if space else end, close="none")


# --- whether it is one -----------------------------------------------------------------


def _credible(text: str, reading: _Reading) -> bool:
    """Whether a reading at the start of a paragraph is a dateline."""
    if any(is_label(name) for name in reading.names):
        return False
    following = text[reading.end : reading.end + 1]
    if not following or (following.islower() and not reading.agency_known):
        return False
    close = reading.close
    if not reading.names:
        return _credible_without_place(text, reading)
    named = reading.known or reading.region_known
    if reading.region and not reading.region_known:
        vouched = reading.known or (reading.dated and reading.year)
        if not vouched or close == "none":
            return False
    if reading.agency_known:
        return (named or reading.capitals or reading.dated) and _party_set_off(text, reading)
    if reading.dated:
        if close in ("dash", "colon"):
            return True
        return reading.known and (reading.capitals or close != "none" or reading.bracket_closed)
    if reading.agency or reading.credit:
        return (named or reading.capitals) and (close == "dash" or (reading.capitals and named))
    return _credible_place_alone(text, reading)


def _party_set_off(text: str, reading: _Reading) -> bool:
    """A bare agency ("Tehran, IRNA –", "United States RNS Rural") needs more than a name."""
    if reading.bracket_closed or reading.close in ("dash", "colon", "stop", "line"):
        return True
    return reading.known


def _credible_without_place(text: str, reading: _Reading) -> bool:
    if reading.agency_known:
        if reading.dated:
            return True
        # "(RNS) Weddings ..." and "PanARMENIAN.Net - The ..."
        return reading.bracket_closed or reading.close == "dash"
    if reading.agency or reading.credit:
        return False
    dash = text[: reading.end].rstrip()
    return reading.dated and reading.year is None and dash.endswith(("--", "—"))


def _credible_place_alone(text: str, reading: _Reading) -> bool:
    """``DENVER —``, ``Rome -``, ``MULTAN:``: a place, perhaps its region, and a close."""
    following = text[reading.end : reading.end + 1]
    if reading.close not in ("dash", "colon") or (following.isdigit() and reading.close == "colon"):
        return False
    if following == "(":
        return False
    if reading.day_word:
        return reading.known
    if reading.year:
        return False
    if reading.region_known:
        return True
    if reading.region and not reading.capitals:
        return False
    if not reading.known:
        return reading.capitals and all(_has_place_word(name) for name in reading.names)
    if reading.capitals or reading.bracket_closed:
        return True
    glued = not text[: reading.end].endswith(" ") or not re.search(
        r"\s[-–—]|[—:]", text[: reading.end]
    )
    return all(is_prominent(name) for name in reading.names) and not glued


_PLACE_WORDS = frozenset(
    """city base island islands park beach springs heights valley county district village township
    town bay lake mount fort port san santa saint st new north south east west el los las
    ville""".split()
)


def _has_place_word(name: str) -> bool:
    words = name.lower().replace(".", "").split()
    return len(words) > 1 and (words[0] in _PLACE_WORDS or words[-1] in _PLACE_WORDS)


def _beyond_doubt(text: str, reading: _Reading) -> bool:
    """Whether a reading in the middle of a paragraph can only be a dateline."""
    if not _credible(text, reading):
        return False
    before = text[: reading.start].rstrip().rpartition(" ")[2]
    if before.isupper() and before.isalpha() and not (reading.agency_known and reading.known):
        return False  # the middle of a run of capitals: "FOR SALE —"
    if reading.agency_known:
        return bool(reading.names) and (reading.dated or reading.capitals)
    if reading.bracket_closed and not reading.dated:
        return reading.capitals and reading.close == "dash" and reading.known
    if reading.capitals and reading.known:
        return reading.close == "dash" or reading.dated
    if reading.dated and reading.year and reading.close == "colon":
        return True
    return (
        reading.close == "colon"
        and all(is_prominent(name) for name in reading.names)
        and bool(_BYLINE_BEFORE.search(text[: reading.start].rstrip()))
    )


def _credible_line(text: str, reading: _Reading) -> bool:
    """Whether a whole line is a dateline: the body starts on the next."""
    if reading.close != "line" or any(is_label(name) for name in reading.names):
        return False
    if not reading.names:
        return reading.agency_known and reading.dated
    if reading.region and not reading.region_known and not reading.known:
        return False
    if reading.agency_known or reading.agency:
        return reading.known or reading.region_known or reading.dated
    if reading.dated:
        return reading.known or reading.region_known
    if reading.credit or reading.day_word or reading.year:
        return False
    if reading.region_known and country_named(reading.region or "") and reading.capitals:
        return True
    lone = not any(region_named(name) and not is_prominent(name) for name in reading.names)
    return reading.capitals and reading.known and lone and not reading.region


_PAPER = re.compile(
    r"\b(?:Post|Times|News|Herald|Daily|Star|Globe|Tribune|Press|Mail|Sun|Guardian)\b"
)


def _correspondent_line(line: str) -> Dateline | None:
    """``From Emeka Orji, Abuja`` and ``Dimas Harsono, The Jakarta Post, Jakarta``."""
    pieces = [piece.strip() for piece in line.split(",")]
    if not 2 <= len(pieces) <= 4 or not _NAME.fullmatch(pieces[-1]):
        return None
    from_line = re.match(r"(?:From|By)\s+[A-Z]", line)
    paper = any(_PAPER.search(piece) for piece in pieces[1:-1])
    place = pieces[-1]
    if not (from_line or paper) or not is_prominent(place) or len(line.split()) > 12:
        return None
    return Dateline(line, (natural_case(place),), country=country_of(place))


# --- printing --------------------------------------------------------------------------


def natural_case(name: str) -> str:
    """``RIO DE JANEIRO`` as it stands in a sentence: ``Rio de Janeiro``.

    >>> natural_case("N'DJAMENA"), natural_case("WINSTON-SALEM"), natural_case("ŁÓDŹ")
    ("N'Djamena", 'Winston-Salem', 'Łódź')
    """
    name = " ".join(name.split())
    if name.upper() != name:
        return name
    lowered = re.sub(rf"{_LETTER}+", lambda m: m.group().capitalize(), name)
    lowered = re.sub(
        rf"(?<=[ -]){_BETWEEN}(?=[ -])", lambda m: m.group().lower(), lowered, flags=re.IGNORECASE
    )
    return re.sub(r"(?<=\w\w['’])S\b", "s", lowered)

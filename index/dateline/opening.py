"""The opening of a story -> its Dateline.

Every reading that the grammar allows is made; the one with the most evidence wins, if that
is enough.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from index.countries import country_named
from index.dateline.evidence import is_beyond_doubt, is_credible, is_dateline_line
from index.dateline.grammar import Reading, readings
from index.dateline.names import NAME, UPPER, natural_case
from index.labels import is_label
from index.places import country_of, is_place, is_prominent, locate, region_named
from index.story import Dateline

CERTAIN = 12
"""Evidence that no other reading of the text is going to beat; the longest are made first."""
REACH = 240
"""Characters of a paragraph in which a dateline must end."""

_CANDIDATE = re.compile(rf"(?:(?<=[\s*)\d,])|(?<=[a-z])|^)(?=[{UPPER}(])")
_PAPER = (
    r"[^,]*\b(?:Post|Times|News|Herald|Daily|Star|Globe|Tribune|Press|Mail|Sun|Guardian)\b[^,]*"
)
_PERSON = rf"[{UPPER}][\w.'’-]+(?: [{UPPER}][\w.'’-]+){{1,3}}"
_CORRESPONDENT = re.compile(
    rf"(?:(?:From|By)\s+(?P<by>{_PERSON}|[^,]*(?:Correspondent|Reporter))(?:,\s*|\s+in\s+)"
    rf"|(?P<who>{_PERSON}),\s*(?:{_PAPER},\s*)?|(?:Agencies|News Desk|Web Desk)\s*[/|,]\s*)"
    rf"(?P<place>{NAME.pattern})"
)


@dataclass(frozen=True, slots=True)
class Opening:
    """A dateline in a text, and where it stands there (characters, end exclusive)."""

    dateline: Dateline
    start: int
    end: int


def parse_opening(text: str, *, within: bool = True) -> Opening | None:
    """The dateline that ``text``, a paragraph, opens with; None if it opens with none.

    With ``within``, words before the dateline (a byline, a credit or a slug run into it) do
    not matter if what follows is beyond doubt.
    """
    text = text[: REACH * 2]
    if opening := _best(text, [len(text) - len(text.lstrip())], is_credible):
        return _doubled(text, opening)
    if not within:
        return None
    starts = [m.start() for m in _CANDIDATE.finditer(text, 1, REACH)]
    inner = _best(text, starts, is_beyond_doubt)
    return _doubled(text, inner) if inner else None


@lru_cache(maxsize=8192)
def parse_tagged(text: str) -> tuple[Dateline | None, str]:
    """The dateline that a format tags as one, and words of the body that ran into the tag."""
    line = " ".join(text.split())
    # The tag's text ends where the body starts: any capital makes it an opening.
    opening = parse_opening(f"{line} The", within=False)
    if opening is None:
        return parse_line(line), ""
    run_on = line[opening.end :]
    return opening.dateline, run_on if not run_on or run_on.endswith("-") else f"{run_on} "


def parse_line(line: str) -> Dateline | None:
    """The dateline that ``line`` as a whole is ("Abohar, November 22", "AP , MANILA")."""
    line = line.strip()
    if not line or len(line) > REACH / 2:
        return None
    if opening := _best(line, [0], is_dateline_line, whole_line=True):
        return replace(opening.dateline, text=line)
    return _correspondent_line(line)


def _best(
    text: str,
    starts: Iterable[int],
    accept: Callable[[str, Reading], bool],
    *,
    whole_line: bool = False,
) -> Opening | None:
    best: tuple[int, Reading] | None = None
    for start in starts:
        for reading in readings(text, start, whole_line):
            if not accept(text, reading):
                continue
            evidence = reading.evidence
            if best is None or evidence > best[0]:
                best = (evidence, reading)
            if evidence >= CERTAIN:
                return _opening(text, reading)
    return _opening(text, best[1]) if best else None


def _opening(text: str, reading: Reading) -> Opening:
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
        coordinates=locate(names[0], region) if names else None,
    )
    return Opening(dateline, reading.start, reading.end)


def _doubled(text: str, first: Opening) -> Opening:
    """``WILMINGTON, Del. -- WILMINGTON, Del. (AP) —`` is one dateline printed twice."""
    again = _best(text, [first.end], is_credible)
    if again is None or again.dateline.places != first.dateline.places or again.start != first.end:
        return first
    whole = text[first.start : again.end].strip()
    return Opening(replace(again.dateline, text=whole), first.start, again.end)


def _correspondent_line(line: str) -> Dateline | None:
    """A correspondent's line that ends with the place.

    ``From Emeka Orji, Abuja``, ``Dimas Harsono, The Jakarta Post, Jakarta``, ``By NJERI
    KAMAU in Nakuru``, ``Agencies / Izmir``.
    """
    match = _CORRESPONDENT.fullmatch(line.rstrip(","))
    if match is None or not is_prominent(match["place"]):
        return None
    if match["who"] and (is_place(match["who"]) or any(map(is_label, match["who"].split()))):
        return None
    name = natural_case(match["place"])
    return Dateline(line, (name,), country=country_of(name), coordinates=locate(name))

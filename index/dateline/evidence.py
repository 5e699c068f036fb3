"""Is a reading a dateline? Only if there is enough in it that is no accident.

The words of datelines open sentences, lists and labels too ("Beirut: sea, traffic",
"OPINION —"). What counts as evidence: a known place, capitals, a date, an agency, a region,
and how the reading closes.
"""

from __future__ import annotations

import re

from index.countries import country_named
from index.dateline.grammar import Reading
from index.labels import is_label
from index.places import is_prominent, region_named

_NOT_COPY = re.compile(
    r"[-+]?\d+\s?(?:°|C\b|F\b)"  # "New York — 12C, rain"
    r"|[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)?, (?:aged?|beloved|dear)\b"  # "— Henry, beloved uncle"
)
"""How lists and notices go on after a place or a name and a dash."""
_CAPITALS = re.compile(r"[A-Z]{3,}\b")
_BYLINE_BEFORE = re.compile(r"\b(?:By|by)\s+[^.:;]{3,60}$")


def is_credible(text: str, reading: Reading) -> bool:
    """Whether a reading at the start of a paragraph is a dateline."""
    if any(is_label(name) for name in reading.names):
        return False
    following = text[reading.end : reading.end + 1]
    beyond_chance = reading.agency_known or (
        reading.known and reading.dated and reading.close == "dash"
    )
    if not following or (following.islower() and not beyond_chance):
        return False
    if _NOT_COPY.match(text, reading.end):
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
        if reading.date_first and not named and not reading.region and not reading.capitals:
            return False  # "May 4, 1931. Died: ..."
        if close in ("dash", "colon"):
            return True
        return reading.known and (reading.capitals or close != "none" or reading.bracket_closed)
    if reading.agency or reading.credit:
        return (named or reading.capitals) and (close == "dash" or (reading.capitals and named))
    return _credible_place_alone(text, reading)


def _party_set_off(text: str, reading: Reading) -> bool:
    """A bare agency ("Tehran, IRNA –", "United States RNS Rural") needs more than a name."""
    if reading.bracket_closed or reading.close in ("dash", "colon", "stop", "bar", "line"):
        return True
    shouted = _CAPITALS.match(text, reading.end)  # "CANADA PRIME MINISTER SAYS"
    return reading.known and not shouted


def _credible_without_place(text: str, reading: Reading) -> bool:
    if reading.agency_known:
        if reading.dated:
            return True
        # "(RNS) Weddings ..." and "PanARMENIAN.Net - The ..."
        return reading.bracket_closed or reading.close == "dash"
    if reading.agency or reading.credit:
        return False
    dash = text[: reading.end].rstrip()
    return reading.dated and reading.year is None and dash.endswith(("--", "—"))


def _credible_place_alone(text: str, reading: Reading) -> bool:
    """``DENVER —``, ``Rome -``, ``MULTAN:``: a place, perhaps its region, and a close."""
    if reading.day_word and reading.close == "stop":
        return reading.known and reading.capitals  # "PERTH, Monday. Wheat lumpers ..."
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
    return len(words) > 1 and (
        words[0] == "aboard" or words[0] in _PLACE_WORDS or words[-1] in _PLACE_WORDS
    )


def is_beyond_doubt(text: str, reading: Reading) -> bool:
    """Whether a reading in the middle of a paragraph can only be a dateline."""
    if not is_credible(text, reading):
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


def is_dateline_line(text: str, reading: Reading) -> bool:
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
        in_full = reading.capitals and reading.year is not None
        return reading.known or reading.region_known or in_full
    if reading.credit or reading.day_word or reading.year:
        return False
    if reading.region_known and country_named(reading.region or "") and reading.capitals:
        return True
    lone = not any(region_named(name) and not is_prominent(name) for name in reading.names)
    return reading.capitals and reading.known and lone and not reading.region

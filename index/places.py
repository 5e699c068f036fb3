"""Places: is this a place's name, and in which country does it lie?

The gazetteer is GeoNames (CC BY 4.0), cut down by ``scripts/gazetteer.py``. What decides
between two places of one name, in this order: the region or country printed beside it;
the cities that the AP Stylebook lets stand alone in datelines; capitals; population.
"""

from __future__ import annotations

import gzip
import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from index.analysis import fold
from index.countries import country_named

PROMINENT = 50
"""Thousands of people from which a city needs no more than its name."""

_NAMESAKES = {
    "CG": ("CG", "CD"),
    "KR": ("KR", "KP"),
    "GN": ("GN", "GW", "GQ"),
    "RS": ("RS", "HR", "SI", "BA", "MK", "ME", "XK"),
    "RU": (
        "RU",
        "UA",
        "BY",
        "KZ",
        "GE",
        "AM",
        "AZ",
        "LT",
        "LV",
        "EE",
        "MD",
        "UZ",
        "TM",
        "KG",
        "TJ",
    ),
    "CZ": ("CZ", "SK"),
}
"""Countries that a printed name may mean: two share it, or it was a federation of them all."""
_PUNCTUATION = re.compile(r"[^\w\s]")
_ORDINARY_WORDS = re.compile(r"\b(the|city of)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Bearer:
    """One place of a given name; ``population`` in thousands, rounded up."""

    country: str
    region: str
    population: int
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Region:
    """A region that datelines print after a city: its country, its GeoNames code if known."""

    country: str
    code: str | None


def place_key(name: str) -> str:
    """How two printings of a place's name are compared.

    >>> place_key("ST. PETERSBURG"), place_key("Port-au-Prince")
    ('st petersburg', 'port au prince')
    """
    text = fold(name).replace("'", "").replace("’", "")
    return " ".join(_PUNCTUATION.sub(" ", text).split())


@lru_cache(maxsize=1)
def _gazetteer() -> bytes:
    return gzip.decompress((files("index.data") / "gazetteer.tsv.gz").read_bytes())


def _row(key: bytes) -> bytes | None:
    """What the gazetteer has for a folded name: its lines are sorted, so by bisection."""
    rows = _gazetteer()
    low, high = 0, len(rows)
    while low < high:
        start = rows.rfind(b"\n", low, (low + high) // 2) + 1 or low
        tab = rows.index(b"\t", start)
        end = rows.index(b"\n", tab)
        name = rows[start:tab]
        if name == key:
            return rows[tab + 1 : end]
        if name < key:
            low = end + 1
        else:
            high = start
    return None


@lru_cache(maxsize=1)
def _known() -> tuple[dict[str, str], dict[str, str]]:
    """(folded alias -> country or "" for none, folded stand-alone city -> country)."""
    table = tomllib.loads((files("index.data") / "places.toml").read_text("utf-8"))
    aliases = {place_key(n): code for code, ns in table["aliases"].items() for n in ns}
    aliases |= {place_key(n): "" for n in table["without_country"]["names"]}
    alone = {place_key(n): code for code, ns in table["stand_alone"].items() for n in ns}
    return aliases, alone


@lru_cache(maxsize=1)
def _regions() -> dict[str, Region]:
    table = tomllib.loads((files("index.data") / "regions.toml").read_text("utf-8"))["regions"]
    return {
        place_key(name).replace(" ", ""): Region(code, names[-1] if code == "US" else None)
        for code, rows in reversed(table.items())
        for names in rows
        for name in names
    }


def region_named(name: str) -> Region | None:
    """The region printed as ``name`` (full, the AP way, or postal); None if it is none."""
    return _regions().get(place_key(name).replace(" ", ""))


@lru_cache(maxsize=10_000)
def bearers(name: str) -> tuple[Bearer, ...]:
    """Every place of the gazetteer that bears ``name``, the likeliest first."""
    row = _row(place_key(name).encode())
    if row is None:
        return ()
    parsed = []
    for entry in row.decode().split(";"):
        country, region, population, latitude, longitude = entry.split(",")
        parsed.append(Bearer(country, region, int(population), float(latitude), float(longitude)))
    return tuple(parsed)


@lru_cache(maxsize=10_000)
def is_place(name: str) -> bool:
    """Whether ``name`` is a city, a region or a country we know."""
    aliases, alone = _known()
    key = place_key(name)
    return bool(
        key
        and (
            key in aliases
            or key in alone
            or country_named(name)
            or region_named(name)
            or bearers(name)
        )
    )


@lru_cache(maxsize=10_000)
def is_prominent(name: str) -> bool:
    """Whether ``name`` alone tells a newsreader where: a city of standing, not a country."""
    aliases, alone = _known()
    key = place_key(name)
    if key in aliases or key in alone:
        return True
    largest = next(iter(bearers(name)), None)
    return largest is not None and largest.population >= PROMINENT and not country_named(name)


def country_not_in(candidates: tuple[Bearer, ...], region: Region) -> bool:
    """Whether none of the places lies in the region's country."""
    return all(bearer.country != region.country for bearer in candidates)


@lru_cache(maxsize=10_000)
def country_of(name: str, region: str | None = None) -> str | None:
    """ISO code of the country ``name`` lies in, given what is printed after it."""
    aliases, alone = _known()
    key = place_key(name)
    candidates = bearers(name)
    if region:
        known = region_named(region)
        country = country_named(region)
        # "Georgia" is a state and a country: the one that has such a city is meant.
        if known and country and known.country != country:
            here = [b for b in candidates if b.country == country]
            there = [b for b in candidates if b.region == known.code]
            return known.country if there or not here else country
        if country:
            # "The Congo", "Korea": two countries share the name, and the city tells which.
            meant = _NAMESAKES.get(country, ())
            own = [aliases.get(key, ""), *(bearer.country for bearer in candidates)]
            return next((code for code in own if code in meant), country)
        if known:
            # "Foz do Iguaçu (PR)": a state's letters that another country's region has, too.
            foreign = len(region) <= 3 and candidates and country_not_in(candidates, known)
            return candidates[0].country if foreign else known.country
        if not is_place(name) and bearers(region):
            return bearers(region)[0].country  # a district named after its town: "Hooghly"
    if key in aliases:
        return aliases[key] or None
    if key in alone:
        return alone[key]
    if country := country_named(name):
        return country
    if candidates:
        return candidates[0].country
    known = region_named(name)
    if known:
        return known.country
    # "Cotabato City" is listed as Cotabato, "Guantanamo Bay Naval Base" as Guantanamo Bay.
    for tail in (" city", " naval base", " air base", " town", " island"):
        if key.endswith(tail):
            return country_of(key.removesuffix(tail))
    return None


def locate(name: str, region: str | None = None) -> tuple[float, float] | None:
    """(latitude, longitude) in degrees of the place meant, as far as the gazetteer has it."""
    country = country_of(name, region)
    known = region_named(region) if region else None
    here = [b for b in bearers(name) if b.country == country]
    if known and known.code and any(b.region == known.code for b in here):
        here = [b for b in here if b.region == known.code]
    return (here[0].latitude, here[0].longitude) if here else None

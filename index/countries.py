"""Country names as newsrooms print them, and their ISO 3166-1 alpha-2 codes."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files

from index.analysis import fold


@lru_cache(maxsize=1)
def _table() -> tuple[dict[str, str], dict[str, str]]:
    """(folded name or code -> code, code -> name in use)."""
    rows = tomllib.loads((files("index.data") / "countries.toml").read_text("utf-8"))["countries"]
    codes: dict[str, str] = {}
    names: dict[str, str] = {}
    for code, printed in rows.items():
        names[code] = printed[0]
        for name in printed:
            codes[country_key(name)] = code
    return codes, names


def country_key(name: str) -> str:
    """How two printings of a country's name are compared."""
    key = " ".join(fold(name).replace(".", " ").replace("-", " ").replace("&", "and").split())
    return key.removeprefix("the ")


def country_named(name: str) -> str | None:
    """The ISO code of the country printed as ``name``; None if it is none.

    Old and disputed names count: a story of 1987 is filed from West Germany.

    >>> country_named("S. Korea"), country_named("West Germany"), country_named("Ruritania")
    ('KR', 'DE', None)
    """
    return _table()[0].get(country_key(name))


def country_code(text: str) -> str | None:
    """Like `country_named`, and ISO codes are understood too (``KR``, ``kr``)."""
    code = text.strip().upper()
    return code if code in _table()[1] else country_named(text)


def country_name(code: str) -> str:
    """The name in common use for an ISO code; the code itself if it is unknown."""
    return _table()[1].get(code, code)

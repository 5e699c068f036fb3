"""News agencies: one table of canonical short names, aliases and full names."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import lru_cache
from importlib.resources import files

from index.analysis import fold

_DOMAIN = re.compile(r"\.(?:com|net|org|info|ru|ua|am|az|kg|kz)$")


@lru_cache(maxsize=1)
def _table() -> tuple[dict[str, str], frozenset[str]]:
    """(folded name or alias -> canonical short name, every name as it is printed)."""
    rows = tomllib.loads((files("index.data") / "agencies.toml").read_text("utf-8"))["agencies"]
    printed = {name: canonical for canonical, more in rows.items() for name in (canonical, *more)}
    return {agency_key(name): short for name, short in printed.items()}, frozenset(
        map(_unaccented, printed)
    )


def _unaccented(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name)
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def agency_key(name: str) -> str:
    """How two printings of an agency's name are compared; ``INTERFAX.RU`` is Interfax."""
    key = _DOMAIN.sub("", fold(name).strip(" .,:"))
    key = " ".join(key.replace(".", "").replace("-", " ").split())
    return key.removeprefix("the ")


def agency_named(name: str) -> str | None:
    """The canonical short name of the agency printed as ``name``; None if it is none.

    >>> agency_named("Press Trust of India"), agency_named("ITAR-TASS")
    ('PTI', 'TASS')
    """
    return _table()[0].get(agency_key(name))


def is_printed_so(name: str) -> bool:
    """Whether ``name`` is printed as an agency prints itself, so that no bracket is needed.

    "Trend" and "TASS" are; "trend" and "beta" are words.
    """
    return name.isupper() or _unaccented(name) in _table()[1]

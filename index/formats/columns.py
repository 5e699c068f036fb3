"""What the columns of a dump are called: one table of names for JSON and CSV rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        field: tuple(names.split())
        for field, names in {
            "headline": "headline hed head title articletitle newstitle heading",
            "text": "maintext fulltext articlebody bodytext bodyxhtml bodyhtml body text content "
            "contents article articletext newscontent newstext story contenttext contenthtml html",
            "date": "datepublished publishdate publisheddate publicationdate datepublish "
            "publishedat publishedon published pubdate date datetime firstcreated versioncreated "
            "firstpublished createdat datecreated created time timestamp publishtime",
            "byline": "byline authors author writer writers reporter creator by",
            "agency": "agency newsagency wire wireservice creditline credit provider source "
            "publisher outlet",
            "dateline": "dateline",
            "place": "location place city located placename",
            "country": "country countrycode",
            "key": "id guid uuid docid docno articleid storyid newsid uri url link permalink",
            "slug": "slug slugline",
        }.items()
    }
)
"""Field -> its usual column names, the surest first; spelled as `column_key` gives them."""


def column_key(name: str) -> str:
    """How two spellings of a column's name are compared: ``Pub_Date`` is ``pubdate``."""
    return re.sub(r"[\W_]+", "", name[:200]).casefold()


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column holds which field; ``given`` is the user's word for some of them.

    >>> Columns.mapped({"headline": "Titel"}).find(("titel", "Body"))["headline"]
    ('titel',)
    """

    given: tuple[tuple[str, str], ...] = ()

    @classmethod
    def mapped(cls, mapping: Mapping[str, str]) -> Columns:
        """Columns with the names of ``mapping`` (field -> column) instead of the usual ones.

        Raises ValueError, naming the fields there are, for a field that is none of them.
        """
        for field, column in mapping.items():
            if field not in NAMES:
                raise ValueError(f"no such field: {field}; a column can be {', '.join(NAMES)}")
            if not column_key(column):
                raise ValueError(f"no column is named for {field}")
        return cls(tuple(sorted(mapping.items())))

    def find(self, names: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
        """Field -> those of the columns ``names`` that may hold it, the surest first."""
        return _found(self.given, tuple(names))

    def tells(self, names: Iterable[str]) -> bool:
        """Whether ``names`` are of rows of stories: one of them holds a text or a headline."""
        found = self.find(names)
        return "text" in found or "headline" in found


USUAL = Columns()
"""The usual names and no others."""


@lru_cache(maxsize=256)
def _found(
    given: tuple[tuple[str, str], ...], names: tuple[str, ...]
) -> Mapping[str, tuple[str, ...]]:
    spelled: dict[str, str] = {}
    for name in names:
        spelled.setdefault(column_key(name), name)
    wanted = {**NAMES, **{field: (column_key(column),) for field, column in given}}
    taken = {column_key(column) for _, column in given}
    mapped = dict(given)
    found = {}
    for field, keys in wanted.items():
        usable = (key for key in keys if field in mapped or key not in taken)
        if columns := tuple(spelled[key] for key in usable if key in spelled):
            found[field] = columns
    return MappingProxyType(found)

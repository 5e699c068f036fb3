"""Finding stories on a cluster by their ids, by what a person calls them, by their ties."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

from cluster.document import story_of
from cluster.leaves import Dsl
from cluster.mapping import STORED
from cluster.pointintime import PointInTime
from index.errors import NoSuchStoryError
from index.samecopy.printings import Tie
from index.story import Story
from index.value import Value
from search.lookup import MIN_PREFIX, several_named, unnamed

_BY_ID = ({"id": "asc"},)
_PLACES = ("id", "tie", "take", "nth", "behind", "printings")


class Printings(Value):
    """All printings of a story: their ``ids``, and how these are tied, as numbers of them."""

    ids: tuple[str, ...]
    tie: Tie


def story_id(moment: PointInTime, name: str, by_file: bool = True) -> str:
    """The id of the story that ``name`` names, as `search.lookup.story_number` has it.

    Raises NoSuchStoryError if it names none, or several.
    """
    ways: list[Callable[[PointInTime, str], list[str]]] = [_by_id, _by_prefix]
    if by_file:
        ways += [_by_path, _by_file]
    for named in ways:
        ids = named(moment, name)
        if len(ids) == 1:
            return ids[0]
        if ids:
            raise NoSuchStoryError(several_named(name, ids))
    raise NoSuchStoryError(unnamed(name, by_file))


def stories_of(moment: PointInTime, ids: Sequence[str]) -> list[Story]:
    """The stories of some ids, in their order, less those that are none."""
    found = {
        hit["_source"][STORED]["id"]: story_of(hit["_source"])
        for hit in moment.hits({"terms": {"id": list(ids)}}, _BY_ID, source=True)
    }
    return [found[one] for one in ids if one in found]


def copies_of(moment: PointInTime, story: str) -> int:
    """How many other printings there are of a story. Raises NoSuchStoryError if it is none."""
    hits = moment.hits({"term": {"id": story}}, _BY_ID, fields=("printings",))
    if (hit := next(hits, None)) is None:
        raise NoSuchStoryError(unnamed(story, by_file=False))
    return int(_value(hit, "printings")) - 1


def printings_of(moment: PointInTime, ids: Sequence[str]) -> dict[str, Printings]:
    """By its id, all printings of each of some stories."""
    own = list(moment.hits({"terms": {"id": list(ids)}}, _BY_ID, fields=_PLACES))
    ties = {_value(hit, "tie") for hit in own if _value(hit, "printings") > 1}
    rows = own
    if ties:
        others = moment.hits({"terms": {"tie": sorted(ties)}}, _BY_ID, fields=_PLACES)
        rows = [hit for hit in own if _value(hit, "tie") not in ties] + list(others)
    tied: dict[str, list[Any]] = {}
    for hit in rows:
        tied.setdefault(_value(hit, "tie"), []).append(hit)
    whole = {tie: _printings(hits) for tie, hits in tied.items()}
    return {_value(hit, "id"): whole[_value(hit, "tie")] for hit in own}


def _printings(hits: list[Any]) -> Printings:
    """The printings of one story, take by take and in each the fullest first."""
    hits = sorted(hits, key=lambda hit: (_value(hit, "take"), _value(hit, "nth")))
    takes: dict[int, list[int]] = {}
    for number, hit in enumerate(hits):
        takes.setdefault(_value(hit, "take"), []).append(number)
    front = min(range(len(hits)), key=lambda number: _value(hits[number], "behind"))
    ids = tuple(_value(hit, "id") for hit in hits)
    return Printings(ids, Tie(tuple(map(tuple, takes.values())), front))


def _by_id(moment: PointInTime, name: str) -> list[str]:
    return _ids(moment, {"term": {"id": name}})


def _by_prefix(moment: PointInTime, name: str) -> list[str]:
    return _ids(moment, {"prefix": {"id": name}}) if len(name) >= MIN_PREFIX else []


def _by_path(moment: PointInTime, name: str) -> list[str]:
    """Stories whose file's path is ``name`` or ends in it; only same file names are read."""
    path = os.path.normpath(name).replace(os.sep, "/").lstrip("/")
    file = path.rpartition("/")[2]
    same = {"term": {"file": file}}
    fields = [f"{STORED}.id", f"{STORED}.path"]
    stored = (hit["_source"][STORED] for hit in moment.hits(same, _BY_ID, source=fields))
    return [
        one["id"] for one in stored if f"/{one['path'].replace(os.sep, '/')}".endswith(f"/{path}")
    ]


def _by_file(moment: PointInTime, name: str) -> list[str]:
    """The same for a path from where the program runs, links followed, as the index has it."""
    return _by_path(moment, os.path.realpath(name)) if os.path.exists(name) else []


def _ids(moment: PointInTime, query: Dsl) -> list[str]:
    return [_value(hit, "id") for hit in moment.hits(query, _BY_ID, fields=("id",))]


def _value(hit: Any, field: str) -> Any:
    return hit["fields"][field][0]

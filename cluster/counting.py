"""How many of the stories that a query matches are of each date, place, country, agency, byline.

The cluster counts how many stories have each value as it is printed, all of them and page by
page, so that nothing is rounded over its shards; what is one name, one period, is told here, as
it is of a folder.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from cluster.dsl import ALL
from cluster.leaves import Dsl
from cluster.mapping import printed
from cluster.pointintime import PointInTime
from search.facets import NAMES, Facets, facets_of
from search.stats import Stats
from search.timeline.periods import Timeline, timeline_of
from search.wordlist import names_among

CERTAIN = "yes"


def facets(stories: Dsl, by: str, moment: PointInTime, most: int | None = None) -> Facets:
    """The facets of what ``stories`` matches, as `search.facets.FacetCounter.count` has them."""
    fields = {"day": "day", **{name: printed(name) for name in NAMES}}
    columns = _columns(stories, fields, moment)
    return facets_of(columns, by, _days(stories, moment) if by == "fit" else 0, most)


def timeline(query: str, stories: Dsl, by: str, moment: PointInTime) -> Timeline:
    """The time line of what ``stories`` matches."""
    counts: dict[str, list[int]] = {}
    days = moment.values(stories, {"days": ("day", "certain")})["days"]
    for (day, certain), count in days:
        counts.setdefault(day or "", [0, 0])[certain != CERTAIN] += count
    return timeline_of(query, [(day, *counts[day]) for day in sorted(counts)], by)  # type: ignore[misc]  # two numbers each


def names(field: str, moment: PointInTime) -> tuple[str, ...]:
    """The different names that stories have in ``field``, in order, as printed."""
    return names_among(_columns(ALL, {field: printed(field)}, moment)[field])


def stats(moment: PointInTime, size: int) -> Stats:
    """What the index holds, on disks ``size`` bytes."""
    dated: Dsl = {"exists": {"field": "day"}}
    certain: Dsl = {"term": {"certain": CERTAIN}}
    known, sure, datelines = moment.count([dated, certain, {"term": {"has_dateline": True}}])
    columns = _columns(ALL, {"day": "day", "format": "format"}, moment)
    days, formats = sorted(columns["day"].keys() - {""}), columns["format"]
    return Stats(
        stories=moment.stories,
        first=days[0] if days else None,
        last=days[-1] if days else None,
        certain=sure,
        inferred=known - sure,
        unknown=moment.stories - known,
        datelines=datelines,
        formats=dict(sorted(formats.items(), key=lambda one: -one[1])),
        facets=facets(ALL, "year", moment),
        bytes=size,
    )


def _columns(
    stories: Dsl, fields: Mapping[str, str], moment: PointInTime
) -> dict[str, dict[str, int]]:
    """How many of ``stories`` have each value of each of some fields; "" for none."""
    told = moment.values(stories, {name: (field,) for name, field in fields.items()})
    return {
        name: {values[0] or "": count for values, count in counts} for name, counts in told.items()
    }


def _days(stories: Dsl, moment: PointInTime) -> int:
    """The days from the first of ``stories`` to the last."""
    ends: dict[str, Any] = {
        end: {end: {"field": "date", "format": "strict_date"}} for end in ("min", "max")
    }
    body = {"size": 0, "track_total_hits": False, "query": stories, "aggs": ends}
    told = moment.search(body)["aggregations"]
    if told["min"]["value"] is None:
        return 0
    first, last = (date.fromisoformat(told[end]["value_as_string"]) for end in ("min", "max"))
    return (last - first).days + 1

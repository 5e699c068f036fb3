"""Facets as links: each value narrows the result to it, or takes it back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from index.analysis import fold
from index.countries import country_code, country_name
from index.value import Value
from search.facets import Count
from serve.calls import Call
from serve.states import State

TITLES = {"place": "Place", "country": "Country", "agency": "Agency", "byline": "Byline"}
FEW, MANY = 8, 200
"""Values that are shown of a facet, and of one that was asked for more."""


class FacetLink(Value):
    """A value: what it is called, how many stories have it, and where its link leads.

    ``chosen`` ones are in the question already, and their link takes them out.
    """

    text: str
    count: int
    address: str
    chosen: bool


class FacetGroup(Value):
    """The values of one facet; ``more`` leads to more of them, ``none`` have no value."""

    name: str
    title: str
    links: tuple[FacetLink, ...]
    none: int
    more: str | None


def facet_groups(call: Call, state: State, facets: dict[str, Any]) -> list[FacetGroup]:
    """The facets of a result.

    Of several values of one facet any will do; so where some are chosen, the others count the
    stories that would come in with them.
    """
    groups = []
    for name, title in TITLES.items():
        counts = facets.get(name, ())
        if state.all(name):
            options = {key: value for key, value in call.options.items() if key in _ASKED - {name}}
            query = options.pop("query", "")
            found = call.snapshot.stories.top(
                query, limit=1, facets=True, today=call.today, **options
            )
            counts = found.facets[name]
        most = MANY if name in state.all("more") else FEW
        known = [one for one in counts if one.value is not None]
        chosen = {_KEYS.get(name, fold)(given): given for given in state.all(name)}
        if chosen:  # they come first, however few stories have them
            known.sort(key=lambda one: _KEYS.get(name, fold)(str(one.value)) not in chosen)
        add = state.adding(name)
        links = [_link(state, name, one, chosen, add) for one in known[:most]]
        none = sum(one.count for one in counts if one.value is None)
        wider = len(known) > most and most < MANY
        more = state.plus("more", name).at() + f"#{name}" if wider else None
        if links:
            groups.append(FacetGroup(name, title, tuple(links), none, more))
    return groups


_ASKED = {
    "query", "since", "until", "on", "place", "country", "agency", "byline", "certain", "words",
}  # fmt: skip


def _link(
    state: State,
    name: str,
    one: Count,
    chosen: dict[str | None, str],
    add: Callable[[str], str],
) -> FacetLink:
    """The link of a value; ``chosen`` has those in the question, as they are compared."""
    value = str(one.value)
    given = chosen.get(_KEYS.get(name, fold)(value)) if chosen else None
    address = add(value) if given is None else state.less(name, given).at()
    text = country_name(value) if name == "country" else value
    return FacetLink(text, one.count, address, given is not None)


_KEYS: dict[str, Callable[[str], str | None]] = {"country": country_code}

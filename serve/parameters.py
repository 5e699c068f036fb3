"""What may stand behind the ``?`` of an address, and what it says to the library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import QueryParams

from index.errors import QueryError
from search.asked import SORTS
from search.timeline.periods import STEPS

MOST_HITS = 100
MOST_PAGES = 1_000_000
LONGEST = 1_000
"""Characters of a value."""
MOST_VALUES = 50
"""Values of one parameter."""
_FLAGS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: its name, its JSON Schema, and what it is for.

    ``option`` is what the library calls it; of ``many``, each repetition is a value.
    """

    name: str
    schema: dict[str, Any]
    about: str
    option: str
    many: bool = False


def _text(name: str, about: str, *, option: str = "", many: bool = False) -> Parameter:
    schema = {"type": "string", "maxLength": LONGEST}
    return Parameter(name, schema, about, option or name, many)


def _flag(name: str, about: str, *, usual: bool = False) -> Parameter:
    return Parameter(name, {"type": "boolean", "default": usual}, about, name)


def _choice(name: str, choices: Sequence[str], usual: str, about: str) -> Parameter:
    schema = {"type": "string", "enum": list(choices), "default": usual}
    return Parameter(name, schema, about, name)


def _number(name: str, most: int, usual: int, about: str) -> Parameter:
    schema = {"type": "integer", "minimum": 1, "maximum": most, "default": usual}
    return Parameter(name, schema, about, name)


QUERY = _text("q", "The query, in newsq's query language.", option="query")
FILTERS = (
    _text("since", "Stories of that day or later: 2018-10, last week."),
    _text("until", "Stories of that day, month or year or earlier."),
    _text("on", "Stories of that day, month, year or range."),
    _text("place", "Filed from there.", many=True),
    _text("country", "Filed from there: a name or ISO 3166-1 code.", many=True),
    _text("agency", "Filed by it.", many=True),
    _text("byline", "Written by: a name, or a part of it.", many=True),
    _flag("certain", "Leave out stories whose date is not certain."),
)
WORDS = _choice(
    "words", ("most", "all", "any"), "most", "How many of the query's words a story needs."
)
UNGROUP = _flag("ungroup", "Each printing of a story is a hit of its own.")
SORT = _choice("sort", SORTS, "relevance", "In which order.")
LIMIT = _number("limit", MOST_HITS, 10, "Hits on a page.")
PAGE = _number("page", MOST_PAGES, 1, "Which page; they count from 1.")
BESIDES = (
    _flag("newer", "Only stories of later days."),
    _flag("older", "Only stories of earlier days."),
)
FACETS = _flag("facets", "Count all that match, too.", usual=True)
FACET_BY = _choice(
    "by", ("fit", "year", "month", "day"), "fit", "By which period dates are counted."
)
TIMELINE_BY = _choice("by", ("fit", *STEPS), "fit", "How long a period is.")
SNAPSHOT = Parameter(
    "snapshot",
    {"type": "string", "pattern": "^[0-9a-f]{16}$"},
    "Which state of the index to ask, as a Link header has it; else the newest.",
    "snapshot",
)


def read(given: QueryParams, parameters: Sequence[Parameter]) -> dict[str, Any]:
    """The options that ``given`` parameters say, by the library's names; those not given are not.

    Raises QueryError for a parameter that is none of these, or says what it cannot mean.
    """
    known = {one.name: one for one in parameters}
    unknown = [name for name in given if name not in known]
    if unknown:
        use = f"Use: {', '.join(known)}." if known else "It takes none."
        raise QueryError(f"There is no parameter {unknown[0]!r} here. {use}")
    options: dict[str, Any] = {}
    for name in given:
        parameter, values = known[name], given.getlist(name)
        if parameter.many and len(values) > MOST_VALUES:
            raise QueryError(f"{name} is given {len(values)} times. {MOST_VALUES} are the most.")
        if parameter.many:
            options[parameter.option] = tuple(_value(one, parameter) for one in values)
        elif len(values) > 1:
            raise QueryError(f"{name} is given {len(values)} times. Give it once.")
        else:
            options[parameter.option] = _value(values[0], parameter)
    return options


def _value(text: str, parameter: Parameter) -> Any:
    name, schema = parameter.name, parameter.schema
    if schema["type"] == "boolean":
        if text not in _FLAGS:
            raise QueryError(f"{name} is true or false, not {text!r}.")
        return _FLAGS[text]
    if schema["type"] == "integer":
        least, most = schema["minimum"], schema["maximum"]
        digits = text.isascii() and text.isdecimal() and len(text) <= len(str(most))
        if not digits or not least <= int(text) <= most:
            raise QueryError(f"{name} is a number from {least:,} to {most:,}, not {text!r}.")
        return int(text)
    if text not in schema.get("enum", (text,)):
        raise QueryError(f"{name} is one of {', '.join(schema['enum'])}, not {text!r}.")
    if len(text) > schema.get("maxLength", LONGEST):
        raise QueryError(f"{name} is longer than {LONGEST:,} characters. Shorten it.")
    return text

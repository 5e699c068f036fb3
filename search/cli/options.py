"""Options that several commands share, and what they mean."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import Parameter, signature
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from index.errors import NewsqError
from search.cli import completing
from search.cli.location import index_location

if TYPE_CHECKING:
    from cluster.access import Access
    from index.formats.columns import Columns
    from search.results import FilterOptions

    Filters = FilterOptions
    Output = str | None
    Where = Path | Access
    Layout = dict[str, Any]
else:  # `grouped` puts the options themselves in their place
    Filters = Output = Where = Layout = None

ADVICE = "Try fewer words or a wider filter; newsq stats shows what is here."

Index = Annotated[
    str | None,
    typer.Option(
        "--index",
        metavar="WHERE",
        help="The index's folder, or https://user@host:9200/NAME on an OpenSearch cluster. "
        "Else $NEWSQ_INDEX, else the user's data folder.",
    ),
]
Ca = Annotated[
    Path | None,
    typer.Option(
        "--ca",
        metavar="FILE",
        help="Certificates (PEM) to trust a cluster by, beside the system's.",
    ),
]
Query = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="QUERY",
        help='Words, "phrases", -word, OR, (groups), troop*, a w/5 b, headline:word, '
        "since:2018-10. All of it: newsq help query",
        show_default=False,
    ),
]
Since = Annotated[
    str | None,
    typer.Option(metavar="DATE", help='Stories of that day or later: 2018-10, "last week".'),
]
Until = Annotated[
    str | None, typer.Option(metavar="DATE", help="Stories of that day, month or year or earlier.")
]
On = Annotated[
    str | None, typer.Option(metavar="DATE", help="Stories of that day, month, year or range.")
]
Place = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME",
        help="Filed from there. Give it again for another.",
        autocompletion=completing.places,
    ),
]
Country = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME",
        help="Filed from there: a name or ISO code.",
        autocompletion=completing.countries,
    ),
]
Agency = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME", help="Filed by it: IANS, Yonhap.", autocompletion=completing.agencies
    ),
]
Byline = Annotated[
    list[str] | None, typer.Option(metavar="NAME", help="Written by: a name, or a part of it.")
]
Certain = Annotated[
    bool, typer.Option("--certain", help="Leave out stories whose date is not certain.")
]
Map = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar="FIELD=COLUMN",
        help="What a dump (JSON rows, CSV) calls a field: --map headline=Titel. May be repeated.",
    ),
]
Limit = Annotated[int, typer.Option(metavar="N", help="How many to show, 1000 at most.")]


def _flag(name: str, text: str) -> Any:
    return Annotated[bool, typer.Option(name, help=text)]


AsJson = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]


_FILTERS: dict[str, tuple[Any, Any]] = {
    "since": (Since, None),
    "until": (Until, None),
    "on": (On, None),
    "place": (Place, None),
    "country": (Country, None),
    "agency": (Agency, None),
    "byline": (Byline, None),
    "certain": (Certain, False),
    "all": (_flag("--all", "Only stories that have all the words."), False),
    "any": (_flag("--any", "Stories that have any of the words."), False),
}
_OUTPUTS: dict[str, tuple[Any, Any]] = {
    "json": (AsJson, False),
    "jsonl": (_flag("--jsonl", "A JSON object a line, one for each hit."), False),
    "csv": (_flag("--csv", "A table that spreadsheets open, and never compute."), False),
    "md": (_flag("--md", "Markdown."), False),
    "ids": (_flag("--ids", "The ids alone, for newsq show -."), False),
    "ris": (_flag("--ris", "RIS, for reference managers."), False),
}
_LAYOUT: dict[str, tuple[Any, Any]] = {
    "period": (
        Annotated[
            str | None,
            typer.Option(
                metavar="year|month",
                help="On a cluster: an index for each year of story dates, as is usual, or month.",
            ),
        ],
        None,
    ),
    "shards": (
        Annotated[
            int | None,
            typer.Option(
                metavar="N",
                min=1,
                max=1024,
                help="On a cluster: the shards of each of these indices (1, if not given).",
            ),
        ],
        None,
    ),
    "replicas": (
        Annotated[
            int | None,
            typer.Option(
                metavar="N",
                min=0,
                max=100,
                help="On a cluster: how many more copies of each shard (1, if not given).",
            ),
        ],
        None,
    ),
}
_WHERE: dict[str, tuple[Any, Any]] = {"where": (Index, None), "ca": (Ca, None)}
_GROUPS = {"filters": _FILTERS, "output": _OUTPUTS, "where": _WHERE, "layout": _LAYOUT}


def grouped(command: Callable[..., None]) -> Callable[..., None]:
    """``command`` with options of its own for each of a group that it has as a parameter.

    ``filters`` come together as `search.page.StoryIndex.search` takes them; ``output`` is
    the name of the one output option given, or None: several are a mistake. ``where`` is
    what `search.open_index` takes. ``layout`` is what `search.building.build_index` takes.
    """
    own = signature(command, eval_str=True)
    taken = [name for name in own.parameters if name in _GROUPS]

    @wraps(command)
    def called(**given: Any) -> None:
        for name in taken:
            options = {option: given.pop(option) for option in _GROUPS[name]}
            chosen = {
                option: v for option, v in options.items() if v is not None and v is not False
            }
            given[name] = _READ[name](chosen)
        command(**given)

    options: list[Parameter] = []
    for parameter in own.parameters.values():
        group = _GROUPS.get(parameter.name)
        options += [parameter] if group is None else (_option(name, *group[name]) for name in group)
    options = [option.replace(kind=Parameter.KEYWORD_ONLY) for option in options]
    called.__signature__ = own.replace(parameters=options)  # type: ignore[attr-defined]
    called.__annotations__ = {option.name: option.annotation for option in options}
    return called


def _filters(chosen: dict[str, Any]) -> dict[str, Any]:
    """The filters as the library takes them: --all and --any are two answers to one question."""
    words = [name for name in ("all", "any") if chosen.pop(name, False)]
    if len(words) > 1:
        raise NewsqError("--all and --any cannot both hold. Give one of them.")
    return {**chosen, "words": words[0]} if words else chosen


def _only(chosen: dict[str, Any]) -> str | None:
    outputs = list(chosen)
    if len(outputs) > 1:
        named = " and ".join(f"--{name}" for name in outputs)
        raise NewsqError(f"{named} cannot both be printed. Give one of them.")
    return outputs[0] if outputs else None


_READ: dict[str, Callable[[dict[str, Any]], Any]] = {
    "filters": _filters,
    "output": _only,
    "layout": dict,
    "where": lambda chosen: index_location(chosen.get("where"), chosen.get("ca")),
}


def _option(name: str, annotation: Any, default: Any) -> Parameter:
    return Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def columns(mapping: list[str] | None) -> Columns:
    """What ``--map`` says of the columns of dumps. Raises NewsqError for what it cannot mean."""
    from index.formats.columns import Columns

    pairs = [pair.partition("=") for pair in mapping or ()]
    if wrong := next((field for field, equals, _ in pairs if not equals), None):
        raise NewsqError(f"--map {wrong} names no column. Write it so: --map headline=Titel")
    try:
        return Columns.mapped({field.strip(): column.strip() for field, _, column in pairs})
    except ValueError as error:
        raise NewsqError(f"--map cannot be followed: {error}.") from error


def joined(query: list[str] | None) -> str:
    """The query: all its words as one text."""
    return " ".join(query or ())

"""Options that several commands share, and what they mean."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from functools import wraps
from inspect import Parameter, signature
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from index.errors import NewsqError

if TYPE_CHECKING:
    from index.formats.columns import Columns
    from search.page import FilterOptions

    Filters = FilterOptions
else:
    Filters = dict  # Typer looks at annotations, and search.page takes long to import

ADVICE = "Try fewer words or a wider filter; newsq stats shows what is here."
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")

Where = Annotated[
    str | None,
    typer.Option(
        "--index",
        metavar="WHERE",
        help="The index's folder. Else $NEWSQ_INDEX, else the user's data folder.",
    ),
]
Query = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="QUERY",
        help='Words, "phrases", -word, AND, OR, NOT, (groups), prefix*, "near words"~5, '
        "headline: body: byline: place: country: agency:.",
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
    typer.Option(metavar="NAME", help="Filed from there. Give it again for another."),
]
Country = Annotated[
    list[str] | None, typer.Option(metavar="NAME", help="Filed from there: a name or ISO code.")
]
Agency = Annotated[
    list[str] | None, typer.Option(metavar="NAME", help="Filed by it: IANS, Yonhap.")
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
}


def filtered(command: Callable[..., None]) -> Callable[..., None]:
    """``command`` with the filters as options, where it has the parameter ``filters``.

    It gets them there together, as `search.page.StoryIndex.search` takes them.
    """

    @wraps(command)
    def called(**given: Any) -> None:
        filters = {name: given.pop(name) for name in _FILTERS}
        given["filters"] = {name: v for name, v in filters.items() if v not in (None, False)}
        command(**given)

    own = signature(command, eval_str=True)
    options = [
        Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
        for name, (annotation, default) in _FILTERS.items()
    ]
    together = []
    for parameter in own.parameters.values():
        as_option = parameter.replace(kind=Parameter.KEYWORD_ONLY)
        together += options if parameter.name == "filters" else [as_option]
    called.__signature__ = own.replace(parameters=together)  # type: ignore[attr-defined]
    called.__annotations__ = {one.name: one.annotation for one in together}
    return called


def index_folder(where: str | None) -> Path:
    """The folder that ``--index`` names, or the environment, or this user's own.

    Raises NewsqError for the URL of a cluster.
    """
    named = where or os.environ.get("NEWSQ_INDEX")
    if not named:
        from platformdirs import user_data_path

        return user_data_path("newsq", appauthor=False)
    if _URL.match(named):
        raise NewsqError(
            f"{named} is the address of a cluster, which this version does not support. "
            "Name a folder with --index."
        )
    return Path(named).expanduser()


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

"""Options that several commands share, and what they mean."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated

import typer

from index.errors import NewsqError

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
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]


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


def joined(query: list[str] | None) -> str:
    """The query: all its words as one text."""
    return " ".join(query or ())

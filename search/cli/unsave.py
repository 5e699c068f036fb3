"""``newsq unsave``: a saved search is dropped."""

from __future__ import annotations

from typing import Annotated

import typer

from search.cli import completing, options


@options.grouped
def unsave(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME", help="The search's name.", autocompletion=completing.saved_searches
        ),
    ],
    *,
    where: options.Where,
) -> None:
    """Drop a saved search.

    Example: newsq unsave troops
    """
    from search.opening import open_index
    from search.terminal import plain

    with open_index(where) as stories:
        stories.saved.drop(name)
    typer.echo(f"Dropped the search {plain(name)}.")

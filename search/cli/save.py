"""``newsq save``: a search to be asked again."""

from __future__ import annotations

from typing import Annotated

import typer

from search.cli import options


@options.grouped
def save(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What to call the search.")],
    query: options.Query = None,
    force: Annotated[
        bool, typer.Option("--force", help="Put it in the place of one of that name.")
    ] = False,
    *,
    where: options.Where,
    filters: options.Filters,
) -> None:
    """Save a search, to be told what is new for it: newsq alerts.

    The stories that the index holds now count as seen. Dates such as "last week" mean what
    they do on the day that you ask.

    Example: newsq save troops "troops OR soldiers" --country KR
    """
    from search.opening import open_index
    from search.terminal import plain

    with open_index(where) as stories:
        stories.saved.save(name, options.joined(query), replace=force, **filters)
    typer.echo(f"Saved as {plain(name)}. To see what is new for it: newsq alerts")

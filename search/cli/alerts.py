"""``newsq alerts``: what is new for the saved searches."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from search.cli import completing, options


@options.grouped
def alerts(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="NAME",
            help="Saved searches; all of them, if none is named.",
            show_default=False,
            autocompletion=completing.saved_searches,
        ),
    ] = None,
    limit: Annotated[
        int, typer.Option(min=1, max=1000, help="Stories to show of each, the newest.")
    ] = 10,
    keep: Annotated[
        bool, typer.Option("--keep", help="Show them the next time again, as new.")
    ] = False,
    catch_up: Annotated[
        bool, typer.Option("--catch-up", help="Show nothing, and count all as seen.")
    ] = False,
    *,
    where: options.Where,
    as_json: options.AsJson = False,
) -> None:
    """Show what is new for each saved search since you last looked.

    New is a story that was not in the index then, whatever its date. Once shown, stories
    count as seen.

    Example: newsq alerts troops
    """
    from search.cli.console import output, show, tell
    from search.jsonout import alerts_json, dumps
    from search.opening import open_index

    with open_index(where) as stories:
        searches = stories.saved
        if catch_up:
            searches.catch_up(names or ())
            typer.echo("All that the index holds now counts as seen.")
            return
        news = searches.news(names or (), limit=limit)
        found = any(alert.total for alert in news)
        if as_json:
            typer.echo(dumps(alerts_json(news)))
        elif found:
            from search.saved.text import alert_lines

            paper = output()
            show(alert_lines(news, paper), paper)
        elif news:
            tell("Nothing new.")
        else:
            tell("No search is saved. Save one: newsq save NAME QUERY")
        if not keep:
            sys.stdout.flush()  # where nobody reads on, this ends here, and they stay new
            searches.mark_seen(news)
    if not found:
        raise typer.Exit(1)

"""``newsq saved``: the searches that are saved."""

from __future__ import annotations

import typer

from search.cli import options


@options.grouped
def saved(where: options.Where, as_json: options.AsJson = False) -> None:
    """List the saved searches.

    Example: newsq saved --index my-index
    """
    from search.cli.console import output, show, tell
    from search.jsonout import dumps, saved_json
    from search.opening import open_index

    with open_index(where) as stories:
        searches = stories.saved.all()
    if as_json:
        typer.echo(dumps(saved_json(searches)))
    elif searches:
        from search.saved.text import saved_lines

        paper = output()
        show(saved_lines(searches, paper), paper)
    else:
        tell("No search is saved. Save one: newsq save NAME QUERY")
    if not searches:
        raise typer.Exit(1)

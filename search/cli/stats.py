"""``newsq stats``: what the index holds."""

from __future__ import annotations

import typer

from search.cli import options


@options.grouped
def stats(where: options.Where, as_json: options.AsJson = False) -> None:
    """Show what the index holds: stories, dates, places, agencies, formats, size.

    Example: newsq stats --index my-index
    """
    from search.cli.console import output, show
    from search.jsonout import dumps, stats_json
    from search.opening import open_index
    from search.tables import stats_lines

    with open_index(where) as stories:
        counted = stories.stats()
    if as_json:
        typer.echo(dumps(stats_json(counted)))
    else:
        console = output()
        show(stats_lines(counted, console), console)

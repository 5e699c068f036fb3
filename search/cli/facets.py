"""``newsq facets``: counts by date, place, country, agency and byline."""

from __future__ import annotations

from typing import Annotated

import typer

from search.cli import options


@options.grouped
def facets(
    query: options.Query = None,
    *,
    where: options.Where,
    by: Annotated[
        str, typer.Option(metavar="PERIOD", help="Count dates by year, month, day, or what fits.")
    ] = "fit",
    filters: options.Filters,
    as_json: options.AsJson = False,
) -> None:
    """Count the stories that match by date, place, country, agency and byline.

    Without a query and filters, all stories are counted.

    Example: newsq facets troops --by year
    """
    from search.cli.console import output, show, tell
    from search.jsonout import dumps, facets_json
    from search.opening import open_index
    from search.tables import facet_lines

    text = options.joined(query)
    with open_index(where) as stories:
        counted = stories.facets(text, by=by, **filters)
    total = sum(count.count for count in counted["date"])
    if as_json:
        typer.echo(dumps(facets_json(text, total, counted)))
    elif total:
        console = output()
        show(facet_lines(counted, console), console)
    else:
        tell(f"No story matches. {options.ADVICE}")
    if not total:
        raise typer.Exit(1)

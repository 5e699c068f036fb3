"""``newsq search``: ranked hits."""

from __future__ import annotations

from typing import Annotated

import typer

from index.errors import NewsqError
from search.cli import completing, options

LEAST = 20
"""Columns that running text takes at least, however narrow the terminal is."""


@options.grouped
def search(
    query: options.Query = None,
    *,
    where: options.Where,
    filters: options.Filters,
    sort: Annotated[
        str,
        typer.Option(
            metavar="ORDER",
            help="relevance, newest or oldest.",
            autocompletion=completing.orders,
        ),
    ] = "relevance",
    limit: Annotated[int, typer.Option(help="Hits on a page, 1000 at most.")] = 10,
    page: Annotated[int, typer.Option(help="Which page of them.")] = 1,
    ungroup: Annotated[
        bool, typer.Option("--ungroup", help="Show every copy and version of a story.")
    ] = False,
    facets: Annotated[bool, typer.Option("--facets", help="Count all that matched, too.")] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say what each hit's score is made of.")
    ] = False,
    lines: Annotated[
        int,
        typer.Option(metavar="N", help="Lines of its story that a hit shows at most, 0 to 100."),
    ] = 3,
    output: options.Output,
) -> None:
    """Find stories: ranked hits with what matched highlighted.

    Stories that have all the words come first; copies and versions of one story are one hit.
    Without a query, the filters alone decide.
    Before a query that begins with a minus sign, put --.

    Example: newsq search '"south korea" troops -japan' --since 2018-10 --agency Yonhap
    """
    from search.cli.console import output as terminal
    from search.cli.console import show, show_hits
    from search.opening import open_index
    from search.snippets import COLUMNS

    if facets and output not in (None, "json"):
        raise NewsqError(f"--{output} has no room for --facets. Try: newsq facets")
    if explain and output not in (None, "json", "jsonl"):
        raise NewsqError(f"--{output} has no room for --explain. Try: --json")
    text = options.joined(query)
    console = terminal()
    beside = len(f"{page * limit}. ")  # the hits' numbers
    columns = COLUMNS if output else max(min(console.width - beside, COLUMNS), LEAST)
    with open_index(where) as stories:
        found = stories.search(
            text,
            **filters,
            sort=sort,
            ungroup=ungroup,
            limit=limit,
            page=page,
            facets=output == "json",
            explain=explain,
            lines=lines,
            columns=columns,
        )
        counted = stories.facets(text, by="fit", **filters) if facets and not output else {}
    advice = found.note or "Try fewer words, or newsq stats for what is here."
    show_hits(found, output, console, f"No story matches. {advice}")
    if not found.total:
        raise typer.Exit(1)
    if counted:
        from search.tables import facet_lines

        show(facet_lines(counted, console), console)

"""``newsq kwic``: keyword in context."""

from __future__ import annotations

from typing import Annotated

import typer

from search.cli import completing, options


@options.grouped
def kwic(
    words: Annotated[
        list[str],
        typer.Argument(metavar="WORD", help="A word, a phrase, a prefix*.", show_default=False),
    ],
    *,
    where: options.Where,
    sort: Annotated[
        str,
        typer.Option(
            metavar="ORDER",
            help="By what stands left or right of it, or date.",
            autocompletion=completing.sides,
        ),
    ] = "left",
    limit: Annotated[int, typer.Option(help="Lines to show, 10000 at most.")] = 50,
    filters: options.Filters,
    as_json: options.AsJson = False,
) -> None:
    """Show a word wherever it stands, a line each, with what stands around it.

    Several words are a phrase. Where very many stories match, the newest are read: 2,000 at
    most, and fewer if they are long or hold 20,000 places.

    Example: newsq kwic "armed forces" --sort right --since 2018
    """
    from search.cli.console import output, show, tell
    from search.opening import open_index

    with open_index(where) as stories:
        found = stories.kwic(" ".join(words), sort=sort, limit=limit, **filters)
    if as_json:
        from search.jsonout import dumps, kwic_json

        typer.echo(dumps(kwic_json(found)))
    elif found.lines:
        from search.kwic.text import kwic_lines

        console = output()
        show(kwic_lines(found, console), console)
    else:
        tell(f"No story matches. {options.ADVICE}")
    if not found.lines:
        raise typer.Exit(1)

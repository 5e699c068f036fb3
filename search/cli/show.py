"""``newsq show``: one whole story."""

from __future__ import annotations

from typing import Annotated

import typer

from search.cli import options


def show(
    name: Annotated[
        str, typer.Argument(metavar="ID", help="An id, the start of one, or the story's file.")
    ],
    query: Annotated[
        str | None, typer.Option(metavar="QUERY", help="Highlight what matches this query.")
    ] = None,
    where: options.Where = None,
    as_json: options.AsJson = False,
) -> None:
    """Show one whole story, and where it and its date come from.

    Example: newsq show 3f2a --query troops
    """
    from search.cli.console import output, show_long
    from search.jsonout import dumps, story_json
    from search.page import open_index
    from search.query import parse
    from search.render import story_lines

    question = parse(query) if query else None
    with open_index(options.index_folder(where)) as stories:
        story = stories.story(name)
        copies = stories.copies(story)
    if as_json:
        typer.echo(dumps(story_json(story, copies, question)))
    else:
        console = output()
        show_long(story_lines(story, copies, console, question), console)

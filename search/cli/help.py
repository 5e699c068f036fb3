"""``newsq help``: what a command or the query language is for."""

from __future__ import annotations

from typing import Annotated

import typer

from index.errors import NewsqError
from search.cli import completing


def help(  # noqa: A001 - the command's name
    context: typer.Context,
    topic: Annotated[
        str | None,
        typer.Argument(
            metavar="[TOPIC]",
            help="query, or a command.",
            show_default=False,
            autocompletion=completing.topics,
        ),
    ] = None,
) -> None:
    """Explain the query language, or a command.

    Example: newsq help query
    """
    group = context.parent
    if topic == "query":
        from search.language import language

        typer.echo(language())
    elif group is None or topic is None:
        typer.echo((group or context).get_help())
    else:
        commands: typer.core.TyperGroup = group.command  # type: ignore[assignment]
        command = commands.get_command(group, topic)
        if command is None:
            names = ", ".join(["query", *commands.list_commands(group)])
            raise NewsqError(f"There is no help on {topic}. Ask for one of: {names}.")
        with typer.Context(command, info_name=topic, parent=group) as own:
            typer.echo(command.get_help(own))

"""``newsq export``: all that matches, one file a story."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from search.cli import completing, options


@options.grouped
def export(
    query: options.Query = None,
    to: Annotated[
        Path, typer.Option("--to", metavar="FOLDER", help="Where to; made if it is not there.")
    ] = ...,  # type: ignore[assignment]  # Typer's word for an option that has to be given
    kind: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="KIND",
            help="text, json or md (Markdown).",
            autocompletion=completing.kinds,
        ),
    ] = "text",
    force: Annotated[
        bool, typer.Option("--force", help="Write files anew that are there already.")
    ] = False,
    *,
    where: options.Where,
    filters: options.Filters,
) -> None:
    """Write all stories that match to a folder, one file each.

    Files that are there already are left as they are.

    Example: newsq export troops --since 2018 --to clippings
    """
    from search.cli.console import tell
    from search.opening import open_index
    from search.outputs.folder import export as write_stories
    from search.terminal import plain

    with open_index(where) as stories:
        found = stories.every(options.joined(query), **filters)
        if not found.total:
            tell(f"No story matches. {found.note or options.ADVICE}")
            raise typer.Exit(1)
        done = write_stories(found.stories, to, kind, force=force, copies=stories.copies)
    if found.note:
        tell(found.note)
    count = f"{done.written:,} {'story' if done.written == 1 else 'stories'}"
    kept = f"; {done.kept:,} were there and stay as they are (--force)" if done.kept else ""
    typer.echo(f"{count} written to {plain(str(to))}{kept}")

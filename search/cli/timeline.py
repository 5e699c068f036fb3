"""``newsq timeline``: stories over time."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from search.cli import completing, options


@options.grouped
def timeline(
    query: options.Query = None,
    *,
    where: options.Where,
    by: Annotated[
        str,
        typer.Option(
            metavar="PERIOD",
            help="A day, week, month or year, or what fits.",
            autocompletion=completing.periods,
        ),
    ] = "fit",
    svg: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a picture for print, too.")
    ] = None,
    png: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The same as a PNG, which takes Pillow.")
    ] = None,
    filters: options.Filters,
    as_json: options.AsJson = False,
) -> None:
    """Show how many stories match a day, week, month or year, as bars.

    Periods without a story are shown as gaps, inferred years in a lighter shade.

    Example: newsq timeline troops --by month --svg troops.svg
    """
    from search.cli.console import output, show, tell
    from search.opening import open_index

    with open_index(where) as stories:
        line = stories.timeline(options.joined(query), by=by, **filters)
    if svg is not None:
        from search.timeline.picture import svg as picture

        svg.write_text(picture(line), "utf-8")
    if png is not None:
        from search.timeline.bitmap import png as bitmap

        png.write_bytes(bitmap(line))
    if as_json:
        from search.jsonout import dumps, timeline_json

        typer.echo(dumps(timeline_json(line)))
    elif line.total:
        from search.timeline.text import timeline_lines

        paper = output()
        show(timeline_lines(line, paper), paper)
    else:
        tell(f"No story matches. {options.ADVICE}")
    if not line.total:
        raise typer.Exit(1)

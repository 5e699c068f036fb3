"""``newsq inspect``: what the reader makes of a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from search.cli import options

if TYPE_CHECKING:
    from index.formats.columns import Columns
    from index.reading import FileReading

Paths = Annotated[
    list[Path],
    typer.Argument(metavar="PATH...", help="Files or folders.", show_default=False),
]


def inspect(paths: Paths, mapping: options.Map = None, as_json: options.AsJson = False) -> None:
    """Show what the reader makes of a file: headline, place, date, agency, body.

    Touches no index. With --json, one object a line for each story.

    Example: newsq inspect page.txt
    """
    from search.cli.console import output, show, tell
    from search.jsonout import dumps, inspect_json
    from search.report import inspect_lines

    found = False
    console = output()
    for reading in _readings(paths, options.columns(mapping)):
        found = found or bool(reading.stories)
        if as_json:
            for story in reading.stories:
                typer.echo(dumps(inspect_json(story), indent=None))
            for path, reason in reading.skipped:
                tell(f"newsq: {path}: skipped: {reason}")
        else:
            show(inspect_lines(reading), console)
    if not found:
        raise typer.Exit(1)


def _readings(paths: list[Path], columns: Columns) -> Iterator[FileReading]:
    from index.corpus import folder_of, roots_of, story_files
    from index.formats.hints import Hints
    from index.reading import inspect_file
    from index.recurring import learn_habits
    from search.cli.console import tell

    for path in paths:
        if path.is_file():
            yield from inspect_file(path, Hints(columns))
            continue
        for root in roots_of([path]):
            files = list(story_files(root, lambda where, why, _: tell(f"newsq: {where}: {why}")))
            habits, _ = learn_habits(files, files, set(), {})
            for file in files:
                recurring = habits.get(folder_of(file.source), frozenset())
                yield from inspect_file(file.path, Hints(columns, recurring))

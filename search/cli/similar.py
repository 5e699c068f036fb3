"""``newsq similar``: more like this."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from search.cli import options

if TYPE_CHECKING:
    from index.story import Story
    from search.stories import Stories


@options.grouped
def similar(
    name: Annotated[
        str,
        typer.Argument(metavar="ID|FILE", help="A story's id or file, or any file with a story."),
    ],
    *,
    where: options.Where,
    newer: Annotated[bool, typer.Option("--newer", help="Only stories of later days.")] = False,
    older: Annotated[bool, typer.Option("--older", help="Only stories of earlier days.")] = False,
    limit: Annotated[int, typer.Option(help="Hits on a page, 1000 at most.")] = 10,
    page: Annotated[int, typer.Option(help="Which page of them.")] = 1,
    filters: options.Filters,
    output: options.Output,
) -> None:
    """Find stories like one: they share the words that tell it from others.

    The story, its copies and its versions are left out. A file that is not in the index is
    read first; of several stories in it the first is taken.

    Example: newsq similar 3f2a --newer --country KR
    """
    from search.cli.console import output as standard_output
    from search.cli.console import show_hits
    from search.opening import open_index

    with open_index(where) as stories:
        found = stories.similar(
            _story(stories, name),
            newer=newer,
            older=older,
            limit=limit,
            page=page,
            facets=output == "json",
            **filters,
        )
    nothing = f"No story is like it. {found.note or options.ADVICE}"
    show_hits(found, output, standard_output(), nothing)
    if not found.total:
        raise typer.Exit(1)


def _story(stories: Stories, name: str) -> Story:
    """The story of the index that ``name`` names, or the first one in a file of that name."""
    from index.errors import NoSuchStoryError

    try:
        return stories.story(name)
    except NoSuchStoryError:
        path = Path(name)
        if not os.path.isfile(name):  # which is no mistake for names that no file can have
            raise
    from index.errors import CorpusError
    from index.reading import inspect_file

    for reading in inspect_file(path):
        if reading.stories:
            return reading.stories[0]
        if reading.skipped:
            raise CorpusError(f"{name} cannot be read: {reading.skipped[0][1]}.")
    raise CorpusError(f"There is no story in {name}. newsq inspect {name} tells more.")

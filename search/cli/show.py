"""``newsq show``: whole stories."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from index.errors import NewsqError
from search.cli import options

if TYPE_CHECKING:
    from rich.text import Text

    from search.stories import Stories


@options.grouped
def show(
    name: Annotated[
        str,
        typer.Argument(
            metavar="ID", help="An id, the start of one, the story's file; - for ids to be read."
        ),
    ],
    query: Annotated[
        str | None, typer.Option(metavar="QUERY", help="Highlight what matches this query.")
    ] = None,
    *,
    where: options.Where,
    as_json: options.AsJson = False,
) -> None:
    """Show one whole story, and where it and its date come from.

    With - in place of an id, ids are read from standard input, one a line, and the stories
    shown one after the other; with --json then an object a line.

    Example: newsq show 3f2a --query troops
    """
    from search.cli.console import output, show, show_long
    from search.opening import open_index

    with open_index(where) as stories:
        if as_json:
            _print_json(stories, name, query)
        elif name != "-":
            console = output()
            show_long(_lines(stories, name, query), console)
        else:
            console = output()
            for number, one in enumerate(_names()):
                show(_ruled(number, _lines(stories, one, query)), console)


def _names() -> Iterator[str]:
    """The ids on standard input."""
    if sys.stdin.isatty():
        raise NewsqError("There are no ids to read. Try: newsq search WORDS --ids | newsq show -")
    names = (line.strip() for line in sys.stdin)
    return (name for name in names if name)


def _lines(stories: Stories, name: str, query: str | None) -> Iterator[Text]:
    from search.cli.console import output
    from search.query import parse
    from search.render import story_lines

    question = parse(query) if query else None
    story = stories.story(name)
    return story_lines(story, stories.copies(story), output(), question)


def _ruled(number: int, lines: Iterator[Text]) -> Iterator[Text]:
    """``lines``, and a rule before them where another story came first."""
    from rich.text import Text

    if number:
        yield Text()
        yield Text("-" * 72, "dim")
        yield Text()
    yield from lines


def _print_json(stories: Stories, name: str, query: str | None) -> None:
    import json

    from search.jsonout import dumps, story_json
    from search.query import parse

    question = parse(query) if query else None
    for one in _names() if name == "-" else (name,):
        story = stories.story(one)
        value = story_json(story, stories.copies(story), question)
        typer.echo(json.dumps(value) if name == "-" else dumps(value))

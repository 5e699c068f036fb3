"""``newsq versions``: a running story in order."""

from __future__ import annotations

from typing import Annotated

import typer

from search.cli import options


@options.grouped
def versions(
    name: Annotated[
        str, typer.Argument(metavar="ID", help="An id, the start of one, or the story's file.")
    ],
    other: Annotated[
        str | None,
        typer.Argument(metavar="OTHER", help="Another story, to be compared with it."),
    ] = None,
    *,
    where: options.Where,
    as_json: options.AsJson = False,
) -> None:
    """List the versions of a story, and show what changed in each, word by word.

    Versions are leads, writethrus, corrections and longer takes of one story; each is listed
    with all that printed it. With OTHER, two stories are compared, whichever they are.

    Example: newsq versions 3f2a
    """
    from search.cli.console import output, show_long
    from search.opening import open_index

    with open_index(where) as stories:
        if other is None:
            found = stories.versions(name)
            if as_json:
                from search.jsonout import dumps, versions_json

                typer.echo(dumps(versions_json(found)))
            else:
                from search.versions.text import version_lines

                paper = output()
                show_long(version_lines(found, paper), paper)
            return
        from search.versions.takes import differences

        old, new = stories.story(name), stories.story(other)
        changed = differences(old, new)
        if as_json:
            from search.jsonout import differences_json, dumps

            typer.echo(dumps(differences_json(old, new, changed)))
        else:
            from search.versions.text import difference_lines

            paper = output()
            show_long(difference_lines(old, new, changed, paper), paper)

"""Where commands print."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from index.value import Value

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, ProgressColumn
    from rich.text import Text

    from search.results import Page


class Pipe(Value):
    """Standard output that is no terminal: characters alone, and no Rich, which is slow to load."""

    width: int
    encoding: str
    is_terminal: bool = False


def output() -> Console | Pipe:
    """Standard output: styled on a terminal (without colour under NO_COLOR), plain in a pipe."""
    if not sys.stdout.isatty() and "FORCE_COLOR" not in os.environ:
        return Pipe(shutil.get_terminal_size().columns, sys.stdout.encoding)
    from rich.console import Console

    class Output(Console):
        def on_broken_pipe(self) -> None:
            # Rich would exit here; the boundary in `main` knows better.
            raise BrokenPipeError

    return Output(markup=False, highlight=False, emoji=False, soft_wrap=True)


def show(lines: Iterable[Text], paper: Console | Pipe) -> None:
    """Print ``lines``, which are as wide as they should be."""
    if isinstance(paper, Pipe):
        sys.stdout.writelines(f"{line.plain}\n" for line in lines)
        return
    for line in lines:
        paper.print(line)


def show_long(lines: Iterable[Text], paper: Console | Pipe) -> None:
    """Print ``lines``: through a pager where a terminal would scroll some of them away."""
    lines = list(lines)
    if isinstance(paper, Pipe) or not sys.stdin.isatty() or len(lines) < paper.height:
        show(lines, paper)
        return
    os.environ.setdefault("LESS", "FRX")  # as git does: colours, and no stop for a short text
    with paper.pager(styles=True, links=True):
        show(lines, paper)


def bar(*columns: ProgressColumn) -> Progress:
    """A bar on standard error, gone at the end and only where that is a terminal."""
    from rich.console import Console
    from rich.progress import Progress

    paper = Console(stderr=True, markup=False, highlight=False)
    return Progress(*columns, console=paper, transient=True, disable=not paper.is_terminal)


def show_hits(page: Page, output: str | None, paper: Console | Pipe, nothing: str) -> None:
    """Print a page of hits, as the output option called ``output`` says if one is given.

    Where there are none, ``nothing`` is said instead.
    """
    if output:
        print_hits(page, output)
    elif page.total:
        from search.render import page_lines

        show(page_lines(page, paper), paper)
    else:
        tell(nothing)


def print_hits(page: Page, output: str) -> None:
    """Print a page of hits as the output option called ``output`` says."""
    if output == "json":
        from search.jsonout import dumps, page_json

        write([dumps(page_json(page)), "\n"])
    else:
        from search.outputs.hits import WRITERS

        write(WRITERS[output](page.hits))


def write(pieces: Iterable[str]) -> None:
    """Print text for another program as it is, line ends of its own included."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(newline="")
    sys.stdout.writelines(pieces)


def tell(sentence: str) -> None:
    """Say something to the user that is not part of the output."""
    import typer

    from search.terminal import plain

    typer.echo(plain(sentence), err=True)

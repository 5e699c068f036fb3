"""``newsq check``: is the index sound?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from index.errors import NewsqError
from search.cli import options

if TYPE_CHECKING:
    from index.check.findings import Report
    from index.summary import Summary


@options.grouped
def check(
    *,
    where: options.Where,
    repair: Annotated[
        bool,
        typer.Option(
            "--repair",
            help="Mend what is damaged: from what is stored, else by reading the corpus anew.",
        ),
    ] = False,
    as_json: options.AsJson = False,
) -> None:
    """Check every byte of the index, and that all of it fits together.

    On a cluster: that every story is there, read and found as it was written. Says what is
    damaged, and which stories are affected. With --repair what is sound stays, and the rest is
    read anew from the corpus.

    Example: newsq check --index my-index
    """
    from search.checking import check_index
    from search.cli.console import output, show
    from search.jsonout import dumps, report_json
    from search.report import check_lines

    with _progress() as on_progress:
        report = check_index(where, on_progress)
    after, summary = report, None
    if repair and report.can_be_mended:
        summary = _repaired(where, report)
        with _progress() as on_progress:
            after = check_index(where, on_progress)
    if as_json:
        typer.echo(dumps(report_json(report, summary)))
    else:
        show(check_lines(report, summary), output())
    if not after.is_sound:
        raise _advice(where, after, repaired=summary is not None)


def _repaired(where: options.Where, report: Report) -> Summary:
    from search.checking import repair_index
    from search.cli.index import cores, reading_progress

    with reading_progress() as on_progress:
        return repair_index(where, report, jobs=cores(), on_progress=on_progress)


def _advice(where: options.Where, report: Report, *, repaired: bool) -> Exception:
    """What to do next."""
    if report.remedy:
        what = report.remedy
    elif repaired:
        what = "It is damaged again already: check the disk, and keep the index on another."
    else:
        what = f"Mend it: newsq check --repair --index {where}"
    return NewsqError(f"The index at {where} is damaged. {what}")


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error, where that is a terminal."""
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn

    from search.cli.console import bar

    with bar(TextColumn("checking"), BarColumn(), TaskProgressColumn()) as shown:
        task = shown.add_task("checking", total=None)
        yield lambda done, total: shown.update(task, completed=done, total=total)

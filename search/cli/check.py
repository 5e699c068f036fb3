"""``newsq check``: is the index sound?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from search.cli import options

if TYPE_CHECKING:
    from index.check.findings import Report
    from index.summary import Summary


@options.grouped
def check(
    *,
    where: options.Where,
    repair: Annotated[
        bool, typer.Option("--repair", help="Read anew, from the corpus, what is damaged.")
    ] = False,
    as_json: options.AsJson = False,
) -> None:
    """Check every byte of the index, and that all of it fits together.

    Says what is damaged, and which stories are affected. With --repair what is sound stays,
    and the rest is read anew from the corpus.

    Example: newsq check --index my-index
    """
    from index.check.whole import check_index
    from search.cli.console import output, show
    from search.jsonout import dumps, report_json
    from search.report import check_lines

    folder = options.folder(where)
    with _progress() as on_progress:
        report = check_index(folder, on_progress)
    summary = None
    if repair and not report.is_sound:
        summary = _repaired(folder, report)
        with _progress() as on_progress:
            after = check_index(folder, on_progress)
    else:
        after = report
    if as_json:
        typer.echo(dumps(report_json(report, summary)))
    else:
        show(check_lines(report, summary), output())
    if not after.is_sound:
        raise _advice(folder, after, repaired=summary is not None)


def _repaired(folder: Path, report: Report) -> Summary:
    from index.check.repair import repair_index
    from search.cli.index import cores, reading_progress

    with reading_progress() as on_progress:
        return repair_index(folder, report, jobs=cores(), on_progress=on_progress)


def _advice(folder: Path, report: Report, *, repaired: bool) -> Exception:
    """What to do next."""
    from index.errors import IndexFolderError

    if report.unlisted:
        what = f"Build it again: newsq index FOLDER --rebuild --index {folder}"
    elif repaired:
        what = "It is damaged again already: check the disk, and keep the index on another."
    else:
        what = f"Mend it: newsq check --repair --index {folder}"
    return IndexFolderError(f"The index at {folder} is damaged. {what}")


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error, where that is a terminal."""
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn

    from search.cli.console import bar

    with bar(TextColumn("checking"), BarColumn(), TaskProgressColumn()) as shown:
        task = shown.add_task("checking", total=None)
        yield lambda done, total: shown.update(task, completed=done, total=total)

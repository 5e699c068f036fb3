"""``newsq index``: corpus -> index."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from search.cli import options

if TYPE_CHECKING:
    from index.limits import Limits
    from index.summary import Progress

Corpora = Annotated[
    list[Path],
    typer.Argument(metavar="CORPUS...", help="Folders or files of stories.", show_default=False),
]
Rebuild = Annotated[
    bool,
    typer.Option("--rebuild", help="Start afresh, and swap the new index in at the end."),
]
Jobs = Annotated[
    int | None,
    typer.Option(
        "--jobs",
        metavar="N",
        min=1,
        max=64,
        help="Processes that read files; as many as there are cores, if not given.",
        show_default=False,
    ),
]


Watch = Annotated[
    bool,
    typer.Option("--watch", help="Go on, index what changes, and show what is new (Ctrl-C ends)."),
]


MaxFileSize = Annotated[
    int | None,
    typer.Option(
        "--max-file-size",
        metavar="MIB",
        min=1,
        help="MiB that a file, or what is packed in it, may have (65,536, if not given).",
        show_default=False,
    ),
]
MaxFileTime = Annotated[
    float | None,
    typer.Option(
        "--max-file-time",
        metavar="SECONDS",
        min=0.001,
        help="Processor time that a file may take for each MiB of it (60, if not given).",
        show_default=False,
    ),
]


@options.grouped
def index(
    corpora: Corpora,
    *,
    where: options.Where,
    rebuild: Rebuild = False,
    watch: Watch = False,
    jobs: Jobs = None,
    mapping: options.Map = None,
    max_file_size: MaxFileSize = None,
    max_file_time: MaxFileTime = None,
    layout: options.Layout,
    as_json: options.AsJson = False,
) -> None:
    """Bring the index up to date with a corpus: add, replace and drop stories.

    Searches go on meanwhile and see the old index whole until the new one is ready. With
    --watch it goes on until you end it: what is written to the corpus is found a second
    later, and what is new for saved searches is shown.

    Example: newsq index sample_corpus --index my-index
    """
    from index.errors import StoppedError
    from search.building import build_index
    from search.cli.console import output, show, tell
    from search.cli.stopping import listening
    from search.jsonout import dumps, summary_json
    from search.report import summary_lines

    limits = _limits(max_file_size, max_file_time)
    with listening() as stop:
        try:
            with reading_progress() as on_progress:
                summary = build_index(
                    corpora,
                    where,
                    rebuild=rebuild,
                    jobs=jobs or cores(),
                    columns=options.columns(mapping),
                    on_progress=on_progress,
                    stopping=stop,
                    limits=limits,
                    layout=layout,
                )
        except StoppedError as stopped:
            tell(f"newsq: {stopped}")
            raise typer.Exit(stop.status) from stopped
        except KeyboardInterrupt as stopped:
            tell("newsq: Stopped at once. The index is whole; run it again to go on.")
            raise typer.Exit(stop.status) from stopped
    if as_json:
        typer.echo(json.dumps(summary_json(summary)) if watch else dumps(summary_json(summary)))
    else:
        show(summary_lines(summary), output())
    if watch:
        from search.cli.watching import follow

        follow(corpora, where, jobs or cores(), options.columns(mapping), limits, as_json)


def _limits(mib: int | None, seconds: float | None) -> Limits:
    """What a file may take, where the user says otherwise."""
    from index.limits import USUAL_LIMITS, Limits

    return Limits(
        USUAL_LIMITS.size if mib is None else mib * 2**20,
        USUAL_LIMITS.seconds if seconds is None else seconds,
    )


def cores() -> int:
    """The processor cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def reading_progress() -> Iterator[Callable[[Progress], None]]:
    """A bar with rate and time left, on standard error and only where that is a terminal."""
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn

    from search.cli.console import bar

    columns = (
        TextColumn("reading"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[stories]:,} stories, {task.fields[rate]:,.0f}/s"),
        TimeRemainingColumn(compact=True),
    )
    with bar(*columns) as shown:
        task = shown.add_task("reading", total=None, stories=0, rate=0.0)

        def advance(now: Progress) -> None:
            elapsed = shown.tasks[0].elapsed or 0.0
            rate = now.stories / elapsed if elapsed else 0.0
            shown.update(
                task,
                total=now.bytes_total,
                completed=now.bytes_done,
                stories=now.stories,
                rate=rate,
            )

        yield advance

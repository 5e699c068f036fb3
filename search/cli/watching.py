"""What ``newsq index --watch`` prints: each change, and what is new for the saved searches."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from search.cli.console import output, show, tell

if TYPE_CHECKING:
    from cluster.access import Access
    from index.formats.columns import Columns
    from index.limits import Limits
    from index.summary import Summary


def follow(
    corpora: Sequence[Path],
    where: Path | Access,
    jobs: int,
    columns: Columns,
    limits: Limits,
    as_json: bool,
) -> None:
    """Watch ``corpora``, indexed just now, until the user ends it.

    With ``as_json`` print an object a line.
    """
    from index.summary import Summary
    from index.watch import watch
    from search.building import build_index

    with suppress(KeyboardInterrupt):
        _tell_news(where, as_json)
        for seen in watch(
            corpora, where, jobs=jobs, columns=columns, limits=limits, build=build_index
        ):
            if isinstance(seen, Summary):
                _tell_change(seen, as_json)
                _tell_news(where, as_json)
            else:
                tell(f"newsq: {seen}")


def _tell_change(summary: Summary, as_json: bool) -> None:
    from search.jsonout import summary_json

    if as_json:
        typer.echo(json.dumps(summary_json(summary)))
        return
    changes = f"{summary.added:,} added, {summary.changed:,} changed, {summary.dropped:,} dropped"
    at = datetime.now().astimezone().strftime("%H:%M:%S")
    typer.echo(f"{at}  {summary.stories:,} stories: {changes}")
    sys.stdout.flush()


def _tell_news(where: Path | Access, as_json: bool) -> None:
    """Print what is new for the saved searches, and count it as seen."""
    from search.jsonout import alerts_json
    from search.opening import open_index
    from search.saved.text import alert_lines

    with open_index(where) as stories:
        news = stories.saved.news()
        found = [alert for alert in news if alert.total]
        if found and as_json:
            typer.echo(json.dumps(alerts_json(found)))
        elif found:
            paper = output()
            show(alert_lines(found, paper), paper)
        sys.stdout.flush()
        stories.saved.mark_seen(news)

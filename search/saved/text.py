"""Saved searches and alerts as lines for a terminal."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator

from rich.text import Text

from search.render import hit_lines, wrapped
from search.saved.searches import Alert
from search.saved.state import SavedSearch
from search.terminal import Paper, plain


def saved_lines(searches: Iterable[SavedSearch], paper: Paper) -> Iterator[Text]:
    """Each saved search: its name, and what it asks as one would type it."""
    for search in searches:
        yield from wrapped(Text(plain(search.name), "bold"), paper)
        yield from wrapped(Text(plain(as_typed(search))), paper, "    ")
        yield Text(f"    since {plain(search.since)}", "dim")


def as_typed(search: SavedSearch) -> str:
    """The query and the filters of a search as words of a command line."""
    words = [search.query] if search.query else []
    for name, value in search.filters.items():
        if name == "words":
            words.append(f"--{value}")
        elif value is True:
            words.append(f"--{name}")
        else:
            for one in value if isinstance(value, list) else [value]:
                words += [f"--{name}", str(one)]
    return shlex.join(words)


def alert_lines(alerts: Iterable[Alert], paper: Paper) -> Iterator[Text]:
    """What is new, search by search; those without news are left out."""
    for alert in alerts:
        if alert.total:
            new = "1 new story" if alert.total == 1 else f"{alert.total:,} new stories"
            yield Text.assemble((plain(alert.search.name), "bold"), f": {new}")
            for hit in alert.hits:
                yield from hit_lines(hit, paper, "  ")
                yield Text()
            if alert.total > len(alert.hits):
                yield Text(f"  and {alert.total - len(alert.hits):,} more", "dim")
                yield Text()

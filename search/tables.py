"""Counts as small tables with bars, and what an index holds."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len
from rich.text import Text

from index.countries import country_name
from search.facets import Count, Facets
from search.render import is_unicode, wrapped
from search.stats import Stats
from search.terminal import Paper, plain

_SHOWN = {"date": 60}
_SHOWN_ELSE = 10
_NONE = "(unknown)"
_TITLES = {
    "date": "Dates",
    "place": "Places",
    "country": "Countries",
    "agency": "Agencies",
    "byline": "Bylines",
}


def facet_lines(facets: Facets, paper: Paper) -> Iterator[Text]:
    """One table for each facet: value, count and a bar."""
    for name, counts in facets.items():
        if counts:
            yield from _table(name, counts, paper)
            yield Text()


def _table(name: str, counts: tuple[Count, ...], paper: Paper) -> Iterator[Text]:
    shown = counts[: _SHOWN.get(name, _SHOWN_ELSE)]
    labels = [_label(name, count) for count in shown]
    most = max(count.count for count in shown)
    digits = len(f"{most:,}")
    width = min(max(map(cell_len, labels)), max(paper.width - digits - 16, 12))
    room = max(min(paper.width - width - digits - 6, 40), 1)
    yield Text(_TITLES.get(name, name), "bold")
    for label, count in zip(labels, shown, strict=True):
        bar = ("█" if is_unicode(paper) else "#") * max(round(room * count.count / most), 1)
        row = Text(label)
        row.truncate(width, overflow="ellipsis" if is_unicode(paper) else "crop", pad=True)
        yield Text.assemble("  ", row, f"  {count.count:>{digits},}  ", (bar, "cyan"))
    if len(counts) > len(shown):
        yield Text(f"  and {len(counts) - len(shown):,} more", "dim")


def _label(name: str, count: Count) -> str:
    if count.value is None:
        return _NONE
    if name == "country":
        return plain(f"{country_name(count.value)} ({count.value})")
    return plain(count.value)


def stats_lines(stats: Stats, paper: Paper) -> Iterator[Text]:
    """What an index holds: totals, then its tables."""
    span = "unknown" if stats.first is None else f"{stats.first} to {stats.last}"
    formats = ", ".join(f"{plain(name)} {count:,}" for name, count in stats.formats.items())
    for name, value in (
        ("Stories", f"{stats.stories:,}"),
        ("Dates", span),
        ("", f"{stats.certain:,} certain, {stats.inferred:,} inferred, {stats.unknown:,} unknown"),
        ("Datelines", f"{stats.datelines:,}"),
        ("Formats", formats or "none"),
        ("Size", f"{_size(stats.bytes)} on disk"),
    ):
        yield from wrapped(Text(value), paper, f"{name:<11}")
    yield Text()
    yield from facet_lines(stats.facets, paper)


def _size(count: int) -> str:
    size = float(count)
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1000 or unit == "GB":
            break
        size /= 1000
    return f"{size:,.0f} {unit}" if unit == "bytes" else f"{size:,.1f} {unit}"

"""A row of a dump -> a story, whatever file format the row came from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from index.errors import StoryFileError
from index.formats import fragments
from index.formats.columns import Columns
from index.formats.headerfields import (
    byline_and_agency,
    located,
    provider,
    stamp,
    tells_day_first,
)
from index.raw import NoText, RawStory

Row = Mapping[str, object]
SAMPLE_ROWS = 300
"""Rows in which the order of day and month is looked for."""
_UNKNOWN_ROWS = 100
"""Rows without any known column after which a file is not read on."""
_MAX_KEY = 500
_NAMES_SHOWN = 12
_INNER = (
    "rendered",
    "name",
    "value",
    "text",
    "#text",
    "_",
    "title",
    "$date",
    "$oid",
    "$numberLong",
)
"""Where an object that stands for a value keeps it (WordPress, schema.org, XML dumps, MongoDB)."""
_NULLS = frozenset(("", "null", "none", "nan", "n/a", "na", "nil", "undefined", "\\n", "-"))


def stories(
    rows: Iterable[tuple[int, Row]], columns: Columns, day_first: bool | None
) -> Iterator[RawStory | NoText]:
    """Every (line, row) as a story, or NoText where it has none.

    Raises StoryFileError naming the columns seen if none of them is one we know.
    """
    held: list[NoText] = []
    known = False
    seen: dict[str, None] = {}
    for number, (_, row) in enumerate(rows, 1):
        item = story_of(row, number, columns, day_first)
        known = known or columns.tells(row)
        if not known:
            seen.update(dict.fromkeys(islice(row, _NAMES_SHOWN)))
            if len(held) == _UNKNOWN_ROWS:
                break
            held.append(NoText(item.key, "row"))
            continue
        yield from held
        held.clear()
        yield item
    if not known:
        raise StoryFileError(_no_columns(list(seen)))


def day_first_in(rows: Iterable[tuple[int, Row]], columns: Columns) -> bool | None:
    """Whether all-digit dates are day first, by the first rows that show it; None if none does."""
    try:
        for _, row in islice(rows, SAMPLE_ROWS):
            for column in columns.find(row).get("date", ())[:3]:
                told = tells_day_first(row[column])
                if told is not None:
                    return told
    except StoryFileError:  # reported when the rows are read, with what comes before it
        pass
    return None


def story_of(row: Row, number: int, columns: Columns, day_first: bool | None) -> RawStory | NoText:
    """The story in one row; ``number`` is its key where no column has one."""
    found = columns.find(row)

    def first(field: str) -> str:
        return next(filter(None, (flat(row[name]) for name in found.get(field, ()))), "")

    key = " ".join(fragments.sound(first("key")).split())[:_MAX_KEY] or f"row {number}"
    texts = [fragments.paragraphs(flat(row[name], "\n\n")) for name in found.get("text", ())]
    body = max(texts, key=fragments.words_in, default=[])
    if not body:
        return NoText(key, "row")
    dates = (stamp(flat(row[name]), day_first) for name in found.get("date", ()))
    byline, by_agency = byline_and_agency(first("byline"))
    agencies = (provider(flat(row[name])) for name in found.get("agency", ()))
    dateline = fragments.one_line(first("dateline"))
    return RawStory(
        key=key,
        headline=fragments.one_line(first("headline")),
        body="\n\n".join(body),
        byline=byline,
        # Where the text opens with it as well, it is read, and taken off, there.
        dateline_text=dateline if dateline and not _opens_with(body[0], dateline) else None,
        located=located(first("place"), first("country")),
        agency=next(filter(None, agencies), None) or by_agency,
        filed=next(filter(None, dates), None),
        slug=fragments.one_line(first("slug")),
    )


def _opens_with(paragraph: str, dateline: str) -> bool:
    return paragraph.casefold().startswith(dateline.casefold().rstrip(" -–—:._"))


def flat(value: object, joint: str = ", ", depth: int = 3) -> str:
    """A value as text: a list's values joined, an object's name or value; "" for a null."""
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, str):
        return "" if len(value) < 12 and value.strip().casefold() in _NULLS else value
    if isinstance(value, int | float):
        return str(int(value)) if abs(value) < 1e19 else ""  # NaN is less than nothing
    if depth and isinstance(value, list):
        texts = (flat(held, joint, depth - 1) for held in value[:10_000])
        return joint.join(filter(None, texts))
    if depth and isinstance(value, dict):
        return next(
            filter(None, (flat(value[n], joint, depth - 1) for n in _INNER if n in value)), ""
        )
    return ""


def _no_columns(names: list[str]) -> str:
    shown = ", ".join(" ".join(fragments.sound(name).split())[:40] for name in names[:_NAMES_SHOWN])
    return f"no column of text or headline among {shown}" if shown else "rows without columns"

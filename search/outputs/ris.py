"""Stories as RIS, which reference managers import.

By Research Information Systems' "RIS Format Specifications" (Reference Manager 10 and the
revision of 2011): a tag is two characters, two spaces, a dash and a space; lines end with CR
and LF; TY comes first and ER last; a date is YYYY/MM/DD/other with every slash, whatever is
missing; an asterisk may not stand in a name or a periodical.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePath

from index.story import Story, StoryDate, lead_of
from search.terminal import plain


def ris(stories: Iterable[Story]) -> Iterator[str]:
    """A record of the type NEWS for each story."""
    for story in stories:
        yield "".join(f"{tag}  - {value}\r\n" for tag, value in _fields(story))


def _fields(story: Story) -> Iterator[tuple[str, str]]:
    told = (
        ("TI", story.title),
        ("AU", _name(story.byline)),
        ("T2", _name(story.agency)),
        ("PY", str(story.date.year) if story.date.year is not None else None),
        ("DA", _date(story.date)),
        ("CY", "; ".join(story.places)),
        ("AB", lead_of(story.body)),
        ("AN", story.id),
        ("L1", _link(story.path)),
        ("N1", None if story.date.certain else f"The date is not certain: {story.date.reason}"),
        ("DB", "newsq"),
    )
    yield "TY", "NEWS"
    for tag, value in told:
        if value and (shown := " ".join(plain(value).split())):
            yield tag, shown
    yield "ER", ""


def _name(text: str | None) -> str | None:
    return text and text.replace("*", " ")


def _date(date: StoryDate) -> str | None:
    if date.year is None:
        return None
    month, day = (f"{part:02d}" if part else "" for part in (date.month, date.day))
    return f"{date.year:04d}/{month}/{day}/"


def _link(path: str) -> str:
    return PurePath(path).as_uri() if PurePath(path).is_absolute() else path

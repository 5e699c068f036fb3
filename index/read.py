"""One file -> its stories: the whole way from bytes to Story values."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, NamedTuple

from index.containers import HEAD, Bounds, is_packed, members
from index.corpus import date_in_name, is_readme, printable
from index.credits import closing_credit, credited
from index.dateline import parse_tagged
from index.dating import date_story
from index.errors import StoryFileError
from index.files import opened
from index.formats.hints import NO_HINTS, Hints
from index.formats.registry import format_of
from index.limits import USUAL_LIMITS, Limits
from index.neighbours import dated_by_neighbours
from index.pagelines import Kind, Line, read_line
from index.places import country_of, locate
from index.raw import Located, NoText, RawStory, Unread
from index.story import Dateline, PartialDate, Story, Version
from index.versions import slug_key, slug_level, take_marks

OPENING_LINES = 6
"""Paragraphs of a structured body in which byline, notes and dateline may stand."""


def read_stories(path: Path, source: str) -> Iterator[Story]:
    """Every story in the file at ``path``, as `read_items` reads them."""
    for item in read_items(path, source):
        if isinstance(item, Story):
            yield item


def read_items(
    path: Path, source: str, hints: Hints = NO_HINTS, limits: Limits = USUAL_LIMITS
) -> Iterator[Story | NoText | Unread]:
    """Every item in the file at ``path``, and in the files packed in it.

    ``source`` is the file's stable name; ``hints`` is what user and corpus tell of it;
    ``limits`` bound what is packed in it.
    Raises StoryFileError, before the first item or between two, with the reason.
    """
    with opened(path) as file:
        head = file.read(HEAD)
        file.seek(0)
        if not is_packed(head):
            yield from dated_by_neighbours(_items(file, printable(path), source, "", hints))
            return
        for name, member in members(file, printable(path), Bounds(unpacked=limits.size)):
            if is_readme(name.rpartition("/")[2]):
                continue
            try:
                inside = f"{printable(path)}/{name}"
                yield from dated_by_neighbours(_items(member, inside, source, name, hints))
            except StoryFileError as error:
                yield Unread(name, str(error))


def _items(
    file: BinaryIO, path: str, source: str, member: str, hints: Hints
) -> Iterator[Story | NoText | Unread]:
    """The items of one stream; ``member`` names it within the file that it is packed in."""
    known = format_of(file, hints)
    seen: Counter[str] = Counter()
    file_date = date_in_name(f"{source}/{member}")
    for raw in known.read(file):
        if isinstance(raw, NoText | Unread):
            yield raw
            continue
        key = f"{member}:{raw.key}" if member else raw.key
        seen[key] += 1
        # Two stories of one key in a file are two stories all the same.
        key = key if seen[key] == 1 else f"{key}#{seen[key]}"
        yield _story(raw, story_id(source, key), path, known.name, file_date)


def story_id(source: str, key: str) -> str:
    """A story's id: 12 hexadecimal digits of a hash over where it stands."""
    return hashlib.blake2b(f"{source}\n{key}".encode(), digest_size=6).hexdigest()


def _story(
    raw: RawStory, identity: str, path: str, format_name: str, file_date: PartialDate | None
) -> Story:
    copy = _tagged(raw)
    if not raw.is_page:
        copy = _opened(copy)
    headline, version = take_marks(raw.headline)
    cited = (*raw.credits, *credited(copy.body))
    agency = copy.agency or (copy.dateline.agency if copy.dateline else None)
    return Story(
        id=identity,
        path=path,
        format=format_name,
        headline=headline,
        body=copy.body,
        byline=copy.byline,
        dateline=_placed(copy.dateline, raw.located),
        agency=agency,
        credits=tuple(name for name in dict.fromkeys(cited) if name != agency),
        date=date_story(
            copy.dateline,
            filed=raw.filed,
            published=raw.published,
            published_labelled=raw.published_labelled,
            page_date=raw.page_date,
            file_date=file_date,
        ),
        page_date=raw.page_date.iso if raw.page_date else None,
        version=_version(version, raw),
    )


def _version(marked: Version | None, raw: RawStory) -> Version | None:
    """What headline, slug and editors' note say of a story's version."""
    if marked is None and raw.slug is None and raw.note is None:
        return None
    version = marked or Version()
    if raw.slug:
        level = max(version.level, slug_level(raw.slug))
        version = replace(version, level=level, slug=slug_key(raw.slug))
    return replace(version, note=raw.note)


class _Copy(NamedTuple):
    """What a story's text is read into."""

    dateline: Dateline | None
    byline: str | None
    body: str
    agency: str | None


def _tagged(raw: RawStory) -> _Copy:
    """The copy of ``raw``, with the dateline that its format tags read."""
    if raw.dateline_text is None:
        return _Copy(raw.dateline, raw.byline, raw.body, raw.agency)
    dateline, run_on = parse_tagged(raw.dateline_text)
    return _Copy(dateline, raw.byline, run_on + raw.body, raw.agency)


def _opened(copy: _Copy) -> _Copy:
    """``copy`` without what stands before and after it in a structured body."""
    dateline, byline, body, agency = copy
    paragraphs = body.split("\n\n") if body else []
    first = 0
    for number, paragraph in enumerate(paragraphs[:OPENING_LINES] if dateline is None else ()):
        line = read_line(paragraph, within=number == 0)
        if line.opening:
            dateline = line.opening.dateline
            paragraphs[number] = paragraph[line.opening.end :].lstrip()
            first = number
            break
        if line.dateline:
            dateline, first = line.dateline, number + 1
            break
        if not _stands_before(line):
            break
        byline = byline or line.byline
        first = number + 1
    kept, ending = closing_credit([p for p in paragraphs[first:] if p])
    agency = agency or (dateline.agency if dateline else None) or ending
    return _Copy(dateline, byline, "\n\n".join(kept), agency)


def _stands_before(line: Line) -> bool:
    """Whether a line may stand between a headline and the copy: a byline, a note, a stamp."""
    return line.kind in (Kind.BYLINE, Kind.INLINE, Kind.STAMP, Kind.AGENCY)


def _placed(dateline: Dateline | None, located: Located | None) -> Dateline | None:
    """The dateline; where it names no place, with the one that the format gives apart from it."""
    if located is None or located.place is None or (dateline and dateline.places):
        return dateline
    place = located.place
    country = located.country or country_of(place)
    return replace(
        dateline or Dateline(""),
        places=(place,),
        country=country,
        coordinates=locate(place, country),
    )

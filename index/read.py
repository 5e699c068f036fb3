"""One file -> its stories: the whole way from bytes to Story values."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from index.corpus import printable
from index.credits import credited
from index.dating import date_story
from index.formats.registry import format_of
from index.story import RawStory, Story


def read_stories(path: Path, source: str) -> Iterator[Story]:
    """Every story in the file at ``path``; ``source`` is the file's stable name.

    Raises StoryFileError, before the first story or between two, with the reason.
    """
    known = format_of(path)
    seen: Counter[str] = Counter()
    for raw in known.read(path):
        seen[raw.key] += 1
        # Two stories of one key in a file are two stories all the same.
        key = raw.key if seen[raw.key] == 1 else f"{raw.key}#{seen[raw.key]}"
        yield _story(raw, story_id(source, key), printable(path), known.name)


def story_id(source: str, key: str) -> str:
    """A story's id: 12 hexadecimal digits of a hash over where it stands."""
    return hashlib.blake2b(f"{source}\n{key}".encode(), digest_size=6).hexdigest()


def _story(raw: RawStory, identity: str, path: str, format_name: str) -> Story:
    cited = (*raw.credits, *credited(raw.body))
    agency = raw.agency or (raw.dateline.agency if raw.dateline else None)
    return Story(
        id=identity,
        path=path,
        format=format_name,
        headline=raw.headline,
        body=raw.body,
        byline=raw.byline,
        dateline=raw.dateline,
        agency=agency,
        credits=tuple(name for name in dict.fromkeys(cited) if name != agency),
        date=date_story(
            raw.dateline,
            filed=raw.filed,
            published=raw.published,
            published_labelled=raw.published_labelled,
            page_date=raw.page_date,
        ),
        page_date=raw.page_date.iso if raw.page_date else None,
    )

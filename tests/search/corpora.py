"""The stories of golden/ as indexes."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from index.direct import delete_stories, index_stories
from index.story import DateBasis, Dateline, PartialDate, Story, StoryDate, Version

GOLDEN = Path(__file__).parent / "golden"
TEXT = (
    "A freighter loaded with timber broke its moorings in Karsholm on Sunday night and struck "
    "the old swing bridge, and {dead}, harbour police said.\n\n"
    "The master, who had been ashore, told reporters that the hawsers had been renewed in "
    "spring. Two tugs held the hull against the pier until daylight, when divers went down.\n\n"
    "The bridge, built in 1907, carries the only tram line between the two halves of the town. "
    "Trams will stop at either bank for a month, the town council said, and a ferry for "
    "schoolchildren will cross at eight and at three.{more}"
)
MORE = (
    "\n\nInsurers put the damage at nine million crowns. A crane barge from Ostvik is to lift "
    "the broken span before the ice comes, and engineers doubt that it can be used again."
)
FIRST = TEXT.format(dead="at least two sailors drowned", more="")
SECOND = TEXT.format(dead="at least three sailors drowned", more=MORE)


def story_of(
    id: str,  # noqa: A002 - the field's name
    headline: str | None = None,
    body: str = "",
    places: Iterable[str] = (),
    country: str | None = None,
    agency: str | None = None,
    date: str | None = None,
    certain: bool = True,
    byline: str | None = None,
    credits: Iterable[str] = (),  # noqa: A002 - the field's name
    no_year: list[int] | None = None,
    slug: str | None = None,
) -> Story:
    """A story as a line of golden/corpus.jsonl gives it."""
    if date:
        known = PartialDate(*(int(part) for part in date.split("-")))
        basis = DateBasis.METADATA if certain else DateBasis.YEAR_INFERRED
        told = StoryDate(known.year, known.month, known.day, basis, certain, "the test says so")
    elif no_year:
        month, day = no_year
        told = StoryDate(None, month, day, DateBasis.NO_YEAR, False, "nothing tells the year")
    else:
        told = StoryDate()
    named = tuple(places)
    line = Dateline(f"{'/'.join(named)} ({agency})", named, country=country, agency=agency)
    return Story(
        id=id,
        path=f"/corpus/{id}.txt",
        format="text",
        headline=headline,
        body=body,
        byline=byline,
        dateline=line if named else None,
        agency=agency,
        credits=tuple(credits),
        date=told,
        version=Version(slug=slug) if slug else None,
    )


def source_of(story: Story) -> str:
    """The name of the file that a story is from."""
    return story.path.lstrip("/")


def write_index(
    where: Path, batches: Iterable[Iterable[Story]], deleted: Iterable[str] = ()
) -> Path:
    """An index of ``batches``, one segment for each; then ``deleted`` ids are taken out."""
    index_stories([], where)  # without a first commit a folder is no index
    for batch in batches:
        index_stories(batch, where, source=source_of, merge=False)
    delete_stories(deleted, where)
    return where


def lines(name: str) -> list[dict[str, Any]]:
    """The rows of a data file in golden/."""
    return [json.loads(line) for line in (GOLDEN / name).read_text("utf-8").splitlines()]


def golden_index(where: Path) -> Path:
    """An index of the golden corpus, in three segments."""
    stories = [story_of(**row) for row in lines("corpus.jsonl")]
    return write_index(where, [stories[start::3] for start in range(3)])


def newsroom_index(where: Path) -> Path:
    """An index of the stories that the query language is tried on."""
    stories = [story_of(**row) for row in lines("newsroom.jsonl")]
    return write_index(where, [stories[start::2] for start in range(2)])


def copies_index(where: Path) -> Path:
    """An index of a story in several printings, in two segments, and one that is gone."""

    def story(name: str, body: str, agency: str, day: int, level: int = 0) -> Story:
        one = story_of(
            name, "Freighter hits Karsholm bridge", body, ["Karsholm"], "DK", agency,
            f"2004-11-{day:02d}",
        )  # fmt: skip
        return replace(one, version=Version(level, slug="BC-Karsholm-Bridge"))

    stories = [
        story("first", FIRST, "Reuters", 7),
        story("paper", FIRST.replace("\n\n", "\n\n\n"), "Star", 7),
        story("later", SECOND, "Reuters", 7, level=1),
        story("later2", SECOND, "Gazette", 8, level=1),
        story_of("other", "Tram line of Karsholm is 100", "The tram of Karsholm rang its bell.",
                 date="2003-05-01"),
    ]  # fmt: skip
    gone = story("gone", FIRST, "Herald", 7)
    return write_index(where, [[gone, *stories[:3]], stories[3:]], ["gone"])

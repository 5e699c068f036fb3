"""What ``newsq index`` and ``newsq inspect`` tell, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.text import Text

from index.story import Story, Version
from search.terminal import plain

if TYPE_CHECKING:
    from index.check.findings import Report
    from index.reading import FileReading
    from index.summary import Summary

SKIPPED_SHOWN = 20
AFFECTED_SHOWN = 5
"""Stories that are named of each thing a check finds."""


def summary_lines(summary: Summary) -> Iterator[Text]:
    """The closing summary of a run."""
    yield Text.assemble(
        (f"{summary.stories:,} {_plural(summary.stories, 'story', 'stories')}", "bold"),
        f" in {summary.files:,} {_plural(summary.files, 'file', 'files')}: "
        f"{summary.added:,} added, {summary.changed:,} changed, {summary.dropped:,} dropped",
    )
    rate = f", {summary.read / summary.seconds:,.0f} a second" if summary.read else ""
    yield Text(
        f"read: {summary.read:,} in {summary.seconds:.1f} s{rate}; "
        f"{summary.files_unchanged:,} {_plural(summary.files_unchanged, 'file', 'files')} unchanged"
    )
    yield Text(
        f"datelines: {summary.datelines:,} found, {summary.stories - summary.datelines:,} without"
    )
    yield Text(
        f"dates: {summary.certain:,} certain, {summary.inferred:,} inferred, "
        f"{summary.unknown:,} unknown"
    )
    if summary.no_text:
        yield Text(f"items without text, not indexed: {summary.no_text:,}")
    if summary.before:
        yield Text(f"rebuilt: these take the place of the {summary.before:,} stories before")
    if summary.elsewhere:
        yield Text(f"the index also holds {summary.elsewhere:,} stories of other corpora")
    yield from _skipped_lines(summary)
    yield Text(f"index: {plain(str(summary.where))}", style="dim")


def check_lines(report: Report, summary: Summary | None) -> Iterator[Text]:
    """What a check found; with a ``summary``, what a repair did about it."""
    for finding in (*report.findings, *report.notes):
        yield Text.assemble((f"{plain(finding.file)}: ", "bold"), plain(finding.what))
        if finding.remedy:
            yield Text(f"  {plain(finding.remedy)}")
        for story in finding.stories[:AFFECTED_SHOWN]:
            known = [story.id, story.headline, story.path]
            yield Text(f"  {'  '.join(plain(one) for one in known if one)}")
        if (more := finding.count - AFFECTED_SHOWN) > 0:
            yield Text(f"  and {more:,} more stories; --json names them")
    if report.is_sound:
        yield Text(
            f"Sound: {report.stories:,} {_plural(report.stories, 'story', 'stories')} in "
            f"{report.segments:,} {_plural(report.segments, *report.parts)}.",
            "bold",
        )
    if summary is not None:
        yield Text()
        yield from summary_lines(summary)


def _skipped_lines(summary: Summary) -> Iterator[Text]:
    if not summary.skipped:
        yield Text("skipped: nothing")
        return
    count = len(summary.skipped)
    yield Text(f"skipped: {count:,} {_plural(count, 'file', 'files')}", style="yellow")
    for path, reason in summary.skipped[:SKIPPED_SHOWN]:
        yield Text(f"  {plain(path)}: {plain(reason)}")
    if count > SKIPPED_SHOWN:
        yield Text(f"  and {count - SKIPPED_SHOWN:,} more; --json lists them all")


def inspect_lines(reading: FileReading) -> Iterator[Text]:
    """What was made of one file, for a reader at a terminal."""
    for story in reading.stories:
        yield from _story_lines(story)
    if reading.no_text:
        count = f"{reading.no_text:,} {_plural(reading.no_text, 'item', 'items')}"
        yield Text(f"{plain(str(reading.file.path))}: {count} without text")
    for path, reason in reading.skipped:
        yield Text(f"{plain(path)}: skipped: {plain(reason)}", "yellow")


def _story_lines(story: Story) -> Iterator[Text]:
    line = story.dateline
    yield Text.assemble((plain(story.title), "bold"))
    places = " / ".join(story.places) + (f" ({story.country})" if story.country else "")
    when = story.date.iso or "unknown"
    surely = "" if story.date.certain or story.date.iso is None else ", not certain"
    told = {
        "file": f"{story.path} ({story.format})",
        "dateline": (line.text or None) if line else None,
        "place": places or None,
        "date": f"{when} ({story.date.basis}{surely}: {story.date.reason})",
        "agency": story.agency,
        "credits": ", ".join(story.credits) or None,
        "byline": story.byline,
        "page date": story.page_date,
        "version": _version_text(story.version) if story.version else None,
    }
    for name, value in told.items():
        if value is not None:
            yield Text(f"  {name + ':':11}{plain(value)}")
    paragraphs = story.body.split("\n\n") if story.body else []
    count = f"{len(paragraphs):,} {_plural(len(paragraphs), 'paragraph', 'paragraphs')}"
    yield Text(f"  {'body:':11}{len(story.body.split()):,} words, {count}")
    if paragraphs:
        yield Text(f"    from  {plain(_shortened(paragraphs[0]))}")
        yield Text(f"    to    {plain(_shortened(paragraphs[-1], from_end=True))}")
    yield Text("")


def _version_text(version: Version) -> str:
    parts = [f"take {version.level + 1}" if version.level else "first take"]
    parts += [n for n in ("corrected", "repeated", "urgent") if getattr(version, n)]
    parts += [f"slug {version.slug}"] if version.slug else []
    return ", ".join(parts) + (f" ({version.note})" if version.note else "")


def _shortened(paragraph: str, *, from_end: bool = False) -> str:
    words = paragraph.split()
    if len(words) <= 12:
        return " ".join(words)
    return "... " + " ".join(words[-12:]) if from_end else " ".join(words[:12]) + " ..."


def _plural(count: int, one: str, many: str) -> str:
    return one if count == 1 else many

"""Versions as lines for a terminal; words taken out and put in as in ``wdiff`` in a pipe."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.text import Text

from index.samecopy.changes import Change, Kind
from index.story import Story
from search.render import facts, is_unicode, wrapped
from search.terminal import Paper, plain
from search.versions.takes import Differences, Take, Versions

CONTEXT = 6
"""Words that are shown on each side of what changed."""
_STYLES = {Kind.REMOVED: "strike red", Kind.ADDED: "bold underline green"}
_BRACKETS = {Kind.REMOVED: ("[-", "-]"), Kind.ADDED: ("{+", "+}")}


def version_lines(found: Versions, paper: Paper) -> Iterator[Text]:
    """Every version: who printed it, and what changed in it."""
    for number, take in enumerate(found.takes, 1):
        yield from _take_lines(number, take, found.front, paper)
        yield Text()
    yield Text(_total(found), "bold")


def difference_lines(old: Story, new: Story, found: Differences, paper: Paper) -> Iterator[Text]:
    """What changed from ``old`` to ``new``."""
    for label, story in (("- ", old), ("+ ", new)):
        yield from _about(story, paper, label)
    yield Text()
    yield from _changed(found, paper, "")


def _take_lines(number: int, take: Take, front: str, paper: Paper) -> Iterator[Text]:
    label = f"{number}. "
    indent = " " * len(label)
    yield from _about(take.story, paper, label, shown=take.story.id == front)
    for copy in take.stories[1:]:
        dot = _dot(paper)
        mark = f"{dot}shown in a search" if copy.id == front else ""
        printed = f"also: {dot.join([*facts(copy), plain(copy.id)])}{mark}"
        yield from wrapped(Text(printed, "dim"), paper, indent)
    if take.since_last:
        yield from _changed(take.since_last, paper, indent)


def _about(story: Story, paper: Paper, label: str, shown: bool = False) -> Iterator[Text]:
    yield from wrapped(Text(plain(story.title), "bold"), paper, label)
    words = len(story.body.split())
    known = [*facts(story), *revision_marks(story), f"{words:,} words", plain(story.id)]
    known += ["shown in a search"] if shown else []
    yield from wrapped(Text(_dot(paper).join(known), "dim"), paper, " " * len(label))


def revision_marks(story: Story) -> Iterator[str]:
    """What the wire marked the story as, and what it told editors."""
    version = story.version
    if version is None:
        return
    if version.level:
        yield f"lead {version.level}"
    for name in ("corrected", "repeated", "urgent"):
        if getattr(version, name):
            yield name
    if version.note:
        yield plain(version.note)


def _changed(found: Differences, paper: Paper, indent: str) -> Iterator[Text]:
    nothing = True
    for runs in (found.headline, found.body):
        if any(run.kind is not Kind.KEPT for run in runs):
            nothing = False
            yield from wrapped(_runs(runs, paper), paper, indent)
    if nothing:
        yield Text(f"{indent}No word differs.", "italic")


def _runs(runs: Sequence[Change], paper: Paper) -> Text:
    """What changed in one text, with some words around it."""
    shown = []
    for number, run in enumerate(runs):
        text = plain(run.text)
        if run.kind is Kind.KEPT:
            shown.append(Text(words_beside(text, number == 0, number == len(runs) - 1)))
        elif paper.is_terminal:
            shown.append(Text(text, _STYLES[run.kind]))
        else:
            before, after = _BRACKETS[run.kind]
            shown.append(Text(f"{before}{text}{after}"))
    return Text(" ").join(shown)


def words_beside(text: str, first: bool, last: bool) -> str:
    """The words of a run that was kept which stand beside a change; dots for the others.

    The ``first`` run of a text has a change only behind it, the ``last`` only before it.
    """
    words = text.split()
    if len(words) <= (1 if first or last else 2) * CONTEXT:
        return " ".join(words)
    before = [] if first else words[:CONTEXT]
    after = [] if last else words[-CONTEXT:]
    return " ".join([*before, "...", *after])


def _total(found: Versions) -> str:
    versions = "1 version" if len(found.takes) == 1 else f"{len(found.takes)} versions"
    count = sum(len(take.stories) for take in found.takes)
    return f"{versions}, printed {'once' if count == 1 else f'{count} times'}"


def _dot(paper: Paper) -> str:
    return " · " if is_unicode(paper) else " - "

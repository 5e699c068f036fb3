"""The versions of a story for a page: who printed each, and what changed in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from index.samecopy.changes import Change, Kind
from index.story import Story
from index.value import Value
from search.terminal import plain
from search.versions.takes import Take, Versions
from search.versions.text import revision_marks, words_beside
from serve.states import State


class Run(Value):
    """A run of words: "kept" (cut to what stands beside a change), "added" or "removed"."""

    kind: str
    text: str


class Printing(Value):
    """A story that prints a version, and where its page is; ``here`` is the page itself."""

    story: Story
    address: str
    here: bool


class VersionView(Value):
    """A version: its printings, the fullest first, what the wire marked it as, what changed.

    ``headline`` and ``body`` are empty where no word of them differs; ``first`` is the version
    that has none before it.
    """

    printings: tuple[Printing, ...]
    marks: tuple[str, ...]
    words: int
    headline: tuple[Run, ...]
    body: tuple[Run, ...]
    first: bool


def version_list(found: Versions, story: Story, state: State) -> list[VersionView]:
    """All versions, for the page of ``story``; none where it was printed once alone."""
    if sum(len(take.stories) for take in found.takes) < 2:
        return []
    return [_version(take, story, state) for take in found.takes]


def _version(take: Take, story: Story, state: State) -> VersionView:
    changed = take.since_last
    return VersionView(
        printings=tuple(
            Printing(one, state.at(f"/story/{one.id}"), one.id == story.id) for one in take.stories
        ),
        marks=tuple(revision_marks(take.story)),
        words=len(take.story.body.split()),
        headline=tuple(_runs(changed.headline)) if changed else (),
        body=tuple(_runs(changed.body)) if changed else (),
        first=changed is None,
    )


def _runs(changes: Sequence[Change]) -> Iterator[Run]:
    if all(run.kind is Kind.KEPT for run in changes):
        return
    for number, run in enumerate(changes):
        text = plain(run.text)
        if run.kind is Kind.KEPT:
            text = words_beside(text, number == 0, number == len(changes) - 1)
        yield Run(run.kind.value, text)

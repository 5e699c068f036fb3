"""The versions of a story as values: who printed each, and what is new in it."""

from __future__ import annotations

from collections.abc import Callable

from index.samecopy.changes import Change, changes
from index.samecopy.printings import Tie
from index.story import Story
from index.value import Value


class Differences(Value):
    """How one version came of another: runs of words of headline and body, all of them."""

    headline: tuple[Change, ...]
    body: tuple[Change, ...]


class Take(Value):
    """One version: the stories that print it, the fullest first.

    ``since_last`` is what changed from the version before; None in the first.
    """

    stories: tuple[Story, ...]
    since_last: Differences | None

    @property
    def story(self) -> Story:
        """The fullest printing."""
        return self.stories[0]


class Versions(Value):
    """A story in all its versions, the first before the newest; one if it never changed.

    ``front`` is the id of the newest complete printing, which a search shows for all.
    """

    takes: tuple[Take, ...]
    front: str


def versions_of(tie: Tie, read: Callable[[int], Story]) -> Versions:
    """The versions that ``tie`` ties; ``read`` gives the story of a number."""
    takes: list[Take] = []
    for numbers in tie.takes:
        stories = tuple(map(read, numbers))
        before = takes[-1].story if takes else None
        takes.append(Take(stories, differences(before, stories[0]) if before else None))
    return Versions(tuple(takes), read(tie.front).id)


def differences(old: Story, new: Story) -> Differences:
    """What changed from one story to another, word by word."""
    return Differences(changes(old.headline or "", new.headline or ""), changes(old.body, new.body))

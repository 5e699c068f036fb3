"""What a check finds."""

from __future__ import annotations

from typing import NamedTuple

from index.value import Value


class Affected(NamedTuple):
    """A story that may not be found, or not read: what is known of it."""

    id: str
    headline: str | None = None
    path: str | None = None


class Finding(Value):
    """One thing that is not as it should be.

    ``file`` is the name of a file of the index (on a cluster, of an index), ``what`` a clause
    about it. ``stories`` are those affected, as far as they can be named; ``count`` is how many
    there are. ``remedy`` tells what to do about it, where no repair can.
    """

    file: str
    what: str
    stories: tuple[Affected, ...] = ()
    count: int = 0
    remedy: str = ""


class Report(Value):
    """What a whole check found: nothing, if the index is sound.

    ``segments`` is how many ``parts`` it has, as those are called. ``broken`` are the segments
    that a repair reads anew; ``lost`` says that the table of contents cannot be read. ``notes``
    are what is worth to know, though nothing is wrong with any story.
    """

    findings: tuple[Finding, ...]
    segments: int
    stories: int
    broken: frozenset[str]
    lost: bool = False
    notes: tuple[Finding, ...] = ()
    parts: tuple[str, str] = ("segment", "segments")

    @property
    def is_sound(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    @property
    def remedy(self) -> str:
        """What to do, where no repair can mend all of it; nothing where one can."""
        return next((one.remedy for one in self.findings if one.remedy), "")

    @property
    def can_be_mended(self) -> bool:
        """Whether a repair has anything to do."""
        return any(not one.remedy for one in (*self.findings, *self.notes))

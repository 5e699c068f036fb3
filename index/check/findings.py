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

    ``file`` is the name of a file of the index, ``what`` a clause about it. ``stories`` are
    those affected, as far as they can be named; ``count`` is how many there are.
    """

    file: str
    what: str
    stories: tuple[Affected, ...] = ()
    count: int = 0


class Report(Value):
    """What a whole check found: nothing, if the index is sound.

    ``broken`` are the segments that a repair reads anew; ``lost`` says that the table of
    contents cannot be read, ``unlisted`` that the manifest cannot.
    """

    findings: tuple[Finding, ...]
    segments: int
    stories: int
    broken: frozenset[str]
    lost: bool = False
    unlisted: bool = False

    @property
    def is_sound(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

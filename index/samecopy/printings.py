"""One story in all its printings, as a value."""

from __future__ import annotations

from collections.abc import Sequence

from index.value import Value


class Tie(Value):
    """One story in all its printings, which are numbers of stories.

    ``takes`` are its versions, the first before the newest; each is the stories that print it,
    the fullest before its copies. ``front`` is the newest complete one, to be shown for all.
    """

    takes: tuple[tuple[int, ...], ...]
    front: int

    @property
    def stories(self) -> tuple[int, ...]:
        """All printings, in order."""
        return tuple(story for take in self.takes for story in take)

    def renumbered(self, numbers: Sequence[int]) -> Tie:
        """The same with story ``n`` called ``numbers[n]``."""
        takes = tuple(tuple(numbers[story] for story in take) for take in self.takes)
        return Tie(takes, numbers[self.front])

"""Which stories of an index are one story? Kept beside it, one file a generation.

It is written before the table of contents of its generation is swapped in, as the manifest is:
whichever generation is live has its own ties or none, never another's.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.codec.arrayfile import ArrayFile, ArrayFileWriter
from index.codec.checked import damaged
from index.durable import write_whole
from index.samecopy.printings import Tie

Ints = NDArray[np.int64]
STORIES, TAKES, GROUPS, FRONTS = "stories", "takes", "groups", "fronts"
PAIRS, RELATIONS, RULE = "pairs", "relations", "rule"


class Ties:
    """The ties of one generation, which has ``count`` stories, deleted ones among them.

    Stories are numbered through all of its segments, in the order of the table of contents.
    """

    def __init__(self, file: ArrayFile | None, count: int) -> None:
        self._file = file
        self.count = count

    @property
    def known(self) -> bool:
        """Whether the generation has been tied: another program's has not."""
        return self._file is not None

    def check(self) -> None:
        """Look at all of it. Raises DamagedFileError if anything is not what was written."""
        if self._file is None:
            return
        for name in self._file.damaged():
            raise damaged(self._file.name, f"what it holds of {name or 'nothing'} has changed")
        self.places()
        self.decided(self._file.about(RULE))

    def group_of(self) -> NDArray[np.int32]:
        """For each story the number of its tie, -1 where it is a story of its own."""
        numbers = np.full(self.count, -1, np.int32)
        stories, takes, groups = self._sizes
        of_takes = np.repeat(np.arange(groups.size, dtype=np.int32), groups)
        numbers[stories] = np.repeat(of_takes, takes)
        return numbers

    def places(self) -> NDArray[np.int32]:
        """For each story how many of its tie are to be shown before it: none before the front."""
        stories, takes, _groups = self._sizes
        places = np.zeros(self.count, np.int32)
        # Later takes first, and of one take the fullest, which stands first in it.
        take = np.repeat(np.arange(takes.size), takes)
        # np.isin may import masked arrays, which takes a tenth of a search.
        behind = np.ones(self.count, bool)
        behind[self._fronts] = False
        order = np.lexsort((np.arange(stories.size), -take, behind[stories]))
        places[stories[order]] = np.arange(stories.size, dtype=np.int32)
        return places

    def take_numbers(self) -> NDArray[np.int32]:
        """For each story how many takes of its tie are older; 0 where it is a story of its own."""
        stories, takes, groups = self._sizes
        older = np.arange(takes.size) - np.repeat(np.cumsum(groups) - groups, groups)
        numbers = np.zeros(self.count, np.int32)
        numbers[stories] = np.repeat(older, takes)
        return numbers

    def tie(self, number: int) -> Tie:
        """The tie of a number."""
        stories, takes, groups = self._sizes
        first, at = (int(sizes[number]) for sizes in self._before)
        found = []
        for size in takes[first : first + int(groups[number])].tolist():
            found.append(tuple(stories[at : at + size].tolist()))
            at += size
        return Tie(tuple(found), int(self._fronts[number]))

    def decided(self, rule: int) -> tuple[NDArray[np.uint64], NDArray[np.uint8]]:
        """What was decided of pairs to find the ties: `index.samecopy.verdicts`.

        Nothing, if it was by another rule than the one of this number.
        """
        if self._file is None or self._file.about(RULE) != rule:
            return np.empty(0, np.uint64), np.empty(0, np.uint8)
        pairs = self._array(PAIRS).astype(np.uint64, copy=False)
        return pairs, self._array(RELATIONS, pairs.size).astype(np.uint8, copy=False)

    @cached_property
    def _before(self) -> tuple[Ints, Ints]:
        """How many takes, and how many stories, the ties before each have."""
        _stories, takes, groups = self._sizes
        first = np.cumsum(groups) - groups
        return first, np.concatenate([[0], np.cumsum(takes)])[first]

    @cached_property
    def _sizes(self) -> tuple[Ints, Ints, Ints]:
        """The stories, tie by tie and take by take; each take's size; how many takes a tie has."""
        groups = self._array(GROUPS).astype(np.int64)
        takes = self._array(TAKES, int(groups.sum())).astype(np.int64)
        return self._numbered(STORIES, int(takes.sum())), takes, groups

    @cached_property
    def _fronts(self) -> Ints:
        """The front of each tie."""
        return self._numbered(FRONTS, self._sizes[2].size)

    def _numbered(self, name: str, size: int) -> Ints:
        """An array of stories, all of which the generation has."""
        stories = self._array(name, size).astype(np.int64)
        if self._file is not None and stories.size and int(stories.max()) >= self.count:
            raise damaged(self._file.name, "it ties stories that are not there")
        return stories

    def _array(self, name: str, size: int | None = None) -> NDArray[np.unsignedinteger]:
        if self._file is None:
            return np.empty(0, np.uint32)
        found: NDArray[np.unsignedinteger] = self._file.array(name)
        if size is not None and found.size != size:
            raise damaged(self._file.name, f"its {name} do not fit the rest")
        return found


def load_ties(folder: Path, generation: int, count: int) -> Ties:
    """The ties of a generation of ``count`` stories; none where another program committed it.

    Raises IndexFolderError if the file is damaged.
    """
    try:
        return Ties(ArrayFile.map(ties_path(folder, generation)), count)
    except FileNotFoundError:
        return Ties(None, count)


def save_ties(
    folder: Path,
    generation: int,
    ties: Sequence[Tie],
    decided: tuple[NDArray[np.uint64], NDArray[np.uint8]],
    rule: int,
) -> None:
    """Write the ties of ``generation``, whole or not at all, and on the disk. Raises OSError.

    ``decided`` is what was decided of pairs, by the rule of that number.
    """
    takes = [take for tie in ties for take in tie.takes]
    file = io.BytesIO()
    writer = ArrayFileWriter(file)
    writer.meta[RULE] = rule
    writer.add(STORIES, _numbers([story for take in takes for story in take]))
    writer.add(TAKES, _numbers([len(take) for take in takes]))
    writer.add(GROUPS, _numbers([len(tie.takes) for tie in ties]))
    writer.add(FRONTS, _numbers([tie.front for tie in ties]))
    writer.add(PAIRS, decided[0])
    writer.add(RELATIONS, decided[1])
    writer.close()
    write_whole(ties_path(folder, generation), file.getvalue())


def _numbers(values: Sequence[int]) -> NDArray[np.uint32]:
    return np.array(values, np.uint32)


def ties_path(folder: Path, generation: int) -> Path:
    """Where the ties of a generation are kept."""
    return folder / f"newsq-copies-{generation}"

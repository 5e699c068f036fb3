"""Which of the stories found are one story? Printings folded into one, and told in order."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from index.samecopy.printings import Tie
from index.ties import Ties
from search.matches import Numbers
from search.relax import Answer


class Copies:
    """The ties between the stories of an open index; stories are known by their numbers."""

    def __init__(self, ties: Ties) -> None:
        self._ties = ties

    @cached_property
    def _group_of(self) -> NDArray[np.int32]:
        return self._ties.group_of()

    @cached_property
    def _places(self) -> NDArray[np.int32]:
        return self._ties.places()

    @cached_property
    def _take_numbers(self) -> NDArray[np.int32]:
        return self._ties.take_numbers()

    def takes(self, docs: Numbers) -> NDArray[np.int32]:
        """Which take of its running story each of ``docs`` is: a later one has a higher number."""
        return self._take_numbers[docs]

    def tie(self, doc: int) -> Tie:
        """All printings of a story, deleted ones never among them; itself if it has no other."""
        group = int(self._group_of[doc])
        return self._ties.tie(group) if group >= 0 else Tie(((doc,),), doc)

    def folded(self, found: Answer) -> Answer:
        """``found`` with each story once.

        Of the printings found of one story that is the front, or the newest and fullest there
        is; one with all the words before one without.
        """
        groups = self._group_of[found.docs]
        tied = (groups >= 0).nonzero()[0]
        if tied.size < 2:
            return found
        groups, places = groups[tied], self._places[found.docs[tied]]
        lacking = np.zeros(tied.size, bool) if found.complete is None else ~found.complete[tied]
        order = np.lexsort((places, lacking, groups))
        tied, groups = tied[order], groups[order]
        shown = np.ones(found.docs.size, bool)
        shown[tied[1:][groups[1:] == groups[:-1]]] = False
        complete = None if found.complete is None else found.complete[shown]
        return Answer(found.docs[shown], found.scores[shown], complete, found.least, found.undated)

"""What the harness asks of an engine: a module with `build` and `search`, as described here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from benchmarks.harness.corpus import Record
from benchmarks.harness.questions import Question

LIMIT = 10
"""How many stories are asked for."""
FACETS = ("place", "country", "agency", "month")
MOST = 10
"""How many values of a facet are asked for, the most frequent ones."""

Hits = Sequence[tuple[Any, float]]
"""(the engine's own handle of a story, score), best first."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A top list with the exact number of stories that match, and facet -> value -> count."""

    hits: Hits
    total: int
    facets: dict[str, dict[str, int]] = field(default_factory=dict)


class Searcher(Protocol):
    """An open index. ``asked`` is a question as `ask` put it into the engine's own language."""

    def ask(self, question: Question) -> Any:
        """``question`` as text in the engine's language; None if it cannot be asked."""

    def top(self, asked: Any) -> Hits:
        """The `LIMIT` best stories."""

    def ids(self, hits: Hits) -> list[str]:
        """The ids of the stories of ``hits``."""

    def counted(self, asked: Any) -> Counted:
        """Top list, exact total and `FACETS`; raises NotImplementedError if it cannot."""

    def total(self, asked: Any) -> int:
        """How many stories match, exactly."""


class Engine(Protocol):
    """A peer, or newsq. ``cores`` is 2 only for engines that `MANY_CORES` says can use them."""

    NAME: str
    NEEDS: str
    """The distribution to install, as pip names it."""
    MANY_CORES: bool
    OWN_WAY: bool
    """Whether it has a usual analysis of its own that differs from newsq's."""

    def build(self, records: Iterable[Record], where: Path, cores: int, ready: bool) -> None:
        """Write an index of ``records`` into the empty folder ``where``, committed and closed.

        With ``ready`` the terms are newsq's; without, the engine analyses the text its own
        usual way, in English and stemmed.
        """

    def settle(self, where: Path) -> None:
        """What an owner would do for speed before searching; not timed."""

    def search(self, where: Path) -> Searcher:
        """Open the index that was built with ``ready``."""

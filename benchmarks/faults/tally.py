"""What was tried, and what failed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

HEADS = ("fault", "tried", "failures", "")


@dataclass(frozen=True, slots=True)
class Tally:
    """One kind of fault: how often it was ``tried``, and a sentence for each of ``failures``.

    ``note`` says more of what was tried.
    """

    fault: str
    tried: int
    failures: tuple[str, ...] = ()
    note: str = ""


def table(tallies: Iterable[Tally]) -> str:
    """A Markdown table, a row for each tally."""
    rows = [(one.fault, f"{one.tried:,}", f"{len(one.failures):,}", one.note) for one in tallies]
    lines = [HEADS, ("---", "---:", "---:", "---"), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)

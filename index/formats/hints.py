"""What the user and the corpus tell a reader about the files it is given."""

from __future__ import annotations

from dataclasses import dataclass

from index.formats.columns import USUAL, Columns


@dataclass(frozen=True, slots=True)
class Hints:
    """``columns``: what dumps call their columns. ``recurring``: keys of the lines that stand
    on many pages of the file's folder, and are furniture (see ``index/recurring.py``).
    """

    columns: Columns = USUAL
    recurring: frozenset[str] = frozenset()


NO_HINTS = Hints()

"""How the terms of a text lie in a field of the cluster.

They are told by `index.analysis` here, not by an analyzer there, and sent as they are, a term a
line. An analyzer of the cluster's would give others: Lucene 9 stems *international* and
*organization* to those of *internal* and *organ*, Lucene 10 may do otherwise again, and what is
a letter depends on the Unicode that each knows. So the terms of stories and questions are the
same whatever the cluster's version, and stay so while it is upgraded.
"""

from __future__ import annotations

from collections.abc import Iterable

from index.analysis import MAX_TERM, chunk_terms

BREAK = "\n"
"""What stands between two terms. It is white space, and no term holds that but as folded signs
(a ligature of four words), where it is a space."""
NOTHING = "\x00"
"""Stands for the term that is empty: of a sign that leaves nothing when it is folded."""
LONGEST = MAX_TERM * 18
"""Characters that a term may have: no sign is folded to more than 18."""
KEPT = 200_000
"""Chunks whose terms are kept: texts hold far fewer different ones than words."""
_LONG = 64
"""Characters from which a chunk is not kept to be met again: hostile text has many such."""


def coded(term: str) -> str:
    """A term as it stands in the cluster's fields, to be asked for as it is."""
    return term or NOTHING


def decoded(token: str) -> str:
    """The term that stands in the cluster's fields so."""
    return "" if token == NOTHING else token


def lines(found: Iterable[str]) -> str:
    """Terms as the text of a field; the n-th has position n."""
    return BREAK.join(map(coded, found))


def lines_of(*texts: str) -> str:
    """The terms of ``texts``, one after the other, as the text of a field.

    No word holds white space (`index.analysis.terms`), so what a chunk between two of it becomes
    is looked up.
    """
    return BREAK.join(filter(None, [_HELD[chunk] for text in texts for chunk in text.split()]))


def count_of(field: str) -> int:
    """How many terms there are in the text of a field."""
    return field.count(BREAK) + 1 if field else 0


class _Held(dict[str, str]):
    """The terms of chunks that were met, as the text of a field, up to `KEPT`."""

    def __missing__(self, chunk: str) -> str:
        found = lines(chunk_terms(chunk))
        if len(chunk) < _LONG:
            if len(self) >= KEPT:
                self.clear()
            self[chunk] = found
        return found


_HELD = _Held()

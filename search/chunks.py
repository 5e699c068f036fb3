"""A text in chunks, the runs between white space, and the terms that each of them holds.

No word holds white space or looks past it, so a chunk holds the same terms in every text
(`index.analysis.terms`). Most chunks have been met before, with the comma that follows them: what
they hold is looked up, and where their words stand is asked of a few.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from functools import cached_property, lru_cache
from itertools import accumulate

from index.analysis import Word, WordTable, chunk_terms, term_of, word_table, words

KEPT = 100_000
"""Chunks that are kept."""
_LONG = 64
"""Characters from which a chunk is not kept to be met again: hostile text has many such."""
_CHUNK = re.compile(r"(\S+)")
_AROUND = '.,;:"()'
"""The signs that stand beside most words and are part of none, unless another letter follows."""


class Chunks:
    """The chunks of ``text``, in order: where each starts and ends, and the ``gaps`` after them."""

    def __init__(self, text: str) -> None:
        pieces = _CHUNK.split(text)  # a gap, a chunk, a gap, ...: the first and last may be empty
        bounds = list(accumulate(map(len, pieces)))
        self.text = text
        self.printed, self.gaps = pieces[1::2], pieces[2::2]
        self.starts, self.ends = bounds[:-1:2], bounds[1::2]
        self._held = list(map(_HELD.__getitem__, self.printed))

    @property
    def hold_words(self) -> bool:
        """Whether there is any word in the text."""
        return any(self._held)

    @cached_property
    def words(self) -> WordTable:
        """All words of the text."""
        return word_table(self.text)

    def words_among(self, terms: Container[str]) -> Iterator[Word]:
        """The words of the text whose terms are among ``terms``, in order."""
        may = [n for n, held in enumerate(self._held) if type(held) is tuple or held in terms]
        for number in may:
            at = self.starts[number]
            for term, start, end in _words(self.printed[number]):
                if term in terms:
                    yield Word(term, at + start, at + end)


@lru_cache(maxsize=10_000)
def _words(chunk: str) -> tuple[Word, ...]:
    return tuple(words(chunk))


class _Held(dict[str, str | tuple[str, ...]]):
    """The terms of chunks that were met: the term of one word or nothing, or those of several."""

    def __missing__(self, chunk: str) -> str | tuple[str, ...]:
        bare = chunk.strip(_AROUND)
        held: str | tuple[str, ...]
        if bare.isascii() and bare.isalpha():
            held = term_of(bare)
        else:
            terms = chunk_terms(chunk)
            held = tuple(terms) if len(terms) > 1 else "".join(terms)
        if len(chunk) <= _LONG:
            if len(self) >= KEPT:
                self.clear()
            self[chunk] = held
        return held


_HELD = _Held()

"""A text in chunks, cut at single white space, and the terms that each of them holds.

No word holds white space or looks past it, so a chunk holds the same terms in every text
(`index.analysis.terms`). Most chunks have been met before, with the comma that follows them: what
they hold is looked up, and where their words stand is asked of a few.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from itertools import compress, count

from index.analysis import Word, WordTable, chunk_terms, term_of, word_table, words

KEPT = 100_000
"""Chunks that are kept."""
_LONG = 64
"""Characters from which a chunk is not kept to be met again: hostile text has many such."""
_AROUND = '.,;:"()'
"""The signs that stand beside most words and are part of none, unless another letter follows."""
_SEVERAL = " "
"""Stands for the terms of a chunk that has more than one; it is none."""


Placed = tuple[str, int, int]
"""A word's term, and where in the text the word starts and ends."""


class Chunks:
    """The chunks of ``text``, in order: what stands between one space or line feed and the next.

    Other white space stays inside them, and where two follow one another a chunk is empty.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._printed = text.replace("\n", " ").split(" ")
        self._held = list(map(_HELD.__getitem__, self._printed))

    @property
    def hold_words(self) -> bool:
        """Whether there is any word in the text."""
        return any(self._held)

    @property
    def first_word(self) -> Placed:
        """The first word of a text that holds some."""
        return next(self._words_in(n for n, held in enumerate(self._held) if held))

    @cached_property
    def words(self) -> WordTable:
        """All words of the text."""
        return word_table(self.text)

    def words_among(self, terms: Iterable[str], end: int | None = None) -> list[Placed]:
        """The words of the text, up to the end of a paragraph, whose terms are among ``terms``."""
        held = self._held
        if end is not None:
            held = held[: self.text.count(" ", 0, end) + self.text.count("\n", 0, end) + 1]
        wanted = {*terms, _SEVERAL}
        may = compress(count(), map(wanted.__contains__, held))
        return [word for word in self._words_in(may) if word[0] in wanted]

    def _words_in(self, numbers: Iterable[int]) -> Iterator[Placed]:
        """The words of some chunks, which are in order."""
        at = last = 0
        for number in numbers:
            at += sum(map(len, self._printed[last:number])) + number - last
            last = number
            for term, start, end in _words(self._printed[number]):
                yield term, at + start, at + end


@lru_cache(maxsize=10_000)
def _words(chunk: str) -> tuple[Word, ...]:
    return tuple(words(chunk))


class _Held(dict[str, str]):
    """What chunks that were met hold: the term of one word, nothing, or `_SEVERAL`."""

    def __missing__(self, chunk: str) -> str:
        bare = chunk.strip(_AROUND)
        if bare.isascii() and bare.isalpha():
            held = term_of(bare)
        else:
            terms = chunk_terms(chunk)
            held = _SEVERAL if len(terms) > 1 else "".join(terms)
        if len(chunk) <= _LONG:
            if len(self) >= KEPT:
                self.clear()
            self[chunk] = held
        return held


_HELD = _Held()

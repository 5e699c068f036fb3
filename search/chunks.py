"""A text in chunks, cut at single white space, and the terms that each of them holds.

No word holds white space or looks past it, so a chunk holds the same terms in every text
(`index.analysis.terms`). Most chunks have been met before, with the comma that follows them: what
they hold is looked up, and where their words stand is asked of a few.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from functools import cached_property, lru_cache
from itertools import accumulate

from index.analysis import Word, WordTable, chunk_terms, term_of, word_table, words

KEPT = 100_000
"""Chunks that are kept."""
_LONG = 64
"""Characters from which a chunk is not kept to be met again: hostile text has many such."""
_AROUND = '.,;:"()'
"""The signs that stand beside most words and are part of none, unless another letter follows."""


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

    @cached_property
    def first_word(self) -> Word:
        """The first word of a text that holds some."""
        number = next(n for n, held in enumerate(self._held) if held)
        return next(self._words_of(number))

    @cached_property
    def words(self) -> WordTable:
        """All words of the text."""
        return word_table(self.text)

    @cached_property
    def _ends(self) -> list[int]:
        """Where each chunk ends, but for what parts it from those before: a character each."""
        return list(accumulate(map(len, self._printed)))

    def words_among(self, terms: Container[str], end: int | None = None) -> Iterator[Word]:
        """The words of the text, up to ``end``, whose terms are among ``terms``, in order.

        No word stands on both sides of ``end``.
        """
        may = [n for n, held in enumerate(self._held) if held in terms or type(held) is tuple]
        for number in may:
            for word in self._words_of(number):
                if end is not None and word.start >= end:
                    return
                if word.term in terms:
                    yield word

    def _words_of(self, number: int) -> Iterator[Word]:
        chunk = self._printed[number]
        at = self._ends[number] + number - len(chunk)
        for term, start, end in _words(chunk):
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

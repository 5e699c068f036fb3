"""Text to terms: one analysis for stories, queries and snippets.

A term is a word with case and accents folded and its English suffixes stemmed
(Snowball English, Porter 2001). Nothing is left out, so positions are those of the
printed words and a phrase matches exactly what it says.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

import Stemmer

_PRINTED = r"""
    (
      LETTER SIGN+ (?: ['’] SIGN+ )*              # troops  N'Djamena  Korea's
    | (?: LETTER \. ){2,} (?: LETTER \b )?        # U.S.  U.S  N.A.T.O.
    | LETTER \. LETTER \b                         # U.S at the end of a word
    | DIGIT+ (?: [.,] DIGIT+ )* SIGN*             # 28,500  1.6  14C  1990s
    | SIGN+ (?: ['’] SIGN+ )*                     # a  K's
    )
"""


def _compiled(letter: str, digit: str, sign: str) -> re.Pattern[str]:
    told = _PRINTED.replace("LETTER", letter).replace("DIGIT", digit).replace("SIGN", sign)
    return re.compile(told, re.VERBOSE)


_TOKEN = _compiled(r"[^\W\d_]", r"\d", r"[^\W_]")
_ASCII_TOKEN = _compiled("[A-Za-z]", "[0-9]", "[A-Za-z0-9]")
"""The same for text of ASCII alone, in two thirds of the time."""
_POSSESSIVES = frozenset(mark + s for mark in "'’" for s in "sSſ")
_DROPPED = str.maketrans("", "", ".,'’")
_UNDECOMPOSED = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
)
UNITED_STATES = "usa"
"""The term of US, U.S. and USA; that of ``us`` is another."""
TERMS_KEPT = 100_000
"""Words whose terms are kept: far more than anyone but a typist at random prints."""
MAX_TERM = 64
"""Longer words are cut: nothing in a language is longer, and hostile text is."""

STOP_WORDS = frozenset(
    """a about after all also an and any are as at be been but by can could did do does for from
    had has have he her his how i if in into is it its may more most my no not of on or our
    over said say says she should so some such than that the their them then there these
    they this those to under up was we were what when where which while who whom whose why
    will with would you your""".split()
)
"""Words that a question of several words does not insist on. Every one is indexed."""

_stemmer = Stemmer.Stemmer("english", 0)
_stem: Callable[[str], str] = _stemmer.stemWord


class Word(NamedTuple):
    """One word of a text: its term, and where it stands (characters, end exclusive)."""

    term: str
    start: int
    end: int


class WordTable(NamedTuple):
    """The words of a text as columns; the n-th of each is of the n-th word."""

    terms: list[str]
    starts: list[int]
    ends: list[int]

    def first(self, count: int) -> WordTable:
        """The first words of these."""
        return WordTable(self.terms[:count], self.starts[:count], self.ends[:count])


def fold(text: str) -> str:
    """Case and accents folded: ``São Paulo`` and ``SAO PAULO`` become ``sao paulo``."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c)).translate(_UNDECOMPOSED)


def term_of(word: str) -> str:
    """The index term of one printed word."""
    return _TERMS[word]


class _Terms(dict[str, str]):
    """The terms of printed words that were met, up to `TERMS_KEPT`."""

    def __missing__(self, word: str) -> str:
        if len(word) > MAX_TERM:  # hostile text has many such, and none twice
            return self[word[:MAX_TERM]]
        if len(self) >= TERMS_KEPT:
            self.clear()
        term = self[word] = _analysed(word)
        return term


_TERMS = _Terms()


def _analysed(word: str) -> str:
    if word.isascii() and word.isalpha():
        return UNITED_STATES if word == "US" else _stem(word.lower())
    bare = word[:-2] if word[-2:] in _POSSESSIVES else word
    folded = fold(bare)
    if folded[:1].isdigit():
        return folded.replace(",", "")
    letters = folded.translate(_DROPPED)
    if letters == "us" and (bare == "US" or "." in bare):
        return UNITED_STATES
    return _stem(letters)


def plain_terms(words: Sequence[str]) -> list[str]:
    """The terms of printed words that are made of letters of ASCII, many at a time."""
    stems = _stemmer.stemWords([word[:MAX_TERM].lower() for word in words])
    return [
        UNITED_STATES if word == "US" else stem for word, stem in zip(words, stems, strict=True)
    ]


def chunk_terms(chunk: str) -> list[str]:
    """The terms of a run of characters without white space."""
    return list(map(term_of, _TOKEN.findall(chunk)))


def terms(text: str) -> list[str]:
    """The terms of ``text`` in order: those of its chunks, one after the other.

    No word holds white space or looks past it, so a chunk's terms are the same in every text,
    and whoever has many texts to read need only look each chunk up.
    """
    return [term for chunk in text.split() for term in chunk_terms(chunk)]


def words(text: str) -> Iterator[Word]:
    """Every word of ``text`` in order; the n-th has position n."""
    return map(Word, *word_table(text))


def word_table(text: str) -> WordTable:
    """The words of ``text`` as columns, in a fifth of the time that it takes to make each."""
    pattern = _ASCII_TOKEN if text.isascii() else _TOKEN
    pieces = pattern.split(text)  # what stands between, a word, what stands between, ...
    bounds = list(accumulate(map(len, pieces)))
    return WordTable(list(map(_TERMS.__getitem__, pieces[1::2])), bounds[:-1:2], bounds[1::2])

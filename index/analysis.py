"""Text to terms: one analysis for stories, queries and snippets.

A term is a word with case and accents folded and its English suffixes stemmed
(Snowball English, Porter 2001). Nothing is left out, so positions are those of the
printed words and a phrase matches exactly what it says.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import Stemmer

_TOKEN = re.compile(
    r"""
      (?: [^\W\d_] \. ){2,} (?: [^\W\d_] \b )?     # U.S.  U.S  N.A.T.O.
    | [^\W\d_] \. [^\W\d_] \b                      # U.S at the end of a word
    | \d+ (?: [.,] \d+ )* [^\W_]*                  # 28,500  1.6  14C  1990s
    | [^\W_]+ (?: ['’] [^\W_]+ )*                  # troops  N'Djamena  Korea's
    """,
    re.VERBOSE,
)
_POSSESSIVES = frozenset(mark + s for mark in "'’" for s in "sSſ")
_DROPPED = str.maketrans("", "", ".,'’")
_UNDECOMPOSED = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
)
UNITED_STATES = "usa"
"""The term of US, U.S. and USA; that of ``us`` is another."""
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
    return _term_of(word[:MAX_TERM])


@lru_cache(maxsize=100_000)
def _term_of(word: str) -> str:
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
    """The words of ``text`` as columns, in a third of the time that it takes to make each."""
    # To list the words and look each up again is quicker than a match for each. What stands
    # between two words holds no letter and no digit, and so no word to be found too early.
    printed = _TOKEN.findall(text)
    starts: list[int] = []
    ends: list[int] = []
    find, end = text.index, 0
    for one in printed:
        start = find(one, end)
        end = start + len(one)
        starts.append(start)
        ends.append(end)
    return WordTable([_term_of(one[:MAX_TERM]) for one in printed], starts, ends)

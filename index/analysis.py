"""Text to terms: one analysis for stories, queries and snippets.

A term is a word with case and accents folded and its English suffixes stemmed
(Snowball English, Porter 2001). Nothing is left out, so positions are those of the
printed words and a phrase matches exactly what it says.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
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
_POSSESSIVE = re.compile(r"['’]s$", re.IGNORECASE)
_DROPPED = str.maketrans("", "", ".,'’")
_UNDECOMPOSED = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
)
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


class Word(NamedTuple):
    """One word of a text: its term, and where it stands (characters, end exclusive)."""

    term: str
    start: int
    end: int


def fold(text: str) -> str:
    """Case and accents folded: ``São Paulo`` and ``SAO PAULO`` become ``sao paulo``."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c)).translate(_UNDECOMPOSED)


@lru_cache(maxsize=200_000)
def term_of(word: str) -> str:
    """The index term of one printed word."""
    folded = fold(_POSSESSIVE.sub("", word[:MAX_TERM]))
    if folded[:1].isdigit():
        return folded.replace(",", "")
    stem: str = _stemmer.stemWord(folded.translate(_DROPPED))
    return stem


def words(text: str) -> Iterator[Word]:
    """Every word of ``text`` in order; the n-th has position n."""
    for match in _TOKEN.finditer(text):
        yield Word(term_of(match.group()), match.start(), match.end())

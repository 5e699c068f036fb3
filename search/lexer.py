"""Query text to tokens: one pass, then every operator that has nothing to work on undone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache

from index.analysis import words
from index.errors import QueryError
from search.leaves import FIELDS

MAX_WORDS = 1_000
MAX_LENGTH = 100_000
MAX_DEPTH = 50
"""Parentheses nested deeper are passed over."""
MAX_SLOP = 1_000

_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»", '"'))
_CHUNK = re.compile(r'[^\s"()]+')
_PIECE = re.compile(
    rf"""
    \s* (?:
      (?P<open> \( ) | (?P<close> \) )
    | " (?P<phrase> [^"]* ) " (?: ~ (?P<slop> [0-9]{{1,6}} ) )?
    | (?P<field> (?ai: {"|".join(FIELDS)} ) ) : (?=\S)
    | (?P<chunk> {_CHUNK.pattern} )
    | "                                            # it has no partner
    )
    """,
    re.VERBOSE,
)


class Kind(Enum):
    """What a token is."""

    OPEN = auto()
    CLOSE = auto()
    FIELD = auto()
    NOT = auto()
    AND = auto()
    OR = auto()
    TEXT = auto()


@dataclass(slots=True)
class Token:
    """``text`` is the printed word or phrase, or a field's name.

    ``slop`` is 0 for a word; a phrase has 1, and more where ``~n`` was asked for.
    """

    kind: Kind
    text: str = ""
    slop: int = 0


def lex(text: str) -> list[Token]:
    """The tokens of ``text``; an operator among them has something to work on.

    Raises QueryError if the text is longer than `MAX_LENGTH` or has more than `MAX_WORDS`.
    """
    if len(text) > MAX_LENGTH:
        raise QueryError(f"The query is longer than {MAX_LENGTH:,} characters. Give a shorter one.")
    return _demote(list(_balanced(_lex(text.translate(_QUOTES)))))


def _lex(text: str) -> Iterator[Token]:
    """The tokens of ``text``, in one pass; of those without a word only parentheses."""
    count, at = 0, 0
    while piece := _PIECE.match(text, at):
        at = piece.end()
        slop = 0
        if piece["open"] or piece["close"]:
            yield Token(Kind.OPEN if piece["open"] else Kind.CLOSE)
            continue
        if piece["field"] and _begins(text, at):
            yield Token(Kind.FIELD, piece["field"].lower())
            continue
        if (printed := piece["phrase"]) is not None:
            slop = min(max(int(piece["slop"] or 1), 1), MAX_SLOP)
        elif (printed := piece["chunk"] or piece["field"] or "") in ("AND", "OR", "NOT"):
            yield Token(Kind[printed], printed)
            continue
        elif _excludes(text, start := at - len(printed)):
            yield Token(Kind.NOT)
            at = start + 1
            continue
        size = _size(printed)
        count += size
        if count > MAX_WORDS:
            raise QueryError(f"The query has more than {MAX_WORDS:,} words. Give fewer.")
        if size:
            yield Token(Kind.TEXT, printed, slop)


@lru_cache(maxsize=10_000)
def _size(printed: str) -> int:
    """How many words there are in ``printed``."""
    return sum(1 for _ in words(printed))


def _begins(text: str, at: int) -> bool:
    """Whether something to search for begins at ``at``: a word, a phrase or a group."""
    if text[at : at + 1] in ('"', "("):
        return True
    chunk = _CHUNK.match(text, at, at + 200)
    return chunk is not None and next(words(chunk[0]), None) is not None


def _excludes(text: str, at: int) -> bool:
    """Whether a minus sign at ``at`` excludes what follows, and does not join or dangle."""
    before, sign, after = text[at - 1 : at], text[at : at + 1], text[at + 1 : at + 2]
    free = at == 0 or before.isspace() or before in "(:"
    return free and sign == "-" and (after.isalnum() or after in ('"', "("))


def _balanced(tokens: Iterable[Token]) -> Iterator[Token]:
    """``tokens`` without parentheses that close nothing or nest deeper than `MAX_DEPTH`."""
    depth = 0
    for token in tokens:
        depth += token.kind is Kind.OPEN
        if token.kind not in (Kind.OPEN, Kind.CLOSE) or 0 < depth <= MAX_DEPTH:
            yield token
        depth = max(depth - (token.kind is Kind.CLOSE), 0)


def _demote(tokens: list[Token]) -> list[Token]:
    """``tokens`` without operators that have nothing to work on; the words among them stay."""
    begins = False
    kept: list[Token] = []
    for token in reversed(tokens):  # what follows decides about NOT, fields and "("
        if token.kind in (Kind.NOT, Kind.FIELD) and not begins:
            if not token.text:
                continue
            token = Token(Kind.TEXT, token.text)
        kept.append(token)
        begins = token.kind in (Kind.NOT, Kind.FIELD, Kind.TEXT) or (
            begins and token.kind is Kind.OPEN
        )
    kept.reverse()
    ends = False
    for place, token in enumerate(kept):
        if token.kind in (Kind.AND, Kind.OR):
            follows = kept[place + 1].kind if place + 1 < len(kept) else Kind.CLOSE
            if not ends or follows in (Kind.AND, Kind.OR, Kind.CLOSE):
                kept[place] = token = Token(Kind.TEXT, token.text)
        ends = token.kind in (Kind.TEXT, Kind.CLOSE)
    return kept

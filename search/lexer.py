"""Query text to tokens: one pass, then every operator that has nothing to work on undone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum, auto
from functools import lru_cache

from index.analysis import MAX_TERM, words
from index.errors import QueryError
from search.leaves import FIELDS
from search.spelling import runs_on, side_of

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
    | (?P<field> (?ai: {"|".join(FIELDS)} | exact ) ) : (?=\S)
    | (?P<exact> = ) (?=["\w])
    | (?P<near> (?ai: w | pre ) ) / (?P<most> [0-9]{{1,6}} ) (?= [\s()"] | \Z )
    | (?ai: atleast ) (?P<atleast> [0-9]{{1,6}} ) (?= \( )
    | (?P<chunk> {_CHUNK.pattern} )
    | "                                            # it has no partner
    )
    """,
    re.VERBOSE,
)
_GLUED = re.compile(r"(?ai:(?P<side>[nsew]\.)(?P<name>[a-z]{3,}[^\s]*))")


class Kind(Enum):
    """What a token is."""

    OPEN = auto()
    CLOSE = auto()
    FIELD = auto()
    EXACT = auto()
    ATLEAST = auto()
    NOT = auto()
    AND = auto()
    OR = auto()
    NEAR = auto()
    TEXT = auto()


@dataclass(slots=True)
class Token:
    """``text`` is the printed word or phrase, a field's name, or an operator as it stands.

    ``start`` and ``end`` are where it stands in the query. ``number`` is 0 for a word, 1 for
    a phrase and more where ``~n`` was asked for; how far apart for NEAR; how often for
    ATLEAST. ``beside`` is the name that follows a word such as South.
    """

    kind: Kind
    start: int
    end: int
    text: str = ""
    number: int = 0
    beside: str = ""


def lex(text: str) -> list[Token]:
    """The tokens of ``text``; an operator among them has something to work on.

    Raises QueryError if the text is longer than `MAX_LENGTH` or has more than `MAX_WORDS`.
    """
    if len(text) > MAX_LENGTH:
        raise QueryError(f"The query is longer than {MAX_LENGTH:,} characters. Give a shorter one.")
    return _spelled(_demote(list(_balanced(_lex(text.translate(_QUOTES))))), text)


def _lex(text: str) -> Iterator[Token]:
    """The tokens of ``text``, in one pass; of those without a word only parentheses."""
    count, at = 0, 0
    while piece := _PIECE.match(text, at):
        at = piece.end()
        if (operator := _operator(piece, text)) is not None:
            yield operator
            continue
        number = 0
        if (printed := piece["phrase"]) is not None:
            number = min(max(int(piece["slop"] or 1), 1), MAX_SLOP)
            start = piece.start("phrase") - 1
        elif (printed := piece["chunk"] or piece["field"] or "") in ("AND", "OR", "NOT"):
            yield Token(Kind[printed], at - len(printed), at, printed)
            continue
        elif _excludes(text, start := at - len(printed)):
            yield Token(Kind.NOT, start, start + 1)
            at = start + 1
            continue
        size = _size(printed)
        count += size
        if count > MAX_WORDS:
            raise QueryError(f"The query has more than {MAX_WORDS:,} words. Give fewer.")
        if size:
            yield Token(Kind.TEXT, start, at, printed, number)


def _operator(piece: re.Match[str], text: str) -> Token | None:
    """What ``piece`` of ``text`` is, if it is no word, phrase, AND, OR or NOT."""
    end = piece.end()
    if piece["open"] or piece["close"]:
        return Token(Kind.OPEN if piece["open"] else Kind.CLOSE, end - 1, end)
    if piece["field"] and _begins(text, end):
        name = piece["field"].lower()
        kind = Kind.EXACT if name == "exact" else Kind.FIELD
        return Token(kind, piece.start("field"), end, name)
    if piece["exact"] and _begins(text, end):
        return Token(Kind.EXACT, end - 1, end)
    if piece["near"]:
        start = piece.start("near")
        return Token(Kind.NEAR, start, end, text[start:end], int(piece["most"]))
    if piece["atleast"]:
        start = piece.start("atleast") - len("atleast")
        return Token(Kind.ATLEAST, start, end, text[start:end], int(piece["atleast"]))
    return None


def _size(printed: str) -> int:
    """How many words there are in ``printed``."""
    return _kept_size(printed) if len(printed) <= MAX_TERM else _counted(printed)


def _counted(printed: str) -> int:
    return sum(1 for _ in words(printed))


_kept_size = lru_cache(maxsize=10_000)(_counted)


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
    return free and sign == "-" and (after.isalnum() or after in ('"', "(", "=", "*"))


def _balanced(tokens: Iterable[Token]) -> Iterator[Token]:
    """``tokens`` without parentheses that close nothing or nest deeper than `MAX_DEPTH`."""
    depth = 0
    for token in tokens:
        depth += token.kind is Kind.OPEN
        if token.kind not in (Kind.OPEN, Kind.CLOSE) or 0 < depth <= MAX_DEPTH:
            yield token
        depth = max(depth - (token.kind is Kind.CLOSE), 0)


_BEFORE = (Kind.NOT, Kind.FIELD, Kind.EXACT, Kind.ATLEAST)
"""What works on what follows."""


def _demote(tokens: list[Token]) -> list[Token]:
    """``tokens`` without operators that have nothing to work on; the words among them stay."""
    begins = False
    kept: list[Token] = []
    for token in reversed(tokens):  # what follows decides about NOT, fields and "("
        if token.kind in _BEFORE and not begins:
            if not token.text:
                continue
            token = replace(token, kind=Kind.TEXT, number=0)
        kept.append(token)
        begins = token.kind in (*_BEFORE, Kind.TEXT) or (begins and token.kind is Kind.OPEN)
    kept.reverse()
    ends = False
    for place, token in enumerate(kept):
        if token.kind in (Kind.AND, Kind.OR):
            follows = kept[place + 1].kind if place + 1 < len(kept) else Kind.CLOSE
            if not ends or follows in (Kind.AND, Kind.OR, Kind.CLOSE):
                kept[place] = token = replace(token, kind=Kind.TEXT)
        ends = token.kind in (Kind.TEXT, Kind.CLOSE)
    return kept


def _spelled(tokens: list[Token], text: str) -> list[Token]:
    """``tokens`` with those that print one thing made one: 28 500, $1.6 billion; S.Korea cut."""
    spelled: list[Token] = []
    for token in tokens:
        if token.kind is not Kind.TEXT or token.number:
            spelled.append(token)
            continue
        if (glued := _GLUED.fullmatch(token.text)) and side_of(glued["side"], glued["name"]):
            middle = token.start + len(glued["side"])
            spelled.append(Token(Kind.TEXT, token.start, middle, glued["side"]))
            token = Token(Kind.TEXT, middle, token.end, glued["name"])
        last = spelled[-1] if spelled else token
        if last.kind is Kind.TEXT and not last.number and last is not token:
            between = text[last.end : token.start]
            if between.isspace() and runs_on(last.text, token.text):
                whole = f"{last.text} {token.text}"
                spelled[-1] = replace(last, end=token.end, text=whole)
                continue
            if (not between or between.isspace()) and side_of(last.text, token.text):
                last.beside = token.text
        spelled.append(token)
    return spelled

"""Query text to a `Question`: a recursive-descent parser over the tokens of `search.lexer`.

::

    question    = choice
    choice      = conjunction { OR conjunction }
    conjunction = chain { [ AND ] chain }
    chain       = clause { ( w/n | pre/n ) clause }
    clause      = { NOT | "-" | field ":" | "=" | "exact:" } atom
    atom        = "(" choice ")" | atleastN "(" choice ")" | date
                | word | patt*ern | word~ | "a phrase" [ ~n ]

NOT binds tightest, then w/n, then AND (or nothing at all between two words), then OR.
Whatever cannot be an operator where it stands is a word or is passed over, so that text pasted
from a page is a question as well. Whoosh's own parser is not used: one long word takes it
quadratic time, deep parentheses exceed its recursion, and its NOT means other things.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from index.analysis import MAX_TERM, STOP_WORDS, term_of
from index.errors import QueryError
from index.schema import TEXT_FIELDS
from search.leaves import DATES, exact_query, leaf_query, word_query
from search.lexer import Kind, Token, lex
from search.operators import at_least, leaves, near
from search.question import Question
from search.spelling import PAIRS
from search.tree import (
    And,
    AnyField,
    Constant,
    Not,
    Nothing,
    NumberRange,
    Or,
    Query,
    StopWord,
    Term,
    all_of,
)

MAX_PLAIN = 1_000
PATTERN = re.compile(r"[*?~]")
"""What a word may hold that then stands for many."""
# One word between two spaces (`index.analysis`), and none of them an operator. Most questions
# are such, and to lex and parse one takes longer than to answer it.
_PLAIN = re.compile(r"\s*(?:(?!(?:AND|OR|NOT)\b)[^\W_]+(?:\s+|$))+")
_DATE_WORDS = 5
"""Words that a date takes at most where it is not quoted."""


def parse(text: str, today: date | None = None) -> Question:
    """The question that ``text`` asks; dates in it are told from ``today``.

    Raises QueryError if it holds no word at all, or too many, or what can only be a mistake:
    a country or date that is none, w/5 with nothing beside it.
    """
    if len(text) <= MAX_PLAIN and _PLAIN.fullmatch(text) and not PAIRS.search(text):
        return _plain(text)
    tokens = lex(text)
    query = _Parser(text, tokens, today).choice(_ANYWHERE)
    if query is None:
        raise QueryError("The query has no word in it. Give at least one, such as: troops")
    content = [part for part in _flat(query) if not isinstance(part, Not)]
    if any(_has_content(part) for part in content):
        query = _without_stop_words(query)
    explicit = any(token.kind in (Kind.AND, Kind.OR) for token in tokens)
    return _question(text, query, explicit)


def _plain(text: str) -> Question:
    """The question of words with nothing but spaces between them, as the grammar has it."""
    asked = [_plain_word(printed) for printed in text.split()]
    content = [word for word in asked if not isinstance(word, StopWord)]
    words = tuple(dict.fromkeys(content or asked))
    return Question(text, all_of(*words), words, (), (), ())


@lru_cache(maxsize=10_000)
def _plain_word(printed: str) -> Query:
    """The query for one word of a plain question; most are found by the shortest way."""
    if not (printed.isascii() and printed.isalpha()) or printed.lower() == "us":
        return _word(printed, None, "")
    kind = StopWord if printed.lower() in STOP_WORDS else AnyField
    term = term_of(printed)
    return kind(tuple([Term(name, term) for name in TEXT_FIELDS]))


def _question(text: str, query: Query, explicit: bool) -> Question:
    """The parts of ``query``: with operators in it, it is all insisted on."""
    flat = list(dict.fromkeys(_flat(query)))
    explicit = explicit or any(type(part) in (And, Or) for part in flat)
    words = () if explicit else tuple(part for part in flat if _is_wide(part))
    dates = tuple(part for part in flat if _is_of_dates(part))
    excluded = tuple(part.part for part in flat if isinstance(part, Not))
    others = (part for part in flat if not isinstance(part, Not))
    apart = {*words, *dates}
    insisted = tuple(part for part in others if part not in apart)
    return Question(text, all_of(*flat), words, insisted, excluded, dates)


class _Scope(NamedTuple):
    """What the field and the operators around a word say of it."""

    field: str | None = None
    exact: bool = False


_ANYWHERE = _Scope()


class _Parser:
    """The grammar above, one method a rule; ``at`` is the next token."""

    def __init__(self, text: str, tokens: list[Token], today: date | None) -> None:
        self.text = text
        self.tokens = tokens
        self.today = today
        self.at = 0

    def sees(self, *kinds: Kind) -> bool:
        return self.at < len(self.tokens) and self.tokens[self.at].kind in kinds

    def take(self) -> Token:
        self.at += 1
        return self.tokens[self.at - 1]

    def mistake(self, sentence: str, token: Token) -> QueryError:
        return QueryError(sentence, self.text, (token.start, token.end))

    def choice(self, scope: _Scope) -> Query | None:
        found = [self.conjunction(scope)]
        while self.sees(Kind.OR):
            self.take()
            found.append(self.conjunction(scope))
        queries = [query for query in found if query is not None]
        return Or(tuple(queries)) if len(queries) > 1 else next(iter(queries), None)

    def conjunction(self, scope: _Scope) -> Query | None:
        queries = []
        while self.at < len(self.tokens) and not self.sees(Kind.OR, Kind.CLOSE):
            if self.sees(Kind.AND):
                self.take()
            elif (query := self.chain(scope)) is not None:
                queries.append(query)
        return all_of(*queries) if queries else None

    def chain(self, scope: _Scope) -> Query | None:
        parts: list[Query] = []
        links: list[Token] = []
        query: Query | None = None if self.sees(Kind.NEAR) else self.clause(scope)
        while self.sees(Kind.NEAR):
            link = self.take()
            following = self.clause(scope) if not self.sees(Kind.NEAR) else None
            if query is None or following is None:
                raise self.mistake(
                    f"{link.text} stands between two words, such as: troops {link.text} border",
                    link,
                )
            parts.append(query)
            links.append(link)
            query = following
        if not links or query is None:
            return query
        try:
            return near([*parts, query], [(link.number, link.text[0] in "pP") for link in links])
        except QueryError as error:
            raise self.mistake(str(error), links[0]) from None

    def clause(self, scope: _Scope) -> Query | None:
        negated = False
        while self.sees(Kind.NOT, Kind.FIELD, Kind.EXACT):
            token = self.take()
            if token.kind is Kind.NOT:
                negated = not negated
            elif token.kind is Kind.EXACT:
                scope = scope._replace(exact=True)
            elif token.text in DATES:
                days = self.dates(token)
                return Not(days) if negated else days
            else:
                scope = scope._replace(field=token.text)
        query = self.atom(scope)
        return Not(query) if negated and query is not None else query

    def atom(self, scope: _Scope) -> Query | None:
        if self.sees(Kind.ATLEAST):
            return self.at_least(scope)
        if not self.sees(Kind.OPEN, Kind.TEXT):
            return None
        token = self.take()
        if token.kind is Kind.TEXT:
            return self.leaf(token, scope)
        query = self.choice(scope)
        if self.sees(Kind.CLOSE):
            self.take()
        return query

    def leaf(self, token: Token, scope: _Scope) -> Query:
        try:
            if scope.exact:
                return exact_query(token.text, scope.field)
            if token.number:
                return leaf_query(token.text, token.number, scope.field)
            return _word(token.text, scope.field, token.beside)
        except QueryError as error:
            raise self.mistake(str(error), token) from None

    def at_least(self, scope: _Scope) -> Query | None:
        token = self.take()
        query = self.atom(scope) if self.sees(Kind.OPEN, Kind.TEXT) else None
        if query is None:
            return None
        try:
            return at_least(query, token.number)
        except QueryError as error:
            raise self.mistake(str(error), token) from None

    def dates(self, token: Token) -> Query:
        """The longest date that follows: one phrase, or words on end."""
        from search.filters import days_query

        run = self.tokens[self.at : self.at + 1]
        if not run or run[0].kind is not Kind.TEXT:
            raise self.mistake(f"{token.text}: wants a date, such as: {token.text}:2018-10", token)
        if not run[0].number:
            for following in self.tokens[self.at + 1 : self.at + _DATE_WORDS]:
                if following.kind is not Kind.TEXT or following.number:
                    break
                run.append(following)
        for size in range(len(run), 0, -1):
            words = self.text[run[0].start : run[size - 1].end].strip('"“”„‟«» ')
            try:
                query = days_query(token.text, words, self.today or date.today())
            except QueryError as error:
                if size == 1:
                    raise self.mistake(str(error), run[0]) from None
            else:
                self.at += size
                return query
        raise AssertionError  # the shortest run is a date, or has raised


def _word(text: str, field: str | None, beside: str) -> Query:
    # A pattern stands for thousands of words, and what is long is asked once.
    plain = len(text) + len(beside) <= MAX_TERM and not PATTERN.search(text)
    return _kept_word(text, field, beside) if plain else word_query(text, field, beside)


_kept_word = lru_cache(maxsize=10_000)(word_query)


def _flat(query: Query) -> Iterator[Query]:
    """The parts of a conjunction, conjunctions within it opened up."""
    if type(query) is And:
        for child in query.children():
            yield from _flat(child)
    else:
        yield query


def _is_wide(query: Query) -> bool:
    """Whether ``query`` is a word, phrase or pattern in no one field."""
    return type(query) in (AnyField, StopWord) and len({leaf.field for leaf in leaves(query)}) > 1


def _is_of_dates(query: Query) -> bool:
    return isinstance(query, Constant) and all(
        isinstance(part, NumberRange) for part in _flat(query.part)
    )


def _has_content(query: Query) -> bool:
    """Whether ``query`` asks for anything but stop words."""
    if type(query) in (And, Or):
        return any(_has_content(child) for child in query.children())
    return not isinstance(query, StopWord | Not)


def _without_stop_words(query: Query) -> Query:
    """``query`` without plain stop words; what is excluded stays as it is."""
    if isinstance(query, StopWord):
        return Nothing()
    if not isinstance(query, And | Or):
        return query
    kept = [_without_stop_words(part) for part in query.parts]
    queries = tuple(part for part in kept if not isinstance(part, Nothing))
    if len(queries) < 2:
        return queries[0] if queries else Nothing()
    return type(query)(queries)

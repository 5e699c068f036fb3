"""Query text to a `Question`: a recursive-descent parser over the tokens of `search.lexer`.

::

    question    = choice
    choice      = conjunction { OR conjunction }
    conjunction = clause { [ AND ] clause }
    clause      = { NOT | "-" } atom
    atom        = { field ":" } ( "(" choice ")" | word | word* | "a phrase" [ ~n ] )

NOT binds tightest, then AND (or nothing at all between two words), then OR. Whatever
cannot be an operator where it stands is a word or is passed over, so that text pasted
from a page is a question as well. Whoosh's own parser is not used: one long word takes it
quadratic time, deep parentheses exceed its recursion, and its NOT means other things.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from index.analysis import STOP_WORDS, fold, words
from index.errors import QueryError
from search.leaves import leaf_query, prefix_query
from search.lexer import Kind, Token, lex
from search.question import Question
from search.tree import And, AnyField, Not, Nothing, Or, Query, StopWord, all_of

MAX_PLAIN = 1_000
# One word between two spaces (`index.analysis`), and none of them an operator. Most questions
# are such, and to lex and parse one takes longer than to answer it.
_PLAIN = re.compile(r"\s*(?:(?!(?:AND|OR|NOT)\b)[^\W_]+(?:\s+|$))+")


def parse(text: str) -> Question:
    """The question that ``text`` asks.

    Raises QueryError if it holds no word at all, or too many, or a country that is none.
    """
    if _PLAIN.fullmatch(text) and len(text) <= MAX_PLAIN:
        return _plain(text)
    tokens = lex(text)
    query = _Parser(tokens).choice()
    if query is None:
        raise QueryError("The query has no word in it. Give at least one, such as: troops")
    content = [part for part in _flat(query) if not isinstance(part, Not)]
    if any(_has_content(part) for part in content):
        query = _without_stop_words(query)
    explicit = any(token.kind in (Kind.AND, Kind.OR) for token in tokens)
    return _question(text, query, explicit)


def _plain(text: str) -> Question:
    """The question of words with nothing but spaces between them, as the grammar has it."""
    asked = [_leaf(printed, 0, None) for printed in text.split()]
    content = [word for word in asked if not isinstance(word, StopWord)]
    words = tuple(dict.fromkeys(content or asked))
    return Question(text, all_of(*words), words, (), ())


def _question(text: str, query: Query, explicit: bool) -> Question:
    flat = list(dict.fromkeys(_flat(query)))
    if explicit or any(type(part) in (And, Or) for part in flat):
        return Question(text, query)
    wide = [part for part in flat if _is_wide(part)]
    return Question(
        text,
        all_of(*flat),
        words=tuple(wide),
        insisted=tuple(part for part in flat if part not in wide and not isinstance(part, Not)),
        excluded=tuple(part.part for part in flat if isinstance(part, Not)),
    )


class _Parser:
    """The grammar above, one method a rule; ``at`` is the next token."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.at = 0

    def sees(self, *kinds: Kind) -> bool:
        return self.at < len(self.tokens) and self.tokens[self.at].kind in kinds

    def take(self) -> Token:
        self.at += 1
        return self.tokens[self.at - 1]

    def choice(self, field: str | None = None) -> Query | None:
        found = [self.conjunction(field)]
        while self.sees(Kind.OR):
            self.take()
            found.append(self.conjunction(field))
        queries = [query for query in found if query is not None]
        return Or(tuple(queries)) if len(queries) > 1 else next(iter(queries), None)

    def conjunction(self, field: str | None) -> Query | None:
        queries = []
        while self.at < len(self.tokens) and not self.sees(Kind.OR, Kind.CLOSE):
            if self.sees(Kind.AND):
                self.take()
            elif (query := self.clause(field)) is not None:
                queries.append(query)
        return all_of(*queries) if queries else None

    def clause(self, field: str | None) -> Query | None:
        negated = False
        while self.sees(Kind.NOT, Kind.FIELD):
            token = self.take()
            if token.kind is Kind.FIELD:
                field = token.text
            else:
                negated = not negated
        query = self.atom(field)
        return Not(query) if negated and query is not None else query

    def atom(self, field: str | None) -> Query | None:
        if not self.sees(Kind.OPEN, Kind.TEXT):
            return None
        token = self.take()
        if token.kind is Kind.TEXT:
            return _leaf(token.text, token.slop, field)
        query = self.choice(field)
        if self.sees(Kind.CLOSE):
            self.take()
        return query


@lru_cache(maxsize=10_000)
def _leaf(text: str, slop: int, field: str | None) -> Query:
    """The query for one word, compound word, prefix or phrase (of ``slop`` 1 or more)."""
    if slop:
        return leaf_query(text, slop, field)
    *before, last = words(text)
    printed = text[last.start : last.end]
    if text[last.end :].startswith("*"):
        prefix = prefix_query(printed, field)
        return And((leaf_query(text[: last.start], 1, field), prefix)) if before else prefix
    query = leaf_query(text, 1, field)
    stop = fold(printed.replace("’", "'")).removesuffix("'s") in STOP_WORDS
    if stop and not before and isinstance(query, AnyField):
        return StopWord(query.leaves)
    return query


def _flat(query: Query) -> Iterator[Query]:
    """The parts of a conjunction, conjunctions within it opened up."""
    if type(query) is And:
        for child in query.children():
            yield from _flat(child)
    else:
        yield query


def _is_wide(query: Query) -> bool:
    """Whether ``query`` is a word, phrase or prefix in no one field."""
    return isinstance(query, AnyField) and len({leaf.field for leaf in query.leaves}) > 1


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

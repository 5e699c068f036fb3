"""Did you mean: for a place or an agency that no story has, and a field that there is none of.

Near is what is near in `search.suggest`: one change of a letter, or two in a long name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from index.analysis import fold
from search.editdistance import within
from search.leaves import FIELDS, keyword_query
from search.lexer import Kind, Token, lex
from search.question import Filters, Question
from search.results import Suggestion
from search.tree import Term
from search.wordlist import Wordlist

NAMED = ("place", "agency")
"""Fields whose names are compared with those that stories have."""
MOST = 3
"""Names, or words, that are suggested for one."""
SHORTEST, LONG = 3, 6
"""Letters from which one change of a name is near, and from which two of a name or word are."""


def misnamed(question: Question, wordlist: Wordlist) -> Iterator[Suggestion]:
    """The places and agencies that ``question`` insists on and no story has, with near ones."""
    if not any(f"{field}:" in question.text.lower() for field in NAMED):
        return
    before: Sequence[Token] = ()
    for token in lex(question.text):
        if token.kind is Kind.TEXT and before and before[-1].text in NAMED:
            excluded = any(one.kind is Kind.NOT for one in before)
            names = () if excluded else near_names(before[-1].text, token.text, wordlist)
            if names:
                quotes = token.number > 0
                start, end = token.start + quotes, token.end - quotes
                shown = question.text[start:end]
                yield Suggestion(shown, start, end, names, before[-1].text)
        before = (*before, token) if token.kind in (Kind.NOT, Kind.FIELD) else ()


def filtered(filters: Filters, wordlist: Wordlist) -> Iterator[tuple[Term, tuple[str, ...]]]:
    """The places and agencies that all results were to have and no story has, with near ones."""
    for one in filters.others:
        for term in one.children():
            if isinstance(term, Term) and term.field in NAMED:
                if names := near_names(term.field, term.text, wordlist):
                    yield term, names


def near_names(field: str, name: str, wordlist: Wordlist) -> tuple[str, ...]:
    """Names that stories have in ``field`` near to one that none has, the nearest first."""
    wanted = keyword_query(field, name).text
    if len(wanted) < SHORTEST or name.endswith("*"):
        return ()
    printed = wordlist.printed_names(field)
    folded = [fold(one) for one in printed]
    if wanted in folded:
        return ()
    for most in (1, 2) if len(wanted) >= LONG else (1,):
        if (near := within(wanted, folded, most)).size:
            alike = sorted(near.tolist(), key=lambda n: folded[n][:1] != wanted[0])
            return tuple([printed[n] for n in alike[:MOST]])
    return ()


def near_fields(word: str) -> tuple[str, ...]:
    """The fields that a word before a colon may be meant for."""
    folded = fold(word)
    most = 2 if len(folded) >= LONG else 1
    return tuple([FIELDS[n] for n in within(folded, FIELDS, most).tolist()][:MOST])

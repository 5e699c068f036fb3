"""Query trees as Whoosh has them, turned into `search.tree` and back.

So a tree that Whoosh's parser made, or a program, is answered by newsq's engine, and one that
newsq's parser made can be given to any Whoosh searcher.
"""

from __future__ import annotations

import itertools
import math
from functools import singledispatch
from typing import Any

from whoosh import query as whoosh
from whoosh.lang.morph_en import variations
from whoosh.query import spans

from index.errors import QueryError
from index.story import LEAD
from search import tree

MAX_DEPTH = 100
"""Nodes below one another; no question needs more, and Python's own stack has an end."""
_MAX_PHRASES = 100


def from_whoosh(query: Any) -> tree.Query:
    """The tree that ``query`` (a ``whoosh.query.Query``) is.

    Raises QueryError if it is nested deeper than `MAX_DEPTH`, TypeError for a class that
    cannot be asked of an index of stories.
    """
    return _deeper(query, 0)


def _deeper(query: Any, depth: int) -> tree.Query:
    if depth > MAX_DEPTH:
        raise QueryError("The query is nested too deeply. Ask it in fewer steps.")
    found = _from_whoosh(query, depth + 1)
    boost = getattr(query, "boost", 1.0)
    constant = isinstance(query, whoosh.ConstantScoreQuery)  # its boost is its score
    return found if boost == 1.0 or constant else tree.Boosted(found, boost)


def _all(queries: Any, depth: int) -> tuple[tree.Query, ...]:
    return tuple(_deeper(query, depth) for query in queries)


@singledispatch
def _from_whoosh(query: Any, depth: int) -> tree.Query:
    raise TypeError(f"queries of the class {type(query).__name__} are not known here")


@_from_whoosh.register
def _(query: whoosh.Term, depth: int) -> tree.Query:
    return tree.Term(query.fieldname, _text(query.text))


@_from_whoosh.register
def _(query: whoosh.Phrase, depth: int) -> tree.Query:
    return tree.Phrase(query.fieldname, tuple(map(_text, query.words)), query.slop)


@_from_whoosh.register
def _(query: whoosh.Prefix, depth: int) -> tree.Query:
    return tree.Prefix(query.fieldname, query.text)


@_from_whoosh.register
def _(query: whoosh.Wildcard, depth: int) -> tree.Query:
    return tree.Wildcard(query.fieldname, query.text)


@_from_whoosh.register
def _(query: whoosh.FuzzyTerm, depth: int) -> tree.Query:
    return tree.Fuzzy(query.fieldname, query.text, query.maxdist, query.prefixlength)


@_from_whoosh.register
def _(query: whoosh.Variations, depth: int) -> tree.Query:
    return tree.AnyTerm(query.fieldname, tuple(sorted({query.text, *variations(query.text)})))


@_from_whoosh.register
def _(query: whoosh.TermRange, depth: int) -> tree.Query:
    return tree.TermRange(
        query.fieldname, query.start, query.end, bool(query.startexcl), bool(query.endexcl)
    )


@_from_whoosh.register
def _(query: whoosh.NumericRange, depth: int) -> tree.Query:  # and DateRange, made of it
    return tree.NumberRange(
        query.fieldname, query.start, query.end, bool(query.startexcl), bool(query.endexcl)
    )


@_from_whoosh.register
def _(query: whoosh.And, depth: int) -> tree.Query:
    return tree.And(_all(query.subqueries, depth))


@_from_whoosh.register
def _(query: whoosh.Or, depth: int) -> tree.Query:
    if query.minmatch:
        raise TypeError("an Or of which more than one part has to match is not known here")
    return tree.Or(_all(query.subqueries, depth))


@_from_whoosh.register
def _(query: whoosh.DisjunctionMax, depth: int) -> tree.Query:
    return tree.DisjunctionMax(_all(query.subqueries, depth), query.tiebreak)


@_from_whoosh.register
def _(query: whoosh.Not, depth: int) -> tree.Query:
    return tree.Not(_deeper(query.query, depth))


@_from_whoosh.register
def _(query: whoosh.AndNot, depth: int) -> tree.Query:
    return tree.AndNot(*_all((query.a, query.b), depth))


@_from_whoosh.register
def _(query: whoosh.AndMaybe, depth: int) -> tree.Query:
    return tree.AndMaybe(*_all((query.a, query.b), depth))


@_from_whoosh.register
def _(query: whoosh.Require, depth: int) -> tree.Query:
    return tree.Require(*_all((query.a, query.b), depth))


@_from_whoosh.register
def _(query: whoosh.ConstantScoreQuery, depth: int) -> tree.Query:
    return tree.Constant(_deeper(query.child, depth), query.score)


@_from_whoosh.register
def _(query: whoosh.Every, depth: int) -> tree.Query:
    return tree.Every(None if query.fieldname in (None, "*") else query.fieldname)


@_from_whoosh.register(type(whoosh.NullQuery))
def _(query: Any, depth: int) -> tree.Query:
    return tree.Nothing()


@_from_whoosh.register
def _(query: whoosh.Sequence, depth: int) -> tree.Query:
    return _near(query.subqueries, query.slop, query.ordered)


@_from_whoosh.register
def _(query: spans.SpanNear2, depth: int) -> tree.Query:
    return _near(query.qs, query.slop, query.ordered)


def _near(queries: Any, slop: int, ordered: bool) -> tree.Query:
    """Words near one another. Raises TypeError for anything but words of one field, and for
    more than two of them in any order."""
    terms = [query for query in queries if type(query) is whoosh.Term]
    fields = {term.fieldname for term in terms}
    if len(terms) != len(queries) or len(fields) != 1 or not (ordered or len(terms) == 2):
        raise TypeError("only words of one field, two or in order, can be asked to be near")
    field, texts = fields.pop(), tuple(_text(term.text) for term in terms)
    if ordered:
        return tree.Phrase(field, texts, slop)
    return tree.Near(field, tuple((tree.Term(field, text),) for text in texts), ((slop, False),))


def _text(text: Any) -> str:
    return text.decode() if isinstance(text, bytes) else str(text)


def _any(queries: list[Any]) -> Any:
    return queries[0] if len(queries) == 1 else whoosh.Or(queries)


@singledispatch
def to_whoosh(query: tree.Query) -> Any:
    """``query`` as a tree that any Whoosh searcher takes (``whoosh.query.Query``).

    Raises TypeError for what Whoosh cannot be asked: how often a word occurs at least, how it
    is printed, whether a phrase stands in the first paragraph.
    """
    raise TypeError(f"Whoosh has no query for {type(query).__name__}")


@to_whoosh.register
def _(query: tree.Term) -> Any:
    return whoosh.Term(query.field, query.text)


@to_whoosh.register
def _(query: tree.Phrase) -> Any:
    if query.field == LEAD:
        raise TypeError(f"Whoosh has no query for {query}: the lead keeps no positions")
    return whoosh.Phrase(query.field, list(query.texts), slop=query.slop)


@to_whoosh.register
def _(query: tree.Near) -> Any:
    """Phrases with room between their words, which Whoosh finds right; its spans it does not.

    Raises TypeError where no choice of them says the same.
    """
    words = [[leaf.text for leaf in group if type(leaf) is tree.Term] for group in query.groups]
    ordered = len(set(query.links)) == 1 and query.links[0][1]
    alike = all(len(word) == len(group) for word, group in zip(words, query.groups, strict=True))
    if not alike or not (ordered or len(words) == 2) or math.prod(map(len, words)) > _MAX_PHRASES:
        raise TypeError(f"Whoosh has no query for {query}")
    slop = query.links[0][0]
    orders = [words] if ordered else [words, words[::-1]]
    phrases = [list(texts) for order in orders for texts in itertools.product(*order)]
    return whoosh.Or([whoosh.Phrase(query.field, texts, slop=slop) for texts in phrases])


@to_whoosh.register
def _(query: tree.Prefix) -> Any:
    return whoosh.Prefix(query.field, query.text)


@to_whoosh.register
def _(query: tree.Wildcard) -> Any:
    patterns = (query.pattern, *query.others)
    return _any([whoosh.Wildcard(query.field, pattern) for pattern in patterns])


@to_whoosh.register
def _(query: tree.Fuzzy) -> Any:
    near = whoosh.FuzzyTerm(
        query.field, query.text, maxdist=query.distance, prefixlength=query.fixed
    )
    return _any([near, *(whoosh.Term(query.field, text) for text in query.others)])


@to_whoosh.register
def _(query: tree.AnyTerm) -> Any:
    return whoosh.Or([whoosh.Term(query.field, text) for text in query.texts])


@to_whoosh.register
def _(query: tree.TermRange) -> Any:
    return whoosh.TermRange(query.field, query.low, query.high, query.low_out, query.high_out)


@to_whoosh.register
def _(query: tree.NumberRange) -> Any:
    return whoosh.NumericRange(query.field, query.low, query.high, query.low_out, query.high_out)


@to_whoosh.register(tree.AtLeast)
@to_whoosh.register(tree.Exact)
def _(query: tree.Query) -> Any:
    raise TypeError(f"Whoosh has no query for {query}")


@to_whoosh.register(tree.AnyField)
@to_whoosh.register(tree.Or)
def _(query: tree.Query) -> Any:
    return whoosh.Or([to_whoosh(part) for part in query.children()])


@to_whoosh.register
def _(query: tree.And) -> Any:
    return whoosh.And([to_whoosh(part) for part in query.parts])


@to_whoosh.register
def _(query: tree.DisjunctionMax) -> Any:
    return whoosh.DisjunctionMax([to_whoosh(part) for part in query.parts], tiebreak=query.tie)


@to_whoosh.register
def _(query: tree.Not) -> Any:
    return whoosh.Not(to_whoosh(query.part))


@to_whoosh.register
def _(query: tree.AndNot) -> Any:
    return whoosh.AndNot(to_whoosh(query.wanted), to_whoosh(query.unwanted))


@to_whoosh.register
def _(query: tree.AndMaybe) -> Any:
    return whoosh.AndMaybe(to_whoosh(query.wanted), to_whoosh(query.welcome))


@to_whoosh.register
def _(query: tree.Require) -> Any:
    return whoosh.Require(to_whoosh(query.scored), to_whoosh(query.required))


@to_whoosh.register
def _(query: tree.Constant) -> Any:
    return whoosh.ConstantScoreQuery(to_whoosh(query.part), query.score)


@to_whoosh.register
def _(query: tree.Boosted) -> Any:
    found = to_whoosh(query.part)
    found.boost = query.factor
    return found


@to_whoosh.register
def _(query: tree.Every) -> Any:
    return whoosh.Every(query.field)


@to_whoosh.register
def _(query: tree.Nothing) -> Any:
    return whoosh.NullQuery

"""Words, phrases and patterns of a question as parts of the tree, field by field."""

from __future__ import annotations

from collections.abc import Callable

from index.analysis import STOP_WORDS, fold, words
from index.errors import QueryError
from index.schema import PHRASE_FIELDS, TEXT_FIELDS
from index.story import LEAD
from search.patterns import about_in, about_leaves, pattern_in, pattern_leaves, prefix_leaves
from search.spelling import phrase, spellings
from search.tree import (
    AnyField,
    Exact,
    Leaf,
    Near,
    Phrase,
    Prefix,
    Query,
    StopWord,
    Term,
    all_of,
    unscored,
)

TEXTS = ("headline", "lead", "body", "byline")
"""Fields of running text that a query may name."""
NAMES = ("place", "country", "agency", "slug")
"""Fields of names that a query may name; each is matched whole."""
DATES = ("date", "since", "until")
"""What a query may say of a story's date."""
FIELDS = (*TEXTS, *NAMES, *DATES)


def word_query(text: str, field: str | None, beside: str = "") -> Query:
    """The query for a run of the query without white space: a word, a compound, a pattern.

    ``beside`` is the name after it that it is a part of (South, of South Korea). Raises
    QueryError for a country that is none, or too many changes.
    """
    if field in NAMES:
        return unscored(name_query(field, text))
    if (pattern := pattern_in(text)) is not None:
        return _in_fields(field, lambda name: pattern_leaves(pattern, name))
    if (about := about_in(text)) is not None:
        return _in_fields(field, lambda name: about_leaves(*about, name))
    if (known := spellings(text, TEXT_FIELDS[0], beside)) is not None:
        return _in_fields(field, lambda name: spellings(text, name, beside) or known)
    *before, last = words(text)
    if text[last.end :].startswith("*"):
        begun = text[last.start : last.end]
        prefix = _in_fields(field, lambda name: prefix_leaves(begun, name))
        rest = (leaf_query(text[: last.start], 1, field),) if before else ()
        return all_of(*rest, prefix)
    query = leaf_query(text, 1, field)
    bare = fold(text[last.start : last.end].replace("’", "'")).removesuffix("'s")
    if isinstance(query, AnyField) and not before and bare in STOP_WORDS:
        return StopWord(query.leaves)
    return query


def leaf_query(text: str, slop: int, field: str | None) -> Query:
    """The query for the words of ``text`` as they are: a term, or a phrase where there are more.

    ``slop`` is how far each word may stand from the one before (1: next to it). Raises
    QueryError for a country that is none.
    """
    if field in NAMES:
        return unscored(name_query(field, text))
    found = list(words(text))
    terms = tuple(word.term for word in found)
    printed = tuple(text[word.start : word.end] for word in found)
    if len(terms) > 1:
        return _in_fields(field, lambda name: (phrase(terms, printed, slop, name),))
    return _in_fields(field, lambda name: spellings(text, name, "") or (Term(name, terms[0]),))


def exact_query(text: str, field: str | None) -> Query:
    """The query for a word or phrase as it is printed: not stemmed, not folded."""
    if field in NAMES:
        return unscored(name_query(field, text))
    found = list(words(text))
    terms = tuple(word.term for word in found)
    printed = tuple(text[word.start : word.end] for word in found)
    leaves = (
        Phrase(name, terms) if len(terms) > 1 else Term(name, terms[0]) for name in _fields(field)
    )
    return Exact(tuple(leaves), printed)


def name_query(field: str, value: str) -> Leaf:
    """`keyword_query`, or the names that begin so where ``value`` ends in a star."""
    begun = value.rstrip(".,;:!?")
    if begun.endswith("*") and field != "country":
        return Prefix(field, fold(begun.rstrip("*")))
    return keyword_query(field, value)


def keyword_query(field: str, value: str) -> Term:
    """The term of a place, country, agency or slug as people write it.

    Raises QueryError for a country that is none.
    """
    from index.agencies import agency_named
    from index.countries import country_code

    value = " ".join(value.split()).strip(".,;:!?" if field != "place" else ",;:!?")
    if field == "country":
        code = country_code(value)
        if code is None:
            raise QueryError(
                f"{value!r} is no country known here. "
                "Give a name or an ISO code, such as South Korea or KR."
            )
        return Term(field, code)
    if field == "slug":
        from index.versions import slug_key

        value = slug_key(value)
    return Term(field, fold(agency_named(value) or value if field == "agency" else value))


def _in_fields(field: str | None, leaves: Callable[[str], tuple[Leaf, ...]]) -> Query:
    """One word, in ``field`` or in any that is searched; ``leaves`` makes it for one field."""
    found = tuple(
        leaf
        for name in ((field,) if field else TEXT_FIELDS)
        for leaf in leaves(name)
        # The lead keeps no positions: what needs them is looked for in the body, which holds it.
        if field or name != LEAD or not isinstance(leaf, Phrase | Near)
    )
    return found[0] if field and len(found) == 1 else AnyField(found)


def _fields(field: str | None) -> tuple[str, ...]:
    return (field,) if field else PHRASE_FIELDS

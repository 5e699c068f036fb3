"""Words, phrases and prefixes of a question as leaves of the tree, field by field."""

from __future__ import annotations

from index.analysis import MAX_TERM, fold, term_of, words
from index.errors import QueryError
from index.schema import TEXT_FIELDS
from search.tree import AnyField, Leaf, Phrase, Prefix, Query, Term, unscored

FIELDS = ("headline", "body", "byline", "place", "country", "agency")
"""Fields that a query may name."""

# Suffixes that the stemmer takes off or changes (Porter 2001, steps 1 to 4).
_SUFFIXES = """
    ability abilities able ably al ality alities alize alized alizes alizing ally ance ances
    ancy ant ants ate ated ates ating ation ational ations ator ators ed edly eed eedly ement
    ements ence ences ency enci ent ents entli ently er ers es ful fully fulness ibility ible
    ic ical ically icate icity icities ics ied ies iest ing ingly ings ion ions ism isms ist
    ists iti ities ity ive iveness ivity ivities ize ized izer izers izes izing less lessly li
    ly ment ments ness ogies ogist ogy ous ously ousness s ses tion tional tions y
""".split()


def leaf_query(text: str, slop: int, field: str | None) -> Query:
    """The query for the words of ``text``: a term, or a phrase where there are several.

    ``slop`` is how far each word may stand from the one before (1: next to it). Raises
    QueryError for a country that is none.
    """
    if field in ("place", "country", "agency"):
        return unscored(keyword_query(field, text))
    terms = tuple(word.term for word in words(text))
    leaves: tuple[Leaf, ...]
    if len(terms) == 1:
        leaves = tuple(Term(name, terms[0]) for name in _fields(field))
    else:
        leaves = tuple(Phrase(name, terms, slop) for name in _fields(field))
    return leaves[0] if field else AnyField(leaves)


def prefix_query(text: str, field: str | None) -> Query:
    """The query for words that begin as the one word ``text`` does.

    The index holds stems, and a stem may be shorter than the prefix: ``economi*`` asks for
    economic, whose stem is econom. Such stems are found by giving the prefix each ending
    that it may be the first part of, and stemming that.
    """
    prefix = "".join(char for char in fold(text) if char.isalnum())[:MAX_TERM]
    if field in ("place", "country", "agency"):
        return unscored(Prefix(field, fold(text)))
    stems = {
        term_of(prefix + suffix[cut:])
        for suffix in ("", *_SUFFIXES)
        for cut in range(len(suffix) + 1)
        if prefix.endswith(suffix[:cut])
    }
    shorter = sorted(stem for stem in stems if stem and not stem.startswith(prefix))
    leaves = tuple(
        leaf
        for name in _fields(field)
        for leaf in (Prefix(name, prefix), *(Term(name, stem) for stem in shorter))
    )
    return AnyField(leaves) if len(leaves) > 1 else leaves[0]


def keyword_query(field: str, value: str) -> Term:
    """The term of a place, country or agency as people write it.

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
    return Term(field, fold(agency_named(value) or value if field == "agency" else value))


def _fields(field: str | None) -> tuple[str, ...]:
    return (field,) if field else TEXT_FIELDS

"""Leaves of the tree as queries of a cluster: where a word, phrase or pattern stands.

A field's similarity gives the plain frequency, so that the score of a leaf's query tells how
often it stands there: itself, or by the arithmetic of `Counted.by`.
"""

from __future__ import annotations

import re
from functools import singledispatch
from itertools import pairwise
from typing import Any

from cluster.terms import coded, lines
from index.value import Value
from search.tree import AnyTerm, Fuzzy, Leaf, Near, Phrase, Prefix, Term, TermRange, Wildcard

Dsl = dict[str, Any]
MOST_EXPANSIONS = 1_000
"""Terms that a pattern may stand for beside other words: what a cluster takes by default."""
NAMES = frozenset({"id", "source", "file", "place", "country", "agency", "credits", "slug"})
"""Fields that are matched whole; with them go ``day`` and ``certain``."""

ONCE = "_score"
EACH_WORD = "_score / params.words"
"""A phrase scores once for each of its words."""
_INTERVALS = "Math.min(params.most, Math.max(1.0, Math.rint(_score / (1.0 - _score))))"
"""Intervals score f / (1 + f), where each of them adds 1 to f, if all are equally wide."""
_LEAST = """
long counts = (long) _score;
long base = ((Number) params.base).longValue();
int groups = ((Number) params.groups).intValue();
long least = base;
for (int group = 0; group < groups; group++) {
  least = (long) Math.min(least, counts % base);
  counts = counts / base;
}
return (double) least;
"""
_BITS = 24
"""Those of a whole number that a score holds exactly."""
_MOST_GROUPS = 4


class SpelledAbout(Fuzzy):
    """A `Fuzzy` of which ``terms`` are what it stands for, itself and its others among them."""

    terms: tuple[str, ...] = ()


class Counted(Value):
    """A query whose score tells how often a leaf occurs; ``by`` is the arithmetic for that."""

    query: Dsl
    by: str = ONCE
    words: int = 1


@singledispatch
def matching_leaf(leaf: Leaf) -> Dsl:
    """The query for the stories that ``leaf`` occurs in.

    Of something that intervals cannot tell (`is_loose`), only stories that are sure to have it.
    """
    raise TypeError(f"a {type(leaf).__name__} is no leaf")


@matching_leaf.register
def _(leaf: Term) -> Dsl:
    return {"term": {leaf.field: {"value": coded(leaf.text)}}}


@matching_leaf.register
def _(leaf: Phrase) -> Dsl:
    if leaf.slop == 1 or len(leaf.texts) == 1:
        return {"match_phrase": {leaf.field: {"query": lines(leaf.texts)}}}
    return _intervals(leaf)


@matching_leaf.register
def _(leaf: Near) -> Dsl:
    return {"match_none": {}} if is_untold(leaf) else _intervals(leaf)


@matching_leaf.register
def _(leaf: Prefix) -> Dsl:
    if not leaf.text:
        return {"exists": {"field": leaf.field}}
    return {"prefix": {leaf.field: {"value": leaf.text}}}


@matching_leaf.register
def _(leaf: Wildcard) -> Dsl:
    patterns = dict.fromkeys((leaf.pattern, *leaf.others))
    return any_of([{"wildcard": {leaf.field: {"value": pattern}}} for pattern in patterns])


@matching_leaf.register
def _(leaf: Fuzzy) -> Dsl:
    near = {
        "value": leaf.text,
        "fuzziness": leaf.distance,
        "prefix_length": leaf.fixed,
        "transpositions": False,
        "rewrite": "constant_score",
    }
    others = [_terms(leaf.field, leaf.others)] if leaf.others else []
    return any_of([{"fuzzy": {leaf.field: near}}, *others])


@matching_leaf.register
def _(leaf: AnyTerm) -> Dsl:
    return _terms(leaf.field, leaf.texts)


@matching_leaf.register
def _(leaf: TermRange) -> Dsl:
    ends = {}
    if leaf.low is not None:
        ends["gt" if leaf.low_out else "gte"] = leaf.low
    if leaf.high is not None:
        ends["lt" if leaf.high_out else "lte"] = leaf.high
    return {"range": {leaf.field: ends}} if ends else {"exists": {"field": leaf.field}}


def counted(leaf: Leaf, each: bool = True) -> Counted:
    """The query that tells how often ``leaf`` occurs in a story.

    Unless ``each`` term that a pattern stands for is to be counted, which a cluster does for a
    thousand of them, a pattern counts once.
    """
    match leaf:
        case Term():
            return Counted(matching_leaf(leaf))
        case Phrase(slop=1) if len(leaf.texts) > 1:
            return Counted(matching_leaf(leaf), EACH_WORD, len(leaf.texts))
        case Phrase():
            first, last = (_side_by_side((leaf.texts[place],)) for place in (0, -1))
            return Counted(_counted_intervals(leaf, [[first], [last]]))
        case Near() if len(leaf.groups) <= _MOST_GROUPS and not is_untold(leaf):
            return Counted(_counted_intervals(leaf, [list(map(_rule, g)) for g in leaf.groups]))
        case AnyTerm():
            return Counted(_any_term(leaf.field, leaf.texts))
        case SpelledAbout() if each:
            return Counted(_any_term(leaf.field, leaf.terms))
        case Prefix(text=text) if each and text:
            return Counted(_counted_pattern("prefix", leaf.field, {"value": text}))
        case Wildcard() if each:
            patterns = dict.fromkeys((leaf.pattern, *leaf.others))
            # A term that fits two patterns would count twice.
            if len(patterns) == 1:
                value = {"value": leaf.pattern}
                return Counted(_counted_pattern("wildcard", leaf.field, value))
            value = {"value": "|".join(map(_as_regexp, patterns)), "flags": "NONE"}
            return Counted(_counted_pattern("regexp", leaf.field, value))
    return Counted({"constant_score": {"filter": matching_leaf(leaf)}})


def _any_term(field: str, texts: tuple[str, ...]) -> Dsl:
    return any_of([matching_leaf(Term(field, text)) for text in dict.fromkeys(texts)])


def _counted_pattern(kind: str, field: str, value: Dsl) -> Dsl:
    return {kind: {field: {**value, "rewrite": "scoring_boolean"}}}


def _as_regexp(pattern: str) -> str:
    """A pattern of letters, stars and question marks as Lucene's regular expressions have it."""
    plain = re.sub(r"([^\w*?])", r"\\\1", pattern)
    return plain.replace("*", ".*").replace("?", ".")


def any_of(queries: list[Dsl]) -> Dsl:
    """What any of ``queries`` matches; their scores are added."""
    if not queries:
        return {"match_none": {}}
    if len(queries) == 1:
        return queries[0]
    return {"bool": {"should": queries, "minimum_should_match": 1}}


def is_countable(leaf: Leaf) -> bool:
    """Whether the score of a leaf's query tells just how often it occurs."""
    if isinstance(leaf, Near) or (isinstance(leaf, Phrase) and leaf.slop > 1):
        return False
    return "constant_score" not in counted(leaf).query


def is_loose(leaf: Leaf) -> bool:
    """Whether intervals cannot tell all that ``leaf`` matches: three words or more at distances.

    An interval is the shortest run that holds its parts, so that the second word of a chain
    may stand near the third only where it is not the nearest to the first.
    """
    if isinstance(leaf, Phrase):
        return leaf.slop > 1 and len(leaf.texts) > 2
    if isinstance(leaf, Near):
        inner = [one for group in leaf.groups for one in group]
        return len(leaf.groups) > 2 or any(
            isinstance(one, Phrase) and one.slop > 1 for one in inner
        )
    return False


def is_untold(leaf: Leaf) -> bool:
    """Whether intervals are sure of nothing that a loose ``leaf`` matches.

    Where three words may stand in any order, the run of the first two does not tell how far
    the second is from the third.
    """
    return isinstance(leaf, Near) and len(leaf.groups) > 2 and not all(o for _, o in leaf.links)


def loosely(leaf: Leaf) -> Dsl:
    """What every story matches that a loose ``leaf`` occurs in, and maybe others."""
    if isinstance(leaf, Near):
        pairs = zip(pairwise(leaf.groups), leaf.links, strict=True)
        links = [Near(leaf.field, tuple(map(_tightened, pair)), (link,)) for pair, link in pairs]
        return {"bool": {"filter": [matching_leaf(link) for link in links]}}
    if isinstance(leaf, Phrase):
        pairs_of_words = [Phrase(leaf.field, pair, leaf.slop) for pair in pairwise(leaf.texts)]
        return {"bool": {"filter": [matching_leaf(pair) for pair in pairs_of_words]}}
    return matching_leaf(leaf)


def _tightened(group: tuple[Leaf, ...]) -> tuple[Leaf, ...]:
    """``group``, its loose phrases as their last and first words alone, which stand as near."""
    found: list[Leaf] = []
    for leaf in group:
        if isinstance(leaf, Phrase) and leaf.slop > 1:
            found += [Term(leaf.field, leaf.texts[0]), Term(leaf.field, leaf.texts[-1])]
        else:
            found.append(leaf)
    return tuple(found)


def _terms(field: str, texts: tuple[str, ...]) -> Dsl:
    return {"terms": {field: sorted(set(map(coded, texts)))}} if texts else any_of([])


def _counted_intervals(leaf: Leaf, groups: list[list[Dsl]]) -> Dsl:
    """How often the group that takes part least often does, in stories that ``leaf`` occurs in.

    A group takes part where it stands within the whole. Each adds its count to the score as a
    digit of its own.
    """
    base = 2 ** (_BITS // len(groups))
    whole = {"contained_by": _rule(leaf)}
    digits = []
    for place, rules in enumerate(groups):
        for rule in rules:
            inside = {"any_of": {"intervals": [rule], "filter": whole}}
            script = {
                "source": f"{_INTERVALS} * params.unit",
                "params": {"most": (base - 1) // len(rules), "unit": base**place},
            }
            query = {"intervals": {leaf.field: inside}}
            digits.append({"script_score": {"query": query, "script": script}})
    script = {"source": _LEAST, "params": {"base": base, "groups": len(groups)}}
    return {"script_score": {"query": any_of(digits), "script": script}}


def _intervals(leaf: Leaf) -> Dsl:
    return {"intervals": {leaf.field: _rule(leaf)}}


def _rule(leaf: Leaf) -> Dsl:
    """Where ``leaf`` stands, as a rule for intervals."""
    match leaf:
        case Term():
            return _side_by_side((leaf.text,))
        case Phrase(slop=1):
            return _side_by_side(leaf.texts)
        case Phrase():
            rules = [_side_by_side((text,)) for text in leaf.texts]
            chain = rules[0]
            for rule in rules[1:]:
                chain = _ordered(chain, rule, leaf.slop)
            return chain
        case Near():
            chain, *others = map(_any_rule, leaf.groups)
            for group, (most, ordered) in zip(others, leaf.links, strict=True):
                there = _ordered(chain, group, most)
                chain = there if ordered else _choice([there, _ordered(group, chain, most)])
            return chain
        case AnyTerm():
            return _choice([_side_by_side((text,)) for text in leaf.texts])
        case Prefix():
            return _pattern(f"{leaf.text}*")
        case Wildcard():
            return _choice([_pattern(one) for one in dict.fromkeys((leaf.pattern, *leaf.others))])
        case Fuzzy():
            near = {
                "term": leaf.text,
                "fuzziness": leaf.distance,
                "prefix_length": leaf.fixed,
                "transpositions": False,
            }
            return _choice([{"fuzzy": near}, *(_side_by_side((one,)) for one in leaf.others)])
    raise TypeError(f"a {type(leaf).__name__} stands near nothing")


def _any_rule(group: tuple[Leaf, ...]) -> Dsl:
    return _choice([_rule(leaf) for leaf in group])


def _side_by_side(texts: tuple[str, ...]) -> Dsl:
    return {"match": {"query": lines(texts), "max_gaps": 0, "ordered": True}}


def _pattern(pattern: str) -> Dsl:
    return {"wildcard": {"pattern": pattern, "max_expansions": MOST_EXPANSIONS}}


def _ordered(first: Dsl, second: Dsl, most: int) -> Dsl:
    """``second`` at most so many positions behind the end of ``first``."""
    return {"all_of": {"intervals": [first, second], "ordered": True, "max_gaps": most - 1}}


def _choice(rules: list[Dsl]) -> Dsl:
    return rules[0] if len(rules) == 1 else {"any_of": {"intervals": rules}}

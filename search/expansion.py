"""Which terms of a segment a leaf stands for: one, several, all that fit a pattern.

What such a leaf may cost is bounded; a dearer one is refused with a sentence.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import singledispatch

import numpy as np

from index.codec.postings import FieldPostings
from index.errors import QueryError
from search.allowance import Cost, may_spend
from search.arrays import key_of
from search.editdistance import within
from search.matches import Numbers
from search.tree import AnyTerm, Fuzzy, Leaf, Prefix, Term, TermRange, Wildcard

_BY_LETTERS = 8
"""How many terms can be tried on a pattern while one is compared letter by letter."""


@singledispatch
def term_numbers(leaf: Leaf, field: FieldPostings) -> Numbers:
    """The numbers of the terms of ``field`` that ``leaf`` stands for, in order.

    Raises QueryError for a leaf that would be compared with too many.
    """
    raise TypeError(f"a {type(leaf).__name__} is no word or pattern")


@term_numbers.register
def _(leaf: Term, field: FieldPostings) -> Numbers:
    return _found([leaf.text], field)


@term_numbers.register
def _(leaf: AnyTerm, field: FieldPostings) -> Numbers:
    return _found(leaf.texts, field)


@term_numbers.register
def _(leaf: Prefix, field: FieldPostings) -> Numbers:
    return np.arange(*field.terms.prefix_range(key_of(leaf.text)))


@term_numbers.register
def _(leaf: TermRange, field: FieldPostings) -> Numbers:
    low, high = (None if end is None else key_of(end) for end in (leaf.low, leaf.high))
    return np.arange(*field.terms.span(low, high, low_out=leaf.low_out, high_out=leaf.high_out))


@term_numbers.register
def _(leaf: Wildcard, field: FieldPostings) -> Numbers:
    patterns = (leaf.pattern, *leaf.others)
    literals = [re.split(r"[*?]", pattern, maxsplit=1)[0] for pattern in patterns]
    low, terms = _scanned(leaf, field, _common_beginning(literals))
    matches = pattern_matcher(patterns)
    return low + np.array([n for n, text in enumerate(terms) if matches(text)], np.int64)


@term_numbers.register
def _(leaf: Fuzzy, field: FieldPostings) -> Numbers:
    low, terms = _scanned(leaf, field, leaf.text[: leaf.fixed])
    near = low + within(leaf.text, list(terms), leaf.distance)
    return np.unique(np.concatenate([near, _found(leaf.others, field)])) if leaf.others else near


def _found(texts: Sequence[str], field: FieldPostings) -> Numbers:
    places = {field.terms.find(key_of(text)) for text in texts}
    return np.array(sorted(places - {-1}), np.int64)


def _common_beginning(texts: Sequence[str]) -> str:
    first, last = min(texts), max(texts)
    pairs = zip(first, last, strict=False)
    return first[: next((n for n, (one, other) in enumerate(pairs) if one != other), len(first))]


def pattern_matcher(patterns: Sequence[str]) -> Callable[[str], object]:
    """What is true for the terms that any of ``patterns`` describes.

    Python's translation matches in linear time, however many stars there are.
    """
    translated = (fnmatch.translate(pattern.replace("[", "[[]")) for pattern in patterns)
    return re.compile("|".join(translated)).match


def fitting(leaf: Leaf, terms: Iterable[str]) -> list[str]:
    """Those of ``terms`` that ``leaf``, a word or a pattern, stands for."""
    match leaf:
        case Term():
            return [term for term in terms if term == leaf.text]
        case AnyTerm():
            return [term for term in terms if term in leaf.texts]
        case Prefix():
            return [term for term in terms if term.startswith(leaf.text)]
        case TermRange():
            return [term for term in terms if _lies_in(leaf, term)]
        case Wildcard():
            matches = pattern_matcher((leaf.pattern, *leaf.others))
            return [term for term in terms if matches(term)]
        case Fuzzy():
            known = list(terms)
            fixed = leaf.text[: leaf.fixed]
            near = {known[n] for n in within(leaf.text, known, leaf.distance).tolist()}
            near = {term for term in near if term.startswith(fixed)} | set(leaf.others)
            return [term for term in known if term in near]
    raise TypeError(f"a {type(leaf).__name__} is no word or pattern")


def _lies_in(leaf: TermRange, term: str) -> bool:
    low, high = leaf.low, leaf.high
    return (low is None or (term > low if leaf.low_out else term >= low)) and (
        high is None or (term < high if leaf.high_out else term <= high)
    )


def _scanned(leaf: Leaf, field: FieldPostings, prefix: str) -> tuple[int, Iterator[str]]:
    """The number of the first term with ``prefix``, and all such terms."""
    low, high = field.terms.prefix_range(key_of(prefix))
    weight = _BY_LETTERS if isinstance(leaf, Fuzzy) else 1
    if not may_spend(Cost.TERMS, (high - low) * weight):
        raise QueryError(
            f"{leaf} would be compared with {high - low:,} words. Give the word's first letters."
        )
    return low, (term.decode() for term in field.terms.between(low, high))

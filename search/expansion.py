"""Which terms of a segment a leaf stands for: one, several, all that fit a pattern.

What such a leaf may cost is bounded; a dearer one is refused with a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache, singledispatch

import numpy as np

from index.codec.postings import FieldPostings
from index.errors import QueryError
from search.allowance import Cost, may_spend
from search.arrays import key_of
from search.editdistance import within
from search.matches import Numbers
from search.tree import AnyTerm, Fuzzy, Leaf, Prefix, Term, TermRange, Wildcard

_BY_LETTERS = 4
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
    low, high = _scanned(leaf, field, _common_beginning(literals))
    text, begins = field.terms.lines(low, high)
    spans = np.array([line.span() for line in _lines_like(patterns).finditer(text)], np.int64)
    spans = spans.reshape(-1, 2)
    starts, ends = spans[spans[:, 0] < len(text)].T
    places = begins.searchsorted(starts)
    # A term that holds a line break of its own is no line.
    whole = (begins[places] == starts) & (begins[places + 1] - 1 == ends)
    found: Numbers = low + places[whole]
    return found


@term_numbers.register
def _(leaf: Fuzzy, field: FieldPostings) -> Numbers:
    low, high = _scanned(leaf, field, leaf.text[: leaf.fixed])
    terms = [term.decode() for term in field.terms.between(low, high)]
    near = low + within(leaf.text, terms, leaf.distance)
    return np.unique(np.concatenate([near, _found(leaf.others, field)])) if leaf.others else near


def _found(texts: Sequence[str], field: FieldPostings) -> Numbers:
    places = {field.terms.find(key_of(text)) for text in texts}
    return np.array(sorted(places - {-1}), np.int64)


def _common_beginning(texts: Sequence[str]) -> str:
    first, last = min(texts), max(texts)
    pairs = zip(first, last, strict=False)
    return first[: next((n for n, (one, other) in enumerate(pairs) if one != other), len(first))]


@lru_cache(maxsize=64)
def _lines_like(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """What finds the lines of a text that any of ``patterns`` describes.

    Takes time linear in the text, however many stars there are: what a star has once passed
    over for the letters behind it is never tried again.
    """
    return re.compile(f"^(?:{'|'.join(map(_translated, patterns))})$", re.MULTILINE)


def _translated(pattern: str) -> str:
    first, *others = (re.escape(part).replace(r"\?", ".") for part in re.split(r"\*+", pattern))
    if not others:
        return first
    *between, last = others
    return first + "".join(f"(?>.*?{part})" for part in between) + f".*{last}"


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
            matches = _lines_like((leaf.pattern, *leaf.others)).fullmatch
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


def _scanned(leaf: Leaf, field: FieldPostings, prefix: str) -> tuple[int, int]:
    """The numbers of the first term with ``prefix``, and of the first one after them."""
    low, high = field.terms.prefix_range(key_of(prefix))
    weight = _BY_LETTERS if isinstance(leaf, Fuzzy) else 1
    if not may_spend(Cost.TERMS, (high - low) * weight):
        raise QueryError(
            f"{leaf} would be compared with {high - low:,} words. Give the word's first letters."
        )
    return low, high

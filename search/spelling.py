"""What newsrooms print in several ways: numbers, sums of money, S. Korea, hyphens, US.

Case, accents, full stops and possessives are the analysis's work (`index.analysis`).
"""

from __future__ import annotations

import re

from index.analysis import fold, term_of, words
from search.tree import AnyTerm, Leaf, Near, Phrase, Term

US = ("us", "usa")
"""What ``us`` may mean where nobody writes capitals: the word, and the country's term."""

_SIDES = {side[0]: side for side in ("north", "south", "east", "west")}
_NAMES = {
    "north": "korea korean korean's koreans vietnam vietnamese dakota carolina ireland africa",
    "south": "korea korean koreans africa african africans sudan sudanese carolina dakota "
    "vietnam vietnamese ossetia yemen asia",
    "east": "germany german germans timor jerusalem africa",
    "west": "germany german germans bank virginia africa",
}
_OF_SIDES = {side: frozenset(names.split()) for side, names in _NAMES.items()}

# Patterns that most questions do not need are compiled when one does.
_GROUPED = r"[0-9]{1,3}(?:[ ,][0-9]{3})+|[0-9]{5,15}"
_FIRST_GROUP = r"[0-9]{1,3}(?: [0-9]{3})*"
_NEXT_GROUP = r"[0-9]{3}"
_SUM = r"[$€£¥](?P<number>[0-9]+(?:[.,][0-9]+)*)\s?(?P<scale>[a-zA-Z]+)"
_SUM_BEGINS = r"[$€£¥][0-9]+(?:[.,][0-9]+)*"
_SCALES = {
    name: names
    for names in (
        ("million", "mln", "mn", "m"),
        ("billion", "bln", "bn", "b"),
        ("trillion", "trln", "tn"),
    )
    for name in names
}
_HYPHENED = r"[^\W\d_]+(?:[-‐‑][^\W\d_]+)+"
PAIRS = re.compile(
    r"\b(?:[nsewNSEW]|[Nn]orth|[Ss]outh|[Ee]ast|[Ww]est|NORTH|SOUTH|EAST|WEST)\s+[^\W\d]"
    r"|[0-9]\s+[0-9]{3}\b"
)
"""Where words of a question may print one thing between them."""


def side_of(side: str, name: str) -> str | None:
    """The term of ``side`` (S., South) if it is a part of what ``name`` (Korea) names."""
    full = fold(side).rstrip(".")
    full = _SIDES.get(full, full)
    names = _OF_SIDES.get(full)
    return full if names and fold(name).strip(".,;:!?'’-") in names else None


def runs_on(text: str, following: str) -> bool:
    """Whether ``following`` goes on with the number or sum that ``text`` begins."""
    bare = following.rstrip(".,;:!?")
    if re.fullmatch(_SUM_BEGINS, text):
        return bare.lower() in _SCALES
    return bool(re.fullmatch(_FIRST_GROUP, text) and re.fullmatch(_NEXT_GROUP, bare))


def spellings(text: str, field: str, beside: str) -> tuple[Leaf, ...] | None:
    """The ways in which ``text`` is printed in a field; None if there is only the one.

    ``text`` is a run of the query without white space but in numbers; ``beside`` the name
    after it that it is a part of.
    """
    bare = text.strip(".,;:!?'’")
    if beside and (full := side_of(text, beside)):
        name = next(words(beside)).term
        return Term(field, full), Phrase(field, (full[0], name))
    if bare.isalpha():
        return (AnyTerm(field, US),) if bare != "US" and fold(bare) == "us" else None
    if found := re.fullmatch(_SUM, bare):
        if names := _SCALES.get(found["scale"].lower()):
            return _sum(found["number"], names, field)
    if re.fullmatch(_GROUPED, bare):
        return _number(bare, field)
    if re.fullmatch(_HYPHENED, bare):
        parts = tuple(word.term for word in words(bare))
        return Phrase(field, parts), Term(field, term_of(re.sub(r"\W", "", bare)))
    return None


def phrase(terms: tuple[str, ...], printed: tuple[str, ...], slop: int, field: str) -> Leaf:
    """A phrase; ``us`` in it, as ``printed``, may be the country."""
    if not any(term == "us" and shown != "US" for term, shown in zip(terms, printed, strict=True)):
        return Phrase(field, terms, slop)
    groups = (US if term == "us" else (term,) for term in terms)
    return Near(
        field,
        tuple(tuple(Term(field, text) for text in group) for group in groups),
        ((slop, True),) * (len(terms) - 1),
    )


def _number(text: str, field: str) -> tuple[Leaf, ...]:
    """28,500 and 28500 are one term already; 28 500 and 28.500 are others."""
    digits = re.sub(r"[ ,]", "", text)
    first = len(digits) % 3 or 3
    groups = (digits[:first], *(digits[at : at + 3] for at in range(first, len(digits), 3)))
    return (
        AnyTerm(field, (digits, ".".join(groups))),
        Phrase(field, groups),
    )


def _sum(number: str, scales: tuple[str, ...], field: str) -> tuple[Leaf, ...]:
    """1.6 billion, 1.6 bln, 1.6bn: how newsrooms abbreviate."""
    term = term_of(number)
    apart = tuple(Term(field, term_of(scale)) for scale in scales)
    return (
        Near(field, ((Term(field, term),), apart), ((1, True),)),
        AnyTerm(field, tuple(term_of(number + scale) for scale in scales)),
    )

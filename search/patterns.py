"""Patterns and words spelled about right, asked of an index that holds stems.

``organi?ation`` and ``pyongyang~`` speak of words as they are printed. What the stems of such
words look like is found by stemming words that fit.
"""

from __future__ import annotations

import re
import string
from functools import lru_cache

from index.analysis import MAX_TERM, fold, term_of
from index.errors import QueryError
from search.tree import AnyTerm, Fuzzy, Leaf, Prefix, Term, Wildcard

MAX_CHANGES = 2
"""Letters in which a word may differ from the one asked for."""

# Suffixes that the stemmer takes off or changes (Porter 2001, steps 1 to 4).
_SUFFIXES = """
    ability abilities able ably al ality alities alize alized alizes alizing ally ance ances
    ancy ant ants ate ated ates ating ation ational ations ator ators ed edly eed eedly ement
    ements ence ences ency enci ent ents entli ently er ers es ful fully fulness ibility ible
    ic ical ically icate icity icities ics ied ies iest ing ingly ings ion ions ism isms ist
    ists iti ities ity ive iveness ivity ivities ize ized izer izers izes izing less lessly li
    ly ment ments ness ogies ogist ogy ous ously ousness s ses tion tional tions y
""".split()
_PATTERN = re.compile(r"[^\W_]*+(?:[*?]++[^\W_]*+)++")  # possessive: there is one way to match
_ABOUT = re.compile(r"(?P<word>[^\W_]+)~(?P<changes>[0-9]*)")
_AROUND = ".,;:!'’-[]{}<>/"
_FILLER = "ba"
"""Stands for what a star in the middle of a pattern leaves open while its end is stemmed."""


def pattern_in(text: str) -> str | None:
    """The pattern that ``text`` is, folded; None if it is a word, or a word and a question mark."""
    bare = text.strip(_AROUND)
    if not re.search(r"[*?][^\W_*?]|\*", bare.rstrip("?")):
        bare = bare.rstrip("?")
    if not _PATTERN.fullmatch(bare) or not re.search(r"[^\W_]", bare):
        return None
    return re.sub(r"[*?]*\*[*?]*", "*", fold(bare))[:MAX_TERM]


def about_in(text: str) -> tuple[str, int] | None:
    """(word, changes) if ``text`` asks for a word spelled about so; None if it does not.

    Raises QueryError for more than `MAX_CHANGES`.
    """
    found = _ABOUT.fullmatch(text.strip(_AROUND))
    if not found:
        return None
    changes = int(found["changes"][:9] or 1)
    if changes > MAX_CHANGES:
        raise QueryError(
            f"~{changes} is near to too many words. Allow {MAX_CHANGES} changes at most."
        )
    return found["word"][:MAX_TERM], changes


def pattern_leaves(pattern: str, field: str) -> tuple[Leaf, ...]:
    """Leaves, as one word, for the words that a folded ``pattern`` describes."""
    head = pattern[:-1]
    if pattern.endswith("*") and not re.search(r"[*?]", head):
        return prefix_leaves(head, field)
    first, *others = _stems_of_pattern(pattern)
    return (Wildcard(field, first, tuple(others)),)


def prefix_leaves(text: str, field: str) -> tuple[Leaf, ...]:
    """Leaves, as one word, for the words that begin as the one word ``text`` does.

    The index holds stems, and a stem may be shorter than the prefix: ``economi*`` asks for
    economic, whose stem is econom. Such stems are found by giving the prefix each ending
    that it may be the first part of, and stemming that.
    """
    prefix = "".join(char for char in fold(text) if char.isalnum())[:MAX_TERM]
    stems = {term_of(word) for word in _endings(prefix)}
    shorter = sorted(stem for stem in stems if stem and not stem.startswith(prefix))
    return (Prefix(field, prefix), *(Term(field, stem) for stem in shorter))


def _endings(prefix: str) -> list[str]:
    """``prefix`` and each ending that it may be the first part of."""
    return [
        prefix + suffix[cut:]
        for suffix in ("", *_SUFFIXES)
        for cut in range(len(suffix) + 1)
        if prefix.endswith(suffix[:cut])
    ]


@lru_cache(maxsize=32)
def _stems_of_pattern(pattern: str) -> list[str]:
    """Patterns that the stems of words fit which fit ``pattern``; itself is the first."""
    found = {pattern: None}
    body = pattern.rstrip("*")
    last = max(body.rfind("?"), 0)
    letters = string.ascii_lowercase if "?" in body[-8:] else "a"
    for letter in letters:
        word, origins = "", []
        for place, char in enumerate(body):
            shown = {"*": _FILLER, "?": letter if place == last else "a"}.get(char, char)
            word += shown
            origins += [place] * len(shown)
        for whole in _endings(word) if pattern.endswith("*") else (word,):
            stem = term_of(whole)
            found[_as_pattern(stem, word, body, origins)] = None
    covered = body if pattern.endswith("*") else None
    others = (one for one in found if one != pattern and one.strip("*?"))
    return [pattern, *(one for one in others if covered is None or not one.startswith(covered))]


def _as_pattern(stem: str, word: str, body: str, origins: list[int]) -> str:
    """``stem``, of a word that was put in place of the pattern ``body``, as a pattern again."""
    found: list[str] = []
    for place, char in enumerate(stem):
        if place < len(word) and word[place] == char and body[origins[place]] in "*?":
            if body[origins[place]] == "?" or found[-1:] != ["*"]:
                found.append(body[origins[place]])
        else:
            found.append(char)
    return "".join(found)


def about_leaves(word: str, changes: int, field: str) -> tuple[Leaf, ...]:
    """The leaf for words that are at most so many changes from ``word``.

    A change adds, drops, replaces or swaps a letter. One is tried on the word as printed; a
    second on its stem, whose first letter has to be right.
    """
    others = _one_change(fold(word)[:MAX_TERM])
    if changes == 1:
        return (AnyTerm(field, others),)
    return (Fuzzy(field, term_of(word), changes, 1, others),)


@lru_cache(maxsize=32)
def _one_change(word: str) -> tuple[str, ...]:
    """The stems of the words that are ``word`` or one change from it."""
    letters = string.digits if word.isdigit() else string.ascii_lowercase
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    changed = {word}
    for before, after in cuts:
        changed.update(before + letter + after for letter in letters)
        changed.add(before + after[1:])
        changed.update(before + letter + after[1:] for letter in letters if after)
        changed.add(before + after[1:2] + after[:1] + after[2:])
    return tuple(sorted({term_of(one) for one in changed if one} - {""}))

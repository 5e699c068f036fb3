"""Did you mean: for a word that no story has, the nearest words that stories do have.

Near is one change of a letter, or else two (Damerau 1964; Levenshtein 1966), or a space left
out. Of equally near words the one that more stories have comes first, and a word that begins
alike before one that does not. What is shown are words as stories print them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Protocol, TypeVar

from index.analysis import fold, term_of, words
from index.schema import PHRASE_FIELDS
from search.editdistance import within
from search.misnamed import LONG, MOST, NAMED, filtered, misnamed, near_fields
from search.patterns import about_leaves
from search.query import parse
from search.question import Filters, Question
from search.relax import Outcome, Reply
from search.results import Suggestion
from search.tree import Fuzzy, Phrase, Term, parts
from search.wordlist import Wordlist

_SHORTEST = 4
"""Letters below which nearly every word is near."""
_ASKED = 20
"""Words of one question that are looked into."""
_LOOKED_AT = 8
"""Near words of which it is looked up how stories print them."""
_LONGEST = 64
"""Letters of a word for which others are looked up at all."""
_ALIKE = 10
"""How many times as good a word is that begins with the same letter."""
_READ = 5
"""Stories that are read to see how they print a word."""


A = TypeVar("A", bound="Answered")


class Answered(Protocol):
    """An answer, of whatever index."""

    @property
    def outcome(self) -> Outcome:
        """The same in numbers."""


def reconsidered(
    reply: Reply[A],
    filters: Filters,
    wordlist: Wordlist,
    ask: Callable[[Question], A],
    today: date | None,
) -> Reply[A]:
    """``reply`` with what may be meant by words and names that no story has.

    Where nothing matched, it is the reply to the question with these corrected, if anything
    matches that; ``ask`` answers it. What ``filters`` may mean is told and left to the user.
    """
    found = suggestions(reply.question, wordlist)
    if found and not reply.found.outcome.total:
        other = parse(_corrected(reply.question.text, found), today)
        instead = ask(other)
        if instead.outcome.total:
            lacking = " ".join(dict.fromkeys(f"{_lacks(one.kind, one.word)}." for one in found))
            told = f"{lacking} These are for: {other.text}"
            return Reply(other, instead, told, found, other.text)
    lacking_names = () if reply.found.outcome.total else filtered(filters, wordlist)
    told_of = [((one.kind, one.word), one.words) for one in found]
    told_of += [((term.field, term.text), names) for term, names in lacking_names]
    if not told_of:
        return reply
    told = " ".join(
        f"{_lacks(kind, word)}; did you mean {_or(near)}?"
        for (kind, word), near in dict(told_of).items()
    )
    told = told if reply.note is None else f"{reply.note} {told}"
    return Reply(reply.question, reply.found, told, found)


def suggestions(question: Question, wordlist: Wordlist) -> tuple[Suggestion, ...]:
    """The words and names of ``question`` that an index lacks, with those that may be meant.

    What is excluded, or a date, is no such word.
    """
    asked = _terms(question)
    printed = [
        (question.text[word.start : word.end], word.start)
        for word in words(question.text)
        if word.term in asked
    ]
    known = wordlist.stories([term_of(word) for word, _start in printed[:_ASKED]])
    found = list(misnamed(question, wordlist))
    for (word, start), having in zip(printed, known, strict=False):
        if not _SHORTEST <= len(word) <= _LONGEST or not word.isalpha():
            continue
        if having or wordlist.names(fold(word)):
            continue
        end = start + len(word)
        fields = near_fields(word) if question.text[end : end + 1] == ":" else ()
        if near := fields or _near(word, wordlist):
            found.append(Suggestion(word, start, end, near, "field" if fields else "word"))
    return tuple(sorted(found, key=lambda one: one.start))


def _terms(question: Question) -> set[str]:
    """The terms of the words and phrases that stories are to have."""
    found: set[str] = set()
    for part in parts(question.query):
        for leaf in part.leaves:
            if isinstance(leaf, Term):
                found.add(leaf.text)
            elif isinstance(leaf, Phrase):
                found.update(leaf.texts)
    return found


def _near(printed: str, wordlist: Wordlist) -> tuple[str, ...]:
    """Words of the index near to one that it lacks, as they are printed, the best first."""
    term, wanted = term_of(printed), fold(printed)
    near = wordlist.near([about_leaves(printed, 1, name)[0] for name in PHRASE_FIELDS])
    found = _printed(near, wanted, 1, wordlist) + list(_cut(wanted, wordlist))
    if not found and len(wanted) >= LONG:
        near = wordlist.near([Fuzzy(name, term, 2, 1) for name in PHRASE_FIELDS])
        found = _printed(near, wanted, 2, wordlist)
    found.sort(key=lambda one: (-one[0] * (_ALIKE if fold(one[1])[:1] == wanted[0] else 1), one[1]))
    return tuple(dict.fromkeys(shown for _, shown in found[:MOST]))


def _printed(
    near: Counter[str], wanted: str, most: int, wordlist: Wordlist
) -> list[tuple[int, str]]:
    """Those of ``near`` that stories print so that ``most`` changes make it ``wanted``."""
    found = []
    for term, count in near.most_common(_LOOKED_AT):
        shown = _shown(term, wanted, wordlist)
        if _is_near(fold(shown), wanted, most):
            found.append((count, shown))
    return found


def _is_near(shown: str, wanted: str, most: int) -> bool:
    swapped = sorted(shown) == sorted(wanted) and _differences(shown, wanted) == 2
    return swapped or within(wanted, [shown], most).size > 0


def _cut(folded: str, wordlist: Wordlist) -> Iterator[tuple[int, str]]:
    """Two words that stand side by side in so many stories, and are one with a space left out."""
    cuts = [(folded[:at], folded[at:]) for at in range(2, len(folded) - 1)]
    terms = [(term_of(one), term_of(other)) for one, other in cuts]
    known = wordlist.stories([term for pair in terms for term in pair])
    both = [n for n in range(len(cuts)) if known[2 * n] and known[2 * n + 1]]
    for n, together in zip(both, wordlist.side_by_side([terms[n] for n in both]), strict=True):
        if together:
            shown = (_shown(*one, wordlist) for one in zip(terms[n], cuts[n], strict=True))
            yield together, " ".join(shown)


def _shown(term: str, wanted: str, wordlist: Wordlist) -> str:
    """``term`` as some story prints it, in the form nearest to the folded word ``wanted``."""
    forms: Counter[str] = Counter()
    for text in wordlist.texts(term, _READ):
        shown = (text[word.start : word.end] for word in words(text) if word.term == term)
        forms.update(form.removesuffix("'s").removesuffix("’s") for form in shown)
    small = {form for form in forms if form.islower()}
    known = {form: n for form, n in forms.items() if form in small or form.lower() not in small}
    return min(known, key=lambda form: (_differences(fold(form), wanted), -known[form], form))


def _differences(form: str, wanted: str) -> int:
    """Roughly how unlike two words are: the letters outside what they begin and end with."""
    pairs = list(zip(form, wanted, strict=False))
    alike = next((n for n, (one, other) in enumerate(pairs) if one != other), len(pairs))
    rest = list(zip(reversed(form[alike:]), reversed(wanted[alike:]), strict=False))
    behind = next((n for n, (one, other) in enumerate(rest) if one != other), len(rest))
    return max(len(form), len(wanted)) - alike - behind


def _corrected(text: str, found: Sequence[Suggestion]) -> str:
    """``text`` with the best of each suggestion in the place of the word."""
    for one in reversed(found):
        best = one.words[0]
        if " " in best and one.kind in NAMED and text[one.start - 1] != '"':
            best = f'"{best}"'
        text = text[: one.start] + best + text[one.end :]
    return text


def _lacks(kind: str, word: str) -> str:
    return f"There is no field {word}" if kind == "field" else f"No story has the {kind} {word}"


def _or(names: Sequence[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} or {last}" if others else last

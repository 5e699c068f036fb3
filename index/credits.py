"""Agencies that a story's text credits, and the marks that close a story."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.agencies import agency_named, is_printed_so

_NAME = r"[A-ZÀ-Þ][\w.&'-]*(?:[ -][A-ZÀ-Þ][\w.&'-]*){0,3}"
_VERBS = (" reported", " reports", " quoted", " cited")
_TO = (" told ", " quoted ", " cited ", " reported by ", " according to ", " interview with ")
_BEFORE_VERB = re.compile(
    rf"(?P<who>{_NAME})(?:,?\s+(?:the\s+)?(?:state |official )?news agency)?,?\s+(?:has\s+)?$"
)
_PARTY = re.compile(rf"(?:the\s+)?(?P<who>{_NAME})")
_ENDINGS = re.compile(
    r"(?:\s*(?:[—–/=-]{1,2}\s*|\(\s*|\[\s*)|(?<=[.!?\"”])\s+)"
    r"(?P<who>[A-ZÀ-Þa-z][\w./' -]{1,40}?)\s*[)\]]?\s*\.?\s*$"
)
_SIGN_OFF = re.compile(
    r"\s*(?:\b(?:Enditem|ENDITEM|End(?:s)?item)|-0-|-30-|#{3}|\bRTRS|\bReuter)\s*\.?\s*$"
    r"|(?<=[.!?\"”'])\s+(?:/?[a-z]{2,3}|[A-Z]{2,3}(?:\s[A-Z]{2,4}){1,3})\s*$"
)
_STOPPED = ("item", "ITEM", "-0-", "-30-", "###", "RTRS", "Reuter")
"""How the sign-offs end that a full stop may follow."""
TAIL = 300
"""Characters at a story's end in which its closing marks stand."""
_BY_LINE = re.compile(
    r"\s*\((?:(?:additional )?reporting|writing|editing|with inputs|compiled)\b[^()]*\)\s*$",
    re.IGNORECASE,
)


def closing_credit(paragraphs: list[str]) -> tuple[list[str], str | None]:
    """``paragraphs`` without the marks they close with, and the agency those name.

    "... the dust. — Bernama" closes with Bernama; "-0-", "Enditem" and editors' initials
    close and name nobody.
    """
    agency = None
    while paragraphs:
        last = paragraphs[-1]
        start = max(0, len(last) - TAIL)
        tail = last[start:]
        shorter = _without_marks(tail)
        ending = _ENDINGS.search(shorter)
        if ending and _set_off(shorter, ending) and (named := _agency(ending["who"])):
            agency = named
            shorter = shorter[: ending.start()]
        if shorter == tail:
            break
        kept = f"{last[:start]}{shorter}".rstrip()
        paragraphs = [*paragraphs[:-1], kept] if kept else paragraphs[:-1]
    return paragraphs, agency


def _without_marks(tail: str) -> str:
    """``tail`` without a sign-off and a by-line at its end.

    Most stories just end with a full stop, which is told faster than by patterns.
    """
    end = tail.rstrip()
    if not end.endswith(".") or end[:-1].rstrip().endswith(_STOPPED):
        tail = _SIGN_OFF.sub("", tail)
        end = tail.rstrip()
    return _BY_LINE.sub("", tail) if end.endswith(")") else tail


def _set_off(text: str, ending: re.Match[str]) -> bool:
    """Whether the ending stands behind a finished sentence, or is all there is."""
    before = text[: ending.start()].rstrip()
    return not before or before[-1] in ".!?\"'”’)]"


def _agency(printed: str) -> str | None:
    return agency_named(printed) if is_printed_so(printed) else None


def credited(body: str) -> tuple[str, ...]:
    """The agencies that ``body`` credits in so many words, in the order named.

    >>> credited("The pact will hold, Efe reported. He told Reuters it would.")
    ('EFE', 'Reuters')
    """
    found: list[tuple[int, str]] = []
    for at, verb in _occurrences(body, _VERBS):
        if body[at + len(verb) : at + len(verb) + 1].isalnum():
            continue
        who = _BEFORE_VERB.search(body[max(0, at - 70) : at + 1])
        if who and (name := _longest_agency(who["who"], from_end=True)):
            found.append((at, name))
    for at, words in _occurrences(body, _TO):
        party = _PARTY.match(body, at + len(words))
        if party and (name := _longest_agency(party["who"], from_end=False)):
            found.append((at, name))
    return tuple(dict.fromkeys(name for _, name in sorted(found)))


def _occurrences(text: str, phrases: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """(position, phrase) of every occurrence: a search for strings outruns any pattern."""
    for phrase in phrases:
        at = text.find(phrase)
        while at >= 0:
            yield at, phrase
            at = text.find(phrase, at + 1)


def _longest_agency(printed: str, *, from_end: bool) -> str | None:
    """The longest part of a run of names, at its end or its beginning, that is an agency."""
    words = printed.rstrip(".,").split()
    for size in range(len(words), 0, -1):
        part = " ".join(words[-size:] if from_end else words[:size])
        if (name := _agency(part.removesuffix("'s"))) and len(part) > 1:
            return name
    return None

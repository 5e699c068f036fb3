"""Are two stories the same copy, or takes of one running story? Their texts decide.

The rule, of the shorter text's letters (`index.samecopy.alignment`):

* what is *covered* (in chains, less what is replaced) says how much of it the longer has;
* *slips*, letters that differ one by one, tell how badly a text was misread, and how much else
  may differ for that reason alone;
* words that are *replaced* and *figures* that differ tell a form filled in anew (a dividend, a
  bond, a day's market brief) from a copy;
* a text of a few words says too little: its headline must agree, and its day.

Containment is measured, not resemblance, as copy is cut (Broder, 1997). Takes need less text in
common, but must be of the same few days, and slug, headline, byline or place must speak for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from index.samecopy.alignment import Alignments, align
from index.samecopy.changes import Kind, changes
from index.samecopy.facts import Facts, facts_of
from index.samecopy.letters import Ints
from index.story import Story, Version

Relations = NDArray[np.uint8]


class Relation(IntEnum):
    """What two stories are to each other."""

    APART = 0
    TAKE = 1
    """Two versions of one running story."""
    COPY = 2
    """One version, printed twice."""


RULE = 1
"""Raised whenever stories come to be compared otherwise, so that every pair is read again."""
LONG, SHORT = 400, 100
"""Letters: some 70 words and some 18."""
FURNITURE = 160
"""Letters before and behind the copy that may be an outlet's own lines."""
CORE = 0.4
"""The part of a text that has to be copy before the rest is taken for such lines."""
LEAST_LONGER = 0.33
"""The shorter text's part of the longer below which it is one item of several."""
COVERED, COVERED_IF_SHORT, COVERED_IF_TINY = 0.75, 0.85, 0.95
REPLACED, REPLACED_IF_SHORT, REPLACED_A_SLIP = 0.03, 0.05, 1.5
MOST_SLIPS = 0.2
FIGURES, FIGURES_IF_LONG = 0.1, 0.2
"""The share of figures that may differ in a copy that was not misread."""
FIGURE_SIZE = 5
"""Letters of which one slip makes a figure differ."""
MISREAD = 1.5
"""Letters that are misread for one that shows."""
ROUTINE_DAYS, TINY_DAYS = 5, 1
"""Days after which the same few words are the same announcement made again."""
TAKE_DAYS = 3
TAKE_COVERED, TAKE_COVERED_AT_LENGTH = 0.5, 0.7
TAKE_REPLACED, TAKE_FIGURES = 0.12, 0.2
LIKE_HEADLINES = 0.67
IDENTICAL = 0.98


def same_copy(one: Story, other: Story) -> Relation:
    """What two stories are to each other."""
    return Relation(int(relations([one, other], np.array([[0, 1]]))[0]))


def relations(stories: Sequence[Story], pairs: Ints) -> Relations:
    """A `Relation` for each of ``pairs``, an array of (pairs, 2) places in ``stories``."""
    found = align([story.body for story in stories], pairs, CORE)
    measured = _Measured(found)
    verdicts = np.zeros(len(pairs), np.uint8)
    for number in np.flatnonzero(measured.worth_asking).tolist():
        one, other = (stories[story] for story in pairs[number].tolist())
        verdict = _relation(measured, number, facts_of(one), facts_of(other))
        if verdict is Relation.COPY and _marked_apart(measured, number, one, other):
            verdict = Relation.TAKE
        verdicts[number] = verdict
    return verdicts


class _Measured:
    """Alignments as the shares that the rule speaks of."""

    def __init__(self, found: Alignments) -> None:
        covered = found.spanned - found.replaced
        own = np.minimum(found.shorter - found.core, FURNITURE)
        own = np.where(covered >= np.maximum(CORE * found.shorter, SHORT), own, 0)
        self.letters = found.shorter
        self.part = found.shorter / np.maximum(found.longer, 1)
        self.covered = covered / np.maximum(found.shorter - own, 1)
        # In a few words what lies between two chains is another word as well.
        between = np.where(found.shorter < LONG, found.core - found.spanned, 0)
        self.replaced = (found.replaced + between) / np.maximum(found.core, 1)
        self.slips = found.slips / np.maximum(covered, 1)
        # One more slip than were seen may well have happened, and some letters pass for others.
        self.misread = np.minimum(MISREAD * (found.slips + 1) / np.maximum(covered, 1), 0.5)
        self.figures = found.figures
        self.other_figures = found.figures - found.same_figures
        self.worth_asking = (
            (self.covered >= TAKE_COVERED)
            & (self.slips <= MOST_SLIPS)
            & (self.part >= LEAST_LONGER)
            & (found.shorter > 0)
        )

    def figures_agree(self, number: int, share: float) -> bool:
        """Whether no more figures differ than ``share`` of them, and what slips explain; in a
        long text, which is no form, one or two more."""
        count = int(self.figures[number])
        chance = 1 - (1 - float(self.misread[number])) ** FIGURE_SIZE
        spread = (count * chance * (1 - chance)) ** 0.5
        allowed: float = count * (share + chance) + spread + min(self.letters[number] // LONG, 2)
        return bool(self.other_figures[number] <= allowed)


def _relation(measured: _Measured, number: int, one: Facts, other: Facts) -> Relation:
    if _is_copy(measured, number, one, other):
        return Relation.COPY
    return Relation.TAKE if _is_take(measured, number, one, other) else Relation.APART


def _is_copy(measured: _Measured, number: int, one: Facts, other: Facts) -> bool:
    letters, days = measured.letters[number], one.days_from(other)
    covered = COVERED if letters >= LONG else COVERED_IF_SHORT
    if letters < SHORT:
        covered = COVERED_IF_TINY
        if one.headline_likeness(other) < LIKE_HEADLINES or one.place != other.place:
            return False
    most_days = ROUTINE_DAYS if letters >= SHORT else TINY_DAYS
    if letters < LONG and days is not None and days > most_days:
        return False
    replaced = REPLACED if letters >= LONG else REPLACED_IF_SHORT
    replaced += REPLACED_A_SLIP * float(measured.slips[number])
    figures = FIGURES_IF_LONG if letters >= 2 * LONG else FIGURES
    return bool(
        measured.covered[number] >= covered
        and measured.replaced[number] <= replaced
        and measured.figures_agree(number, figures)
    )


def _marked_apart(measured: _Measured, number: int, one: Story, other: Story) -> bool:
    """Whether two stories with one text are marked as different takes, and do differ.

    A correction may be of one figure; what stands before and behind the copy is an outlet's own.
    """
    marks = [story.version or Version() for story in (one, other)]
    if (marks[0].level, marks[0].corrected) == (marks[1].level, marks[1].corrected):
        return False
    whole = measured.covered[number] >= IDENTICAL and measured.part[number] >= IDENTICAL
    return not whole or _reworded(one.body, other.body)


def _reworded(old: str, new: str) -> bool:
    """Whether a word differs between two that both texts have."""
    kinds = [run.kind for run in changes(old, new)]
    kept = [place for place, kind in enumerate(kinds) if kind is Kind.KEPT]
    return len(kept) != 1


def _is_take(measured: _Measured, number: int, one: Facts, other: Facts) -> bool:
    days = one.days_from(other)
    same_slug = one.slug is not None and one.slug == other.slug
    if (days is None and not same_slug) or (days or 0) > TAKE_DAYS:
        return False
    covered, letters = measured.covered[number], measured.letters[number]
    if letters < SHORT or (letters < LONG and covered < COVERED_IF_SHORT and not same_slug):
        return False
    same_hand = one.byline is not None and one.byline == other.byline
    like = one.headline_likeness(other) >= LIKE_HEADLINES
    same_report = one.place == other.place and (like or same_hand)
    at_length = letters >= 2 * LONG and covered >= TAKE_COVERED_AT_LENGTH
    return bool(
        (same_slug or same_report or at_length)
        and covered >= TAKE_COVERED
        and measured.replaced[number] <= TAKE_REPLACED
        and measured.figures_agree(number, TAKE_FIGURES)
    )

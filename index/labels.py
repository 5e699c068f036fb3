"""Words that open copy the way a place does and are none: ``OPINION —``, ``WATCH:``."""

from __future__ import annotations

from index.analysis import fold
from index.datewords import MONTHS, WEEKDAYS

_LABELS = frozenset(
    """advisory alert also analysis announcement apology archive audio background blog book books
    breaking brief briefs briefing business calendar caption cartoon chart clarification
    column comment commentary company contact corrected correction country cricket culture
    date debate dispatch dossier economy edited editor editorial editors eds election
    entertainment essay events exclusive explainer exposed fact factbox feature features
    film flash focus football for forecast from gallery graphic guide headlines health
    highlights horoscope insight interview investigation latest lead leader letter letters
    lifestyle live location markets media memo music news newsletter newsroom note notebook
    notes obituary obituaries opinion photo photos picture pictures podcast politics poll
    press preview profile quiz quote recap recipe refile region repeat report reports review
    reviews science score scores source special spokesman sport sports spotlight statement
    stocks story summary survey table tags technology television timeline tip title topics
    transcript travel trends update updated updates urgent published posted publish video
    videos viewpoint watch weather wire world writethru""".split()
)


def is_label(name: str) -> bool:
    """Whether ``name`` is a newsroom's label and not a place, whatever a gazetteer says."""
    folded = fold(name).strip(".")
    return folded in _LABELS or folded in WEEKDAYS or folded in MONTHS

"""An explanation in sentences, and as plain dictionaries for JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from search.explain.score import Explanation, InField, Part

_LEAD = "lead"
_ROUND = 4


def sentences(explanation: Explanation) -> Iterator[str]:
    """The sum first, and then a sentence for each part of it."""
    sums = " + ".join(f"{part.score:.2f} {_called(part)}" for part in explanation.parts)
    yield f"Score {explanation.score:.2f}" + (f" = {sums}" if sums else ": no word is scored")
    for part in explanation.parts:
        if part.fields:
            yield _sentence(part, explanation.stories)


def _called(part: Part) -> str:
    return f"{part.text} side by side" if part.pair else part.text


def _sentence(part: Part, stories: int) -> str:
    having = "1 story has" if part.stories == 1 else f"{part.stories:,} stories have"
    places = ", ".join(map(_place, part.fields))
    return (
        f"{_called(part)}: {having} it of {stories:,}, so it is worth at most "
        f"{part.rarity * part.factor:.2f}; {part.share:.0%} of that for {places}"
    )


def _place(found: InField) -> str:
    times = {1: "once", 2: "twice"}.get(found.count, f"{found.count:,} times")
    words = "1 word" if found.length == 1 else f"{found.length:,} words"
    beside = "" if found.field == _LEAD else f"; {found.mean:,.1f} on average"
    return f"{times} in the {found.field} ({words}{beside})"


def explanation_json(explanation: Explanation) -> dict[str, Any]:
    """The ``explain`` of a hit (schemas/hit.json)."""
    return {
        "score": round(explanation.score, _ROUND),
        "stories": explanation.stories,
        "parts": [_part_json(part) for part in explanation.parts],
    }


def _part_json(part: Part) -> dict[str, Any]:
    fields = [_rounded(found.as_dict()) for found in part.fields]
    return {**_rounded(part.as_dict()), "fields": fields}


def _rounded(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: round(value, _ROUND) if isinstance(value, float) else value
        for name, value in values.items()
    }

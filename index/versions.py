"""Version marks: what a desk puts before a headline when it moves a story again.

``UPDATE 2-``, ``(LEAD)``, ``2ND LEAD``, ``CORRECTED-``, ``1st Ld-Writethru``, ``REFILE``:
they say which take of a running story this is. They come off the headline and are kept.
"""

from __future__ import annotations

import re
from dataclasses import replace

from index.story import Version

_MARKS = re.compile(
    r"""(?ix) \s* (?:
      (?P<update> UPDATE | WRAPUP | UPD ) \s* (?P<un>\d{1,2})? \s* (?:-{1,2}|:|–|—) \s*
    | (?P<fixed> CORRECTED | CORRECTION | CORRECTS | CORR )
      (?:\s*-{1,2}|:|\s+[–—]|\s*\([^)]*\)\s*[-:]) \s*
    | (?P<again> REFILE | REFILED | RPT | REPEAT | REPEATS | RESEND )
      (?:\s*-{1,2}|:|\s+[–—]) \s*
    | \( (?: (?P<bn>\d{1,2})(?:st|nd|rd|th) \s* )?
      (?P<bracket> LEAD | LD | UPDATE | UPDATED ) \) \s*
    | (?: (?P<ln>\d{1,2})(?:st|nd|rd|th) \s+ )? (?P<lead> LEAD | LD | NET ) (?:-?\s*WRITETHRU)?
      (?: \s* / \s* \d{1,2}(?:st|nd|rd|th) \s+ NET )? \s* (?:-{1,2}|:|–|—) \s*
    | (?P<ln2>\d{1,2})(?:st|nd|rd|th) \s+ (?P<lead2> LEAD | LD )
      (?:-?\s*WRITETHRU)? \s+ (?=[^\W\d_])
    | (?P<urgent> URGENT | BULLETIN | FLASH ) (?:\s*-{1,2}|:|\s+[–—]) \s*
    )"""
)
_SLUGLINE = re.compile(
    r"""(?ix) ^ \s* (?P<slug> (?:AM|PM|BC|AP|AS)- [\w'&./-]+ (?:\ [\w'&./-]+){0,3} )
        (?: , \s* (?: (?P<n>\d{1,2})(?:st|nd|rd|th)\s+ )? (?P<ld> Ld | Lead | Writethru )
            (?:[-\ ]?Writethru)? )?
        (?: , \s* (?P<id> [a-z]{1,3}\d{3,4} ) )? (?: , \s* \d{2,4} )? \s* $"""
)
_TAIL = re.compile(
    r"(?ix) \s* [-–—,(/]+ \s* (?: (?P<n>\d{1,2})(?:st|nd|rd|th) \s+ )?"
    r" (?: Ld | Lead | LD )? [- ]? (?: Writethru | Write-through | Update | Lead ) \)? \s* $"
)
_LONGEST_TAIL = 100
"""Characters at the end of a headline in which the mark stands."""
_NOTE = re.compile(
    r"(?ix) ^ [(\[]? \s*+ (?: ATTN | Eds? | Editors )? \s*+ [:.]? \s*+ [-–—]*+ \s*+"
    r" (?: updates? | updated | adds? | adding | recasts? | corrects? | correcting"
    r" | restores? | removes? | changes? | rewrites? | trims? | subs | fixes | clarifies"
    r" | repeats? | refiles? ) \b"
)
_LEVEL = re.compile(r"(?i)(?:\b(?P<n>\d{1,2})(?:st|nd|rd|th)[ -]+)?\b(?:Ld|Lead)\b|\bWritethru\b")
_KEY_NOISE = re.compile(
    r"(?i)\b(?:\d{1,2}(?:st|nd|rd|th)|ld|lead|writethru|net|abridged|bjt|optional"
    r"|\d{2,4}|[a-z]{1,3}\d{3,4})\b"
)


def take_marks(headline: str | None) -> tuple[str | None, Version | None]:
    """``headline`` without its version marks, and what they say; None if they say nothing.

    >>> take_marks("CORRECTED-UPDATE 4-Ferry survivors ashore")[0]
    'Ferry survivors ashore'
    """
    if not headline:
        return headline, None
    if slugline := _SLUGLINE.match(headline):
        level = int(slugline["n"] or 1) if slugline["ld"] else 0
        return headline, Version(level=level, slug=slug_key(slugline["slug"]))
    version = Version()
    at = 0
    while match := _MARKS.match(headline, at):
        version = _with(version, match)
        at = match.end()
    rest = headline[at:]
    if (tail := _TAIL.search(rest, max(len(rest) - _LONGEST_TAIL, 0))) and tail.start() > 0:
        version = replace(version, level=max(version.level, int(tail["n"] or 1)))
        rest = rest[: tail.start()]
    rest = rest.strip()
    if not rest or version == Version():
        return headline, None
    return rest, version


def _with(version: Version, match: re.Match[str]) -> Version:
    """``version`` with what one more mark says."""
    if match["fixed"]:
        return replace(version, corrected=True)
    if match["again"]:
        return replace(version, repeated=True)
    if match["urgent"]:
        return replace(version, urgent=True)
    number = next((match[n] for n in ("un", "bn", "ln", "ln2") if match[n]), None)
    return replace(version, level=max(version.level, int(number or 1)))


def is_note(line: str) -> bool:
    """Whether a line tells editors what this version changes: ``(Updates with court)``."""
    return bool(_NOTE.match(line))


def slug_level(slug: str) -> int:
    """The level that a slug prints: 2 for ``AM-Budget, 2nd Ld-Writethru``, 0 for none."""
    level = _LEVEL.search(slug)
    return int(level["n"] or 1) if level else 0


def slug_key(slug: str) -> str:
    """A slug less the level, the word count, the id and ABRIDGED: one for all versions.

    >>> slug_key("AM-Budget, 1st Ld-Writethru, a0456"), slug_key("BC-BAHIA-COCOA-REVIEW")
    ('am-budget', 'bc-bahia-cocoa-review')
    """
    bare = _KEY_NOISE.sub("", slug.lower())
    text = " ".join(bare.split())

    def kept(run: re.Match[str]) -> str:
        return "" if "," in run[0] or run.end() == len(text) else run[0]

    return re.sub(r"[\s,.-]+", kept, text)

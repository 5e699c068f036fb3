"""Text from stories and queries, made safe to show on a terminal."""

from __future__ import annotations

import re
import unicodedata
from typing import Protocol

# C0 and C1 controls, DEL, marks that turn the direction of writing, line and paragraph
# separators, invisible tags, and halves of surrogates.
_UNSAFE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_VISIBLE = "\N{REPLACEMENT CHARACTER}"
_SPACE = re.compile(r"\s")


class Paper(Protocol):
    """What lines are laid out for, a terminal or a pipe. A Rich ``Console`` is one."""

    @property
    def width(self) -> int:
        """Columns in a line."""

    @property
    def encoding(self) -> str:
        """What its characters are written in."""

    @property
    def is_terminal(self) -> bool:
        """Whether it shows styles and links."""


def plain(text: str, lines: bool = False) -> str:
    """``text`` with every character that could act on a terminal replaced by U+FFFD.

    White space becomes spaces, unless ``lines`` keeps line ends. The result has as many
    characters as ``text``, so that spans into one are spans into the other.
    """
    if text.isprintable():  # which is none of these, nor white space but single spaces
        return text
    if lines:
        return "\n".join(plain(line) for line in text.split("\n"))
    return _SPACE.sub(" ", _UNSAFE.sub(_VISIBLE, text))


def pointed(text: str, start: int, end: int, width: int = 76) -> tuple[str, str]:
    """``text``, or as much of it as is at most ``width`` wide, and carets under a place in it."""
    shown = plain(text)
    first = max(min(start - width // 2, len(shown) - width), 0)
    line = shown[first : first + width]
    before, there = line[: start - first], line[start - first : end - first]
    return f"  {line}", f"  {' ' * _columns(before)}{'^' * max(_columns(there), 1)}"


def _columns(text: str) -> int:
    """How many columns ``text`` takes."""
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return len(text) + wide - sum(map(bool, map(unicodedata.combining, text)))

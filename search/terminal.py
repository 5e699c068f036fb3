"""Text from stories and queries, made safe to show on a terminal."""

from __future__ import annotations

import re

# C0 and C1 controls, DEL, marks that turn the direction of writing, line and paragraph
# separators, invisible tags, and halves of surrogates.
_UNSAFE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_VISIBLE = "\N{REPLACEMENT CHARACTER}"
_SPACE = re.compile(r"\s")


def plain(text: str, lines: bool = False) -> str:
    """``text`` with every character that could act on a terminal replaced by U+FFFD.

    White space becomes spaces, unless ``lines`` keeps line ends. The result has as many
    characters as ``text``, so that spans into one are spans into the other.
    """
    if lines:
        return "\n".join(plain(line) for line in text.split("\n"))
    return _SPACE.sub(" ", _UNSAFE.sub(_VISIBLE, text))

"""Text made safe for a terminal."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.terminal import plain


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("São Paulo, 1\xa0Nov", "São Paulo, 1 Nov"),
        ("two\nlines\tand a tab", "two lines and a tab"),
        ("\x1b[31mred\x1b[0m", "\ufffd[31mred\ufffd[0m"),
        ("\x9b31m \x07 \x7f", "\ufffd31m \ufffd \ufffd"),
        ("\u202egnp.exe\u202c", "\ufffdgnp.exe\ufffd"),
        ("caf\udce9", "caf\ufffd"),
        ("नमस्\u200dते [b]", "नमस्\u200dते [b]"),
    ],
)
def test_plain(text: str, shown: str) -> None:
    assert plain(text) == shown


@given(st.text(alphabet=st.characters(codec=None), max_size=80), st.booleans())
def test_nothing_acts_and_no_span_moves(text: str, lines: bool) -> None:
    shown = plain(text, lines)
    assert len(shown) == len(text)
    kept = shown.replace("\n", " ") if lines else shown
    assert all(unicodedata.category(char) not in ("Cc", "Cs", "Zl", "Zp") for char in kept)

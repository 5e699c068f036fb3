"""Bytes to clean text."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import StoryFileError
from index.text import clean, decode

STORY = "São Paulo – “Łódź” and N’Djamena: 28,500 troops, £3.1 million.\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_is_told_by_its_mark_or_by_being_utf8(encoding: str) -> None:
    assert decode(STORY.encode(encoding)) == STORY


def test_western_copy_in_one_byte_a_character() -> None:
    text = "The café in Réunion – “open” – sold crêpes for €3.\n" * 3
    assert decode(text.encode("cp1252")) == text


def test_other_alphabets_are_detected() -> None:
    text = "Москва, 21 января. Президент принял делегацию парламента в среду вечером.\n" * 8
    assert decode(text.encode("koi8-r")) == text


@pytest.mark.parametrize("data", [b"\x00\x01\x02PNG" * 40, bytes(range(32)) * 20])
def test_binary_is_refused(data: bytes) -> None:
    with pytest.raises(StoryFileError, match="binary"):
        decode(data)


@pytest.mark.parametrize(
    ("broken", "mended"),
    [
        ("JERUSALEM (AP) â€” A mosaic", "JERUSALEM (AP) — A mosaic"),
        ("SÃ£o Paulo", "São Paulo"),
        ("the â€œspiritâ€\x9d of it", "the “spirit” of it"),
        ("HAVANA (AP) &mdash; A pair &amp; more", "HAVANA (AP) — A pair & more"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("red \x1b[31malert\x1b[0m \x1b]0;title\x07end", "red alert end"),
        ("left\u202eright\u200b", "leftright"),
        ("control&#3;characters&#31;", "controlcharacters"),
        ("&#65;T&T; plc", "AT&T; plc"),
        ("Sa\u0303o Paulo", "S\xe3o Paulo"),
    ],
)
def test_clean(broken: str, mended: str) -> None:
    assert clean(broken) == mended


def test_right_text_is_left_alone() -> None:
    assert clean(STORY) == STORY


@given(st.text())
def test_no_control_character_survives(text: str) -> None:
    assert not any(ord(c) < 32 and c != "\n" for c in clean(text))
    assert not set(clean(text)) & set("\x7f\x9b\u202e\ufeff")


@given(st.binary(max_size=400))
def test_any_bytes_decode_or_are_refused(data: bytes) -> None:
    with contextlib.suppress(StoryFileError):
        assert isinstance(decode(data), str)


def test_central_european_copy_is_not_taken_for_western() -> None:
    text = (
        "ŁÓDŹ (PAP) – Zakłady włókiennicze w Łodzi stały się szkołą muzyczną, a uczniów przybyło.\n"
    )
    decoded = decode((text * 6).encode("cp1250"))
    assert "włókiennicze" in decoded

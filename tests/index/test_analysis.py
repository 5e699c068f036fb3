"""Terms: what of a printed word the index keeps."""

from __future__ import annotations

import pytest

from index.analysis import term_of, terms


@pytest.mark.parametrize(
    "printed",
    ["US", "U.S.", "U.S", "USA", "U.S.A.", "US's", "US’s", "u.s."],
)
def test_the_united_states_are_one_term(printed: str) -> None:
    assert terms(printed) == ["usa"]


@pytest.mark.parametrize("printed", ["us", "Us"])
def test_us_is_another(printed: str) -> None:
    assert term_of(printed) == "us"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("told us that US forces", ["told", "us", "that", "usa", "forc"]),
        ("US-led BUS N'US US5 (US)", ["usa", "led", "bus", "nus", "us5", "usa"]),
        ("28,500 28500 1.6", ["28500", "28500", "1.6"]),
        ("São Paulo’s minister's", ["sao", "paulo", "minist"]),
    ],
)
def test_terms(text: str, expected: list[str]) -> None:
    assert terms(text) == expected

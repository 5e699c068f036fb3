"""Agencies that a text credits, and how stories close."""

from __future__ import annotations

import pytest

from index.credits import closing_credit, credited


@pytest.mark.parametrize(
    ("body", "agencies"),
    [
        ("The pact will hold, Efe reported.", ("EFE",)),
        ("He told Reuters it would. Tass reported a ship.", ("Reuters", "TASS")),
        ("Officials said so, the Xinhua news agency reported on Friday.", ("Xinhua",)),
        ("The minister reported a fall in trend growth.", ()),
        ("The army reports losses.", ()),
        ("South Korea's Yonhap reported the talks.", ("Yonhap",)),
    ],
)
def test_credited(body: str, agencies: tuple[str, ...]) -> None:
    assert credited(body) == agencies


@pytest.mark.parametrize(
    ("last", "left", "agency"),
    [
        ("They could stand the dust. — Bernama", "They could stand the dust.", "Bernama"),
        ("They write by hand. —TNS", "They write by hand.", "Tribune News Service"),
        ("It ends on July 29. - PTI", "It ends on July 29.", "PTI"),
        ("Waves in houses. EFE", "Waves in houses.", "EFE"),
        ("Guards were posted. Enditem", "Guards were posted.", None),
        (
            "Guards were posted. (Reporting by A. Bell; Editing by C. Dee)",
            "Guards were posted.",
            None,
        ),
        ("He works for a paper - the Star.", "He works for a paper - the Star.", None),
        ("The vote was 12-4.", "The vote was 12-4.", None),
        ("It was told by the AP.", "It was told by the AP.", None),
    ],
)
def test_closing_credit(last: str, left: str, agency: str | None) -> None:
    assert closing_credit(["One.", last]) == (["One.", left], agency)


def test_a_paragraph_that_is_only_a_mark_goes() -> None:
    assert closing_credit(["One.", "— ONA"]) == (["One."], "ONA")
    assert closing_credit(["Enditem"]) == ([], None)
    assert closing_credit([]) == ([], None)

"""Version marks come off the headline and are kept."""

from __future__ import annotations

import pytest

from index.story import Version
from index.versions import is_note, slug_key, slug_level, take_marks


@pytest.mark.parametrize(
    ("printed", "headline", "version"),
    [
        ("UPDATE 2-Drought cuts river traffic", "Drought cuts river traffic", Version(2)),
        ("UPDATE 1-OPEC MEETS", "OPEC MEETS", Version(1)),
        ("WRAPUP 3-Shares fall", "Shares fall", Version(3)),
        (
            "CORRECTED-UPDATE 4-Ferry survivors ashore",
            "Ferry survivors ashore",
            Version(4, corrected=True),
        ),
        ("(LEAD) Court backs night shift pay", "Court backs night shift pay", Version(1)),
        ("(2nd LD) Court backs pay", "Court backs pay", Version(2)),
        ("2ND LEAD: Court refuses to ban strike", "Court refuses to ban strike", Version(2)),
        ("LEAD: Dock strike spreads", "Dock strike spreads", Version(1)),
        ("CORRECTED-3RD LEAD: Dockers back", "Dockers back", Version(3, corrected=True)),
        ("REFILE-Tin miners accept offer", "Tin miners accept offer", Version(repeated=True)),
        ("RPT-UPDATE 1-Tin miners", "Tin miners", Version(1, repeated=True)),
        ("URGENT: Bridge shut", "Bridge shut", Version(urgent=True)),
        ("Budget passes - 1st Writethru", "Budget passes", Version(1)),
        ("Budget passes (1st Ld-Writethru)", "Budget passes", Version(1)),
        ("AM-Budget, 1st Ld-Writethru, a0456", "AM-Budget, 1st Ld-Writethru, a0456",
         Version(1, slug="am-budget")),
    ],
)  # fmt: skip
def test_marks(printed: str, headline: str, version: Version) -> None:
    assert take_marks(printed) == (headline, version)


@pytest.mark.parametrize(
    "printed",
    [
        "Lead poisoning found in river",
        "Update on harbour works",
        "Corrected maps show a new island",
        "UPDATE 1-",
        "Net profit falls at brewery",
        "Urgent care clinics open",
        "",
    ],
)
def test_headlines_that_only_look_marked(printed: str) -> None:
    assert take_marks(printed) == (printed, None)


def test_notes() -> None:
    assert is_note("(Updates with court, first talks)")
    assert is_note("(ATTN: ADDS lawyer's comments in paras 5-6; CHANGES headline)")
    assert is_note("Eds: Corrects number of cranes")
    assert not is_note("(Reporting by A. Bell)")
    assert not is_note("Additional police were sent to the port.")


@pytest.mark.parametrize(
    ("slug", "key"),
    [
        ("AM-Budget, 1st Ld-Writethru, a0456", "am-budget"),
        ("AM-Budget, 2nd Ld, 0567", "am-budget"),
        ("AM-Budget", "am-budget"),
        ("AM-Budget, ABRIDGED", "am-budget"),
        ("BC-BAHIA-COCOA-REVIEW", "bc-bahia-cocoa-review"),
    ],
)
def test_slug_key(slug: str, key: str) -> None:
    assert slug_key(slug) == key


def test_slug_level() -> None:
    assert slug_level("AM-Budget, 2nd Ld-Writethru, a0456") == 2
    assert slug_level("PM-Ferry, 1st Ld") == 1
    assert slug_level("PM-Ferry, Writethru") == 1
    assert slug_level("BC-LEADERS-MEET") == 0

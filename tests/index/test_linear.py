"""Long runs of what patterns begin with: read in linear time.

Quadratic time would be minutes for each of these, so that a test ends at all is what it shows.
"""

from __future__ import annotations

import pytest

from index.formats import nexis
from index.formats.nitf import agency_from
from index.furniture import read_page
from index.pagelines import read_line
from index.versions import is_note, slug_key, take_marks

LONG = 120_000
RUNS = (" ", "-", ".", ",", "/", "( ", "- ", "a-", "RPT-", "(photo ", "photo ", "AM-", "1st ", "'")


@pytest.mark.parametrize("run", RUNS)
def test_marks_of_versions(run: str) -> None:
    many = run * (LONG // len(run))
    for text in (f"x{many}y", f"{many}y", f"AM{many}!", f"({many}y", f"x, {many}"):
        take_marks(text)
        is_note(text)
        slug_key(text)


@pytest.mark.parametrize("run", RUNS)
def test_lines(run: str) -> None:
    many = run * (LONG // len(run))
    for text in (f"x{many}y", f"({many}y", f"x ({many})"):
        assert read_line(text.strip(), within=True).text


@pytest.mark.parametrize("run", RUNS)
def test_pages(run: str) -> None:
    many = run * (30_000 // len(run))
    read_page(f"Ferry{many}sails\n\nLAGOS, March 3 (Reuters) - The ferry sailed, they said.\n")


@pytest.mark.parametrize("run", [*RUNS, " Ltd", ",  "])
def test_agencies(run: str) -> None:
    many = run * (LONG // len(run))
    agency_from((f"Wire{many}Ltd x", f"Wire{many}y"))


@pytest.mark.parametrize("run", [b"\n", b" ", b"\r\n", b"1", b"1 of 2 DOCUMENTS\n", b" \n"])
def test_exports(run: bytes) -> None:
    assert not nexis.sniff(b"1 of 9 DOCUMENTS\n" + run * (LONG // len(run)) + b"x")


def test_marks_are_taken_as_before() -> None:
    told, version = take_marks("RPT-UPDATE 4-Ferry survivors ashore - 2nd Ld-Writethru")
    assert told == "Ferry survivors ashore"
    assert version is not None
    assert (version.repeated, version.level) == (True, 4)
    assert slug_key("AM--Budget, 1st Ld-Writethru, a0456") == "am--budget"
    assert slug_key("BC-OIL.") == "bc-oil"

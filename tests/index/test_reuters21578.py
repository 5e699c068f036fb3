"""Reuters-21578 SGML."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from index.errors import StoryFileError
from index.formats.registry import format_of
from index.read import read_stories
from index.reading import read_parts
from index.story import DateBasis

RECORD = """<REUTERS TOPICS="YES" LEWISSPLIT="TRAIN" OLDID="1" NEWID="{newid}">
<DATE>{date}</DATE>
<TOPICS><D>grain</D></TOPICS>
<UNKNOWN>
&#5;&#5;&#5;C T
&#22;&#22;&#1;f0704&#31;reute</UNKNOWN>
{text}
</REUTERS>
"""
STORY = """<TEXT>&#2;
<TITLE>MILLERS BUY &lt;ABC.O> WHEAT</TITLE>
<AUTHOR>    By Jane Roe, Reuters</AUTHOR>
<DATELINE>    KANSAS CITY, Mo., {day} - </DATELINE><BODY>Millers bought wheat worth 2 &amp; 3 dlrs
a bushel on Monday.
    The second paragraph is
indented.
 Reuter
&#3;</BODY></TEXT>"""


def write(folder: Path, *texts: str, date: str = "26-FEB-1987 15:01:01.79") -> Path:
    path = folder / "reut2-999.sgm"
    records = (RECORD.format(newid=n, date=date, text=t) for n, t in enumerate(texts, 1))
    path.write_text('<!DOCTYPE lewis SYSTEM "lewis.dtd">\n' + "".join(records), "latin-1")
    return path


def test_a_story(tmp_path: Path) -> None:
    (story,) = read_stories(write(tmp_path, STORY.format(day="Feb 27")), "x")
    assert story.format == "reuters21578"
    assert story.headline == "MILLERS BUY <ABC.O> WHEAT"
    assert story.byline == "Jane Roe"
    assert (story.place, story.country, story.agency) == ("Kansas City", "US", "Reuters")
    assert story.body == (
        "Millers bought wheat worth 2 & 3 dlrs a bushel on Monday.\n\n"
        "The second paragraph is indented."
    )
    assert story.date.iso == "1987-02-27"
    assert story.date.basis is DateBasis.DATELINE


def test_the_year_follows_across_new_year(tmp_path: Path) -> None:
    path = write(tmp_path, STORY.format(day="Dec 31"), date=" 1-JAN-1988 00:12:00.00")
    (story,) = read_stories(path, "x")
    assert story.date.iso == "1987-12-31"


def test_a_brief_is_a_headline(tmp_path: Path) -> None:
    brief = (
        '<TEXT TYPE="BRIEF">&#2;\n******<TITLE>OPEC MEETS\n</TITLE>Blah blah blah.\n&#3;\n\n</TEXT>'
    )
    (story,) = read_stories(write(tmp_path, brief), "x")
    assert (story.headline, story.body, story.dateline) == ("OPEC MEETS", "", None)
    assert (story.date.iso, story.date.basis) == ("1987-02-26", DateBasis.METADATA)


def test_an_unprocessed_record_keeps_its_text(tmp_path: Path) -> None:
    raw = (
        '<TEXT TYPE="UNPROC">&#2;\nMONEY SUPPLY - FEB 26\n'
        "    Reserves  1,025 vs  1,497\n Reuter\n&#3;\n</TEXT>"
    )
    (story,) = read_stories(write(tmp_path, raw), "x")
    assert story.headline == "MONEY SUPPLY - FEB 26"
    assert story.body == "Reserves  1,025 vs  1,497"


@pytest.mark.parametrize(
    ("tag", "places", "day"),
    [
        ("    NEW YORK, March 2 -\n    ", ("New York",), 2),
        ("    LONDON/FRANKFURT, March 2 - ", ("London", "Frankfurt"), 2),
        ("    Sao Paulo, March 12 - ", ("Sao Paulo",), 12),
        ("    AMSTERDAM, 2 March - ", ("Amsterdam",), 2),
        ("    ****LONDON, March 26 - ", ("London",), 26),
        ("    SANTA ANA, Calif., March 5 -\n    ", ("Santa Ana",), 5),
    ],
)
def test_datelines(tmp_path: Path, tag: str, places: tuple[str, ...], day: int) -> None:
    text = STORY.replace("    KANSAS CITY, Mo., {day} - ", tag)
    (story,) = read_stories(write(tmp_path, text, date="14-MAR-1987 15:01:01.79"), "x")
    assert (story.places, story.dateline and story.dateline.day) == (places, day)


def test_words_that_ran_into_the_dateline_tag_are_of_the_body(tmp_path: Path) -> None:
    text = STORY.replace("{day} - </DATELINE><BODY>", "{day} - Brazil's anti-</DATELINE><BODY>\n")
    (story,) = read_stories(write(tmp_path, text.format(day="Feb 26")), "x")
    assert story.body.startswith("Brazil's anti- Millers") or story.body.startswith(
        "Brazil's anti-Millers"
    )


def test_a_file_cut_off_keeps_what_came_before(tmp_path: Path) -> None:
    path = write(tmp_path, STORY.format(day="Feb 26"), STORY.format(day="Feb 26"))
    path.write_bytes(path.read_bytes()[:-60])
    (reading,) = read_parts(_file(path))
    assert len(reading.stories) == 1
    assert "cut off" in reading.skipped[0][1]


def test_two_records_of_one_number_are_two_stories(tmp_path: Path) -> None:
    path = write(tmp_path, STORY.format(day="Feb 26"))
    record = re.search(rb"<REUTERS.*</REUTERS>\n", path.read_bytes(), re.DOTALL)
    assert record is not None
    path.write_bytes(path.read_bytes() + record[0])
    stories = list(read_stories(path, "x"))
    assert len({story.id for story in stories}) == 2


def test_every_story_of_the_collection_is_read(reuters: Path) -> None:
    paths = sorted(reuters.glob("*.sgm"))
    counts = [
        (path.read_bytes().count(b"<REUTERS "), sum(1 for _ in read_stories(path, "x")))
        for path in paths[:2]
    ]
    assert all(tagged == read for tagged, read in counts)


def test_other_sgml_is_refused_with_a_reason(tmp_path: Path) -> None:
    path = tmp_path / "x.sgm"
    path.write_text("<?xml version='1.0'?><a/>")
    with path.open("rb") as file, pytest.raises(StoryFileError, match="XML"):
        format_of(file)


def _file(path: Path):  # type: ignore[no-untyped-def]
    from index.corpus import StoryFile

    return StoryFile("x", path.parent, path.name, 0, 0)

"""CSV dumps."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import StoryFileError
from index.formats import csvrows
from index.formats.columns import Columns
from index.raw import Located, NoText, RawStory
from index.story import PartialDate

SAMPLES = Path(__file__).parent / "samples" / "csvrows"
DUMP = (SAMPLES / "dump.csv").read_bytes()


def items(data: bytes) -> list[RawStory | NoText]:
    assert csvrows.sniff(data[:16384])
    return list(csvrows.read(io.BytesIO(data)))


def test_rows() -> None:
    ferry, mill, photo, rye = items(DUMP)
    assert ferry == RawStory(
        key="1",
        headline="Ferry sails, at last",
        body='KIEL, Nov 1 (Reuters) - The ferry "Anna" sailed.\n\n'
        "Crews cheered, and the port was full.",
        byline="Jane Roe",
        located=Located("Kiel", "DE"),
        agency="Reuters",
        filed=PartialDate(2018, 11, 1),
    )
    assert isinstance(mill, RawStory)
    assert (mill.headline, mill.filed, mill.byline) == (
        "Mill opens",
        PartialDate(2018, 11, 2),
        None,
    )
    assert photo == NoText("3", "row")
    assert isinstance(rye, RawStory)
    assert rye.body == "Rye rose.\n\nWheat fell."


@pytest.mark.parametrize("delimiter", ["\t", ";", "|"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_other_delimiters_and_encodings(delimiter: str, encoding: str, end: str) -> None:
    made = io.StringIO()
    writer = csv.writer(made, delimiter=delimiter, lineterminator=end)
    writer.writerow(["title", "text", "date"])
    writer.writerow(
        ["Fähre läuft aus", f"Die Fähre lief aus; «endlich»,{end}sagte er | sie.", "2018"]
    )
    writer.writerow(["Zwei", "Es regnete.", "2018-11"])
    data = made.getvalue().encode(encoding)
    first, second = items(data)
    assert isinstance(first, RawStory)
    assert isinstance(second, RawStory)
    assert first.headline == "Fähre läuft aus"
    assert first.body == "Die Fähre lief aus; «endlich», sagte er | sie."
    assert second.filed == PartialDate(2018, 11)
    assert second.key == "row 2"


def test_nuls_within_a_row_are_dropped() -> None:
    (story,) = items(b"title,text\nRain,Ra\0in fell.\n")
    assert isinstance(story, RawStory)
    assert story.body == "Rain fell."


def test_a_long_story_is_no_error_and_an_endless_one_is() -> None:
    (story,) = items(b'title,text\nRain,"' + b"Rain fell. " * 20_000 + b'"\n')
    assert isinstance(story, RawStory)
    with pytest.raises(StoryFileError, match="line 2: a row larger than 8 MiB"):
        items(b'title,text\nRain,"' + b"Rain fell.\n" * 900_000)


def test_a_quote_that_does_not_end_is_named_and_what_came_before_is_kept() -> None:
    read = csvrows.read(io.BytesIO(b'title,text\na,Rain.\nb,"Snow.\nc,Hail.\nd,Fog.\n'))
    assert isinstance(next(read), RawStory)
    with pytest.raises(StoryFileError, match="line 3: a quoted field that does not end"):
        next(read)


def test_a_users_names() -> None:
    data = b"Titel;Inhalt\nRegen;Es regnete.\n"
    columns = Columns.mapped({"headline": "Titel", "text": "Inhalt"})
    assert not csvrows.sniff(data)
    assert csvrows.sniff_with(data, columns)
    (story,) = csvrows.read_with(io.BytesIO(data), columns)
    assert isinstance(story, RawStory)
    assert (story.headline, story.body) == ("Regen", "Es regnete.")


def test_unknown_columns_are_named() -> None:
    with pytest.raises(StoryFileError, match="among x, y"):
        list(csvrows.read(io.BytesIO(b"x,y\n1,2\n")))


@pytest.mark.parametrize(
    "head",
    [
        b"Washington, Nov 1 (IANS) The US Defense secretary, on Wednesday, said so.\n",
        b"Title, text, and date were missing from the story, he said.\n\nHe left.\n",
        b"Story, Kiel\nThe ferry sailed.\nNobody came.\nIt rained.\n",
        b"Date: 1 November; source: AP\nRain fell.\n",
        b"<title>a, text</title>",
        b'{"title": "a", "text": "b"}',
        b"text\nRain fell.\n",
        b"",
    ],
)
def test_other_formats_and_prose_are_none(head: bytes) -> None:
    assert not csvrows.sniff(head)


@settings(max_examples=200, deadline=5000)
@given(
    st.integers(0, len(DUMP)),
    st.integers(0, 60),
    st.binary(max_size=40) | st.sampled_from([b'"', b"\0", b"\r", b"," * 2000, b"\xff\xfe"]),
)
def test_damage_is_reported(at: int, cut: int, put: bytes) -> None:
    damaged = DUMP[:at] + put + DUMP[at + cut :]
    csvrows.sniff(damaged)
    try:
        for item in csvrows.read(io.BytesIO(damaged)):
            assert item.key.encode() is not None
    except StoryFileError:
        pass

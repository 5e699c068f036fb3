"""JSON dumps."""

from __future__ import annotations

import io
import json
import tracemalloc
from pathlib import Path
from typing import BinaryIO, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import StoryFileError
from index.formats import jsonitems, jsonrows
from index.formats.columns import Columns
from index.raw import Located, NoText, RawStory, Unread
from index.story import PartialDate

SAMPLES = Path(__file__).parent / "samples" / "jsonrows"
ROWS = (SAMPLES / "rows.jsonl").read_bytes()


def items(data: bytes) -> list[RawStory | NoText | Unread]:
    assert jsonrows.sniff(data[:16384])
    return list(jsonrows.read(io.BytesIO(data)))


def stories(data: bytes) -> list[RawStory]:
    return [item for item in items(data) if isinstance(item, RawStory)]


def test_json_lines() -> None:
    ferry, photo, mill, wheat = items(ROWS)
    assert ferry == RawStory(
        key="7",
        headline="Ferry sails",
        body="KIEL, Nov 1 (Reuters) - The ferry sailed.\n\nCrews cheered.",
        byline="Jane Roe, John Doe",
        located=Located("Kiel", "DE"),
        agency="Reuters",
        filed=PartialDate(2018, 11, 1),
    )
    assert photo == NoText("8", "row")
    assert mill == RawStory(
        key="9",
        headline="Mill opens",
        body="The mill opened.\n\nForty came.",
        dateline_text="NEW YORK, Nov 2 -",
        agency="AFP",
        filed=PartialDate(2018, 11, 2),
        slug="mill",
    )
    assert isinstance(wheat, RawStory)
    assert (wheat.key, wheat.headline) == ("https://news.example/a", "Wheat & rye")
    assert wheat.filed == PartialDate(2018, 11, 3)


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_list_and_what_holds_it(indent: int | None, encoding: str) -> None:
    rows = [json.loads(line) for line in ROWS.decode().splitlines() if line]
    whole = items(ROWS)
    for shape in (rows, {"total": 4, "facets": [{"n": 1}], "response": {"docs": rows}}):
        data = json.dumps(shape, indent=indent, ensure_ascii=False).encode(encoding)
        assert items(data) == whole


def test_a_search_engines_export() -> None:
    data = {"hits": {"hits": [{"_id": "x", "_source": {"title": "A", "text": "Rain fell."}}]}}
    (story,) = stories(json.dumps(data).encode())
    assert (story.key, story.body) == ("x", "Rain fell.")


def test_a_dateline_that_the_text_opens_with_is_left_to_it() -> None:
    row = {"dateline": "KIEL, Nov 1 -", "text": "KIEL, Nov 1 - Rain fell."}
    assert stories(json.dumps(row).encode())[0].dateline_text is None


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (["03/04/2018"], PartialDate(2018)),
        (["03/04/2018", "25/04/2018"], PartialDate(2018, 4, 3)),
        (["03/04/2018", "04/25/2018"], PartialDate(2018, 3, 4)),
        (["03.04.2018"], PartialDate(2018, 4, 3)),
        (["20180403"], PartialDate(2018, 4, 3)),
        ([1522713600.5], PartialDate(2018, 4, 3)),
        (["Tue, 03 Apr 2018 10:00:00 GMT"], PartialDate(2018, 4, 3)),
        (["1970-01-01T00:00:00Z"], None),
        ([99999999999], None),
        (["soon"], None),
    ],
)
def test_dates(dates: list[object], expected: PartialDate | None) -> None:
    rows = [{"text": "Rain fell.", "date": date} for date in dates]
    assert stories(json.dumps(rows).encode())[0].filed == expected


@pytest.mark.parametrize(
    ("line", "byline", "agency"),
    [
        ("By Jane Roe and John Doe", "Jane Roe and John Doe", None),
        ("Jane Roe, Associated Press", "Jane Roe", "AP"),
        ("By JANE ROE, AP Business Writer", "JANE ROE", "AP"),
        ("Jane Roe (Reuters)", "Jane Roe", "Reuters"),
        ("Jane Roe | Staff Writer", "Jane Roe", None),
        ("Reuters Staff", None, "Reuters"),
        ("https://news.example/jane", None, None),
        ("Byron Smith", "Byron Smith", None),
    ],
)
def test_bylines(line: str, byline: str | None, agency: str | None) -> None:
    (story,) = stories(json.dumps({"text": "Rain fell.", "author": line}).encode())
    assert (story.byline, story.agency) == (byline, agency)


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("Rain fell.\n\nSnow\nfell.", "Rain fell.\n\nSnow fell."),
        ("Rain fell.\nSnow fell.\nHail fell.", "Rain fell.\n\nSnow fell.\n\nHail fell."),
        ("Rain fell on\nthe town and\nthe port.\n", "Rain fell on the town and the port."),
        ("Wheat  1.20\nRye  2.10", "Wheat  1.20\nRye  2.10"),
        ("- wheat\n- rye", "- wheat\n- rye"),
        ("Rain fell.<br><br>Snow fell.", "Rain fell.\n\nSnow fell."),
        ("<ul><li>a<ul><li>b</li></ul></li></ul>c", "a\nb\n\nc"),
        ("<p>5 &lt; 6 &amp; 7</p><script>x</script>", "5 < 6 & 7"),
        ("<div>Rain <b>fell</b>.<p>Snow.</p>Hail.</div>", "Rain fell.\n\nSnow.\n\nHail."),
        ("a < b and c > d \ud83d", "a < b and c > d \ufffd"),
    ],
)
def test_paragraphs(text: str, body: str) -> None:
    assert stories(json.dumps({"text": text}).encode())[0].body == body


def test_a_broken_line_is_named_and_what_came_before_is_kept() -> None:
    read = jsonrows.read(io.BytesIO(ROWS + b'{"title": "cut", "text": }\n{"text": "more"}'))
    assert [next(read) for _ in range(4)]
    with pytest.raises(StoryFileError, match="line 6: broken JSON"):
        next(read)


def test_unknown_keys_are_named() -> None:
    data = b'[{"type": "Feature", "geometry": {"x": 1}}, {"bbox": []}]'
    with pytest.raises(StoryFileError, match="among type, geometry, bbox"):
        items(data)


def test_a_users_names() -> None:
    data = json.dumps([{"Titel": "Regen", "Inhalt": "Es fiel Regen.", "title": "no"}]).encode()
    columns = Columns.mapped({"headline": "titel", "text": "inhalt"})
    (story,) = jsonrows.read_with(io.BytesIO(data), columns)
    assert isinstance(story, RawStory)
    assert (story.headline, story.body) == ("Regen", "Es fiel Regen.")
    with pytest.raises(ValueError, match="no such field: hedline"):
        Columns.mapped({"hedline": "x"})


@pytest.mark.parametrize(
    "head", [b"[Reuters] Rain fell.", b"{sic} rain", b"<a>", b"title,text", b""]
)
def test_other_formats_are_none(head: bytes) -> None:
    assert not jsonrows.sniff(head)


def test_a_list_of_any_length_is_read_row_by_row() -> None:
    """30 MB in an object, of which no more than a record and a chunk is in memory."""
    row = json.dumps({"title": "Rain", "text": "Rain fell " + "-" * 30_000}).encode()

    class Long(io.RawIOBase):
        """The rows of an object that holds a list, made as they are read."""

        def __init__(self) -> None:
            self.data = [b'{"articles": [', *[row + b","] * 1000, row + b"]}"]
            self.at, self.rest = 0, b""

        def read(self, size: int = -1) -> bytes:
            while len(self.rest) < size and self.at < len(self.data):
                self.rest += self.data[self.at]
                self.at += 1
            taken, self.rest = self.rest[:size], self.rest[size:]
            return taken

        def seek(self, offset: int, whence: int = 0) -> int:
            self.at, self.rest = 0, b""
            self.read(offset) if offset else None
            return offset

    tracemalloc.start()
    try:
        assert sum(1 for _ in jsonrows.read(cast(BinaryIO, Long()))) == 1001
        assert tracemalloc.get_traced_memory()[1] < 25 * 2**20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b'{"text": "' + b"x" * (jsonitems.MAX_RECORD + 300_000), "larger than 8 MiB"),
        (b'[{"text": "' + b"x" * (jsonitems.MAX_RECORD + 300_000), "larger than 8 MiB"),
        (b'{"text": ' + b"[" * 300, "deeper than"),
        (b'{"text": "a", "n": ' + b"9" * 5000 + b"}", "a number too long"),
        (b'[{"text": "a"}', "cut off before the end of its list"),
    ],
)
def test_bounds(data: bytes, reason: str) -> None:
    with pytest.raises(StoryFileError, match=reason):
        items(data)


@settings(max_examples=200, deadline=5000)
@given(
    st.sampled_from([ROWS, b"[" + b",".join(ROWS.split(b"\n\n")) + b"]"]),
    st.integers(0, len(ROWS)),
    st.integers(0, 40),
    st.binary(max_size=30) | st.sampled_from([b"[" * 300, b"\\ud800", b'"', b"1e999", b"{}"]),
)
def test_damage_is_reported(data: bytes, at: int, cut: int, put: bytes) -> None:
    damaged = data[:at] + put + data[at + cut :]
    jsonrows.sniff(damaged)
    try:
        for item in jsonrows.read(io.BytesIO(damaged)):
            assert isinstance(item, Unread) or item.key.encode() is not None
    except StoryFileError:
        pass


def test_a_broken_line_is_named_and_the_rest_is_read() -> None:
    rows = [
        b'{"id": %d, "title": "Take %d", "text": "Ferry %d sailed."}' % (n, n, n) for n in range(5)
    ]
    rows[2] = rows[2].replace(b",", b"", 1)
    found = items(b"\n".join(rows))
    assert [item.key for item in found if isinstance(item, RawStory)] == ["0", "1", "3", "4"]
    assert [item.name for item in found if isinstance(item, Unread)] == ["line 3"]

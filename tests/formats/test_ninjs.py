"""IPTC ninjs."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import StoryFileError
from index.formats import jsonrows, ninjs
from index.raw import Located, NoText, RawStory
from index.read import read_stories
from index.story import PartialDate

SAMPLES = Path(__file__).parent / "samples" / "ninjs"
IPTC = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "iptc" / "ninjs"


def items(data: bytes) -> list[RawStory | NoText]:
    assert ninjs.sniff(data[:16384])
    return list(ninjs.read(io.BytesIO(data)))


def story(data: bytes) -> RawStory:
    (item,) = items(data)
    assert isinstance(item, RawStory)
    return item


def test_version_1() -> None:
    found = story((SAMPLES / "v1.json").read_bytes())
    assert found.key == "urn:example:ferry:1:3"
    assert found.headline == "Ferry service resumes after storm & flood"
    assert found.body == (
        "KIEL, Germany (AP) -- Ferries left port again.\n\nCrews cheered.\n\n"
        "two ferries\nnine crews"
    )
    assert (found.byline, found.agency) == ("Jane Roe", "AP")
    assert found.located == Located("Kiel", "DE")
    assert found.filed == PartialDate(2019, 3, 4), "when first written, in its own time zone"
    assert (found.slug, found.note) == ("ferry-storm", "ADDS crew in para 2")


def test_version_3() -> None:
    mill, photo, flash, pack = items((SAMPLES / "v3.json").read_bytes())
    assert isinstance(mill, RawStory)
    assert isinstance(flash, RawStory)
    assert mill.headline == "The mill reopens"
    assert mill.body == "The mill reopened on Monday.\n\nForty people work there."
    assert (mill.byline, mill.agency, mill.filed) == ("Max Muster", "dpa", PartialDate(2020, 5, 30))
    assert (flash.body, flash.byline, flash.agency) == ("The mill has been sold.", None, "NTB")
    assert photo == NoText("urn:example:photo:2", "picture")
    assert pack == NoText("urn:example:pack:1", "composite")


def test_items_one_a_line_until_a_broken_one() -> None:
    item = json.dumps(json.loads((SAMPLES / "v1.json").read_text()))
    read = ninjs.read(io.BytesIO(f"{item}\n\n{item}\n{item[:-40]}".encode()))
    assert [isinstance(next(read), RawStory) for _ in range(2)] == [True, True]
    with pytest.raises(StoryFileError, match="line 4: cut off"):
        next(read)


@pytest.mark.parametrize(
    "head",
    [b'{"title": "a", "text": "b", "uri": "c"}', b"uri: versioncreated", b"[1, 2]", b"{}", b"<a/>",
     b'{"data": {"uri": 1, "bodies": []}}'],
)  # fmt: skip
def test_other_formats_are_none(head: bytes) -> None:
    assert not ninjs.sniff(head)


def test_a_head_cut_off_is_told_all_the_same() -> None:
    head = (SAMPLES / "v1.json").read_bytes()[:120]
    assert ninjs.sniff(head)
    assert not jsonrows.sniff(head)


def test_a_list_that_loses_its_uri_is_refused_with_its_line() -> None:
    data = b'[{"uri": "a", "bodies": []},\n{"bodies": []}]'
    with pytest.raises(StoryFileError, match="line 2: not a ninjs item"):
        items(data)


@pytest.fixture(scope="module")
def iptc() -> Path:
    if not any(IPTC.glob("*.json")):
        pytest.skip("the IPTC's samples are not beside the repository")
    return IPTC


def test_every_iptc_sample_reads_right(iptc: Path) -> None:
    """Headline, body's first and last words, day, place, byline, agency, paragraphs of each."""
    ship = ("Captain of wrecked cruise ship on trial in Italy", "The trial of the captain",
            "has denied wrongdoing.", "2013-07-09", "Grosseto",
            "Paulo Santalucia and Frances d'Emilio", "AP", 7)  # fmt: skip
    truth = {
        "1.4_businesswire-newsml-20130731006140.json": (
            "Lunch Taking a Toll? Let Applebee’s® Industrial Strength Lunch Decoy Stand In",
            "With more Applebee’s® Lunch", "sold out in weeks last summer.", "2013-07-31", None,
            None, None, 1),
        "2.1_dpa_text.json": (
            "Faktencheck Derby-Elfmeter: Hat Schiedsrichter Zwayer recht?", "Für Lucien Favre",
            "der Bestimmungen kommen.", "2019-05-10", None, "Christian Hollmann", "dpa", None),
        "2.1_ntb_text.json": (
            "Google har kjøpt giganttomt i Skien", "IT-giganten Google", "datasentre i Europa.",
            "2019-08-09", None, None, "NTB", 1),
        "3.0_20231008-anti-doping-measures-at-the-tour-down-under-will-be-the-toughest-ever-"
        "addb-ninjs-nitf.json": (
            "Anti-doping measures at the 'Tour Down Under' will be the toughest ever",
            "The Australian Sports Anti-Doping Authority", "media@asada.gov.au", "2023-10-08",
            "Oslo", "Trond Husø", None, 18),
    }  # fmt: skip
    for path in sorted(iptc.glob("*.json")):
        stories = list(read_stories(path, "x"))
        if "image" in path.name:
            assert not stories
            continue
        (found,) = stories
        headline, first, last, day, place, byline, agency, count = truth.get(path.name, ship)
        assert found.headline == headline, path.name
        assert found.body.startswith(first), path.name
        assert found.body.endswith(last), path.name
        assert found.date.iso == day, path.name
        assert (found.place, found.byline, found.agency) == (place, byline, agency), path.name
        if truth.get(path.name) and count:
            assert found.body.count("\n\n") + 1 == count, path.name
        assert "<" not in found.body


VALID = (SAMPLES / "v3.json").read_bytes() + (SAMPLES / "v1.json").read_bytes()


@settings(max_examples=150, deadline=5000)
@given(
    st.sampled_from([VALID, (SAMPLES / "v1.json").read_bytes()]),
    st.integers(0, len(VALID)),
    st.integers(0, 40),
    st.binary(max_size=30) | st.sampled_from([b"[" * 300, b"\\ud800", b'"', b"null", b"{}"]),
)
def test_damage_is_reported(data: bytes, at: int, cut: int, put: bytes) -> None:
    damaged = data[:at] + put + data[at + cut :]
    ninjs.sniff(damaged)
    try:
        for item in ninjs.read(io.BytesIO(damaged)):
            assert item.key.encode() is not None
    except StoryFileError:
        pass


@pytest.mark.parametrize(
    ("body", "opening", "start"),
    [
        ("(The Sports Network) - The Flyers won again.", "(The Sports Network) -", "The Flyers"),
        ("The Flyers won again.", "", "The Flyers"),
    ],
)
def test_an_opening_without_a_place_takes_the_items(
    body: str, opening: str, start: str, tmp_path: Path
) -> None:
    page = tmp_path / "story.json"
    page.write_text(
        json.dumps(
            {
                "uri": "urn:example:1",
                "type": "text",
                "headline": "Flyers win",
                "body_text": body,
                "located": "Philadelphia",
                "versioncreated": "2026-01-05T10:00:00Z",
            }
        )
    )
    (found,) = read_stories(page, "x")
    assert found.place == "Philadelphia"
    assert found.dateline is not None
    assert (found.dateline.text, found.dateline.country) == (opening, "US")
    assert found.body.startswith(start)

"""NewsML-G2: items, renditions, versions; the IPTC's own examples."""

from __future__ import annotations

import io
from functools import partial
from pathlib import Path

import pytest

from index.formats import newsml_g2, nitf
from index.raw import Located, NoText, RawStory
from index.story import PartialDate
from tests.formats.xmlreading import FORMATS, SAMPLES, items_of, only_story_of

SAMPLE = SAMPLES / "newsml_g2" / "message.xml"
stories = partial(items_of, newsml_g2)
only = partial(only_story_of, newsml_g2)
SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "iptc" / "newsml-g2"


def test_the_sample() -> None:
    first, second, photo, package = stories(SAMPLE.read_bytes())
    assert isinstance(first, RawStory)
    assert isinstance(second, RawStory)
    assert (first.key, second.key) == ("tag:wire.example,2018:1", "tag:wire.example,2018:1#2")
    assert first.headline == "A railway bridge reopens"
    assert first.body == "Trains ran over the old bridge again.\n\nThe first was late."
    assert (first.byline, first.agency, first.slug) == ("Livia Conti", "ANSA", "Rail")
    assert first.dateline_text == "ROME, Oct 18 (ANSA)"
    assert first.located == Located("Rome", "IT"), "the dateline's place, not the desk's"
    assert first.filed == PartialDate(2018, 10, 19), "in the story's own zone"
    assert second.agency == "Reuters"
    assert second.body.split("\n\n") == [
        "(ANSA) - Rome, October 19 - Trains ran over the new bridge again.",
        '"It held," a driver said.',
    ]
    assert photo == NoText("tag:wire.example,2018:p", "picture")
    assert package == NoText("tag:wire.example,2018:k", "package")


def item(about: str = "", content: str = "<inlineXML><p>Words.</p></inlineXML>") -> bytes:
    return (
        "<newsItem xmlns='http://iptc.org/std/nar/2006-10-01/' guid='g'>"
        f"<contentMeta>{about}</contentMeta><contentSet>{content}</contentSet></newsItem>"
    ).encode()


@pytest.mark.parametrize(
    ("located", "expected"),
    [
        ("<located><name>New York, NY</name></located>", Located("New York", "US")),
        (
            "<located qcode='city:Philadelphia'><broader qcode='cntry:USA'/></located>",
            Located("Philadelphia", "US"),
        ),
        ("<located qcode='geo:345678'/>", None),
        ("<located type='cptype:country' qcode='iso3166-1a2:DE'/>", Located(None, "DE")),
        (
            "<located><name>Atlanta</name><broader qcode='reg:Georgia'><name>Georgia</name>"
            "</broader></located>",
            Located("Atlanta", "US"),
        ),
    ],
)
def test_located(located: str, expected: Located | None) -> None:
    assert only(item(located)).located == expected


def test_who_made_it() -> None:
    creator = "<creator><name>{}</name></creator>"
    assert only(item(creator.format("Ana Duarte"))).byline == "Ana Duarte"
    assert only(item(creator.format("Thomson Reuters"))).byline is None
    assert only(item(creator.format("Thomson Reuters"))).agency == "Reuters"
    assert only(item("<creditline>STT–</creditline>")).agency == "STT"
    assert only(item("<creditline>Wires of Elbonia and friends</creditline>")).agency is None


def test_no_text() -> None:
    assert stories(item("", "")) == [NoText("g", "text")]
    assert stories(item("", "<inlineData contenttype='image/png'>aGk=</inlineData>")) == [
        NoText("g", "text")
    ]
    inline = (
        b"<packageItem xmlns='http://iptc.org/std/nar/2006-10-01/'>" + item() + b"</packageItem>"
    )
    assert only(inline).body == "Words."


def published(name: str) -> list[RawStory | NoText]:
    path = SHARED / name
    if not path.exists():
        pytest.skip("the IPTC's examples are not beside the repository (shared/data/iptc)")
    return stories(path.read_bytes())


def test_iptc_text_document() -> None:
    (story,) = published("LISTING_2_NewsML-G2_Text_Document.xml")
    assert isinstance(story, RawStory)
    assert story.key == "urn:newsml:acmenews.com:20161121:US-FINANCE-FED#11"
    assert story.headline == 'Fed to halt QE to avert "bubble"'
    assert (story.byline, story.agency, story.slug) == ("Meredith Jameson", "AP", "US-Finance-Fed")
    assert story.located == Located("New York", "US")
    assert story.filed == PartialDate(2016, 11, 21)
    assert story.body.startswith("(New York, NY - October 21) Et, sent luptat luptat, commy Nim")
    assert story.body.count("\n\n") == 1


def test_iptc_sports_story() -> None:
    (story,) = published("LISTING_22_Sports_story_in_NewsML-G2NITF.xml")
    assert isinstance(story, RawStory)
    assert story.headline is not None
    assert story.headline.startswith(
        "Preview: Arizona Diamondbacks (29-23) at Philadelphia Phillies"
    )
    assert (story.byline, story.slug) == ("Sports Network", "AAV!PREVIEW-ARI-PHI")
    assert story.located == Located("Philadelphia", "US")
    assert story.filed == PartialDate(2016, 10, 19)
    assert len(story.body.split("\n\n")) == 6


def test_iptc_items_without_text() -> None:
    kinds = {
        "LISTING_1_A_NewsML-G2_News_Item.xml": ["text"],
        "LISTING_3_Photo_in_NewsML-G2.xml": ["picture"],
        "LISTING_6_Simple_NewsML-G2_Package.xml": ["package"],
        "LISTING_24_News_Message_conveying_a_complete_News_Package.xml": ["package", *["text"] * 4],
    }
    for name, expected in kinds.items():
        items = published(name)
        assert [item.kind for item in items if isinstance(item, NoText)] == expected
        assert len(items) == len(expected)


def test_iptc_fragments_and_schema() -> None:
    if not SHARED.exists():
        pytest.skip("the IPTC's examples are not beside the repository (shared/data/iptc)")
    for path in sorted(SHARED.iterdir()):
        told = [module for module in FORMATS.values() if module.sniff(path.read_bytes()[:16384])]
        if path.suffix == ".xsd" or path.name.startswith("LISTING_28"):
            assert told == []
        elif path.name.startswith("LISTING_25"):
            assert told == [nitf], "a contentSet alone is NITF within a wrapper"
            (story,) = nitf.read(io.BytesIO(path.read_bytes()))
            assert isinstance(story, RawStory)
            assert story.body.startswith("(Sports Network) - With the Philadelphia Phillies")
        else:
            assert told == [newsml_g2]

"""A saved page to the story on it."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from index.furniture import read_page
from index.pagelines import Kind, read_lines
from index.read import read_stories
from index.text import clean

LEAD = "SEOUL, April 15 (Yonhap) -- The coast guard will hold a drill with two neighbours in June."
SECOND = "Helicopters will take part, the ministry said on Monday."


def body_of(*lines: str) -> list[str]:
    story = read_page("\n\n".join(lines))
    assert story is not None
    return story.body.split("\n\n")


def test_the_page_that_started_it_all(seed_page: Path) -> None:
    (story,) = read_stories(seed_page, "seed")
    assert story.headline == "US, South Korea renew mutual military commitment"
    assert story.dateline is not None
    assert story.dateline.text == "Washington, Nov 1 (IANS)"
    assert (story.place, story.country) == ("Washington", "US")
    assert (story.dateline.month, story.dateline.day, story.dateline.year) == (11, 1, None)
    assert (story.agency, story.credits) == ("IANS", ("EFE",))
    assert story.page_date == "2025-04-21"
    assert story.date.iso is None
    assert not story.date.certain
    paragraphs = story.body.split("\n\n")
    assert len(paragraphs) == 11
    assert paragraphs[0].startswith("The US Defense Department on Wednesday")
    assert paragraphs[-1].endswith("on the telephone.")
    text = f"{story.headline} {story.body}".lower()
    for word in (
        "related",
        "share post",
        "karnataka",
        "aniston",
        "guwahati",
        "bengaluru",
        "panchayat",
    ):
        assert word not in text


def test_furniture_between_paragraphs_goes_and_the_paragraphs_stay() -> None:
    lines = (
        LEAD,
        "Advertisement",
        SECOND,
        "Also read: Ferry halted",
        "Tweet",
        "It ends on Friday.",
    )
    assert body_of(*lines)[1:] == [SECOND, "It ends on Friday."]


def test_a_crosshead_is_of_the_story() -> None:
    assert body_of(LEAD, "Two helicopters", SECOND) == [
        "The coast guard will hold a drill with two neighbours in June.",
        "Two helicopters",
        SECOND,
    ]


def test_the_next_story_of_a_feed_is_not() -> None:
    lines = (LEAD, SECOND, "Ferry halted off Busan", "BUSAN, April 15 (Yonhap) -- A ferry stopped.")
    assert body_of(*lines)[-1] == SECOND


def test_teasers_are_not() -> None:
    lines = (LEAD, SECOND, "Ferry halted off Busan", "Busan, April 15: A ferry stopped after a...")
    assert body_of(*lines)[-1] == SECOND


def test_prose_that_begins_like_furniture_is_prose() -> None:
    lines = (
        LEAD,
        "Search parties found the raft at noon, said a spokesman for the coast guard in Busan.",
        "Comments by the minister on Monday had raised hopes of an end to the search by night.",
        "Credit Suisse and two other banks will pay for the helicopters, the ministry added later.",
    )
    assert len(body_of(*lines)) == 4


def test_a_deck_and_a_caption_above_the_dateline_are_left_out() -> None:
    story = read_page(
        "\n\n".join(
            (
                "Coast guards of three nations to hold a drill",
                "Helicopters will be tried for the first time in the strait.",
                "Published: 15 April 2019 10:12",
                "A coast guard ship leaves Busan. [Photo/Yonhap]",
                LEAD,
                SECOND,
            )
        )
    )
    assert story is not None
    assert story.headline == "Coast guards of three nations to hold a drill"
    assert story.body.startswith("The coast guard will hold")
    assert story.published is not None
    assert story.published.iso == "2019-04-15"


def test_a_hard_wrapped_page_is_put_together() -> None:
    page = (
        "FOLK SCHOOL ON TOUR\n\n"
        "YEREVAN, AUGUST 17, NOYAN TAPAN. A folk music school will go on a\n"
        "six-day tour of the mountain villages this month, the ministry of\n"
        "culture said, and will play in barns where there is no hall at all.\n"
    )
    story = read_page(page)
    assert story is not None
    assert story.body.startswith("A folk music school will go on a six-day tour of the mountain")
    assert "\n" not in story.body


def test_a_page_without_prose_has_no_story() -> None:
    assert read_page("Home | World | Sport\n\nLog in\n\nShare") is None
    assert read_page("") is None


def test_lines_are_what_they_are() -> None:
    lines = {
        "Ticker Archive [index] World": Kind.TITLE,
        "Monday, April 21, 2025": Kind.STAMP,
        "Share post:": Kind.INLINE,
        "By Lena Castell": Kind.BYLINE,
        "Special Correspondent": Kind.BYLINE,
        "Anadolu Agency": Kind.AGENCY,
        "Abohar, November 22": Kind.DATELINE,
        "Related articles": Kind.CLOSING,
        "© THG PUBLISHING PVT LTD.": Kind.CLOSING,
        "(Corrects number aboard to 117)": Kind.INLINE,
        "Ferry owner faces questions over...": Kind.TEASER,
        "Ferry owner faces questions": Kind.TITLE,
        "The owner of the ferry said so.": Kind.PROSE,
    }
    for text, kind in lines.items():
        (line,) = read_lines(text)
        assert line.kind is kind, text


@given(st.lists(st.text(max_size=80), max_size=12))
def test_any_page_is_read_or_has_no_story(lines: list[str]) -> None:
    page = clean("\n".join(lines))
    story = read_page(page)
    if story is not None:
        assert "\n\n\n" not in story.body

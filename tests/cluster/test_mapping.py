"""What a cluster is told of the fields, and the way between a Story and a document."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluster.document import documents, signed_rows, stamped, story_of
from cluster.mapping import (
    MEASURED,
    TEXTS,
    Layout,
    check_meta,
    length_of,
    mapping,
    period_of,
    printed,
    template_of,
)
from cluster.terms import decoded, lines, lines_of
from index.analysis import terms
from index.errors import NewsqError
from index.samecopy.signed import signed
from index.schema import KEYWORDS
from index.story import DateBasis, Dateline, Story, StoryDate, Version, lead_of

STORY = Story(
    id="a1",
    path="wire/a.txt",
    format="text",
    headline="Troops leave São Paulo",
    body="The troops left.\n\nThey went home to U.S. bases.",
    byline="Ana Souza",
    dateline=Dateline("SAO PAULO, Nov 1 (IANS)", ("São Paulo", "Rio"), None, "BR", 11, 1, 2018),
    agency="IANS",
    credits=("EFE",),
    date=StoryDate(2018, 11, 1, DateBasis.DATELINE, True, "the dateline"),
    version=Version(level=2, slug="Troops"),
)


def test_a_story_comes_back_as_it_was() -> None:
    (document,) = documents([STORY], "wire/a.txt")
    sent = json.loads(json.dumps(document))
    assert story_of(sent) == STORY


def test_every_field_of_a_document_is_mapped() -> None:
    (document,) = documents([STORY], "wire/a.txt")
    mapped = mapping(Layout())["properties"]
    assert set(document) <= set(mapped)
    assert {*KEYWORDS, *TEXTS} <= set(mapped)


def test_a_document_is_matched_folded_and_counted_as_printed() -> None:
    (document,) = documents([STORY], "wire/a.txt")
    assert document["place"] == ["sao paulo", "rio"]
    assert document[printed("place")] == "São Paulo; Rio"
    assert document[printed("byline")] == "Ana Souza"
    assert document["body"].split("\n") == terms(STORY.body)
    assert document["lead"].split("\n") == terms("The troops left.")
    assert (document["date"], document["date_last"]) == ("2018-11-01", "2018-11-01")


def test_a_date_cut_short_covers_its_span() -> None:
    month = replace(STORY, date=StoryDate(2018, 2, None, DateBasis.PAGE, True, "the page"))
    (document,) = documents([month], "a")
    assert (document["date"], document["date_last"]) == ("2018-02-01", "2018-02-28")


def test_signatures_come_back_as_they_were() -> None:
    other = replace(STORY, id="a2", body="x")
    made = documents([STORY, other], "wire/a.txt")
    found = signed_rows([document["signed"].rstrip("=") for document in made])
    stamps = np.array([int(document["stamp"], 16) for document in made], np.uint64)
    for name, array in signed([STORY, other], stamps)._asdict().items():
        assert np.array_equal(getattr(found, name), array), name


def test_a_stamp_tells_whether_anything_has_changed() -> None:
    (document,) = documents([STORY], "a")
    (one,) = stamped([STORY], "a")
    (other,) = stamped([replace(STORY, agency="AFP")], "a")
    assert document["stamp"] == one.stamp != other.stamp


def test_half_a_character_is_refused() -> None:
    with pytest.raises(ValueError, match="half a character"):
        documents([replace(STORY, headline="\ud800 talks")], "a")


CHUNKS = st.sampled_from(["US", "U.S.,", "it's.so", "ﾞ", "--", "ﷺ", "a\u2028b", "Krüger's", "\n\n"])


@given(st.lists(st.lists(CHUNKS | st.text(max_size=9)).map(" ".join), min_size=1, max_size=4))
def test_many_documents_are_made_as_each_alone(bodies: list[str]) -> None:
    stories = [replace(STORY, id=f"a{n}", body=body) for n, body in enumerate(bodies)]
    made = documents(stories, "a")
    assert made == [one for story in stories for one in documents([story], "a")]
    for story, document in zip(stories, made, strict=True):
        told = {"body": terms(story.body), "lead": terms(lead_of(story.body))}
        for field, found in told.items():
            assert document.get(field, "") == lines(found)
            assert document.get(length_of(field), 0) == len(found)


@pytest.mark.parametrize("text", ["", "ﾞ", "ﷺ said", "a\nb\r\nc\u2028d", "x" * 100])
def test_lines_are_the_terms(text: str) -> None:
    found = lines_of(text)
    assert [decoded(line) for line in found.split("\n") if line] == terms(text)


def test_no_term_is_an_empty_line() -> None:
    assert lines(["", "a"]).split("\n")[0] != ""


def test_stories_lie_by_period() -> None:
    year, month = Layout(), Layout("month")
    assert [period_of(day, year) for day in ("2018-11-01", "2018", "")] == [
        "2018",
        "2018",
        "undated",
    ]
    assert [period_of(day, month) for day in ("2018-11-01", "2018")] == ["2018-11", "2018"]


def test_a_document_tells_its_lengths() -> None:
    (document,) = documents([replace(STORY, byline=None)], "wire/a.txt")
    lengths = {field: document.get(length_of(field)) for field in MEASURED}
    assert lengths == {"headline": 4, "lead": 3, "body": 9, "byline": None}


def test_a_template_is_strict_and_knows_its_maker() -> None:
    made = template_of("news.1.*", Layout("month", 3, 0))
    assert made["index_patterns"] == ["news.1.*"]
    inside = made["template"]
    assert inside["mappings"]["dynamic"] == "strict"
    assert check_meta("news", inside["mappings"]["_meta"]) == "month"
    assert (inside["settings"]["number_of_shards"], inside["settings"]["number_of_replicas"]) == (
        3,
        0,
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (None, "another program"),
        ({"format": 99}, "newer version of newsq"),
        ({"telltales": ["organ"]}, "stemmed otherwise"),
    ],
)
def test_another_index_is_not_opened(change: dict[str, object] | None, said: str) -> None:
    meta = mapping(Layout())["_meta"]
    told = {} if change is None else {"newsq": {**meta["newsq"], **change}}
    with pytest.raises(NewsqError, match=said):
        check_meta("news", told)

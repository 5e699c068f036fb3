"""StoryIndex: pages, relaxing, looking up, counting."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from index.errors import IndexFolderError, NoSuchStoryError, QueryError
from index.story import Story
from search import StoryIndex, open_index
from search.facets import Count

TODAY = date(2019, 1, 15)


def test_a_page_says_how_many_there_are(golden: StoryIndex) -> None:
    first = golden.search("", country="KR", limit=2)
    second = golden.search("", country="KR", limit=2, page=2)
    third = golden.search("", country="KR", limit=2, page=3)
    assert (first.total, first.pages, second.total) == (3, 2, 3)
    assert [hit.id for hit in (*first.hits, *second.hits)] == ["a002", "a004", "a023"]
    assert third.hits == ()


@pytest.mark.parametrize(
    "asked",
    [
        {"query": ""},
        {"query": "?!"},
        {"query": "?!", "country": "KR"},
        {"query": "x", "sort": "best"},
        {"query": "x", "limit": 0},
        {"query": "x", "limit": 1001},
        {"query": "x", "page": 0},
        {"query": "x", "since": "soon"},
        {"query": "x", "since": "2018", "until": "2017"},
        {"query": "x", "country": "Ruritania"},
        {"query": "x", "place": " "},
    ],
)
def test_what_cannot_mean_anything(golden: StoryIndex, asked: dict[str, Any]) -> None:
    with pytest.raises(QueryError) as caught:
        golden.search(**asked)
    assert str(caught.value)[0].isupper() or str(caught.value)[0] == "'"


def test_values_may_be_text_or_several(golden: StoryIndex) -> None:
    one = golden.search("", country="KR")
    assert [hit.id for hit in one.hits] == [
        hit.id for hit in golden.search("", country=["kr"]).hits
    ]
    two = golden.search("", country=("KR", "South Korea"))
    assert two.total == one.total


def test_dates_may_be_dates(golden: StoryIndex) -> None:
    for day in ("2018-11-01", date(2018, 11, 1), datetime(2018, 11, 1, 12)):
        assert [hit.id for hit in golden.search("troops", on=day).hits] == ["a001"]
    assert golden.search("troops", since="3 months ago", today=TODAY).total == 4


def test_relaxing(golden: StoryIndex) -> None:
    page = golden.search("storm damage coast schools telescope")
    assert page.relaxed
    assert page.note == "No story has all 5 words; these have at least 2."
    assert [hit.id for hit in page.hits] == ["a015", "a016"]
    assert not golden.search("storm").relaxed
    assert golden.search("storm AND telescope").total == 0


def test_hits_know_their_story(golden: StoryIndex) -> None:
    (hit,) = golden.search('"28,500 troops will"').hits
    assert (hit.headline, hit.place, hit.country) == (
        "Pentagon keeps 28,500 troops in South Korea",
        "Washington",
        "US",
    )
    assert (hit.date, hit.agency, hit.path) == ("2018-11-01", "IANS", "/corpus/a001.txt")
    (hit,) = golden.search("pentagon").hits
    assert hit.headline_marks == ((0, 8),)


@pytest.mark.parametrize("name", ["a001", "/corpus/a001.txt", "corpus/a001.txt", "a001.txt"])
def test_a_story_by_name(golden: StoryIndex, name: str) -> None:
    assert golden.story(name).id == "a001"


@pytest.mark.parametrize(
    "name", ["", "a00", "a", "zzzz", "001.txt", "/elsewhere/a001.txt", "\0", "/"]
)
def test_no_such_story(golden: StoryIndex, name: str) -> None:
    with pytest.raises(NoSuchStoryError):
        golden.story(name)


def test_the_start_of_an_id_must_be_the_only_one(
    tmp_path: Path, make_story: Callable[..., Story], write_index: Callable[..., Path]
) -> None:
    stories = [make_story(name, "x") for name in ("abcd1", "abcd2", "wxyz1", "wxyz2")]
    folder = write_index(tmp_path / "index", [stories[:2], stories[2:]], ["wxyz2"])
    with open_index(folder) as index:
        assert index.story("wxyz").id == "wxyz1"
        with pytest.raises(NoSuchStoryError, match="abcd1, abcd2"):
            index.story("abcd")
        with pytest.raises(NoSuchStoryError):
            index.story("wxyz2")


def test_facets(golden: StoryIndex) -> None:
    facets = golden.search("oil OR paulo").facets
    assert facets["date"] == (Count("2018-10", 2), Count("2018-11", 2), Count("2018-12", 1))
    assert {count.value for count in facets["country"]} == {"BR", "GB", "US", "AT"}
    assert facets["agency"] == (Count("Reuters", 4), Count("AFP", 1))


def test_facets_fold_values_and_count_every_place(golden: StoryIndex) -> None:
    facets = golden.facets(place=["sao paulo", "beirut"], by="year")
    assert facets["place"] == (Count("SAO PAULO", 2), Count("Beirut", 1), Count("The Hague", 1))
    assert facets["date"] == (Count("2014", 1), Count("2018", 2))


def test_facets_count_what_is_unknown(golden: StoryIndex) -> None:
    facets = golden.facets("storm", by="day")
    assert facets["date"] == (Count("2013-11-12", 1), Count(None, 1))
    assert golden.facets(on="2012", by="day")["date"] == (Count("2012", 1),)
    assert sum(count.count for count in golden.facets()["date"]) == len(golden)


def test_facets_by_something_else(golden: StoryIndex) -> None:
    with pytest.raises(QueryError, match="year, month or day"):
        golden.facets(by="decade")


def test_stats(golden: StoryIndex) -> None:
    stats = golden.stats()
    assert (stats.stories, stats.first, stats.last) == (25, "1987-02-26", "2018-12-06")
    assert (stats.certain, stats.inferred, stats.unknown) == (23, 1, 1)
    assert stats.datelines == 25
    assert stats.formats == {"text": 25}
    assert stats.bytes > 1000


def test_no_index_there(tmp_path: Path) -> None:
    with pytest.raises(IndexFolderError):
        open_index(tmp_path / "none")
    with pytest.raises(IndexFolderError):
        open_index(str(tmp_path))


def test_an_empty_index(tmp_path: Path, write_index: Callable[..., Path]) -> None:
    with open_index(write_index(tmp_path / "index", [])) as stories:
        assert stories.search("x*", since="2018", sort="oldest").total == 0
        assert stories.stats().stories == 0
        assert not any(stories.facets().values())


def test_updating_scores_as_building_afresh(
    tmp_path: Path, make_story: Callable[..., Story], write_index: Callable[..., Path]
) -> None:
    keep = [make_story("a", "oil", "oil and gas"), make_story("b", "gas", "gas prices and oil")]
    drop = [make_story("c", "oil", "oil " * 50)]
    with (
        open_index(write_index(tmp_path / "one", [keep[:1], drop, keep[1:]], ["c"])) as updated,
        open_index(write_index(tmp_path / "two", [keep])) as fresh,
    ):
        one, two = (index.search("oil gas prices") for index in (updated, fresh))
        assert [(hit.id, hit.score) for hit in one.hits] == [
            (hit.id, hit.score) for hit in two.hits
        ]


def test_ties_come_newest_first_then_by_id(
    tmp_path: Path, make_story: Callable[..., Story], write_index: Callable[..., Path]
) -> None:
    days = {"d": None, "b": "2018", "a": None, "c": "2019", "f": "2019", "e": "2018"}
    stories = [make_story(name, "same", date=day) for name, day in days.items()]
    with open_index(write_index(tmp_path / "index", [stories[:3], stories[3:]])) as index:
        for limit in (2, 6):
            pages = [index.search("same", limit=limit, page=n + 1) for n in range(6 // limit)]
            assert "".join(hit.id for page in pages for hit in page.hits) == "cfbead"
        assert "".join(hit.id for hit in index.search("same", sort="oldest").hits) == "becfad"


def test_certain_leaves_out_stories_of_uncertain_date(golden: StoryIndex) -> None:
    every = golden.search("", since="1900", limit=100).hits
    sure = golden.search("", since="1900", certain=True, limit=100).hits
    assert {hit.id for hit in sure} == {hit.id for hit in every if hit.story.date.certain}
    assert len(sure) < len(every)

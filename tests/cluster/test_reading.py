"""A real cluster answers as a folder does that holds the same stories."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator
from itertools import count, product
from pathlib import Path
from typing import Any

import pytest

from cluster.access import Access
from cluster.client import Cluster
from cluster.document import documents
from cluster.generations import ClusterSource
from cluster.location import ClusterLocation
from cluster.stories import ClusterStories
from index.errors import ClusterError, NoSuchStoryError, QueryError, SavedSearchError
from search import StoryIndex, open_index
from search.allowance import MOST, Cost
from search.explain.words import explanation_json
from search.results import Hit, Page
from search.stories import Stories
from tests.cluster.placed import clear, place
from tests.search.corpora import (
    copies_index,
    golden_index,
    lines,
    newsroom_index,
    story_of,
    write_index,
)
from tests.search.test_golden import TODAY, check, name_of, search_of

Both = tuple[StoryIndex, ClusterStories]


def _both(address: str, folder: Path, made: Callable[[Path], Path]) -> Iterator[Both]:
    """The same stories in a folder and on the cluster, from which they are taken afterwards."""
    location = ClusterLocation.parsed(f"{address}/t{secrets.token_hex(6)}")
    access = place(made(folder), location, by_year=made is copies_index)
    with open_index(folder) as one, ClusterStories(access) as other:
        yield one, other
    clear(access)


@pytest.fixture(scope="module")
def golden(cluster_address: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    yield from _both(cluster_address, tmp_path_factory.mktemp("golden") / "index", golden_index)


@pytest.fixture(scope="module")
def newsroom(cluster_address: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    yield from _both(cluster_address, tmp_path_factory.mktemp("room") / "index", newsroom_index)


@pytest.fixture(scope="module")
def copies(cluster_address: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    yield from _both(cluster_address, tmp_path_factory.mktemp("copies") / "index", copies_index)


def _same(one: Page, other: Page) -> None:
    assert _told(other) == _told(one)
    scores = [hit.score for hit in one.hits]
    assert [hit.score for hit in other.hits] == pytest.approx(scores, rel=1e-5, abs=1e-6)


def _told(page: Page) -> dict[str, Any]:
    told = page.as_dict()
    del told["took_ms"]
    hits: tuple[Hit, ...] = told.pop("hits")
    plain = [{**hit.as_dict(), "score": None, "explanation": None} for hit in hits]
    return {**told, "hits": plain}


@pytest.mark.parametrize("case", lines("searches.jsonl"), ids=name_of)
def test_golden(golden: Both, case: dict[str, Any]) -> None:
    page = search_of(golden[1], case)
    assert [hit.id for hit in page.hits] == case["ids"], case["why"]
    check(page, case)
    _same(search_of(golden[0], case), page)


@pytest.mark.parametrize("case", lines("language.jsonl"), ids=name_of)
def test_language(newsroom: Both, case: dict[str, Any]) -> None:
    if "error" in case:
        with pytest.raises(QueryError, match=re.escape(case["error"])):
            search_of(newsroom[1], case)
        return
    page = search_of(newsroom[1], case)
    assert [hit.id for hit in page.hits] == case["ids"], case["why"]
    check(page, case)
    _same(search_of(newsroom[0], case), page)


@pytest.mark.parametrize(
    "query",
    [
        "troops korea",
        '"south korea" troops -japan',
        "=Troops w",
        "troop* OR headline:storm",
        "(kim w/5 missile) OR place:seoul",
        "atleast2(troops) since:2018",
        "pyongyan~ US",
        "missile unit telescope survey of galaxies",
    ],
)
def test_scores_are_explained_alike(golden: Both, query: str) -> None:
    pages = [stories.search(query, today=TODAY, explain=True) for stories in golden]
    _same(*pages)
    for one, other in zip(*(page.hits for page in pages), strict=True):
        assert one.explanation is not None
        assert other.explanation is not None
        assert other.explanation.score == pytest.approx(other.score, rel=1e-5)
        found = [explanation_json(hit.explanation) for hit in (one, other) if hit.explanation]
        assert found[0] == found[1]


@pytest.mark.parametrize("ungroup", [False, True])
@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest"])
@pytest.mark.parametrize(
    "query", ["karsholm", "sailors", "two sailors", "three sailors crane", "tram -crane"]
)
def test_printings_of_one_story(copies: Both, query: str, sort: str, ungroup: bool) -> None:
    for page in (1, 2):
        asked: dict[str, Any] = {"sort": sort, "ungroup": ungroup, "page": page, "limit": 2}
        one, other = (stories.search(query, **asked) for stories in copies)
        _same(one, other)


def test_versions_and_copies(copies: Both) -> None:
    for name in ("first", "later2", "other"):
        one, other = (stories.versions(name) for stories in copies)
        assert one == other
        numbers = {stories.copies(stories.story(name)) for stories in copies}
        assert numbers == {0 if name == "other" else 3}


ASKED: dict[str, Callable[[Stories], Any]] = {
    "facets": lambda stories: stories.facets(by="year"),
    "facets that fit": lambda stories: stories.facets("troops", by="fit"),
    "facets of nothing": lambda stories: stories.facets("zzxqj"),
    "time line": lambda stories: stories.timeline(),
    "time line by month": lambda stories: stories.timeline("troops", by="month"),
    "words in context": lambda stories: stories.kwic("troops", sort="right"),
    "words of a phrase": lambda stories: stories.kwic("south korea", sort="date", limit=2),
    "did you mean": lambda stories: stories.suggest("pyongang korae telescop"),
    "places": lambda stories: stories.names("place"),
    "countries": lambda stories: stories.names("country"),
    "agencies": lambda stories: stories.names("agency"),
    "a story": lambda stories: stories.story("a003"),
    "a story of a file": lambda stories: stories.story("corpus/a003.txt"),
    "the best": lambda stories: stories.top("troops korea", facets=True, most=1).ids,
    "how many": len,
    "what is here": lambda stories: {**stories.stats().as_dict(), "bytes": None},
    "all that match": lambda stories: sorted(
        stories.every("troops").stories, key=lambda story: story.id
    ),
    "an index of all": lambda stories: stories.every().total,
}


@pytest.mark.parametrize("name", ASKED)
def test_all_that_can_be_asked(golden: Both, name: str) -> None:
    one, other = ASKED[name](golden[0]), ASKED[name](golden[1])
    assert other == one


@pytest.mark.parametrize("direction", [{}, {"newer": True}, {"older": True}])
def test_stories_like_one(golden: Both, direction: dict[str, Any]) -> None:
    one, other = (
        stories.similar(stories.story("a001"), facets=True, **direction) for stories in golden
    )
    _same(one, other)


@pytest.mark.parametrize("name", ["a0", "zzzz", "a00", "none.txt"])
def test_no_such_story(golden: Both, name: str) -> None:
    told = []
    for stories in golden:
        with pytest.raises(NoSuchStoryError) as caught:
            stories.story(name)
        told.append(str(caught.value))
    assert told[0] == told[1]


def test_what_cannot_be_asked(golden: Both) -> None:
    mistakes: list[dict[str, Any]] = [{"page": 0}, {"sort": "best"}, {"words": "some"}]
    for asked in mistakes:
        with pytest.raises(QueryError):
            golden[1].search("troops", **asked)
    with pytest.raises(QueryError, match="nothing to search"):
        golden[1].search()


def test_what_may_not_be_read_is_refused_alike(
    golden: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(MOST, Cost.STORIES, 0)
    told = []
    for stories in golden:
        with pytest.raises(QueryError, match="To look for Troops as printed") as raised:
            stories.search("=Troops", today=TODAY)
        told.append(str(raised.value))
    assert told[0] == told[1]


def test_saved_searches(golden: Both) -> None:
    saved = golden[1].saved
    assert saved.all() == ()
    assert saved.news() == ()
    search = saved.save("troops", "troops", today=TODAY, country="KR")
    assert saved.all() == (search,)
    with pytest.raises(SavedSearchError, match="already"):
        saved.save("troops", "soldiers")
    saved.save("korea", "korea", replace=True, today=TODAY)
    assert [alert.total for alert in saved.news()] == [0, 0], "what is here counts as seen"
    with pytest.raises(SavedSearchError, match="no saved search"):
        saved.drop("none")
    saved.drop("korea")
    assert [one.name for one in saved.all()] == ["troops"]
    saved.drop("troops")


def test_a_pattern_for_more_words_than_a_cluster_takes_apart(
    cluster_address: str, tmp_path: Path
) -> None:
    many = " ".join(f"zu{one}{other}x" for one, other in product(range(40), range(40)))
    stories = [story_of("many", "Zu", many), story_of("few", "Zu", "zu1x zu2x border")]

    def made(folder: Path) -> Path:
        return write_index(folder, [stories])

    for one, other in _both(cluster_address, tmp_path / "index", made):
        page = other.search("zu*")
        assert {hit.id for hit in page.hits} == {hit.id for hit in one.search("zu*").hits}
        assert all(hit.score > 0 for hit in page.hits)
        for question in ("atleast2(zu*)", "zu* w/5 border"):
            with pytest.raises(QueryError, match="Give more letters"):
                other.search(question)


@pytest.fixture
def changing(cluster_address: str, tmp_path: Path) -> Iterator[Access]:
    """A place of a few stories that a test may change."""
    for _folder, stories in _both(cluster_address, tmp_path / "index", copies_index):
        yield stories.access


def test_what_is_new_for_a_saved_search(changing: Access) -> None:
    with open_index(changing) as stories:
        stories.saved.save("bridge", "karsholm", today=TODAY)
        assert [alert.total for alert in stories.saved.news()] == [0]
    _arrives(changing, "first", run=2)
    with open_index(changing) as stories:
        (alert,) = stories.saved.news()
        assert [hit.id for hit in alert.hits] == ["first"]
        stories.saved.mark_seen([alert])
        assert [alert.total for alert in stories.saved.news()] == [0]


def test_an_open_index_stays_as_it_is(changing: Access) -> None:
    with open_index(changing) as stories:
        before = stories.names("agency")
        _arrives(changing, "paper", run=3, agency_printed="Bugle")
        assert stories.names("agency") == before
        with open_index(changing) as later:
            assert set(later.names("agency")) - set(before) == {"Bugle"}


def test_a_change_is_another_generation(changing: Access) -> None:
    source = ClusterSource(changing, clock=count(0, 10).__next__)
    stories, first = source.opened()
    with stories:
        assert source.newest() == first
        _arrives(changing, "paper", run=3)
        second = source.newest()
        assert second.name != first.name
        assert source.newest() == second


def test_a_moment_that_is_lost_is_taken_anew(changing: Access) -> None:
    with open_index(changing) as stories:
        before = stories.facets()
        with changing.connect() as cluster:
            cluster.ask("DELETE", "/_search/point_in_time", {"pit_id": [_moment_of(stories)]})
        assert stories.facets() == before


def test_a_busy_cluster_is_asked_again_of_the_same_moment(
    changing: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_index(changing) as stories:
        moment, before = _moment_of(stories), stories.facets()
        asked, refusals = Cluster.ask, [ClusterError("busy", passing=True, status=429)]

        def busy(self: Cluster, *given: Any, **parameters: Any) -> Any:
            if refusals:
                raise refusals.pop()
            return asked(self, *given, **parameters)

        monkeypatch.setattr(Cluster, "ask", busy)
        assert stories.facets() == before
        assert not refusals
        assert _moment_of(stories) == moment


def test_a_snapshot_never_becomes_another(changing: Access) -> None:
    stories, _generation = ClusterSource(changing).opened()
    with stories:
        _arrives(changing, "paper", run=3)
        with changing.connect() as cluster:
            cluster.ask("DELETE", "/_search/point_in_time", {"pit_id": [_moment_of(stories)]})
        with pytest.raises(ClusterError, match="has changed since"):
            stories.facets()


def _moment_of(stories: Stories) -> str:
    assert isinstance(stories, ClusterStories)
    return stories.moment.id


def test_no_index_is_there(cluster_address: str) -> None:
    location = ClusterLocation.parsed(f"{cluster_address}/none")
    with pytest.raises(ClusterError, match="There is no index"):
        open_index(Access(location))


def _arrives(access: Access, name: str, run: int, **changed: str) -> None:
    """Write a story anew, as one that run ``run`` saw first."""
    with open_index(access) as stories, access.connect() as cluster:
        document = documents([stories.story(name)], f"corpus/{name}.txt")[0]
        body = {**document, "arrived": run, **changed}
        cluster.ask("PUT", f"/{cluster.location.stories(1, '2004')}/_doc/{name}", body)
        cluster.ask("POST", f"/{cluster.location.name}/_refresh")

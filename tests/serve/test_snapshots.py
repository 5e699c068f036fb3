"""Generations of an index, each whole for whoever began with it."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import httpx2 as httpx
import pytest
from starlette.testclient import TestClient

from index.direct import delete_stories, index_stories
from index.errors import IndexFolderError, QueryError
from index.story import Story
from serve.app import make_app
from serve.run import running
from serve.snapshots import KEPT, KEPT_SECONDS, SnapshotGoneError, Snapshots


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def stories(*numbers: int) -> list[Story]:
    return [
        Story(f"{n:012x}", f"/corpus/{n}.txt", "text", f"Storm {n}", f"The storm of day {n}.")
        for n in numbers
    ]


@pytest.fixture
def index(tmp_path: Path) -> Path:
    index_stories(stories(*range(1, 10)), tmp_path / "index")
    return tmp_path / "index"


def held(snapshots: Snapshots, name: str | None = None) -> tuple[str, int]:
    with snapshots.held(name) as snapshot:
        return snapshot.name, snapshot.stories.search("storm").total


def test_a_new_generation_is_picked_up(index: Path) -> None:
    snapshots = Snapshots(index)
    first = held(snapshots)
    assert not snapshots.refresh()
    index_stories(stories(10), index)
    assert held(snapshots) == first
    assert snapshots.refresh()
    second = held(snapshots)
    assert (first[1], second[1]) == (9, 10)
    assert held(snapshots, first[0]) == first


def test_who_began_with_one_keeps_it(index: Path) -> None:
    clock = Clock()
    snapshots = Snapshots(index, clock)
    with snapshots.held() as snapshot:
        for number in range(20, 20 + KEPT + 2):
            index_stories(stories(number), index)
            snapshots.refresh()
        clock.now = 10 * KEPT_SECONDS
        snapshots.refresh()
        assert snapshot.stories.search("storm").total == 9
        name = snapshot.name
    with pytest.raises(SnapshotGoneError, match="Begin again"):
        held(snapshots, name)


def test_as_many_are_kept_as_are_for_as_long(index: Path) -> None:
    clock = Clock()
    snapshots = Snapshots(index, clock)
    names = [held(snapshots)[0]]
    for number in range(30, 30 + KEPT + 1):
        index_stories(stories(number), index)
        snapshots.refresh()
        names.append(held(snapshots)[0])
    with pytest.raises(SnapshotGoneError):
        held(snapshots, names[0])
    assert held(snapshots, names[1])[1] == 10
    clock.now = KEPT_SECONDS + 1
    snapshots.refresh()
    for name in names[:-1]:
        with pytest.raises(SnapshotGoneError):
            held(snapshots, name)
    assert held(snapshots)[0] == names[-1]


def test_an_index_made_anew_is_another(index: Path) -> None:
    snapshots = Snapshots(index)
    before = held(snapshots)
    shutil.rmtree(index)
    assert not snapshots.refresh()
    assert held(snapshots) == before
    index_stories(stories(1, 2), index)
    assert snapshots.refresh()
    assert held(snapshots)[1] == 2


def test_what_cannot_be_opened_changes_nothing(
    index: Path, caplog: pytest.LogCaptureFixture
) -> None:
    snapshots = Snapshots(index)
    before = held(snapshots)
    (index / "_MAIN_99.toc").write_bytes(b"no table of contents")
    assert not snapshots.refresh()
    assert held(snapshots) == before
    assert "stays as it was" in caplog.text


def test_no_index_and_no_snapshot(index: Path, tmp_path: Path) -> None:
    with pytest.raises(IndexFolderError, match="There is no index"):
        Snapshots(tmp_path / "none")
    with pytest.raises(QueryError, match="no snapshot"):
        held(Snapshots(index), "first")


def test_pages_go_on_in_the_snapshot_that_they_began_with(index: Path) -> None:
    with TestClient(make_app(index, look_every=0.01), base_url="http://localhost") as client:
        seen = []
        address = "/api/v1/search?q=storm&limit=3&sort=newest"
        while address:
            told = client.get(address)
            seen += [hit["id"] for hit in told.json()["hits"]]
            # Stories come and go between any two pages.
            delete_stories([seen[0]], index)
            index_stories(stories(100 + len(seen)), index)
            before = told.headers["etag"]
            while client.get("/api/v1/stats").headers["etag"] == before:
                pass
            address = told.links.get("next", {}).get("url", "")
        assert sorted(seen) == [story.id for story in stories(*range(1, 10))]


def test_threads_ask_while_generations_come_and_go(index: Path) -> None:
    snapshots = Snapshots(index)
    totals: list[int] = []
    wrong: list[BaseException] = []
    done = threading.Event()

    def ask() -> None:
        try:
            while not done.is_set():
                totals.append(held(snapshots)[1])
        except BaseException as error:  # noqa: BLE001 - told to the test
            wrong.append(error)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(50, 53):
        index_stories(stories(number), index)
        snapshots.refresh()
    done.set()
    for thread in threads:
        thread.join()
    assert not wrong
    assert set(totals) <= set(range(9, 13))
    assert held(snapshots)[1] == 12


def test_no_request_is_dropped_while_the_index_changes(index: Path) -> None:
    done = threading.Event()
    told: list[tuple[int, int]] = []

    def ask(number: int, base: str) -> None:
        with httpx.Client(base_url=base, timeout=60) as client:
            while not done.is_set():
                query = f"storm {number} {len(told)}"
                found = client.get("/api/v1/search", params={"q": query, "words": "any"})
                told.append((found.status_code, found.json().get("total", 0)))

    with running(make_app(index, look_every=0.01)) as base:
        clients = [threading.Thread(target=ask, args=(number, base)) for number in range(20)]
        for client in clients:
            client.start()
        for number in range(60, 64):
            index_stories(stories(number), index)
        while max(told, default=(0, 0))[1] < 13:
            done.wait(0.01)
        done.set()
        for client in clients:
            client.join()
    assert {status for status, _ in told} == {200}

"""Processes that answer: at once, in order, and again after one has died or taken too long."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from index.direct import index_stories
from index.errors import QueryError
from index.story import Story
from search import StoryIndex
from serve.answering import WARM_UP, Answers, IndexAnswerer
from serve.api import OPERATIONS
from serve.pool import AnsweringError, Pool, UnforeseenError
from serve.resultpage import RESULT
from serve.snapshots import Snapshots
from tests.serve.answerers import Doer
from tests.serve.running import asking, finished

SEARCH = next(one.view for one in OPERATIONS if one.path == "/search")


@asynccontextmanager
async def doing(folder: Path, count: int = 1, seconds: float = 60) -> AsyncIterator[Pool]:
    """A pool whose processes are all ready."""
    pool = Pool(count, Doer, folder, seconds)
    pool.start()
    try:
        while pool.ready < count:
            await asyncio.sleep(0.01)
        yield pool
    finally:
        await pool.close()


def test_several_answer_at_once(tmp_path: Path) -> None:
    async def run() -> list[int]:
        async with doing(tmp_path, 2) as pool:
            return list(await asyncio.gather(*[pool.ask(("meet", 2)) for _ in range(2)]))

    numbers = finished(run())
    assert len({*numbers, os.getpid()}) == 3


def test_each_is_given_its_own_answer(tmp_path: Path) -> None:
    async def run() -> list[Any]:
        async with doing(tmp_path, 2) as pool:
            return await asyncio.gather(*[pool.ask(("echo", n)) for n in range(200)])

    assert finished(run()) == [*range(200)]


def test_mistakes_come_across_whole(tmp_path: Path) -> None:
    async def run() -> None:
        async with doing(tmp_path) as pool:
            with pytest.raises(QueryError, match="No") as told:
                await pool.ask(("mistake", "a b"))
            assert (told.value.query, told.value.place) == ("a b", (1, 2))
            with pytest.raises(UnforeseenError, match="ValueError: stumbled"):
                await pool.ask(("stumble", None))
            assert await pool.ask(("echo", 1)) == 1

    finished(run())


def test_another_follows_one_that_dies(tmp_path: Path) -> None:
    async def run() -> None:
        async with doing(tmp_path) as pool:
            assert await pool.ask(("echo", 1)) == 1
            with pytest.raises(AnsweringError, match="--workers 1"):
                await pool.ask(("die", None))
            assert await pool.ask(("echo", 2)) == 2
            # One that dies while it has nothing to do takes no question with it.
            number = await pool.ask(("meet", 1))
            os.kill(number, signal.SIGKILL)
            assert await pool.ask(("echo", 3)) == 3

    finished(run())


def test_what_takes_too_long_is_ended(tmp_path: Path) -> None:
    async def run() -> None:
        async with doing(tmp_path, seconds=2) as pool:
            number = await pool.ask(("meet", 1))
            with pytest.raises(TimeoutError):
                await pool.ask(("sleep", None))
            with suppress(ProcessLookupError):  # it is gone
                while True:
                    os.kill(number, 0)
                    await asyncio.sleep(0.01)

    finished(run())


def test_those_who_have_nothing_to_do_see_after_their_index(tmp_path: Path) -> None:
    async def run() -> None:
        async with doing(tmp_path):
            while not list(tmp_path.glob("idle-*")):
                await asyncio.sleep(0.01)

    finished(run())


def stories(*numbers: int) -> list[Story]:
    return [
        Story(f"{n:012x}", f"/corpus/{n}.txt", "text", f"Storm {n}", f"The storm of day {n}.")
        for n in numbers
    ]


@asynccontextmanager
async def answering(snapshots: Snapshots, where: Path) -> AsyncIterator[Answers]:
    """Answers of two other processes, and of no thread of this one."""
    pool = Pool(2, IndexAnswerer, where, 60)
    pool.start()
    answers = Answers(snapshots, 60, pool)
    try:
        while pool.ready < 2:
            await asyncio.sleep(0.01)
        yield answers
    finally:
        await pool.close()
        answers.close()


def test_other_processes_answer_the_same(sample_index: Path) -> None:
    snapshots = Snapshots(sample_index)
    here = Answers(snapshots)

    async def run() -> None:
        async with answering(snapshots, sample_index) as there:
            question = asking("q=troops+korea&country=KR", path="/search")
            mistake = asking("q=country:Ruritania", path="/api/v1/search")
            pages, told = [], []
            for answers in (here, there):
                pages.append((await answers.answer(question, RESULT)).body)
                with pytest.raises(QueryError) as wrong:
                    await answers.answer(mistake, SEARCH)
                told.append((str(wrong.value), wrong.value.query, wrong.value.place))
            assert pages[0] == pages[1]
            assert told[0] == told[1]

    finished(run())
    here.close()
    snapshots.close()


def test_other_processes_follow_the_index(tmp_path: Path) -> None:
    where = tmp_path / "index"
    index_stories(stories(1, 2, 3), where)
    snapshots = Snapshots(where)

    async def total(answers: Answers, query: str) -> int:
        response = await answers.answer(asking(query, path="/api/v1/search"), SEARCH)
        found: int = json.loads(bytes(response.body))["total"]
        return found

    async def run() -> None:
        async with answering(snapshots, where) as answers:
            with snapshots.held() as first:
                name = first.name
            assert await total(answers, "q=storm") == 3
            index_stories(stories(4), where)
            snapshots.refresh()
            assert await total(answers, "q=storm") == 4
            assert await total(answers, f"q=storm&snapshot={name}") == 3
            # Two changes between two looks: no process has opened the first of them.
            index_stories(stories(5), where)
            snapshots.refresh()
            index_stories(stories(6), where)
            assert await total(answers, "q=storm&limit=5") == 5

    finished(run())
    snapshots.close()


def test_a_process_answers_for_an_index_without_stories(tmp_path: Path) -> None:
    index_stories([], tmp_path / "index")
    IndexAnswerer(tmp_path / "index").idle()


def test_to_get_warm_takes_no_longer_than_it_may(
    sample_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(StoryIndex, "search", lambda _self, query: asked.append(query))
    monkeypatch.setattr("serve.answering.WARM_UP_SECONDS", 60)
    IndexAnswerer(sample_index)
    assert 0 < len(asked) <= WARM_UP
    asked.clear()
    monkeypatch.setattr("serve.answering.WARM_UP_SECONDS", 0)
    IndexAnswerer(sample_index)
    assert not asked

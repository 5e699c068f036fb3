"""Requests to answers: shared, kept, and made one at a time for whoever asks the same."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any

import pytest

from index.errors import QueryError
from serve import kept
from serve.answering import Answers
from serve.calls import Answer, Call, View
from serve.parameters import QUERY
from serve.snapshots import Snapshots
from tests.serve.running import asking, finished


@pytest.fixture
def answers(sample_index: Path) -> Any:
    snapshots = Snapshots(sample_index)
    made = Answers(snapshots)
    yield made
    made.close()
    snapshots.close()


def test_those_who_ask_the_same_at_once_share_one_answer(answers: Answers) -> None:
    asked: list[str] = []
    go = threading.Event()

    def slow(call: Call) -> Answer:
        asked.append(call.options["query"])
        go.wait(30)
        return Answer(b"x", "text/plain")

    view = View((QUERY,), slow)

    async def run() -> list[Any]:
        tasks = [asyncio.ensure_future(answers.answer(asking("q=a"), view)) for _ in range(20)]
        await asyncio.sleep(0)
        while not asked:
            await asyncio.sleep(0.001)
        go.set()
        return [*await asyncio.gather(*tasks), await answers.answer(asking("q=a"), view)]

    responses = finished(run())
    assert asked == ["a"]
    assert {response.body for response in responses} == {b"x"}


def test_a_mistake_is_told_to_all_and_not_kept(answers: Answers) -> None:
    asked: list[int] = []

    def wrong(_call: Call) -> Answer:
        asked.append(1)
        raise QueryError("No.")

    async def run() -> None:
        for _time in range(2):
            with pytest.raises(QueryError, match="No"):
                await answers.answer(asking("q=a"), View((QUERY,), wrong))

    finished(run())
    assert len(asked) == 2


def test_answers_are_kept_up_to_a_size(answers: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "KEPT_BYTES", 5_000)
    asked: list[str] = []

    def answer(call: Call) -> Answer:
        asked.append(call.options["query"])
        return Answer(b"x" * 900, "text/plain")

    async def run() -> None:
        for name in ("a", "b", "a", "c", "a", "b"):
            await answers.answer(asking(f"q={name}"), View((QUERY,), answer))

    finished(run())
    assert asked == ["a", "b", "c", "b"]


def test_what_is_live_is_answered_anew(answers: Answers) -> None:
    asked: list[int] = []

    def answer(_call: Call) -> Answer:
        asked.append(1)
        return Answer(b"x", "text/plain")

    async def run() -> None:
        for _time in range(3):
            await answers.answer(asking(), View((), answer, live=True))

    finished(run())
    assert len(asked) == 3

"""A corpus that is watched: each change once, and what goes wrong meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.build import build_index
from index.errors import CorpusError
from index.summary import Summary
from index.watch import PAUSE, watch

STORY = "A ferry sinks\n\nSEOUL, Nov. 3, 2018 (Yonhap) -- A ferry sank, soldiers said.\n"


class Clock:
    """Waits for nothing; at each pause the next of some things happens."""

    def __init__(self) -> None:
        self.waits: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.waits.append(seconds)
        if len(self.waits) > 20:
            raise KeyboardInterrupt


def test_each_change_is_told_once(tmp_path: Path) -> None:
    corpus, where = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    (corpus / "one.txt").write_text(STORY, "utf-8")
    build_index([corpus], where)
    clock = Clock()
    seen = watch([corpus], where, pause=clock)
    (corpus / "two.txt").write_text(STORY.replace("ferry", "boat"), "utf-8")
    first = next(seen)
    assert isinstance(first, Summary)
    assert (first.added, first.changed, first.dropped, first.stories) == (1, 0, 0, 2)
    (corpus / "one.txt").write_text(STORY.replace("soldiers", "sailors"), "utf-8")
    second = next(seen)
    assert isinstance(second, Summary)
    assert (second.added, second.changed, second.dropped) == (0, 1, 0)
    (corpus / "two.txt").unlink()
    third = next(seen)
    assert isinstance(third, Summary)
    assert third.dropped == 1
    assert len(clock.waits) == 3
    assert min(clock.waits) >= PAUSE
    with pytest.raises(KeyboardInterrupt):
        next(seen)


def test_an_empty_corpus_is_told_once_and_waited_for(tmp_path: Path) -> None:
    corpus, where = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    (corpus / "one.txt").write_text(STORY, "utf-8")
    build_index([corpus], where)
    seen = watch([corpus], where, pause=Clock())
    (corpus / "one.txt").unlink()
    assert isinstance(next(seen), CorpusError)
    (corpus / "two.txt").write_text(STORY, "utf-8")
    back = next(seen)
    assert isinstance(back, Summary)
    assert (back.added, back.dropped) == (1, 1)


def test_an_empty_corpus_is_not_told_again(tmp_path: Path) -> None:
    corpus, where = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    (corpus / "one.txt").write_text(STORY, "utf-8")
    build_index([corpus], where)
    (corpus / "one.txt").unlink()
    seen = watch([corpus], where, pause=Clock())
    assert isinstance(next(seen), CorpusError)
    with pytest.raises(KeyboardInterrupt):
        next(seen)

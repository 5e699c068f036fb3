"""Which branches of a question a story holds, told from its text as the index tells it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.snapshot import open_snapshot
from index.story import Story
from search.arrays import IndexArrays
from search.holding import held_by, holds
from search.marks import marked
from search.page import StoryIndex
from search.query import parse
from search.question import Question
from search.rank import evaluate
from search.tree import Query
from tests.search.trees import Batches, batches, queries, some_deleted


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(batches=batches, asked=st.lists(queries, min_size=10, max_size=20), data=st.data())
def test_a_story_holds_what_the_index_finds_it_by(
    folders: Iterator[Path],
    make_story: Callable[..., Story],
    write_index: Callable[..., Path],
    batches: Batches,
    asked: list[Query],
    data: st.DataObject,
) -> None:
    parts, deleted = some_deleted(batches, make_story, data)
    index = IndexArrays(open_snapshot(write_index(next(folders), parts, deleted)).segments)
    stories = {s.id: s for part in parts for s in part if s.id not in deleted}
    for query in asked:
        found = set(index.ids(evaluate(query, index).docs.tolist()))
        assert found == {name for name, story in stories.items() if holds(query, story)}, query
        for name in found:
            held = held_by(stories[name], Question("", query))
            assert holds(held.query, stories[name])
            body = stories[name].body
            assert _inked(body, held) <= _inked(body, Question("", query))


def _inked(text: str, question: Question) -> set[int]:
    """The characters that are marked."""
    return {at for start, end in marked(text, question, "body") for at in range(start, end)}


def test_names_and_dates_decide_too(newsroom: StoryIndex) -> None:
    story = newsroom.story("n02")
    for query in ("place:seoul", "place:se*", "country:KR", "agency:Yonhap", "slug:us-korea"):
        assert holds(parse(query).query, story), query
        assert not holds(parse(f"NOT {query}").query, story), query
    assert holds(parse("date:2018-10").query, story)
    assert not holds(parse("until:2018-09").query, story)


def test_a_plain_question_is_as_it_was(newsroom: StoryIndex) -> None:
    story = newsroom.story("n02")
    for query in (
        "troops seoul",
        "troops OR seoul",
        '"28 500" OR sto*',
        "kim AND (letter OR envoy)",
    ):
        question = parse(query)
        assert held_by(story, question) is question

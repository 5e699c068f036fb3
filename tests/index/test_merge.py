"""Merged segments say what one segment of the same stories says; and which are merged."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import merge as merging
from index.direct import delete_stories, index_stories
from index.merge import can_merge, merge
from index.segmenting import SegmentBuilder
from index.story import Story
from index.tiers import FAN, SMALLEST, live_count, to_merge
from index.toc import LiveSegment, latest_generation, read_toc
from tests.index.newsstories import corpora
from tests.index.segments import contents


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where each example makes a folder of its own."""
    return tmp_path_factory.mktemp("examples")


def segment_of(folder: Path, stories: list[Story], deleted: set[int]) -> LiveSegment:
    builder = SegmentBuilder()
    for story in stories:
        builder.add(story, "source")
    segment = builder.write(folder)
    return LiveSegment(segment.name, segment.count, np.array(sorted(deleted), np.uint32))


@given(
    parts=st.lists(corpora.filter(bool), min_size=1, max_size=4),
    data=st.data(),
    small_ranges=st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_merged_is_as_built_in_one_go(
    examples: Path, parts: list[list[Story]], data: st.DataObject, small_ranges: bool
) -> None:
    folder = Path(tempfile.mkdtemp(dir=examples))
    gone = [data.draw(st.sets(st.integers(0, len(part) - 1))) for part in parts]
    segments = [segment_of(folder, part, out) for part, out in zip(parts, gone, strict=True)]
    kept = [
        story
        for part, out in zip(parts, gone, strict=True)
        for number, story in enumerate(part)
        if number not in out
    ]
    if not kept:
        return
    with pytest.MonkeyPatch.context() as patch:
        if small_ranges:
            patch.setattr(merging, "RANGE", 3)
        merged = merge(folder, segments)
    assert merged.count == len(kept)
    expected = segment_of(folder, kept, set())
    assert contents(folder, merged.name) == contents(folder, expected.name)


def many(count: int, first: int = 0) -> list[Story]:
    return [
        Story(f"s{first + n}", "/c", "text", f"Head {n}", f"Body {first + n} of ferry news. " * 90)
        for n in range(count)
    ]


def test_whole_blocks_are_copied_and_others_taken_apart(tmp_path: Path) -> None:
    stories = many(300)
    segments = [
        segment_of(tmp_path, stories[:150], set()),
        segment_of(tmp_path, stories[150:], {0, 149}),
    ]
    merged = merge(tmp_path, segments)
    expected = segment_of(tmp_path, [*stories[:150], *stories[151:299]], set())
    assert contents(tmp_path, merged.name) == contents(tmp_path, expected.name)


def test_a_segment_that_another_program_wrote_is_left_alone(tmp_path: Path) -> None:
    from whoosh.index import open_dir

    index_stories(many(3), tmp_path)
    with open_dir(str(tmp_path)).writer() as writer:
        writer.delete_by_term("id", "s1")
    (segment,) = read_toc(tmp_path, latest_generation(tmp_path)).segments
    assert segment.deleted.tolist() == [1]
    assert can_merge(tmp_path, segment.name)


def sized(*counts: int, deleted: int = 0) -> list[LiveSegment]:
    gone = np.arange(deleted, dtype=np.uint32)
    return [LiveSegment(f"MAIN_{n}", count, gone) for n, count in enumerate(counts)]


def test_what_one_run_wrote_is_put_together() -> None:
    (group,) = to_merge([], sized(5_000, 6_000), 32_000)
    assert live_count(group) == 11_000
    assert to_merge([], sized(30_000, 30_000), 32_000) == []


def test_a_small_update_leaves_large_segments_alone() -> None:
    assert to_merge(sized(11_000), sized(1), 32_000) == []


def test_a_segment_of_which_much_is_deleted_is_written_anew() -> None:
    assert to_merge(sized(100, deleted=20), [], 32_000) == []
    rotten = sized(100, deleted=40)
    assert to_merge(rotten, [], 32_000) == [rotten]


@pytest.mark.parametrize(("update", "stories"), [(1, 3_000), (50, 60_000), (700, 700_000)])
def test_few_segments_and_each_story_rewritten_seldom(update: int, stories: int) -> None:
    live: dict[str, LiveSegment] = {}
    written = 0
    none = np.empty(0, np.uint32)
    for number in range(0, stories, update):
        fresh = LiveSegment(f"f{number}", update, none)
        groups = to_merge(list(live.values()), [fresh], 32_000)
        live[fresh.name] = fresh
        for place, group in enumerate(groups):
            for segment in group:
                del live[segment.name]
            live[f"m{number}.{place}"] = LiveSegment(f"m{number}.{place}", live_count(group), none)
            written += live_count(group)
    assert live_count(list(live.values())) == stories
    tiers = 1 + np.ceil(np.log(max(stories / SMALLEST, FAN)) / np.log(FAN))
    assert len(live) <= FAN * tiers
    below = np.log(max(SMALLEST / update, 1)) / np.log(FAN) + 1  # in the lowest tier
    assert written <= stories * (tiers + SMALLEST / update / FAN + below)


def test_an_index_stays_whole_through_many_small_updates(tmp_path: Path) -> None:
    for number in range(20):
        index_stories(many(3, 3 * number), tmp_path)
    segments = read_toc(tmp_path, latest_generation(tmp_path)).segments
    assert live_count(segments) == 60
    assert len(segments) <= FAN
    assert delete_stories(["s7", "s8", "none"], tmp_path) == 2
    segments = read_toc(tmp_path, latest_generation(tmp_path)).segments
    assert live_count(segments) == 58
    listed = {f"{one.name}{end}" for one in segments for end in (".docs", ".terms")}
    assert {path.name for path in tmp_path.glob("MAIN_*.*")} == listed

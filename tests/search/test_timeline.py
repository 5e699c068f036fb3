"""Stories over time: every story counted once, gaps kept, pictures that are well formed."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from index.errors import OutputError, QueryError
from index.story import Story
from search import StoryIndex, open_index
from search.timeline.bitmap import png
from search.timeline.layout import HEIGHT, WIDTH, Box, shapes
from search.timeline.periods import Timeline
from search.timeline.picture import svg
from search.timeline.text import timeline_lines

MakeStory = Callable[..., Story]
WriteIndex = Callable[..., Path]


class Page(NamedTuple):
    """What lines are laid out for."""

    width: int = 80
    encoding: str = "utf-8"
    is_terminal: bool = False


def _index(
    folder: Path, make_story: MakeStory, write_index: WriteIndex, days: list[str | None]
) -> StoryIndex:
    stories = [
        make_story(f"s{n}", "x", "storm", date=day, certain=n % 3 != 0)
        for n, day in enumerate(days)
    ]
    return open_index(write_index(folder, [stories]))


def _told(line: Timeline) -> list[tuple[str, int, int]]:
    return [(bar.period, bar.certain, bar.inferred) for bar in line.bars]


def test_periods_and_gaps(tmp_path: Path, make_story: MakeStory, write_index: WriteIndex) -> None:
    days = ["2018-10-29", "2018-10-31", "2018-11-14", "2018-11", "2018", None, "2018-11-18"]
    with _index(tmp_path / "index", make_story, write_index, days) as stories:
        week = stories.timeline("storm", by="week")
        assert _told(week) == [
            ("2018-10-29", 1, 1),
            ("2018-11-05", 0, 0),
            ("2018-11-12", 1, 1),
        ]
        assert (week.coarse, week.unknown, week.total) == (2, 1, 7)
        month = stories.timeline("storm", by="month")
        assert _told(month) == [("2018-10", 1, 1), ("2018-11", 1, 2)]
        assert stories.timeline("storm", by="year").bars[0].count == 6
        assert stories.timeline("storm").by == "month"  # "2018" counts from its first day
        with pytest.raises(QueryError, match="day, week, month, year or fit"):
            stories.timeline("storm", by="decade")


def test_a_long_span_is_counted_in_coarser_steps(
    tmp_path: Path, make_story: MakeStory, write_index: WriteIndex
) -> None:
    days: list[str | None] = ["0001-01-01", "9999-12-31"]
    with _index(tmp_path / "index", make_story, write_index, days) as stories:
        line = stories.timeline(by="day")
        assert (line.by, line.bars[0].period, line.bars[-1].period) == ("year", "0001", "9999")


@settings(max_examples=25, deadline=None)
@given(offsets=st.lists(st.integers(0, 900), min_size=1, max_size=12), by=st.sampled_from(
    ["day", "week", "month", "year", "fit"]
))  # fmt: skip
def test_bars_follow_one_another_and_count_each_story(
    tmp_path_factory: pytest.TempPathFactory,
    make_story: MakeStory,
    write_index: WriteIndex,
    offsets: list[int],
    by: str,
) -> None:
    days: list[str | None] = [
        (date(2016, 2, 1) + timedelta(days=offset)).isoformat() for offset in offsets
    ]
    folder = tmp_path_factory.mktemp("line") / "index"
    with _index(folder, make_story, write_index, days) as stories:
        line = stories.timeline(by=by)
    periods = [bar.period for bar in line.bars]
    assert periods == sorted(set(periods))
    assert sum(bar.count for bar in line.bars) == len(offsets) == line.total
    assert line.bars[0].count
    assert line.bars[-1].count
    if line.by == "day":
        assert len(periods) == max(offsets) - min(offsets) + 1
    if line.by == "month":
        assert all(a[:4] == b[:4] or b.endswith("-01") for a, b in pairwise(periods))


def test_as_text(tmp_path: Path, make_story: MakeStory, write_index: WriteIndex) -> None:
    days: list[str | None] = ["2018-01-05", "2018-01-06", "2018-09-01", "2018-10-01", None]
    with _index(tmp_path / "index", make_story, write_index, days) as stories:
        line = stories.timeline("storm", by="month")
    shown = [text.plain for text in timeline_lines(line, Page(40, "ascii"))]
    assert shown == [
        "2018-01  2  " + "#" * 14 + "-" * 14,
        "         (7 months without a story)",
        "2018-09  1  " + "#" * 14,
        "2018-10  1  " + "-" * 14,
        "",
        "5 stories for storm",
        "-  the year is inferred",
        "1 whose year is not known",
    ]


def test_the_picture_is_one_and_holds_nothing_else(golden: StoryIndex) -> None:
    line = golden.timeline("storm OR korea", by="month")
    query = "<script>alert(1)</script>\x1b[2J&"
    hostile = Timeline(query, line.by, line.bars, line.coarse, line.unknown)
    root = etree.fromstring(svg(hostile).encode())
    names = {etree.QName(one).localname for one in root.iter()}
    assert names == {"svg", "title", "desc", "rect", "text", "path"}
    assert "<script>alert(1)</script>" in (root[0].text or "")
    assert "\x1b" not in svg(hostile)
    assert len(root.findall("{*}rect/{*}title")) >= sum(bool(bar.count) for bar in line.bars)


def test_an_empty_picture(golden: StoryIndex) -> None:
    line = golden.timeline("zyzzyva")
    assert (line.total, line.bars) == (0, ())
    etree.fromstring(svg(line).encode())


def test_a_bitmap_of_the_same(golden: StoryIndex) -> None:
    image = pytest.importorskip("PIL.Image")
    line = golden.timeline("storm OR korea", by="month")
    opened = image.open(io.BytesIO(png(line)))
    assert opened.size == (WIDTH * 3, HEIGHT * 3)
    assert round(opened.info["dpi"][0]) == 300
    colours = {colour for _, colour in opened.getcolors(opened.size[0] * opened.size[1])}
    for shape in shapes(line):
        if isinstance(shape, Box):
            middle = (int((shape.x + shape.width / 2) * 3), int((shape.y + shape.height / 2) * 3))
            assert "#{:02x}{:02x}{:02x}".format(*opened.getpixel(middle)) == shape.colour
    assert (0x22, 0x22, 0x22) in colours  # the labels
    assert image.open(io.BytesIO(png(golden.timeline("zyzzyva")))).size == opened.size


def test_without_pillow_a_sentence_says_what_to_add(
    golden: StoryIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(OutputError, match=r"newsq\[png\]"):
        png(golden.timeline("storm"))


def test_a_long_query_is_cut_in_the_picture_and_whole_in_its_title(golden: StoryIndex) -> None:
    root = etree.fromstring(svg(golden.timeline("storm OR " * 40 + "korea")).encode())
    (shown,) = (one.text for one in root.findall("{*}text") if "Stories by" in (one.text or ""))
    assert len(shown or "") < 100
    assert (root[0].text or "").endswith("korea")

"""Facets: the period that fits the span, bylines, and a flag for each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from index.errors import QueryError
from index.story import Story
from search import StoryIndex, open_index
from search.facets import Count

WriteIndex = Callable[..., Path]
MakeStory = Callable[..., Story]


@pytest.mark.parametrize(
    ("dates", "value"),
    [
        (["2018-11-01", "2018-11-01"], "2018-11-01"),
        (["2018-11-01", "2018-12-31"], "2018-11-01"),  # 61 days
        (["2018-11-01", "2019-01-02"], "2018-11"),  # 63 days
        (["2018-11-01", "2021-10-01"], "2018-11"),
        (["2018-11-01", "2021-12-31"], "2018"),
        (["2018-11-01", "1987"], "2018"),
        (["2018-11-01", None], "2018-11-01"),
    ],
)
def test_the_period_fits_the_span(
    tmp_path: Path,
    make_story: MakeStory,
    write_index: WriteIndex,
    dates: Iterable[str | None],
    value: str,
) -> None:
    found = [make_story(f"s{n}", "oil", "oil", date=date) for n, date in enumerate(dates)]
    with open_index(write_index(tmp_path / "index", [found])) as stories:
        counted = {count.value for count in stories.facets("oil", by="fit")["date"]}
    assert value in counted


def test_bylines_are_counted_as_they_are_mostly_printed(
    tmp_path: Path, make_story: MakeStory, write_index: WriteIndex
) -> None:
    names = ["Jane Roe", "JANE ROE", "Jane Roe", None, "Kim Lee"]
    found = [make_story(f"s{n}", "oil", "oil", byline=name) for n, name in enumerate(names)]
    with open_index(write_index(tmp_path / "index", [found[:2], found[2:]])) as stories:
        assert stories.facets("oil")["byline"] == (
            Count("Jane Roe", 3), Count("Kim Lee", 1), Count(None, 1),
        )  # fmt: skip
        assert stories.search("oil", byline="roe").total == 3
        assert stories.search("oil", byline=["kim lee", "jane roe"]).total == 4
        assert stories.search("oil", byline="lee kim").total == 0
        with pytest.raises(QueryError, match="byline to filter by is empty"):
            stories.search("oil", byline=" ?")


def test_every_answer_counts_bylines(golden: StoryIndex) -> None:
    assert golden.search("oil").facets["byline"] == golden.facets("oil")["byline"]
    assert golden.top("oil", facets=True).facets["byline"]

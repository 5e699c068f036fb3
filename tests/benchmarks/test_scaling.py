"""What is reckoned for clusters: the arithmetic, and that the guide says what it gives."""

from __future__ import annotations

import re
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from benchmarks.scaling.__main__ import ARCHIVES, kept, main
from benchmarks.scaling.sizing import GIB, Choices, Measured, plan, table

GUIDE = Path(__file__).parents[2] / "docs" / "scaling.md"
STORY = Measured(text=1_000, stored=2_000, written=1_000, read=500, matched=1_000_000)
FLAT = Choices(
    years=10, growth=1.0, replicas=1, shard=1, disk=10, full=0.5, memory=32, cores=10, text=1_000
)


def test_what_is_stored_is_every_story_as_often_as_it_is_kept() -> None:
    found = plan(10_000_000, STORY, FLAT)
    assert found.primary == pytest.approx(10_000_000 * 2_000 / GIB)
    assert found.total == 2 * found.primary
    assert found.newest == 2, "1.86 GiB a year, and 1 GiB a shard"
    assert found.shards == 2 * 10 * 2
    assert found.by_disk == 8, "37.3 GiB, and 5 GiB of each disk"


def test_longer_stories_take_more() -> None:
    short = plan(10_000_000, STORY, FLAT)
    long = plan(10_000_000, STORY, replace(FLAT, text=3_000))
    assert long.primary == pytest.approx(3 * short.primary)
    assert long.hours == pytest.approx(3 * short.hours)


def test_a_search_is_shared_by_all_cores() -> None:
    found = plan(1_000_000_000, STORY, replace(FLAT, share=0.1, seconds=1))
    assert found.by_search == 10, "100 s of one core, in one second, on nodes of ten"
    assert plan(1_000_000_000, STORY, replace(FLAT, share=0.1, seconds=2)).by_search == 5


def test_every_copy_has_a_node() -> None:
    assert plan(1, STORY, replace(FLAT, replicas=2)).nodes == 3


def test_the_newest_year_has_the_most() -> None:
    grown = plan(100_000_000, STORY, replace(FLAT, growth=1.5))
    assert grown.newest > plan(100_000_000, STORY, FLAT).newest


def test_indexing_takes_as_long_as_the_slower_of_two() -> None:
    reading = plan(3_600_000, STORY, replace(FLAT, readers=2))
    assert (reading.bound, reading.hours) == ("reading", 1.0)
    many = replace(FLAT, readers=10_000, disk=1_000_000)
    writing = plan(3_600_000, STORY, many)
    assert writing.bound == "writing"
    assert writing.hours == pytest.approx(1_000 * 2 / (10 * 2) / 1_000)


def test_the_guide_says_what_is_reckoned() -> None:
    plans = [plan(count, kept(), Choices()) for count in ARCHIVES]
    assert table(plans) in GUIDE.read_text("utf-8")


def test_the_guide_says_what_was_measured() -> None:
    told = re.findall(r"\| ([\d,]+) \|$", GUIDE.read_text("utf-8"), re.M)
    for name, value in asdict(kept()).items():
        assert f"{value:,.0f}" in told, name


def test_every_command_of_the_guide_that_reckons_can_be_run(
    capsys: pytest.CaptureFixture[str],
) -> None:
    commands = re.findall(r"^python -m benchmarks\.scaling (plan.*)$", GUIDE.read_text(), re.M)
    assert len(commands) >= 2
    for command in commands:
        assert main(command.split()) == 0
        assert "| stories |" in capsys.readouterr().out

"""A short form of the faults: the index is whole, as it was or as it is to be, whatever happens."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from benchmarks.faults import disk, files, power, queries, searches
from benchmarks.faults.__main__ import KINDS, chosen
from benchmarks.faults.boundaries import Killed, killed_at, watched
from benchmarks.faults.scenes import Scene, in_small, saved, updating
from benchmarks.faults.tally import Tally, table
from benchmarks.faults.updates import try_
from search import open_index

SCENES = ("update", "alerts --catch-up")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Scene]:
    folder = tmp_path_factory.mktemp("scenes")
    scenes = (updating(folder / "update", 1, 4), *saved(folder / "saved"))
    return {scene.name: scene for scene in scenes}


@pytest.fixture(params=SCENES)
def scene(request: pytest.FixtureRequest, made: dict[str, Scene]) -> Scene:
    return made[request.param]


def test_scenes_have_work_to_do(scene: Scene) -> None:
    assert scene.after
    assert scene.before != scene.after


def test_a_run_killed_at_a_step_leaves_the_index_whole(scene: Scene, tmp_path: Path) -> None:
    where = tmp_path / "index"
    place, killed = 0, True
    while killed:
        with scene.copy(where):
            try:
                with in_small(), watched(where, killed_at(place)):
                    scene.work(where)
                killed = False
            except Killed:
                pass
            assert scene.wrong(where, done=None if killed else True) == "", f"at step {place}"
        place += 17
    assert place > 17


def test_power_lost_leaves_the_index_whole(scene: Scene, tmp_path: Path) -> None:
    found = power.lost(scene, tmp_path / "index", 5, random.Random(1))  # noqa: S311
    assert (found.tried, found.failures) == (5, ())


def test_without_syncing_what_is_done_is_lost(made: dict[str, Scene], tmp_path: Path) -> None:
    scene, where = made["update"], tmp_path / "index"
    steps = power.noted(scene, where)
    unsynced = [step for step in steps if step.kind != "sync"]
    lost = []
    for kept in (steps, unsynced):
        states = power.states_after(kept, scene, where, random.Random(1))  # noqa: S311
        power.lay(where, next(state for at, state in states if at == len(kept)))
        lost.append(scene.answers(where) != scene.after)
    assert lost == [False, True]


def test_a_disk_that_fails_is_a_sentence(scene: Scene, tmp_path: Path) -> None:
    found = disk.failing(scene, tmp_path / "index", 5, random.Random(1))  # noqa: S311
    assert (found.tried, found.failures) == (5, ())


def test_updates_end_as_an_index_built_afresh() -> None:
    try_(2, 8)


def test_kinds_of_faults_are_chosen_with_their_counts() -> None:
    assert chosen([]) == list(KINDS.items())
    assert chosen(["kills=7", "disk"]) == [("kills", 7), ("disk", KINDS["disk"])]
    with pytest.raises(SystemExit, match="There are: kills"):
        chosen(["rust"])


def test_tallies_are_a_table() -> None:
    text = table([Tally("flips", 2_000, ("one",), "bits")])
    assert text.splitlines()[-1] == "| flips | 2,000 | 1 | bits |"


def test_searches_go_on_while_an_index_changes(tmp_path: Path) -> None:
    found = searches.searched(tmp_path, changes=6, readers=1, seed=1)
    assert found.tried
    assert found.failures == ()


def test_damaged_files_are_stories_or_a_reason(tmp_path: Path) -> None:
    kinds, chance = files.samples(), random.Random(1)  # noqa: S311
    for kind in kinds:
        found = files.damaged_of(kind, kinds, 1, chance, tmp_path / "file")
        assert (found.tried, _not_slow(found)) == (1, [])


def test_questions_by_lot_are_answered_or_refused(made: dict[str, Scene], tmp_path: Path) -> None:
    scene, where = made["update"], tmp_path / "index"
    with scene.copy(where), open_index(where) as stories:
        found = queries.asked(stories, 150, random.Random(1))  # noqa: S311
    assert (found.tried, _not_slow(found)) == (150, [])
    assert "answered" in found.note
    assert "refused" in found.note


def _not_slow(found: Tally) -> list[str]:
    """The failures but for those of time, which the machine has a share in."""
    return [failure for failure in found.failures if not re.search(r": [0-9.]+ s\b", failure)]

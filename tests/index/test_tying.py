"""The ties of an index: those of one built afresh, whatever it went through."""

from __future__ import annotations

import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.codec.checked import DamagedFileError
from index.direct import delete_stories, index_stories
from index.samecopy.printings import Tie
from index.schema import from_document
from index.snapshot import open_snapshot
from index.story import DateBasis, Story, StoryDate
from index.ties import load_ties, save_ties

UNDECIDED = np.empty(0, np.uint64), np.empty(0, np.uint8)
SYLLABLES = "ba ce di fo gu la me ni po ru sa te vi zo ka".split()
Named = set[tuple[object, ...]]


def prose(seed: int, words: int = 120) -> str:
    chance = random.Random(seed)  # noqa: S311 - drawn the same way every time
    drawn = ["".join(chance.choices(SYLLABLES, k=chance.randint(1, 4))) for _ in range(words)]
    return "\n\n".join(" ".join(drawn[n : n + 30]) for n in range(0, words, 30))


def story(number: int, text: int, part: int = 100) -> Story:
    """A story that prints so much in a hundred of the text of a number."""
    body = prose(text)
    date = StoryDate(2001, 5, 4, DateBasis.METADATA, certain=True)
    return Story(
        f"id{number:03d}", f"/c/{number}", "text", f"Headline {text}",
        body[: len(body) * part // 100], date=date,
    )  # fmt: skip


def ties_of(folder: Path) -> Named:
    """The ties of an index as ids: the takes in order, the stories of each, and the front."""
    snapshot = open_snapshot(folder)
    ids: list[str] = []
    deleted: set[int] = set()
    for arrays, gone in snapshot.segments:
        deleted.update((gone + len(ids)).tolist())
        stored = arrays.stored()
        ids += [from_document(stored.fields(doc)).id for doc in range(arrays.count)]
    ties = snapshot.ties
    numbers = ties.group_of()
    found: Named = set()
    for number in set(numbers[numbers >= 0].tolist()):
        tie = ties.tie(number)
        assert not deleted & set(tie.stories)
        assert {int(one) for one in (numbers == number).nonzero()[0]} == set(tie.stories)
        places = ties.places()
        assert min(tie.stories, key=lambda one: places[one]) == tie.front
        found.add((*(tuple(ids[one] for one in take) for take in tie.takes), ids[tie.front]))
    return found


TEXTS = st.tuples(st.integers(0, 3), st.sampled_from([100, 100, 80, 60]))


@settings(max_examples=15)
@given(
    st.lists(st.lists(TEXTS, min_size=1, max_size=4), min_size=1, max_size=4),
    st.sets(st.integers(0, 15), max_size=4),
)
def test_an_updated_index_is_tied_as_a_fresh_one(
    tmp_path_factory: pytest.TempPathFactory,
    batches: list[list[tuple[int, int]]],
    gone: set[int],
) -> None:
    folder = tmp_path_factory.mktemp("ties")
    number = 0
    stories: list[Story] = []
    for batch in batches:
        fresh = [story(number + n, *told) for n, told in enumerate(batch)]
        number += len(batch)
        stories += fresh
        index_stories(fresh, folder / "updated", merge=len(stories) % 2 == 0)
    ids = {f"id{one:03d}" for one in gone}
    delete_stories(sorted(ids), folder / "updated")
    index_stories([one for one in stories if one.id not in ids], folder / "fresh")
    assert ties_of(folder / "updated") == ties_of(folder / "fresh")


def test_copies_are_tied_and_a_change_unties_them(tmp_path: Path) -> None:
    index_stories([story(1, 1), story(2, 1, 70), story(3, 2)], tmp_path)
    assert ties_of(tmp_path) == {(("id001", "id002"), "id001")}
    delete_stories(["id002"], tmp_path)
    assert ties_of(tmp_path) == set()
    index_stories([replace(story(4, 2), headline="Another")], tmp_path)
    assert {ids for tie in ties_of(tmp_path) for ids in tie[:-1]} == {("id003", "id004")}


def test_there_is_one_file_of_ties(tmp_path: Path) -> None:
    index_stories([story(1, 1)], tmp_path)
    (tmp_path / "newsq-copies-1.tmp").write_bytes(b"what a killed run left")
    index_stories([story(2, 1)], tmp_path)
    generation = open_snapshot(tmp_path).generation
    assert [path.name for path in tmp_path.glob("newsq-copies-*")] == [f"newsq-copies-{generation}"]


def test_without_ties_every_story_is_one(tmp_path: Path) -> None:
    """As where another program has committed a generation."""
    index_stories([story(1, 1), story(2, 1, 80)], tmp_path)
    generation = open_snapshot(tmp_path).generation
    path = tmp_path / f"newsq-copies-{generation}"
    kept = path.read_bytes()
    path.unlink()
    assert ties_of(tmp_path) == set()
    index_stories([story(3, 3)], tmp_path)
    assert ties_of(tmp_path) == {(("id001", "id002"), "id001")}
    path.write_bytes(kept)
    with pytest.raises(DamagedFileError):
        load_ties(tmp_path, generation, 1).group_of()


def test_damaged_ties_are_told_anew_by_the_next_run(tmp_path: Path) -> None:
    index_stories([story(1, 1), story(2, 1, 80)], tmp_path)
    generation = open_snapshot(tmp_path).generation
    (tmp_path / f"newsq-copies-{generation}").write_bytes(b"not one")
    with pytest.raises(DamagedFileError):
        open_snapshot(tmp_path)
    index_stories([story(3, 3)], tmp_path)
    assert ties_of(tmp_path) == {(("id001", "id002"), "id001")}


def test_fronts_that_are_not_there_are_told(tmp_path: Path) -> None:
    save_ties(tmp_path, 1, [Tie(((0, 1),), front=7)], UNDECIDED, rule=1)
    with pytest.raises(DamagedFileError, match="stories that are not there"):
        load_ties(tmp_path, 1, 2).places()


def test_placing_printings_imports_no_masked_arrays(tmp_path: Path) -> None:
    """Ties far apart: of others, NumPy may tell the fronts without."""
    ties = [Tie(((number + 1,), (number,)), number) for number in range(0, 4000, 100)]
    save_ties(tmp_path, 1, ties, UNDECIDED, rule=1)
    asked = (
        "import sys; from pathlib import Path; from index.ties import load_ties\n"
        "places = load_ties(Path(sys.argv[1]), 1, 4000).places()\n"
        "assert places[0] < places[1]\n"
        "assert 'numpy.ma' not in sys.modules, 'it takes a tenth of a search to import'"
    )
    subprocess.run([sys.executable, "-c", asked, str(tmp_path)], check=True)  # noqa: S603 - our own

"""What changed between two takes, word by word."""

from __future__ import annotations

import time
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from index.samecopy.changes import Change, Kind, changes

texts = st.lists(st.sampled_from("a b c the bank said . oil\n\nrose".split(" ")), max_size=40).map(
    " ".join
)


def words(found: tuple[Change, ...], *kinds: Kind) -> list[str]:
    return " ".join(run.text for run in found if run.kind in kinds).split()


@given(texts, texts)
def test_kept_and_removed_are_the_old_text_and_kept_and_added_the_new(old: str, new: str) -> None:
    found = changes(old, new)
    assert words(found, Kind.KEPT, Kind.REMOVED) == old.split()
    assert words(found, Kind.KEPT, Kind.ADDED) == new.split()
    for run in found:
        if run.kind is not Kind.ADDED:
            assert old[slice(*run.old)].split() == run.text.split()
        if run.kind is not Kind.REMOVED:
            assert new[slice(*run.new)] == run.text


@given(texts)
def test_nothing_changes_between_equal_texts(text: str) -> None:
    assert all(run.kind is Kind.KEPT for run in changes(text, text))


@given(texts, texts)
def test_runs_of_one_kind_are_not_split(old: str, new: str) -> None:
    kinds = [run.kind for run in changes(old, new)]
    assert all(one != other for one, other in pairwise(kinds))


def test_a_corrected_figure() -> None:
    old = "The dam will cost 640 million crowns, the minister said."
    new = "The dam will cost 460 million crowns, the water minister said."
    assert [(run.kind, run.text) for run in changes(old, new)] == [
        (Kind.KEPT, "The dam will cost"),
        (Kind.REMOVED, "640"),
        (Kind.ADDED, "460"),
        (Kind.KEPT, "million crowns, the"),
        (Kind.ADDED, "water"),
        (Kind.KEPT, "minister said."),
    ]


def test_a_new_lead_keeps_the_rest() -> None:
    rest = "Divers searched the hull.\n\nThe captain was questioned."
    found = changes(f"A ferry sank on Tuesday.\n\n{rest}", f"Four bodies were found.\n\n{rest}")
    assert found[-1].kind is Kind.KEPT
    assert found[-1].text.endswith(rest)


def test_long_texts_of_the_same_few_words_are_compared_in_time() -> None:
    old, new = "the bank " * 20_000, "bank the the " * 20_000
    begun = time.process_time()
    changes(old, new)
    assert time.process_time() - begun < 5

"""Ties follow from the stories alone: not from their order, nor from when they came."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.samecopy.candidates import BUCKET, candidate_pairs
from index.samecopy.groups import Tied, tie
from index.samecopy.signatures import KEYS, NO_KEY, SHINGLE, WIDTH, signature, signatures
from index.samecopy.signed import signed
from index.samecopy.verdicts import Verdicts
from index.samecopy.verify import Relation, same_copy
from index.story import DateBasis, Story, StoryDate

SYLLABLES = "ba ce di fo gu la me ni po ru sa te vi zo ka".split()


def prose(seed: int, words: int = 150) -> str:
    """Words that no other seed has in this order, in paragraphs of 30."""
    chance = random.Random(seed)  # noqa: S311 - drawn the same way every time
    drawn = ["".join(chance.choices(SYLLABLES, k=chance.randint(1, 4))) for _ in range(words)]
    return "\n\n".join(" ".join(drawn[n : n + 30]) for n in range(0, words, 30))


def story(number: int, body: str) -> Story:
    date = StoryDate(2001, 5, 4, DateBasis.METADATA, certain=True)
    return Story(f"{number + 1:012x}", "", "text", f"Headline {number}", body, date=date)


def tied(
    stories: Sequence[Story], known: Verdicts | None = None, read: list[int] | None = None
) -> Tied:
    stamps = np.array([int(one.id, 16) for one in stories], np.uint64)

    def reader(some: Sequence[int]) -> list[Story]:
        if read is not None:
            read.extend(some)
        return [stories[number] for number in some]

    return tie(signed(stories, stamps), reader, known)


def named(stories: Sequence[Story], ties: Tied) -> set[tuple[object, ...]]:
    """Groups as ids, which stay whatever the order is."""
    return {
        (*(tuple(stories[n].id for n in take) for take in group.takes), stories[group.front].id)
        for group in ties.groups
    }


def shuffled(body: str, seed: int) -> str:
    paragraphs = body.split("\n\n")
    random.Random(seed).shuffle(paragraphs)  # noqa: S311 - drawn the same way every time
    return "\n\n".join(paragraphs)


def family(seed: int) -> list[str]:
    body = prose(seed)
    return [
        body,
        body[: len(body) * 2 // 3],
        shuffled(body, seed),
        body + "\n\n" + prose(-seed, 12),
    ]


corpora = st.lists(st.integers(1, 12), min_size=1, max_size=8).map(
    lambda seeds: [
        story(number, body)
        for number, body in enumerate(body for seed in seeds for body in family(seed))
    ]
)


@settings(max_examples=30, deadline=None)
@given(corpora, st.randoms(use_true_random=False))
def test_the_order_of_stories_changes_no_group(stories: list[Story], chance: random.Random) -> None:
    others = stories[:]
    chance.shuffle(others)
    assert named(stories, tied(stories)) == named(others, tied(others))


@settings(max_examples=30, deadline=None)
@given(corpora, st.integers(0, 30))
def test_what_comes_later_is_tied_as_if_it_had_been_there(stories: list[Story], first: int) -> None:
    before = tied(stories[:first])
    after, afresh = tied(stories, before.verdicts), tied(stories)
    assert after.groups == afresh.groups
    assert after.verdicts.keys.tolist() == afresh.verdicts.keys.tolist()
    assert after.verdicts.relations.tolist() == afresh.verdicts.relations.tolist()


def test_nothing_new_means_that_no_pair_is_read() -> None:
    stories = [story(n, body) for n, body in enumerate(family(1) + family(2))]
    ties = tied(stories)
    read: list[int] = []
    again = tied(stories, ties.verdicts, read)
    assert again.groups == ties.groups
    # The facts of those in groups of several takes may be looked at, never a pair.
    assert set(read) <= {n for group in ties.groups for n in group.stories}


def test_families_are_found_and_kept_apart() -> None:
    stories = [
        story(n, body) for n, body in enumerate(body for s in range(1, 30) for body in family(s))
    ]
    groups = tied(stories).groups
    assert [sorted(group.stories) for group in groups] == [
        list(range(first, first + 4)) for first in range(0, len(stories), 4)
    ]


@pytest.mark.parametrize("copies", [BUCKET // 2, 4 * BUCKET, 40 * BUCKET])
def test_a_story_that_all_the_world_prints_is_one_group(copies: int) -> None:
    body = prose(3)
    bodies = [f"{prose(1000 + n, 8)}\n\n{shuffled(body, n)}" for n in range(copies)]
    stories = [story(n, one) for n, one in enumerate([*bodies, prose(4), prose(5)])]
    (group,) = tied(stories).groups
    assert sorted(group.stories) == list(range(copies))


def test_a_chain_of_stories_that_each_share_with_the_next_is_no_group() -> None:
    """Each has four fifths of the one before; the first and the last have nothing in common."""
    paragraphs = [prose(seed, 30) for seed in range(40)]
    stories = [story(n, "\n\n".join(paragraphs[n : n + 5])) for n in range(36)]
    groups = tied(stories).groups
    assert groups
    for group in groups:
        # A copy is one step from its take's centre, and that one from the group's.
        assert all(max(take) - min(take) <= 8 for take in group.takes)
        assert max(group.stories) - min(group.stories) <= 16


def test_stories_without_words_are_alone() -> None:
    stories = [story(n, body) for n, body in enumerate(["", "", "--", prose(1)])]
    assert tied(stories).groups == ()
    assert tied([]).groups == ()


@given(st.lists(st.text(max_size=300), max_size=5))
def test_a_signature_is_the_same_alone_and_among_others(texts: list[str]) -> None:
    rows = signatures(texts)
    assert rows.shape == (len(texts), WIDTH)
    for text, row in zip(texts, rows, strict=True):
        assert signature(text).tolist() == row.tolist()


def test_a_signature_is_the_smallest_shingles() -> None:
    """The sketch of a whole is made of the sketches of its parts (Broder, 1997)."""
    parts = [prose(1, 90), prose(2, 90)]
    whole = set(signature(" ".join(parts))[1:].tolist())
    either = {key for part in parts for key in signature(part)[1:].tolist()}
    # A handful of shingles reach from one part into the other.
    assert len(whole - either) <= SHINGLE
    assert len(whole) == KEYS


@given(st.permutations(range(5)))
def test_a_signature_does_not_mind_the_order_of_paragraphs(order: list[int]) -> None:
    paragraphs = [prose(n, 40) for n in range(5)]
    one = signature("\n\n".join(paragraphs))
    other = signature("\n\n".join(paragraphs[n] for n in order))
    assert one[0] == other[0]
    assert len(set(one[1:].tolist()) ^ set(other[1:].tolist())) <= 10  # at the seams


def test_looks_do_not_matter_to_a_signature() -> None:
    plain = signature("Kim's troops crossed the river at dawn, officials in Sao Paulo said.")
    fancy = signature("KIM’S TROOPS  crossed—the river\nat dawn; officials in São Paulo «said».")
    assert plain.tolist() == fancy.tolist()


def test_short_texts_have_few_keys() -> None:
    assert signature("")[1:].tolist() == [NO_KEY] * KEYS
    assert int((signature("Twelve letters")[1:] != NO_KEY).sum()) == 1


def test_candidates_grow_with_the_stories_and_not_with_their_square() -> None:
    """All share one sentence; still each meets a few others only."""
    stock = "The company said that it would not comment on rumours in the market on Tuesday"
    rows = signatures([f"{prose(seed, 60)} {stock}" for seed in range(600)])
    assert len(candidate_pairs(rows)) <= 600 * KEYS * 2


@given(st.integers(1, 50), st.integers(1, 50))
def test_same_copy_is_the_same_both_ways(seed: int, other: int) -> None:
    one, two = story(1, prose(seed)), story(2, prose(other)[:500])
    assert same_copy(one, two) == same_copy(two, one)
    assert same_copy(one, replace(one, id="f")) is Relation.COPY
    if seed != other:
        assert same_copy(one, two) is Relation.APART

"""What a score is made of adds up to it, for questions and for trees of every kind."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from index.snapshot import open_snapshot
from index.story import Story
from search import StoryIndex, open_index
from search.arrays import IndexArrays
from search.cli import app
from search.explain.score import IndexFacts, InField, score_parts
from search.explain.words import explanation_json, sentences
from search.jsonout import hit_json
from search.rank import evaluate
from search.tree import Query
from tests.search.trees import VOCABULARY, Batches, batches, queries, some_deleted

QUESTIONS = (
    "troops south korea",
    '"south korea" troops -japan',
    "headline:storm damage coast",
    "troop* korea",
    "storm OR telescope",
    "=Storm",
    "atleast2(troops)",
    "storm w/9 coast",
    "place:Seoul troops",
    "to be or not to be",
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    batches=batches,
    trees=st.lists(queries, min_size=10, max_size=15),
    asked=st.lists(
        st.lists(st.sampled_from([*VOCABULARY, '"ba co"', "b*"]), min_size=1, max_size=4),
        min_size=3,
        max_size=5,
    ),
    data=st.data(),
)
def test_the_parts_add_up(
    folders: Iterator[Path],
    make_story: Callable[..., Story],
    write_index: Callable[..., Path],
    batches: Batches,
    trees: list[Query],
    asked: list[list[str]],
    data: st.DataObject,
) -> None:
    stories, deleted = some_deleted(batches, make_story, data)
    where = write_index(next(folders), stories, deleted)
    index = IndexArrays(open_snapshot(where).segments)
    for tree in trees:
        found = evaluate(tree, index)
        scores = dict(zip(found.docs.tolist(), found.scores.tolist(), strict=True))
        for doc in index.live.tolist():
            parts = score_parts(tree, IndexFacts(doc, index))
            total = sum(part.score for part in parts)
            assert total == pytest.approx(scores.get(doc, 0.0), rel=1e-6, abs=1e-9), tree
    with open_index(where) as whole:
        for words in asked:
            page = whole.search(" ".join(words), explain=True, facets=False)
            for hit in page.hits:
                assert hit.explanation is not None
                assert hit.explanation.score == pytest.approx(hit.score, rel=1e-6)


@pytest.mark.parametrize("question", QUESTIONS)
def test_of_questions(golden: StoryIndex, question: str) -> None:
    page = golden.search(question, explain=True)
    assert page.hits
    for hit in page.hits:
        assert hit.explanation is not None
        total = sum(part.score for part in hit.explanation.parts)
        assert total == pytest.approx(hit.score, rel=1e-6)
        assert explanation_json(hit.explanation)["score"] == pytest.approx(hit.score, abs=1e-3)
    plain = golden.search(question)
    assert [(hit.id, hit.score) for hit in plain.hits] == [(h.id, h.score) for h in page.hits]
    assert "explain" not in hit_json(plain.hits[0])


def test_in_words(
    tmp_path: Path, make_story: Callable[..., Story], write_index: Callable[..., Path]
) -> None:
    stories = [
        make_story("a", "Oil prices", "oil prices rise and oil prices fall\n\noil"),
        make_story("b", "Gold", "gold and oil"),
        make_story("c", "Tin", "tin"),
    ]
    with open_index(write_index(tmp_path / "index", [stories])) as index:
        hit = index.search("oil prices", words="any", explain=True).hits[0]
    assert hit.explanation is not None
    oil, price, pair = hit.explanation.parts
    assert (oil.text, oil.stories, oil.pair) == ("oil", 2, False)
    assert (price.text, price.stories) == ("price", 1)
    assert (pair.text, pair.stories, pair.pair, pair.factor) == ('"oil price"', 1, True, 0.3)
    assert [(f.field, f.count, f.length) for f in oil.fields] == [
        ("headline", 1, 2), ("lead", 2, 7), ("body", 3, 8)
    ]  # fmt: skip
    assert oil.fields[0].mean == pytest.approx(4 / 3)
    assert oil.fields[0] == InField("headline", 1, 2, 4 / 3, 5.0, oil.fields[0].worth)
    first, *others = sentences(hit.explanation)
    assert first == (
        f"Score {hit.score:.2f} = {oil.score:.2f} oil + {price.score:.2f} price"
        f' + {pair.score:.2f} "oil price" side by side'
    )
    assert others[0].startswith("oil: 2 stories have it of 3, so it is worth at most 0.47; ")
    assert others[0].endswith(
        "of that for once in the headline (2 words; 1.3 on average), twice in the lead (7 words), "
        "3 times in the body (8 words; 4.0 on average)"
    )
    assert others[2].startswith('"oil price" side by side: 1 story has it of 3, ')


def test_on_the_terminal_and_as_json(
    tmp_path: Path, make_story: Callable[..., Story], write_index: Callable[..., Path]
) -> None:
    where = write_index(tmp_path / "index", [[make_story("a", "Oil prices", "oil prices rise")]])

    def run(*options: str) -> Any:
        return CliRunner().invoke(app, ["search", "oil", "--index", str(where), *options])

    assert "Score 0." in run("--explain").stdout
    assert "Score" not in run().stdout
    hit = json.loads(run("--explain", "--json").stdout)["hits"][0]
    assert hit["explain"]["score"] == pytest.approx(hit["score"], abs=1e-3)
    assert hit["explain"]["parts"][0]["text"] == "oil"
    assert "explain" in json.loads(run("--explain", "--jsonl").stdout)
    refused = run("--explain", "--ids")
    assert refused.exit_code != 0

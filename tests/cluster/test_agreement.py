"""Real stories: a folder and a cluster hold the same, and answer questions by lot the same."""

from __future__ import annotations

from pathlib import Path

from benchmarks.agreement import compare, questions
from benchmarks.contents import of_cluster, of_folder
from cluster.access import Access
from cluster.build import build_index as build_on_cluster
from cluster.location import ClusterLocation
from cluster.stories import ClusterStories
from index.build import build_index
from search import open_index

STORIES = 400
QUESTIONS = 34
"""Two of each kind; ``benchmarks/agreement.py`` asks more, of all stories."""


def test_questions_by_lot(reuters: Path, location: ClusterLocation, tmp_path: Path) -> None:
    where = tmp_path / "index"
    corpus = tmp_path / "corpus" / "reuters.sgm"
    corpus.parent.mkdir()
    text = min(reuters.glob("*.sgm")).read_bytes()
    corpus.write_bytes(b"</REUTERS>".join(text.split(b"</REUTERS>")[:STORIES]) + b"</REUTERS>\n")
    build_index([corpus], where)
    access = Access(location)
    build_on_cluster([corpus], access)
    with access.connect() as opened:
        held, expected = of_cluster(opened), of_folder(where)
    assert held == expected
    assert any(len(one.takes[0]) > 1 for one in expected.values())
    with open_index(where) as folder, ClusterStories(access) as cluster:
        stories = list(folder.every().stories)
        assert len(stories) > STORIES // 2
        wrong = {
            question: differs
            for _kind, question in questions(stories, QUESTIONS, seed=1)
            if (differs := compare(question, folder, cluster)[0])
        }
    assert wrong == {}

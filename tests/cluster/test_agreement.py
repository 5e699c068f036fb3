"""Questions by lot about real stories: a folder and a cluster answer the same."""

from __future__ import annotations

import secrets
from pathlib import Path

from benchmarks.agreement import compare, questions
from cluster.location import ClusterLocation
from cluster.stories import ClusterStories
from index.build import build_index
from search import open_index
from tests.cluster.placed import clear, place

STORIES = 400
QUESTIONS = 34
"""Two of each kind; ``benchmarks/agreement.py`` asks more, of all stories."""


def test_questions_by_lot(reuters: Path, cluster_address: str, tmp_path: Path) -> None:
    where = tmp_path / "index"
    corpus = tmp_path / "corpus" / "reuters.sgm"
    corpus.parent.mkdir()
    text = min(reuters.glob("*.sgm")).read_bytes()
    corpus.write_bytes(b"</REUTERS>".join(text.split(b"</REUTERS>")[:STORIES]) + b"</REUTERS>\n")
    build_index([corpus], where)
    access = place(where, ClusterLocation.parsed(f"{cluster_address}/t{secrets.token_hex(6)}"))
    with open_index(where) as folder, ClusterStories(access) as cluster:
        stories = list(folder.every().stories)
        assert len(stories) > STORIES // 2
        wrong = {
            question: differs
            for _kind, question in questions(stories, QUESTIONS, seed=1)
            if (differs := compare(question, folder, cluster)[0])
        }
    clear(access)
    assert wrong == {}

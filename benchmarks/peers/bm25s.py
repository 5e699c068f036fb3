"""bm25s on NumPy: words, any of them, and nothing else; no fields, positions or filters."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import bm25s
import Stemmer

from benchmarks.harness.corpus import Record
from benchmarks.harness.questions import Question
from benchmarks.peers.engine import LIMIT, Counted, Hits

NAME = "bm25s"
NEEDS = "bm25s"
MANY_CORES = False
OWN_WAY = True


def build(records: Iterable[Record], where: Path, cores: int, ready: bool) -> None:
    """All of the corpus at once, as it wants it; saved with the texts."""
    texts, terms = [], []
    for record in records:
        story = record.story
        texts.append({"id": story.id, "text": f"{story.headline or ''}\n{story.body}"})
        if ready:
            terms.append(f"{record.headline_terms} {record.body_terms}".split())
    tokens: Any = terms
    if not ready:
        tokens = bm25s.tokenize(
            [text["text"] for text in texts],
            stopwords="en",
            stemmer=Stemmer.Stemmer("english"),
            show_progress=False,
        )
    ranker = bm25s.BM25()
    ranker.index(tokens, show_progress=False)
    ranker.save(str(where), corpus=texts, show_progress=False)


def settle(where: Path) -> None:
    """Nothing can be done."""


def search(where: Path) -> Bm25s:
    """Load the index."""
    return Bm25s(where)


class Bm25s:
    """A loaded index; asked is words with spaces between."""

    def __init__(self, where: Path) -> None:
        self._ranker = bm25s.BM25.load(str(where), load_corpus=False)
        self._where = where
        self._ids: list[str] = []

    def ask(self, question: Question) -> str | None:
        """One word, or any of several."""
        if question.filtered or question.excluded or question.mode in ("phrase", "prefix"):
            return None
        if question.mode == "all" and len(question.terms) > 1:
            return None
        return " ".join(question.terms)

    def top(self, asked: str) -> Hits:
        """Story numbers and scores."""
        found = self._ranker.retrieve([asked.split()], k=LIMIT, show_progress=False)
        numbers, scores = found.documents[0].tolist(), found.scores[0].tolist()
        return list(zip(numbers, scores, strict=True))

    def ids(self, hits: Hits) -> list[str]:
        """From the corpus saved beside the index, read once."""
        if not self._ids:
            corpus = bm25s.BM25.load(str(self._where), load_corpus=True).corpus
            self._ids = [str(story["id"]) for story in corpus]
        return [self._ids[n] for n, _ in hits]

    def counted(self, asked: str) -> Counted:
        """It has no facets."""
        raise NotImplementedError

    def total(self, asked: str) -> int:
        """Stories with a score."""
        return int((self._ranker.get_scores(asked.split()) > 0).sum())

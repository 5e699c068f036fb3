"""newsq itself, by its library."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from benchmarks.harness.corpus import Record
from benchmarks.harness.questions import Question
from benchmarks.peers.engine import FACETS, LIMIT, MOST, Counted, Hits
from index.direct import index_stories
from search import open_index

NAME = "newsq"
NEEDS = "newsq"
MANY_CORES = True
OWN_WAY = False

Asked = tuple[str, dict[str, Any]]


def build(records: Iterable[Record], where: Path, cores: int, ready: bool) -> None:
    """Its analysis is part of the work: it takes the stories, not the terms."""
    index_stories((record.story for record in records), where)


def settle(where: Path) -> None:
    """A fresh index is as it should be."""


def search(where: Path) -> Newsq:
    """Open the index."""
    return Newsq(where)


class Newsq:
    """An open index; asked is the query text and the filters."""

    def __init__(self, where: Path) -> None:
        self._stories = open_index(where)

    def ask(self, question: Question) -> Asked:
        """Words as printed: analysing them is part of the work."""
        between = " OR " if question.mode == "any" else " AND "
        text = (" " if question.plain else between).join(question.words)
        if question.mode == "phrase":
            text = '"' + " ".join(question.words) + '"'
        if question.mode == "prefix":
            text += "*"
        if question.excluded:
            text += f" -{question.excluded}"
        names = ("place", "country", "agency", "since", "until")
        values = {name: getattr(question, name) for name in names}
        return text, {name: value for name, value in values.items() if value is not None}

    def top(self, asked: Asked) -> Hits:
        """Ids come with the ranking."""
        text, filters = asked
        found = self._stories.top(text, limit=LIMIT, ungroup=True, **filters)
        return list(zip(found.ids, found.scores, strict=True))

    def ids(self, hits: Hits) -> list[str]:
        """As `top` gave them."""
        return [identity for identity, _ in hits]

    def counted(self, asked: Asked) -> Counted:
        """One call."""
        text, filters = asked
        found = self._stories.top(
            text, limit=LIMIT, ungroup=True, facets=True, most=MOST, **filters
        )
        facets = {
            name: {one.value or "": one.count for one in found.facets[name]}
            for name in FACETS
            if name != "month"
        }
        facets["month"] = {one.value or "": one.count for one in found.facets["date"]}
        hits = list(zip(found.ids, found.scores, strict=True))
        return Counted(hits, int(found.total or 0), facets)

    def total(self, asked: Asked) -> int:
        """Counted with the facets."""
        return self.counted(asked).total

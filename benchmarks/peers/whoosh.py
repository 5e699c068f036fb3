"""Whoosh as it comes: its own codec, writer, parser and searcher."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from whoosh.analysis import Analyzer, SpaceSeparatedTokenizer, StemmingAnalyzer
from whoosh.fields import DATETIME, ID, KEYWORD, TEXT, Schema
from whoosh.index import create_in, open_dir
from whoosh.qparser import MultifieldParser
from whoosh.sorting import Count, FieldFacet

from benchmarks.harness.corpus import Record
from benchmarks.harness.questions import Question
from benchmarks.peers.engine import FACETS, LIMIT, Counted, Hits

NAME = "Whoosh"
NEEDS = "Whoosh"
MANY_CORES = True
OWN_WAY = True

_MEMORY = 256
"""MiB that its writer may fill before it begins a new run."""


def build(records: Iterable[Record], where: Path, cores: int, ready: bool) -> None:
    """One commit."""
    analyzer = SpaceSeparatedTokenizer() if ready else StemmingAnalyzer()
    index = create_in(str(where), _schema(analyzer))
    several = {"procs": cores, "multisegment": True} if cores > 1 else {}
    writer = index.writer(limitmb=_MEMORY, **several)
    for record in records:
        story = record.story
        day = story.date.iso or ""
        values: dict[str, Any] = {
            "id": story.id,
            "headline": story.headline or "",
            "body": story.body,
            "place": story.place or "",
            "country": story.country or "",
            "agency": story.agency or "",
            "month": day[:7],
        }
        if len(day) == 10:
            values["day"] = datetime.fromisoformat(day)
        if ready:
            values["_stored_headline"], values["_stored_body"] = values["headline"], story.body
            values["headline"], values["body"] = record.headline_terms, record.body_terms
        writer.add_document(**values)
    writer.commit()


def _schema(analyzer: Analyzer) -> Any:
    return Schema(
        id=ID(unique=True, stored=True),
        headline=TEXT(analyzer=analyzer, stored=True),
        body=TEXT(analyzer=analyzer, stored=True),
        place=KEYWORD(commas=True, stored=True, sortable=True),
        country=ID(stored=True, sortable=True),
        agency=KEYWORD(commas=True, stored=True, sortable=True),
        month=ID(stored=True, sortable=True),
        day=DATETIME(stored=True, sortable=True),
    )


def settle(where: Path) -> None:
    """Merge what several processes wrote."""
    open_dir(str(where)).optimize()


def search(where: Path) -> Whoosh:
    """Open the index."""
    return Whoosh(where)


class Whoosh:
    """An open index; asked is its query text."""

    def __init__(self, where: Path) -> None:
        index = open_dir(str(where))
        self._searcher = index.searcher()
        self._parser = MultifieldParser(["headline", "body"], index.schema)

    def ask(self, question: Question) -> str:
        """Its default query language, all words by default."""
        between = " OR " if question.mode == "any" else " "
        text = between.join(question.terms)
        if question.mode == "phrase":
            text = f'"{text}"'
        if question.mode == "prefix":
            text += "*"
        if question.excluded:
            text += f" NOT {question.excluded_term}"
        for name in ("place", "country", "agency"):
            if (value := getattr(question, name)) is not None:
                text += f" {name}:'{value}'"
        if question.since and question.until:
            since, until = (day.replace("-", "") for day in (question.since, question.until))
            text += f" day:[{since} TO {until}]"
        return text

    def top(self, asked: str) -> Hits:
        """Document numbers and scores."""
        found = self._searcher.search(self._parser.parse(asked), limit=LIMIT)
        return list(found.items())

    def ids(self, hits: Hits) -> list[str]:
        """From the stored fields."""
        return [self._searcher.stored_fields(n)["id"] for n, _ in hits]

    def counted(self, asked: str) -> Counted:
        """Grouped while collecting."""
        grouped = {name: FieldFacet(name, maptype=Count) for name in FACETS}
        query = self._parser.parse(asked)
        found = self._searcher.search(query, limit=LIMIT, groupedby=grouped)
        facets = {name: dict(found.groups(name)) for name in FACETS}
        return Counted(list(found.items()), len(found), facets)

    def total(self, asked: str) -> int:
        """Every match collected."""
        return len(self._searcher.search(self._parser.parse(asked), limit=None))

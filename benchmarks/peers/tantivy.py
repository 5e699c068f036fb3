"""tantivy by way of tantivy-py."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import tantivy

from benchmarks.harness.corpus import Record
from benchmarks.harness.questions import Question
from benchmarks.peers.engine import FACETS, LIMIT, MOST, Counted, Hits

NAME = "tantivy"
NEEDS = "tantivy"
MANY_CORES = True
OWN_WAY = True

HEAP = 512_000_000
TEXT = ["headline", "body"]
_PREFIX = dict.fromkeys(TEXT, (True, 0, False))
_AGGREGATIONS = {name: {"terms": {"field": name, "size": MOST}} for name in FACETS}


def build(records: Iterable[Record], where: Path, cores: int, ready: bool) -> None:
    """One commit; with ready terms the printed story is stored beside them."""
    index = _index(where, ready)
    writer = index.writer(heap_size=HEAP, num_threads=cores)
    for record in records:
        story = record.story
        day = (story.date.iso or "").ljust(10, "0").replace("-", "")
        values: dict[str, Any] = {
            "number": int(story.id, 16),
            "place": story.place or "",
            "country": story.country or "",
            "agency": story.agency or "",
            "month": (story.date.iso or "")[:7],
            "day": int(day),
        }
        if ready:
            values["headline"] = record.headline_terms
            values["body"] = record.body_terms
            values["story"] = f"{story.headline}\n{story.body}".encode()
        else:
            values["headline"] = story.headline or ""
            values["body"] = story.body
        writer.add_document(tantivy.Document(**values))
    writer.commit()
    writer.wait_merging_threads()


def _index(where: Path, ready: bool) -> tantivy.Index:
    fields = tantivy.SchemaBuilder()
    for name in TEXT:
        fields.add_text_field(
            name, stored=not ready, tokenizer_name="ready" if ready else "en_stem"
        )
    for name in FACETS:
        fields.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    fields.add_integer_field("number", stored=True, indexed=True, fast=True)
    fields.add_integer_field("day", indexed=True, fast=True)
    if ready:
        fields.add_bytes_field("story", stored=True)
    index = tantivy.Index(fields.build(), str(where))
    _know_ready_terms(index)
    return index


def _know_ready_terms(index: tantivy.Index) -> None:
    at_spaces = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer("ready", at_spaces)


def settle(where: Path) -> None:
    """Segments are merged as it sees fit; there is nothing to ask for."""


def search(where: Path) -> Tantivy:
    """Open the index."""
    return Tantivy(where)


class Tantivy:
    """An open index; asked is (query text, is it a prefix)."""

    def __init__(self, where: Path) -> None:
        self._index = tantivy.Index.open(str(where))
        _know_ready_terms(self._index)
        self._searcher = self._index.searcher()

    def ask(self, question: Question) -> tuple[str, bool]:
        """Words in its query language, all of them by default; a prefix by its fuzzy option."""
        if question.mode == "prefix":
            return question.terms[0], True
        between = " OR " if question.mode == "any" else " "
        text = between.join(question.terms)
        if question.mode == "phrase":
            text = f'"{text}"'
        if question.excluded:
            text += f" -{question.excluded_term}"
        for name in ("place", "country", "agency"):
            if (value := getattr(question, name)) is not None:
                text += f" {name}:{json.dumps(value)}^0"
        if question.since and question.until:
            since, until = (day.replace("-", "") for day in (question.since, question.until))
            text += f" day:[{since} TO {until}]"
        return text, False

    def _parse(self, asked: tuple[str, bool]) -> tantivy.Query:
        text, is_prefix = asked
        if is_prefix:
            return self._index.parse_query(text, TEXT, fuzzy_fields=_PREFIX)
        return self._index.parse_query(text, TEXT, conjunction_by_default=True)

    def top(self, asked: tuple[str, bool]) -> Hits:
        """Without a count, which costs it extra."""
        hits = self._searcher.search(self._parse(asked), LIMIT, count=False).hits
        return [(address, score) for score, address in hits]

    def ids(self, hits: Hits) -> list[str]:
        """From a fast field: reading stored fields takes longer."""
        addresses = [address for address, _ in hits]
        return [f"{n:012x}" for n in self._searcher.fast_field_values("number", addresses)]

    def counted(self, asked: tuple[str, bool]) -> Counted:
        """Search and aggregation are two calls; the query is parsed once."""
        query = self._parse(asked)
        found: Any = self._searcher.search(query, LIMIT, count=True)
        buckets = self._searcher.aggregate(query, _AGGREGATIONS)
        facets = {
            name: {one["key"]: one["doc_count"] for one in buckets[name]["buckets"]}
            for name in FACETS
        }
        return Counted([(at, score) for score, at in found.hits], found.count, facets)

    def total(self, asked: tuple[str, bool]) -> int:
        """Counted with the search."""
        found: Any = self._searcher.search(self._parse(asked), 1, count=True)
        return int(found.count)

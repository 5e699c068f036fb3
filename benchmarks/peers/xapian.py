"""Xapian, indexed and asked as its guide recommends."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import xapian

from benchmarks.harness.corpus import Record
from benchmarks.harness.questions import Question
from benchmarks.peers.engine import FACETS, LIMIT, MOST, Counted, Hits

NAME = "Xapian"
NEEDS = "xapian-bindings-binary"
MANY_CORES = False
OWN_WAY = True

_ID, _DAY = 0, 5
_SLOTS = dict(zip(FACETS, range(1, 5), strict=True))
_PREFIXES = {"place": "XP", "country": "XC", "agency": "XA"}
_GAP = 100
"""Positions between headline and body, so that no phrase runs from one into the other."""


def build(records: Iterable[Record], where: Path, cores: int, ready: bool) -> None:
    """The headline is indexed by itself and with the body, positions in both."""
    # Its default, a write every 10,000 stories, is slower.
    os.environ["XAPIAN_FLUSH_THRESHOLD"] = "50000"
    database = xapian.WritableDatabase(str(where), xapian.DB_CREATE)
    generator = xapian.TermGenerator()
    generator.set_stemmer(xapian.Stem("en"))
    for record in records:
        story = record.story
        document = xapian.Document()
        document.set_data(f"{story.headline}\n{story.body}")
        day = story.date.iso or ""
        document.add_value(_ID, story.id)
        document.add_value(_DAY, day.replace("-", ""))
        document.add_value(_SLOTS["month"], day[:7])
        for name, prefix in _PREFIXES.items():
            value = getattr(story, name) or ""
            document.add_value(_SLOTS[name], value)
            document.add_boolean_term(prefix + value.lower())
        if ready:
            _add_terms(document, record)
        else:
            generator.set_document(document)
            generator.set_termpos(0)
            generator.index_text(story.headline or "", 1, "S")
            generator.set_termpos(0)
            generator.index_text(story.headline or "")
            generator.increase_termpos(_GAP)
            generator.index_text(story.body)
        database.add_document(document)
    database.commit()
    database.close()


def _add_terms(document: Any, record: Record) -> None:
    add = document.add_posting
    headline = record.headline_terms.split()
    for at, term in enumerate(headline):
        add("S" + term, at)
        add(term, at)
    for at, term in enumerate(record.body_terms.split(), len(headline) + _GAP):
        add(term, at)


def settle(where: Path) -> None:
    """Compacted, as its guide recommends for what is searched more than written."""
    compact = where.with_name(where.name + "-compact")
    database = xapian.Database(str(where))
    database.compact(str(compact))
    database.close()
    shutil.rmtree(where)
    compact.rename(where)


def search(where: Path) -> Xapian:
    """Open the database."""
    return Xapian(where)


class Xapian:
    """An open database; asked is its query text."""

    def __init__(self, where: Path) -> None:
        self._database = xapian.Database(str(where))
        self._count = self._database.get_doccount()
        parser = self._parser = xapian.QueryParser()
        parser.set_database(self._database)
        parser.set_default_op(xapian.Query.OP_AND)
        for name, prefix in _PREFIXES.items():
            parser.add_boolean_prefix(name, prefix)
        # The parser does not own it.
        self._days = xapian.RangeProcessor(_DAY, "day:")
        parser.add_rangeprocessor(self._days)
        self._flags = parser.FLAG_DEFAULT | parser.FLAG_WILDCARD

    def ask(self, question: Question) -> str:
        """Its query language, all words by default."""
        between = " OR " if question.mode == "any" else " "
        text = between.join(question.terms)
        if question.mode == "phrase":
            text = f'"{text}"'
        if question.mode == "prefix":
            text += "*"
        if question.excluded:
            text += f" -{question.excluded_term}"
        for name in _PREFIXES:
            if (value := getattr(question, name)) is not None:
                text += f' {name}:"{value.lower()}"'
        if question.since and question.until:
            since, until = (day.replace("-", "") for day in (question.since, question.until))
            text += f" day:{since}..{until}"
        return text

    def _enquire(self, asked: str) -> Any:
        enquire = xapian.Enquire(self._database)
        enquire.set_query(self._parser.parse_query(asked, self._flags))
        return enquire

    def top(self, asked: str) -> Hits:
        """Document numbers and weights."""
        return [(hit.docid, hit.weight) for hit in self._enquire(asked).get_mset(0, LIMIT)]

    def ids(self, hits: Hits) -> list[str]:
        """From a value slot."""
        return [self._database.get_document(n).get_value(_ID).decode() for n, _ in hits]

    def counted(self, asked: str) -> Counted:
        """Spies see each match as it is found; every match has to be looked at."""
        enquire = self._enquire(asked)
        spies = {name: xapian.ValueCountMatchSpy(slot) for name, slot in _SLOTS.items()}
        for spy in spies.values():
            enquire.add_matchspy(spy)
        found = enquire.get_mset(0, LIMIT, self._count)
        facets = {
            name: {one.term.decode(): one.termfreq for one in spy.top_values(MOST)}
            for name, spy in spies.items()
        }
        hits = [(hit.docid, hit.weight) for hit in found]
        return Counted(hits, found.get_matches_estimated(), facets)

    def total(self, asked: str) -> int:
        """Exact where every match is looked at."""
        return int(self._enquire(asked).get_mset(0, 1, self._count).get_matches_estimated())

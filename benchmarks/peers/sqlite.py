"""SQLite FTS5 by way of apsw, which brings a newer and faster SQLite than Python's own."""

# ruff: noqa: S608 (the statements are put together from this module's constants)

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, cast

import apsw

from benchmarks.harness.corpus import Record
from benchmarks.harness.questions import Question
from benchmarks.peers.engine import FACETS, LIMIT, MOST, Counted, Hits

NAME = "SQLite FTS5"
NEEDS = "apsw"
MANY_CORES = False
OWN_WAY = True

_FILE = "stories.db"
_TABLES = """
    PRAGMA journal_mode = OFF;
    CREATE TABLE known (n INTEGER PRIMARY KEY, id TEXT, place TEXT, country TEXT, agency TEXT,
                        month TEXT, day TEXT);
    CREATE TABLE printed (n INTEGER PRIMARY KEY, headline TEXT, body TEXT);
"""
_READY = """CREATE VIRTUAL TABLE texts USING
            fts5(headline, body, content='', tokenize="ascii tokenchars '.'")"""
_OWN = """CREATE VIRTUAL TABLE texts USING
          fts5(headline, body, content='printed', content_rowid='n', tokenize='porter unicode61')"""


def build(records: Iterable[Record], where: Path, cores: int, ready: bool) -> None:
    """One transaction, no journal. The text stands once, in a table beside the index."""
    database = apsw.Connection(str(where / _FILE))
    database.execute(_TABLES).fetchall()  # it goes no further than it is read
    database.execute(_READY if ready else _OWN)
    with database:
        numbered = enumerate(records)
        while batch := list(islice(numbered, 1_000)):
            database.executemany("INSERT INTO known VALUES (?,?,?,?,?,?,?)", _known(batch))
            database.executemany(
                "INSERT INTO printed VALUES (?,?,?)",
                [(n, record.story.headline, record.story.body) for n, record in batch],
            )
            database.executemany(
                "INSERT INTO texts (rowid, headline, body) VALUES (?,?,?)",
                [(n, *_texts(record, ready)) for n, record in batch],
            )
    database.close()


def _known(batch: list[tuple[int, Record]]) -> Iterator[tuple[Any, ...]]:
    for n, record in batch:
        story = record.story
        day = story.date.iso or ""
        yield n, story.id, story.place, story.country, story.agency, day[:7], day


def _texts(record: Record, ready: bool) -> tuple[str | None, str]:
    if ready:
        return record.headline_terms, record.body_terms
    return record.story.headline, record.story.body


def settle(where: Path) -> None:
    """Merge the index's b-trees into one."""
    database = apsw.Connection(str(where / _FILE))
    database.execute("INSERT INTO texts (texts) VALUES ('optimize')")
    database.close()


_WORDS = f"SELECT rowid, rank FROM texts WHERE texts MATCH ? ORDER BY rank LIMIT {LIMIT}"
_JOINED = "FROM texts JOIN known ON known.n = texts.rowid WHERE texts MATCH ?"
_COUNTED = (
    "WITH found AS MATERIALIZED"
    " (SELECT texts.rowid AS n, texts.rank AS score, place, country, agency, month {joined})"
    f" SELECT * FROM (SELECT 'top', n, score FROM found ORDER BY score LIMIT {LIMIT})"
    " UNION ALL SELECT 'total', '', count(*) FROM found"
) + "".join(
    f" UNION ALL SELECT * FROM (SELECT '{name}', {name}, count(*) FROM found"
    f" GROUP BY 2 ORDER BY 3 DESC LIMIT {MOST})"
    for name in FACETS
)


def search(where: Path) -> Sqlite:
    """Open the database, mapped into memory."""
    return Sqlite(where)


class Sqlite:
    """An open database; asked is (condition on what is known, values of all parameters)."""

    def __init__(self, where: Path) -> None:
        self._database = apsw.Connection(str(where / _FILE), flags=apsw.SQLITE_OPEN_READONLY)
        self._execute = self._database.execute
        self._execute("PRAGMA mmap_size = 100000000000; PRAGMA cache_size = -200000").fetchall()

    def ask(self, question: Question) -> tuple[str, tuple[str, ...]]:
        """Words in FTS5's query language, filters as SQL."""
        between = " OR " if question.mode == "any" else " AND "
        text = between.join(question.terms)
        if question.mode == "phrase":
            text = '"' + " ".join(question.terms) + '"'
        if question.mode == "prefix":
            text += "*"
        if question.excluded:
            text = f"({text}) NOT {question.excluded_term}"
        where, values = "", [text]
        for name in ("place", "country", "agency"):
            if (value := getattr(question, name)) is not None:
                where += f" AND known.{name} = ?"
                values.append(value)
        if question.since and question.until:
            where += " AND known.day BETWEEN ? AND ?"
            values += [question.since, question.until]
        return where, tuple(values)

    def top(self, asked: tuple[str, tuple[str, ...]]) -> Hits:
        """With the join only where a filter needs it."""
        where, values = asked
        if not where:
            return cast(Hits, self._execute(_WORDS, values).fetchall())
        ranked = (
            f"SELECT texts.rowid, texts.rank {_JOINED}{where} ORDER BY texts.rank LIMIT {LIMIT}"
        )
        return cast(Hits, self._execute(ranked, values).fetchall())

    def ids(self, hits: Hits) -> list[str]:
        """One look-up by row number each."""
        find = "SELECT id FROM known WHERE n = ?"
        return [str(self._execute(find, (n,)).get) for n, _ in hits]

    def counted(self, asked: tuple[str, tuple[str, ...]]) -> Counted:
        """One statement: what matches is set down once, then sorted and grouped."""
        where, values = asked
        hits, total = [], 0
        facets: dict[str, dict[str, int]] = {name: {} for name in FACETS}
        for name, value, number in self._execute(_COUNTED.format(joined=_JOINED + where), values):
            if name == "top":
                hits.append((value, number))
            elif name == "total":
                total = number
            else:
                facets[name][value or ""] = number
        return Counted(hits, total, facets)

    def total(self, asked: tuple[str, tuple[str, ...]]) -> int:
        """Counted without ranking."""
        where, values = asked
        source = _JOINED + where if where else "FROM texts WHERE texts MATCH ?"
        return int(self._execute(f"SELECT count(*) {source}", values).get)

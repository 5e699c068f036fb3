"""Whoosh's contract: the same programs do the same on our codec and on Whoosh's own."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from whoosh import columns, fields, formats, query, sorting
from whoosh.analysis import (
    StandardAnalyzer,
    StemmingAnalyzer,
)
from whoosh.codec import default_codec
from whoosh.filedb.filestore import RamStorage
from whoosh.index import create_in, open_dir
from whoosh.qparser import QueryParser
from whoosh.reading import TermNotFound
from whoosh.writing import AsyncWriter, BufferedWriter

from index.codec.codec import ArrayCodec
from index.errors import IndexFolderError

Codecs = Callable[[], Any]
BOTH = (default_codec, ArrayCodec)
WORDS = "oil wheat bank rate dollar trade crude grain strike troops".split()
FORMATS = (
    formats.Existence,
    formats.Frequency,
    formats.Positions,
    formats.Characters,
    formats.PositionBoosts,
    formats.CharacterBoosts,
)


@pytest.fixture(autouse=True)
def _own_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoosh's storage in memory keeps its pool under one name in the temporary folder."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def _draw(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - the same on every run


def _text(draw: random.Random, most: int = 30) -> str:
    return " ".join(draw.choices(WORDS, k=draw.randint(0, most)))


def _everything(index: Any) -> dict[Any, Any]:
    """What a program can read of an index that a codec may not change, in plain values."""
    said: dict[Any, Any] = {}
    with index.reader() as reader:
        said["count"] = reader.doc_count_all(), reader.doc_count(), reader.has_deletions()
        said["stored"] = [stored for _, stored in reader.iter_docs()]
        said["terms"] = sorted(reader.all_terms())
        for name, term in said["terms"]:
            if name.startswith("spell_"):
                continue  # their values are those of another field
            info = reader.term_info(name, term)
            said[name, term] = (
                [round(info.weight(), 3), info.doc_frequency(), round(info.max_weight(), 3)],
                [info.min_id(), info.max_id()],
                _postings(reader, name, term),
            )
        for name, field in index.schema.items():
            if field.vector:
                said["vector", name] = [_vector(reader, doc, name) for doc in reader.all_doc_ids()]
            if field.column_type:
                column = reader.column_reader(name, translate=False)
                said["column", name] = [column[doc] for doc in reader.all_doc_ids()]
    return said


def _postings(reader: Any, name: str, text: Any) -> list[Any]:
    matcher = reader.postings(name, text)
    found = []
    while matcher.is_active():
        told = {
            kind: matcher.value_as(kind)
            for kind in ("frequency", "positions", "characters", "position_boosts")
            if matcher.supports(kind)
        }
        found.append((matcher.id(), round(matcher.weight(), 3), told))
        matcher.next()
    return found


def _vector(reader: Any, doc: int, name: str) -> list[Any] | None:
    if not reader.has_vector(doc, name):
        return None
    return [(text, value) for text, value in reader.vector_as("frequency", doc, name)]


def _same(write: Callable[[Any, Any], None], schema: Callable[[], fields.Schema]) -> Any:
    """What is read of two indexes that ``write`` wrote, after it was the same of both."""
    said = []
    for codec in BOTH:
        index = RamStorage().create_index(schema())
        write(index, codec)
        said.append(_everything(index))
    assert said[0] == said[1]
    return said[1]


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("boost", [1.0, 2.0, 0.5])
def test_every_format(kind: Any, boost: float) -> None:
    def schema() -> fields.Schema:
        spec = fields.FieldType(format=kind(field_boost=boost), analyzer=StandardAnalyzer())
        spec.scorable = True
        return fields.Schema(words=spec)

    def write(index: Any, codec: Codecs) -> None:
        draw = _draw(3)
        for _ in range(3):
            writer = index.writer(codec=codec())
            for number in range(20):
                writer.add_document(words=_text(draw), _words_boost=1.0 + (number == 7) / 2)
            writer.commit(merge=False)
        writer = index.writer(codec=codec())
        writer.delete_by_term("words", "strike")
        writer.commit(merge=False)

    def write_and_merge(index: Any, codec: Codecs) -> None:
        write(index, codec)
        index.writer(codec=codec()).commit(optimize=True)

    apart = _same(write, schema)
    merged = _same(write_and_merge, schema)
    assert apart["count"][2]
    assert not merged["count"][2]
    assert set(merged["terms"]) < set(apart["terms"])


COLUMNS: dict[str, tuple[Any, list[Any]]] = {
    "var": (columns.VarBytesColumn(), [b"", b"x", b"long " * 30]),
    "fixed": (columns.FixedBytesColumn(3), [b"abc", b"\0\0\0"]),
    "ref": (columns.RefBytesColumn(), [b"one", b"two", b""]),
    "reffixed": (columns.RefBytesColumn(3, default=b"non"), [b"one", b"two"]),
    "bit": (columns.BitColumn(), [True, False]),
    "compressed": (columns.CompressedBytesColumn(), [b"text " * 50]),
    "blocks": (columns.CompressedBlockColumn(), [b"text", b"more"]),
    "struct": (columns.StructColumn("ifH", (0, 0.0, 0)), [(-1, 0.5, 7)]),
    "pickle": (columns.PickleColumn(columns.VarBytesColumn()), [{"a": [1]}, (2,)]),
    "list": (columns.VarBytesListColumn(), [[b"a", b"bc"], [b""]]),
    "fixedlist": (columns.FixedBytesListColumn(2), [[b"aa", b"bb"], [b"cc"]]),
    **{
        f"number{code}": (columns.NumericColumn(code, default=3), [0, 1, 100, 3])
        for code in "bBhHiIqQ"
    },
    "signed": (columns.NumericColumn("q", default=-1), [-(2**63), 2**63 - 1, 0]),
    "unsigned": (columns.NumericColumn("Q", default=2**64 - 1), [0, 2**64 - 2, 2**63]),
    "float": (columns.NumericColumn("f", default=0.0), [0.5, -1e30]),
    "double": (columns.NumericColumn("d", default=0.0), [0.1, -1e300, float("inf")]),
}


# Whoosh's own column of blocks cannot be read where a document has no value.
@pytest.mark.parametrize(
    ("name", "every"), [(name, n) for name in COLUMNS for n in (1, 3) if (name, n) != ("blocks", 3)]
)
def test_every_column(name: str, every: int) -> None:
    column, values = COLUMNS[name]

    def write(index: Any, codec: Codecs) -> None:
        for start in (0, 100):
            writer = index.writer(codec=codec())
            for number in range(start, start + 10):
                told = {} if number % every else {"it": values[number % len(values)]}
                writer.add_document(key=str(number), **told)
            writer.commit(merge=False)
        writer = index.writer(codec=codec())
        writer.delete_by_term("key", "3")
        writer.commit(optimize=True)

    said = _same(write, lambda: fields.Schema(key=fields.ID, it=fields.COLUMN(column)))
    assert len(said["column", "it"]) == 19


NUMBERS: dict[str, tuple[dict[str, Any], list[Any]]] = {
    "int": ({}, [0, -1, 2**31 - 1, -(2**31)]),
    "unsigned": ({"signed": False}, [0, 1, 2**32 - 2]),
    "long": ({"bits": 64}, [0, -(2**62), 2**62]),
    "float": ({"numtype": float, "sortable": False}, [0.0, -2.5, 1e9]),
    "decimal": ({"numtype": Decimal, "decimal_places": 2}, [Decimal("1.25"), Decimal("-7.50")]),
    "coarse": ({"shift_step": 0}, [5, 6]),
}


@pytest.mark.parametrize("name", NUMBERS)
def test_numbers(name: str) -> None:
    options, values = NUMBERS[name]

    def write(index: Any, codec: Codecs) -> None:
        for _ in range(2):
            with index.writer(codec=codec()) as writer:
                for number in range(12):
                    writer.add_document(price=values[number % len(values)], key=str(number))
                writer.merge = False
        index.writer(codec=codec()).commit(optimize=True)
        with index.searcher() as searcher:
            low, high = sorted(values)[0], sorted(values)[-1]
            found = searcher.search(query.NumericRange("price", low, high), limit=None)
            assert len(found) == 24
            if not index.schema["price"].column_type:
                return  # Whoosh writes no columns of floats
            first = searcher.search(query.Every(), sortedby="price", limit=None)
            assert [hit["price"] for hit in first] == sorted(values * (24 // len(values)))

    _same(
        write,
        lambda: fields.Schema(
            price=fields.NUMERIC(**{"stored": True, "sortable": True, **options}), key=fields.ID
        ),
    )


def _rich_schema() -> fields.Schema:
    schema = fields.Schema(
        key=fields.ID(unique=True, stored=True),
        text=fields.TEXT(stored=True, vector=formats.Frequency(), spelling=True),
        stem=fields.TEXT(analyzer=StemmingAnalyzer(), spelling=True),
        day=fields.DATETIME(stored=True, sortable=True),
        certain=fields.BOOLEAN(stored=True),
        parts=fields.NGRAM(minsize=2, maxsize=3),
        grams=fields.NGRAMWORDS(minsize=2, maxsize=3),
        tags=fields.KEYWORD(commas=True, scorable=True, sortable=True),
        many=fields.NUMERIC,
        kept=fields.STORED,
    )
    schema.add("*_dynamic", fields.TEXT(stored=True), glob=True)
    return schema


def _rich_document(draw: random.Random, number: int) -> dict[str, Any]:
    return {
        "key": f"story{number}",
        "text": _text(draw),
        "stem": _text(draw).replace("bank", "banking"),
        "day": datetime(2018, 1, 1) + timedelta(days=draw.randrange(400), microseconds=number),
        "certain": number % 3 == 0,
        "parts": draw.choice(WORDS),
        "grams": _text(draw, 4),
        "tags": ",".join(draw.choices(WORDS, k=3)),
        "many": [number % 5, number % 5, 7],
        "kept": {"bytes": b"\xff", "list": [1, (2.5, None)]},
        "note_dynamic": draw.choice(WORDS),
        "_boost": draw.choice([1.0, 1.0, 2.0]),
    }


def _write_rich(index: Any, codec: Codecs) -> None:
    draw = _draw(11)
    for start in range(0, 60, 20):
        writer = index.writer(codec=codec())
        for number in range(start, start + 20):
            document = _rich_document(draw, number)
            for name in draw.sample(sorted(document), 3):
                if name != "key":
                    del document[name]
            writer.add_document(**document)
        writer.commit(merge=False)


def _comparable(said: dict[Any, Any]) -> dict[Any, Any]:
    """Without what has one story more than once in a term, which is one posting here.

    That is ``many``, where a story has a number twice, and the words to spell by, which
    Whoosh gives to the first story all.
    """
    return {
        key: value
        for key, value in said.items()
        if not (isinstance(key, tuple) and key[0] in ("many", "spell_stem"))
    }


@pytest.mark.parametrize("merged", [False, True])
def test_every_kind_of_field_and_change(merged: bool) -> None:
    said = []
    for codec in BOTH:
        index = RamStorage().create_index(_rich_schema())
        _write_rich(index, codec)
        writer = index.writer(codec=codec())
        draw = _draw(5)
        for number in (3, 25, 59, 100):
            writer.update_document(**_rich_document(draw, number))
        writer.delete_by_term("key", "story7")
        writer.delete_by_query(query.Term("certain", True))
        writer.commit(optimize=merged, merge=False)
        said.append(_comparable(_everything(index)))
        with index.reader() as reader:
            assert reader.doc_frequency("many", 7) > 0
            assert {doc for doc, *_ in _postings(reader, "many", 7)} <= set(range(64))
    assert said[0] == said[1]


def test_a_number_twice_in_a_story_is_one_posting() -> None:
    index = RamStorage().create_index(fields.Schema(many=fields.NUMERIC))
    for merge in (False, True):
        writer = index.writer(codec=ArrayCodec())
        writer.add_document(many=[5, 5, 6])
        writer.commit(optimize=merge, merge=False)
    with index.reader() as reader:
        assert [posting[:2] for posting in _postings(reader, "many", 5)] == [(0, 2), (1, 2)]
        assert [posting[:2] for posting in _postings(reader, "many", 6)] == [(0, 1), (1, 1)]


def test_other_writers_and_readers() -> None:
    def write(index: Any, codec: Codecs) -> None:
        draw = _draw(2)
        other = RamStorage().create_index(_schema())
        with other.writer(codec=BOTH[codec is default_codec]()) as writer:
            for number in range(10):
                writer.add_document(key=f"other{number}", text=_text(draw))
        writer = AsyncWriter(index, writerargs={"codec": codec()})
        writer.add_document(key="async", text="oil wheat")
        writer.commit()
        with BufferedWriter(index, period=None, limit=3, writerargs={"codec": codec()}) as buffered:
            for number in range(7):
                buffered.add_document(key=f"buffered{number}", text=_text(draw))
        held = index.searcher()
        with index.writer(codec=codec()) as writer:
            writer.add_reader(other.reader())
            writer.update_document(key="async", text="troops")
        with held.refresh() as fresh:
            assert [hit["key"] for hit in fresh.search(query.Term("text", "troops"), limit=None)]

    def _schema() -> fields.Schema:
        return fields.Schema(
            key=fields.ID(unique=True, stored=True), text=fields.TEXT(stored=True, sortable=True)
        )

    assert len(_same(write, _schema)["stored"]) == 18


def test_terms_that_are_not_there() -> None:
    index = RamStorage().create_index(_rich_schema())
    _write_rich(index, ArrayCodec)
    with index.reader() as reader:
        assert ("text", "oil") in reader
        assert ("text", "oi") not in reader
        assert reader.frequency("text", "oi") == reader.doc_frequency("text", "oi") == 0
        leaf = reader.leaf_readers()[0][0]
        for ask in (leaf.term_info, leaf.postings):
            with pytest.raises(TermNotFound):
                ask("text", "oi")
        assert list(reader.expand_prefix("text", "tr")) == [b"trade", b"troops"]
        assert list(reader.field_terms("text")) == sorted(WORDS)


def test_spelling() -> None:
    for codec in BOTH:
        index = RamStorage().create_index(_rich_schema())
        _write_rich(index, codec)
        with index.searcher() as searcher:
            assert searcher.suggest("text", "whaet") == ["wheat"]
            assert searcher.suggest("stem", "bankin") == ["banking"]
            assert sorted(searcher.reader().terms_within("text", "trad", 1)) == ["trade"]


def test_a_column_that_is_added_later(tmp_path: Path) -> None:
    index = create_in(tmp_path, fields.Schema(key=fields.ID(stored=True)))
    with index.writer(codec=ArrayCodec()) as writer:
        for key in "cab":
            writer.add_document(key=key)
    with index.writer(codec=ArrayCodec()) as writer:
        sorting.add_sortable(writer, "key", sorting.StoredFieldFacet("key"))
    with open_dir(tmp_path).searcher() as searcher:
        assert searcher.reader().has_column("key")
        found = searcher.search(query.Every(), sortedby="key")
        assert [hit["key"] for hit in found] == ["a", "b", "c"]


def test_lengths_are_exact() -> None:
    index = RamStorage().create_index(fields.Schema(text=fields.TEXT))
    sizes = [1, 106, 255, 256, 3000]
    with index.writer(codec=ArrayCodec()) as writer:
        for size in sizes:
            writer.add_document(text="wheat " * size)
        writer.add_document()
    with index.reader() as reader:
        assert [reader.doc_field_length(doc, "text") for doc in range(6)] == [*sizes, 0]
        assert reader.field_length("text") == sum(sizes)
        assert reader.max_field_length("text") == 3000
        info = reader.term_info("text", "wheat")
        assert (info.min_length(), info.max_length()) == (1, 3000)


def test_a_damaged_segment_is_told(tmp_path: Path) -> None:
    index = create_in(tmp_path, fields.Schema(text=fields.TEXT))
    with index.writer(codec=ArrayCodec()) as writer:
        writer.add_document(text="wheat")
    for path in tmp_path.glob("*.terms"):
        path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(IndexFolderError, match="Build the index again"):
        open_dir(tmp_path).reader()


def test_a_cancelled_writer_leaves_the_index_as_it_was(tmp_path: Path) -> None:
    index = create_in(tmp_path, fields.Schema(text=fields.TEXT(stored=True)))
    with index.writer(codec=ArrayCodec()) as writer:
        writer.add_document(text="wheat")
    writer = index.writer(codec=ArrayCodec())
    writer.add_document(text="oil")
    writer.cancel()
    assert open_dir(tmp_path).doc_count() == 1
    index.writer(codec=ArrayCodec()).commit()
    assert len(list(tmp_path.glob("*.terms"))) == 1


# A plain Whoosh program, which knows nothing of newsq.


@pytest.fixture(scope="module", params=BOTH, ids=["stock", "arrays"])
def folder(request: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index in a folder, in three segments with deletions."""
    path = tmp_path_factory.mktemp("index")
    index = create_in(path, _rich_schema())
    _write_rich(index, request.param)
    with index.writer(codec=request.param()) as writer:
        writer.delete_by_term("key", "story30")
        writer.merge = False
    return path


def test_a_plain_program_searches(folder: Path) -> None:
    def keys(found: Any) -> list[str]:
        return [hit["key"] for hit in found]

    with open_dir(folder).searcher() as searcher:
        stored = list(searcher.reader().all_stored_fields())
        assert len(stored) == 59

        def matching(wanted: Callable[[dict[str, Any]], bool]) -> set[str]:
            return {one["key"] for one in stored if wanted(one)}

        def search(text: str, **options: Any) -> Any:
            parsed = QueryParser("text", searcher.schema).parse(text)
            return searcher.search(parsed, limit=None, **options)

        assert set(keys(search("wheat"))) == matching(lambda one: "wheat" in one.get("text", ""))
        assert set(keys(search('"oil wheat"'))) == matching(
            lambda one: "oil wheat" in one.get("text", "")
        )
        assert set(keys(search("tr*"))) == matching(lambda one: " tr" in f" {one.get('text', '')}")
        assert set(keys(search("day:[20180301 to 20180630]"))) == matching(
            lambda one: "day" in one and date(2018, 3, 1) <= one["day"].date() <= date(2018, 6, 30)
        )
        by_day = search("key:story*", sortedby="day")
        days = [hit.fields().get("day", datetime.max) for hit in by_day]
        assert days == sorted(days)
        groups = search("wheat", groupedby="certain").groups("certain")
        assert sum(map(len, groups.values())) == len(search("wheat"))
        hit = search("wheat")[0]
        assert '<b class="match term0">wheat</b>' in hit.highlights("text")
        alike = hit.more_like_this("text", top=5)
        assert alike.scored_length() == 5
        assert hit["key"] not in keys(alike)
        assert searcher.document(key="story30") is None
        assert searcher.document(key="story31")["key"] == "story31"


def test_both_codecs_rank_alike_where_lengths_are_the_same() -> None:
    """The stock codec rounds lengths from 20 words on; below they are exact in both."""
    found = []
    for codec in BOTH:
        draw = _draw(4)
        index = RamStorage().create_index(_rich_schema())
        with index.writer(codec=codec()) as writer:
            for number in range(80):
                writer.add_document(key=str(number), text=_text(draw, 8))
        with index.searcher() as searcher:
            for text in WORDS:
                hits = searcher.search(query.Term("text", text), limit=None)
                found.append([(hit["key"], round(hit.score, 4)) for hit in hits])
    half = len(WORDS)
    assert [sorted(one) for one in found[:half]] == [sorted(one) for one in found[half:]]

"""The same trees asked of Whoosh, over our codec and over its own, find the same stories.

Require is not among them: Whoosh's matcher for it is the one of AndNot. AndNot itself is
asked as And with Not, which Whoosh gets right where every match is wanted.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import query as whoosh
from whoosh.filedb.filestore import RamStorage
from whoosh.index import open_dir
from whoosh.qparser import QueryParser
from whoosh.query import spans

from index.errors import QueryError
from index.schema import make_schema, to_document
from index.snapshot import open_snapshot
from index.story import Story
from search import tree
from search.arrays import IndexArrays
from search.filters import moment
from search.rank import evaluate
from search.whooshtree import MAX_DEPTH, from_whoosh, to_whoosh

Engines = tuple[IndexArrays, Any, Any]
VOCABULARY = ("ba", "bab", "co", "do", "fa")
DAYS = (None, "2018", "2018-10", "2018-11-01", "2018-11-02")
word = st.sampled_from(VOCABULARY)
fields = st.sampled_from(["headline", "body"])
ends = st.sampled_from(["ba", "bab", "c", "do", "z"])
phrases = st.lists(word, min_size=2, max_size=3, unique=True).map(tuple)
moments = st.sampled_from([moment(date(2018, 10, 31)), moment(date(2018, 11, 1))])


@st.composite
def nears(draw: st.DrawFn) -> tree.Near:
    """Two different words in any order, or two or three in order, some with an alternative."""
    field = draw(fields)
    texts = draw(st.permutations(VOCABULARY))
    size, link = draw(st.sampled_from([(2, False), (2, True), (3, True)]))
    groups: tuple[tuple[tree.Leaf, ...], ...] = tuple(
        (tree.Term(field, text),) for text in texts[:size]
    )
    if draw(st.booleans()):
        groups = ((*groups[0], tree.Term(field, texts[-1])), *groups[1:])
    return tree.Near(field, groups, ((draw(st.integers(1, 3)), link),) * (size - 1))


leaves = st.one_of(
    nears(),
    st.builds(tree.Term, fields, word),
    st.builds(tree.Prefix, fields, st.sampled_from(["b", "ba", "z"])),
    st.builds(tree.Phrase, fields, phrases, st.integers(1, 2)),
    st.builds(tree.Wildcard, fields, st.sampled_from(["?a", "b*", "*b", "b?b", "q*"])),
    st.builds(tree.Fuzzy, fields, word, st.integers(1, 2), st.integers(0, 1)),
    st.builds(tree.TermRange, fields, ends, ends, st.booleans(), st.booleans()),
    st.builds(tree.NumberRange, st.sampled_from(["date", "date_last"]), moments, st.none()),
    st.just(tree.Every()),
)


def _over(parts: st.SearchStrategy[tree.Query]) -> st.SearchStrategy[tree.Query]:
    several = st.lists(parts, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        st.builds(tree.And, several),
        st.builds(tree.Or, several),
        st.builds(tree.DisjunctionMax, several),
        st.builds(tree.AndMaybe, parts, parts),
        st.builds(tree.Constant, parts, st.just(2.0)),
        st.builds(tree.Boosted, parts, st.just(2.0)),
        st.tuples(parts, parts).map(lambda two: tree.And((two[0], tree.Not(two[1])))),
    )


queries: st.SearchStrategy[tree.Query] = st.recursive(leaves, _over, max_leaves=5)


@pytest.fixture(scope="module")
def engines(
    tmp_path_factory: pytest.TempPathFactory,
    make_story: Callable[..., Story],
    write_index: Callable[..., Path],
) -> Engines:
    """Sixty stories in three segments: ours, Whoosh over our codec, Whoosh over its own."""
    stories = [
        make_story(
            f"{n:02}",
            " ".join(VOCABULARY[(n + k * k) % 5] for k in range(n % 4)),
            " ".join(VOCABULARY[(n * k + k // 3) % 5] for k in range(n % 9)),
            date=DAYS[n % 5],
        )
        for n in range(60)
    ]
    folder = write_index(
        tmp_path_factory.mktemp("engines") / "index", [stories[n::3] for n in range(3)]
    )
    stock = RamStorage().create_index(make_schema())
    writer = stock.writer()
    for story in stories:
        writer.add_document(**to_document(story, story.path))
    writer.commit()
    return IndexArrays(open_snapshot(folder).segments), open_dir(str(folder)), stock


def _ours(index: IndexArrays, query: Any) -> list[str]:
    return sorted(index.ids(evaluate(query, index).docs.tolist()))


def _whooshs(index: Any, query: Any) -> list[str]:
    with index.searcher() as searcher:
        return sorted(hit["id"] for hit in searcher.search(query, limit=None))


@settings(max_examples=300, deadline=None)
@given(query=queries)
def test_whoosh_finds_the_same(engines: Engines, query: tree.Query) -> None:
    ours, over_our_codec, stock = engines
    found = _ours(ours, query)
    assert _ours(ours, to_whoosh(query)) == found
    assert _whooshs(over_our_codec, to_whoosh(query)) == found
    assert _whooshs(stock, to_whoosh(query)) == found


@pytest.mark.parametrize(
    "text",
    [
        "ba co",
        "ba OR co",
        "ba NOT co",
        '"ba co"~2',
        "headline:ba AND (body:co OR do)",
        "b* -fa",
        "ba ANDMAYBE do",
        "[ba TO c]",
        "ba^3 OR *o",
    ],
)
def test_what_whooshs_parser_makes(engines: Engines, text: str) -> None:
    ours, over_our_codec, _stock = engines
    query = QueryParser("body", make_schema()).parse(text)
    found = _ours(ours, query)
    assert found
    assert found == _whooshs(over_our_codec, query)


def test_classes_that_no_parser_makes_from_words(engines: Engines) -> None:
    ours, over_our_codec, _stock = engines
    day = datetime(2018, 11, 1)
    for query in (
        whoosh.Variations("body", "ba"),
        whoosh.DateRange("date", day, None),
        whoosh.NullQuery,
        whoosh.Every("headline"),
        whoosh.Sequence([whoosh.Term("body", "ba"), whoosh.Term("body", "co")], slop=2),
        spans.SpanNear2(
            [whoosh.Term("body", "ba"), whoosh.Term("body", "co")], slop=1, ordered=False
        ),
        spans.SpanNear2([whoosh.Term("body", "ba"), whoosh.Term("body", "co")], slop=2),
    ):
        assert _ours(ours, query) == _whooshs(over_our_codec, query), query


def test_require_means_both_with_the_score_of_one(engines: Engines) -> None:
    ours, _over_our_codec, _stock = engines
    query = QueryParser("body", make_schema()).parse("ba REQUIRE do")
    both = evaluate(tree.And((tree.Term("body", "ba"), tree.Term("body", "do"))), ours)
    found = evaluate(query, ours)
    assert found.docs.tolist() == both.docs.tolist()
    assert found.scores.tolist() == evaluate(query.a, ours).scores_of(both.docs).tolist()


def test_what_has_no_meaning_here_is_told(engines: Engines) -> None:
    ours = engines[0]
    with pytest.raises(TypeError, match="Regex"):
        evaluate(whoosh.Regex("body", "b+"), ours)
    with pytest.raises(TypeError, match="near"):
        from_whoosh(whoosh.Sequence([whoosh.Every(), whoosh.Every()]))
    with pytest.raises(TypeError, match="more than one"):
        from_whoosh(whoosh.Or([whoosh.Term("body", "ba")], minmatch=1))
    for unknown in (
        tree.AtLeast((tree.Term("body", "ba"),), 2),
        tree.Exact((tree.Term("body", "ba"),), ("Ba",)),
        tree.Phrase("lead", ("ba", "co")),
        tree.Near("body", ((tree.Prefix("body", "b"),), (tree.Term("body", "co"),)), ((2, True),)),
    ):
        with pytest.raises(TypeError, match="no query for"):
            to_whoosh(unknown)
    deep = whoosh.Term("body", "ba")
    for _level in range(MAX_DEPTH + 1):
        deep = whoosh.Not(deep)
    with pytest.raises(QueryError, match="deeply"):
        from_whoosh(deep)

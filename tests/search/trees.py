"""Query trees of every kind over a few words, and stories made of these: for hypothesis."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from hypothesis import strategies as st

from index.story import Story
from search.filters import moment
from search.tree import (
    And,
    AndMaybe,
    AndNot,
    AnyField,
    AnyTerm,
    AtLeast,
    Boosted,
    Constant,
    DisjunctionMax,
    Every,
    Exact,
    Fuzzy,
    Near,
    Not,
    Nothing,
    NumberRange,
    Or,
    Phrase,
    Prefix,
    Query,
    Require,
    Term,
    TermRange,
    Wildcard,
)

VOCABULARY = ("ba", "bab", "co", "do", "fa")
texts = st.lists(st.sampled_from((*VOCABULARY, "Ba", "BA's")), max_size=8).map(" ".join)
bodies = st.lists(texts, max_size=2).map("\n\n".join)
days = st.sampled_from([None, "2018", "2018-10", "2018-11-01", "2018-11-02"])
Batches = list[list[tuple[str, str, str | None]]]
"""Stories, a list for each segment: their headlines, bodies and days."""
batches = st.lists(
    st.lists(st.tuples(texts, bodies, days), min_size=1, max_size=6), min_size=1, max_size=3
)


def some_deleted(
    batches: Batches, make_story: Callable[..., Story], data: st.DataObject
) -> tuple[list[list[Story]], set[str]]:
    """The stories of ``batches``, and the ids of some of them, never all, to be deleted."""
    stories = [
        [
            make_story(f"{part}-{place}", headline, body, date=day)
            for place, (headline, body, day) in enumerate(batch)
        ]
        for part, batch in enumerate(batches)
    ]
    ids = [story.id for batch in stories for story in batch]
    return stories, data.draw(st.sets(st.sampled_from(ids), max_size=len(ids) - 1))


word = st.sampled_from(VOCABULARY)
fields = st.sampled_from(["headline", "body"])
ends = st.sampled_from([None, "ba", "bab", "c", "do", "z"])
in_fields = st.sampled_from(["headline", "body", "lead"])
phrases = st.lists(word, min_size=2, max_size=3).map(tuple)
links = st.lists(st.tuples(st.integers(1, 4), st.booleans()), min_size=1, max_size=2).map(tuple)


@st.composite
def nears(draw: st.DrawFn) -> Near:
    """Two or three groups, each of one or two words, phrases or patterns."""
    field, between = draw(in_fields), draw(links)
    one = st.one_of(
        st.builds(Term, st.just(field), word),
        st.builds(Prefix, st.just(field), st.sampled_from(["b", "c"])),
        st.builds(Phrase, st.just(field), phrases, st.integers(1, 2)),
    )
    group = st.lists(one, min_size=1, max_size=2).map(tuple)
    size = len(between) + 1
    return Near(field, tuple(draw(st.lists(group, min_size=size, max_size=size))), between)


leaves = st.one_of(
    nears(),
    st.builds(Term, st.just("lead"), word),
    st.builds(Prefix, st.just("lead"), st.sampled_from(["b", "ba"])),
    st.builds(Term, fields, word),
    st.builds(Prefix, fields, st.sampled_from(["b", "ba", "z", ""])),
    st.builds(Phrase, in_fields, phrases, st.integers(1, 3)),
    st.builds(
        Wildcard,
        fields,
        st.sampled_from(["?a", "b*", "*b", "*", "b?b", "q*"]),
        st.sampled_from([(), ("c*",), ("ba", "b*")]),
    ),
    st.builds(Fuzzy, fields, word, st.integers(0, 2), st.integers(0, 1), st.just(()) | phrases),
    st.builds(AnyTerm, fields, phrases),
    st.builds(TermRange, fields, ends, ends, st.booleans(), st.booleans()),
)
anywhere = st.one_of(
    word.map(lambda text: AnyField((Term("headline", text), Term("body", text)))),
    phrases.map(lambda text: AnyField((Phrase("headline", text), Phrase("body", text)))),
    st.builds(
        AtLeast, st.lists(leaves, min_size=1, max_size=2, unique=True).map(tuple), st.integers(1, 3)
    ),
    st.builds(
        lambda text, names: Exact(tuple(Term(n, text.lower()) for n in names), (text,)),
        st.sampled_from(["ba", "Ba", "BA", "co"]),
        st.sets(in_fields, min_size=1),
    ),
    phrases.map(lambda text: Exact((Phrase("body", text), Phrase("lead", text)), text)),
)
moments = st.sampled_from([None, moment(date(2018, 10, 31)), moment(date(2018, 11, 1))])
ranges = st.builds(
    NumberRange,
    st.sampled_from(["date", "date_last"]),
    moments,
    moments,
    st.booleans(),
    st.booleans(),
)
every = st.sampled_from([Every(), Every("headline"), Nothing()])


def _over(parts: st.SearchStrategy[Query]) -> st.SearchStrategy[Query]:
    several = st.lists(parts, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        st.builds(And, several),
        st.builds(Or, several),
        st.builds(DisjunctionMax, several, st.sampled_from([0.0, 0.5])),
        several.map(lambda queries: And((*queries, Not(queries[0])))),
        st.builds(Not, parts),
        st.builds(AndNot, parts, parts),
        st.builds(AndMaybe, parts, parts),
        st.builds(Require, parts, parts),
        st.builds(Constant, parts, st.sampled_from([0.0, 2.0])),
        st.builds(Boosted, parts, st.sampled_from([0.5, 3.0])),
    )


queries: st.SearchStrategy[Query] = st.recursive(
    st.one_of(leaves, anywhere, anywhere, ranges, every), _over, max_leaves=6
)

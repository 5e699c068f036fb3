"""The query tree: what a question asks of a story, as values.

The classes and their meanings are Whoosh's (``whoosh.query``), which takes a tenth of a second
to import; `search.whooshtree` turns a tree into Whoosh's and back. A leaf names one field and
is scored; ``texts`` are terms as the index holds them.
"""

from __future__ import annotations

from collections.abc import Iterator

from index.value import Value


class Query(Value):
    """Any node of a tree."""

    def children(self) -> tuple[Query, ...]:
        """The nodes right below this one."""
        return ()

    def __str__(self) -> str:
        return type(self).__name__


def size_of(part: object) -> int:
    """About the bytes of memory that a tree, or a part of one, takes."""
    if isinstance(part, Query):
        return 400 + sum(map(size_of, part.as_dict().values()))
    if isinstance(part, tuple):
        return 64 + sum(map(size_of, part))
    return 64 + len(part) if isinstance(part, str) else 32


class Leaf(Query):
    """A word or several, looked for in one field."""

    field: str


class Term(Leaf):
    """One term."""

    text: str

    def __str__(self) -> str:
        return f"{self.field}:{self.text}"


class Phrase(Leaf):
    """Terms one after another, each 1 to ``slop`` positions after the one before."""

    texts: tuple[str, ...]
    slop: int = 1

    def __str__(self) -> str:
        loose = f"~{self.slop}" if self.slop > 1 else ""
        return f'{self.field}:"{" ".join(self.texts)}"{loose}'


class Prefix(Leaf):
    """Every term that begins with ``text``, as one word."""

    text: str

    def __str__(self) -> str:
        return f"{self.field}:{self.text}*"


class Wildcard(Leaf):
    """Every term that ``pattern`` describes (* any characters, ? one), as one word.

    ``others`` are patterns that will do as well.
    """

    pattern: str
    others: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.field}:{self.pattern}"


class Fuzzy(Leaf):
    """Every term at most ``distance`` edits from ``text`` (Levenshtein 1966), as one word.

    The first ``fixed`` characters have to be the same. ``others`` are terms that will do
    as well.
    """

    text: str
    distance: int = 1
    fixed: int = 1
    others: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.field}:{self.text}~{self.distance}"


class AnyTerm(Leaf):
    """Any of several terms, as one word: the forms of a verb, say."""

    texts: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.field}:<{'|'.join(self.texts)}>"


class TermRange(Leaf):
    """Every term from ``low`` to ``high``, as one word; None is an open end."""

    low: str | None
    high: str | None
    low_out: bool = False
    high_out: bool = False

    def __str__(self) -> str:
        first, last = "{" if self.low_out else "[", "}" if self.high_out else "]"
        return f"{self.field}:{first}{self.low or ''} TO {self.high or ''}{last}"


Link = tuple[int, bool]
"""How far apart two neighbours may stand (1: next to each other), and whether in order."""


class Near(Leaf):
    """Words of one field, each near the one before: one of every group of ``groups``.

    A group is of leaves, any of which will do. ``links`` go between the groups, one fewer
    than there are of these. A phrase counts as far as it reaches, and neighbours never
    overlap.
    """

    groups: tuple[tuple[Leaf, ...], ...]
    links: tuple[Link, ...]

    def __str__(self) -> str:
        first, *others = (_joined(" OR ", group) for group in self.groups)
        joined = (
            f" {'pre' if ordered else 'w'}/{most} {group}"
            for (most, ordered), group in zip(self.links, others, strict=True)
        )
        return f"{first}{''.join(joined)}"


class NumberRange(Query):
    """Stories whose number in ``field``'s column lies from ``low`` to ``high``; scores 1.

    Moments are numbers as Whoosh counts time, in microseconds. None is an open end.
    """

    field: str
    low: int | None
    high: int | None
    low_out: bool = False
    high_out: bool = False

    def __str__(self) -> str:
        first, last = "{" if self.low_out else "[", "}" if self.high_out else "]"
        low, high = ("" if end is None else end for end in (self.low, self.high))
        return f"{self.field}:{first}{low} TO {high}{last}"


class AnyField(Query):
    """One word, phrase or prefix in any of several fields; its leaves are those.

    All the fields are scored as one (BM25F), so that a word in headline and body counts
    once, and more than in either alone.
    """

    leaves: tuple[Leaf, ...]

    def children(self) -> tuple[Query, ...]:
        return self.leaves

    def __str__(self) -> str:
        return _joined(" OR ", self.leaves)


class StopWord(AnyField):
    """A word that a question of several words does not insist on."""


class AtLeast(AnyField):
    """Leaves that together occur ``count`` times or more in a story."""

    count: int

    def __str__(self) -> str:
        return f"atleast{self.count}{_joined(' OR ', self.leaves)}"


class Exact(AnyField):
    """One word or phrase as ``printed``, word for word; its leaves are Terms or Phrases.

    They tell where it may stand, and how it is scored; the stored text tells whether it does.
    """

    printed: tuple[str, ...]

    def __str__(self) -> str:
        return f'="{" ".join(self.printed)}"{_joined(" OR ", self.leaves)}'


class Several(Query):
    """A node over any number of others."""

    parts: tuple[Query, ...]

    def children(self) -> tuple[Query, ...]:
        return self.parts


class And(Several):
    """All of the parts; their scores are added."""

    def __str__(self) -> str:
        return _joined(" AND ", self.parts)


class Or(Several):
    """Any of the parts; the scores of those that match are added."""

    def __str__(self) -> str:
        return _joined(" OR ", self.parts)


class DisjunctionMax(Several):
    """Any of the parts; the best score counts, and ``tie`` times each of the others."""

    tie: float = 0.0

    def __str__(self) -> str:
        return f"DisMax{_joined(' | ', self.parts)}"


class Not(Query):
    """Every story that ``part`` does not match; scores 0."""

    part: Query

    def children(self) -> tuple[Query, ...]:
        return (self.part,)

    def __str__(self) -> str:
        return f"NOT {self.part}"


class AndNot(Query):
    """What ``wanted`` matches and ``unwanted`` does not."""

    wanted: Query
    unwanted: Query

    def children(self) -> tuple[Query, ...]:
        return self.wanted, self.unwanted

    def __str__(self) -> str:
        return f"({self.wanted} ANDNOT {self.unwanted})"


class AndMaybe(Query):
    """What ``wanted`` matches; where ``welcome`` does too, its score is added."""

    wanted: Query
    welcome: Query

    def children(self) -> tuple[Query, ...]:
        return self.wanted, self.welcome

    def __str__(self) -> str:
        return f"({self.wanted} ANDMAYBE {self.welcome})"


class Require(Query):
    """What both match, with the score of ``scored`` alone."""

    scored: Query
    required: Query

    def children(self) -> tuple[Query, ...]:
        return self.scored, self.required

    def __str__(self) -> str:
        return f"({self.scored} REQUIRE {self.required})"


class Constant(Query):
    """What ``part`` matches, each story with the same score."""

    part: Query
    score: float = 0.0

    def children(self) -> tuple[Query, ...]:
        return (self.part,)

    def __str__(self) -> str:
        return f"{self.part}={self.score:g}"


class Boosted(Query):
    """What ``part`` matches, its scores multiplied."""

    part: Query
    factor: float

    def children(self) -> tuple[Query, ...]:
        return (self.part,)

    def __str__(self) -> str:
        return f"{self.part}^{self.factor:g}"


class Every(Query):
    """Every story, or every one that has something in ``field``; scores 1."""

    field: str | None = None

    def __str__(self) -> str:
        return f"{self.field or '*'}:*"


class Nothing(Query):
    """No story at all."""


def all_of(*queries: Query) -> Query:
    """An And of ``queries``; a single one as it is; Nothing for none."""
    if not queries:
        return Nothing()
    return queries[0] if len(queries) == 1 else And(queries)


def unscored(query: Query) -> Query:
    """``query`` as a filter: it decides who is in, and adds nothing to a score."""
    return Constant(query, 0.0)


def parts(query: Query) -> list[AnyField]:
    """What a story can match of ``query``: each word, phrase or pattern with its leaves.

    Excluded parts and filters are none of these. Equal parts count once.
    """
    return list(dict.fromkeys(_parts(query)))


def _parts(query: Query) -> Iterator[AnyField]:
    match query:
        case Exact():
            yield query
        case AnyField():
            yield AnyField(query.leaves)
        case Leaf():
            yield AnyField((query,))
        case Several() | AndMaybe() | Boosted():
            for child in query.children():
                yield from _parts(child)
        case AndNot():
            yield from _parts(query.wanted)
        case Require():
            yield from _parts(query.scored)


def _joined(operator: str, parts: tuple[Query, ...]) -> str:
    """``parts`` in parentheses, with ``operator`` between them."""
    return f"({operator.join(map(str, parts))})"

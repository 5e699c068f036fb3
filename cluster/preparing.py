"""A question's tree made ready for a cluster: what it cannot tell is found out before.

Of the spellings that a word may have only those that stories have are asked for. What only the
text tells (words as they are printed, three words or more at distances) is read here, of those
stories that may have it, and becomes `cluster.dsl.Told`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from cluster.dsl import Told, all_of, matching, none_of
from cluster.leaves import Dsl, SpelledAbout, any_of, is_countable, is_loose, loosely, matching_leaf
from cluster.mapping import STORED
from cluster.pointintime import PointInTime
from cluster.wordlist import spelled_about
from index.errors import QueryError
from index.story import LEAD, lead_of
from search.allowance import Cost, may_spend
from search.exact import printed_at, too_many_to_read
from search.marks import count_in
from search.tree import AnyField, AnyTerm, AtLeast, Exact, Fuzzy, Leaf, Near, Query

FEW = 16
"""Spellings that are asked for as they are."""
_READ = ("id", "headline", "body", "byline")
_BY_ID = ({"id": "asc"},)


class Preparing:
    """Prepares the trees of one question, of the stories of one moment."""

    def __init__(self, moment: PointInTime) -> None:
        self._moment = moment
        self._spelled: dict[tuple[str, str], int] = {}
        self.has_read = False

    def ready(self, query: Query, others: Sequence[Query] = ()) -> Query:
        """``query`` as it can be asked; ``others`` have to hold as well.

        Raises QueryError if too many stories would have to be read.
        """
        narrowed = self.narrowed(query)
        if not any(map(_is_untold, _nodes(narrowed))):
            return narrowed
        beside = [matching(one) for one in others if not any(map(_is_untold, _nodes(one)))]
        return _replaced(narrowed, lambda node: self._told(node, beside), words=False)

    def narrowed(self, query: Query) -> Query:
        """``query`` with the spellings that there are."""
        self._look_up(_leaves(query))
        return _replaced(query, self._with_known)

    def _look_up(self, leaves: Iterable[Leaf]) -> None:
        """Find out which of many spellings there are."""
        wanted = {(leaf.field, text) for leaf in leaves for text in _spellings(leaf)}
        new = sorted(wanted - self._spelled.keys())
        queries: list[Dsl] = [matching_leaf(AnyTerm(field, (text,))) for field, text in new]
        self._spelled.update(zip(new, self._moment.count(queries), strict=True))

    def _with_known(self, node: Query) -> Query:
        if type(node) is Fuzzy:
            others = tuple(text for text in node.others if self._spelled[node.field, text])
            terms = (node.text, *others, *spelled_about(node, self._moment))
            about = (node.field, node.text, node.distance, node.fixed, others)
            return SpelledAbout(*about, tuple(dict.fromkeys(terms)))
        if isinstance(node, AnyTerm) and len(node.texts) > FEW:
            there = tuple(text for text in node.texts if self._spelled[node.field, text])
            return AnyTerm(node.field, there)
        return node

    def _told(self, node: Query, beside: list[Dsl]) -> Query:
        if not _is_untold(node):
            return node
        leaves = _word(node)
        sure = not isinstance(node, Exact | AtLeast)
        known = [any_of(list(map(matching_leaf, leaves)))] if sure else []
        query = all_of([*beside, any_of(list(map(loosely, leaves))), *none_of(known)])
        if isinstance(node, Exact):
            having = [story["id"] for story in self._read(query, node) if is_printed(node, story)]
            return Told(leaves, tuple(having), sure)
        least = node.count if isinstance(node, AtLeast) else 1
        counts = {
            story["id"]: counts
            for story in self._read(query, node)
            if sum(counts := [count_in(text_of(story, leaf.field), leaf) for leaf in leaves])
            >= least
        }
        often = tuple(
            tuple((story, each[n]) for story, each in counts.items() if each[n] and is_loose(leaf))
            for n, leaf in enumerate(leaves)
        )
        return Told(leaves, tuple(counts), sure, often)

    def _read(self, query: Dsl, node: Query) -> Iterator[dict[str, str]]:
        """What is stored of the stories that ``query`` matches, less what is no text, to tell
        which of them ``node`` matches."""
        self.has_read = True
        count = self._moment.count([query])[0]
        if not may_spend(Cost.STORIES, count):
            if isinstance(node, Exact):
                raise too_many_to_read(node, count)
            raise QueryError(
                f"To answer this, {count:,} stories would have to be read. Add a rarer word, or a "
                "place, an agency or dates."
            )
        source = [f"{STORED}.{name}" for name in _READ]
        hits = self._moment.hits(query, _BY_ID, source=source) if count else ()
        return (hit["_source"][STORED] for hit in hits)


def _is_untold(node: Query) -> bool:
    """Whether the cluster cannot tell what ``node`` matches."""
    match node:
        case Told():
            return False
        case Exact():
            return True
        case AtLeast():
            return not all(map(is_countable, node.leaves))
        case AnyField() | Leaf():
            return any(map(is_loose, _word(node)))
    return False


def _spellings(leaf: Leaf) -> tuple[str, ...]:
    """Spellings of which it has to be known first whether any story has them."""
    if isinstance(leaf, Fuzzy):
        return leaf.others
    return leaf.texts if isinstance(leaf, AnyTerm) and len(leaf.texts) > FEW else ()


def _word(node: Query) -> tuple[Leaf, ...]:
    if isinstance(node, AnyField):
        return node.leaves
    return (node,) if isinstance(node, Leaf) else ()


def is_printed(query: Exact, story: Mapping[str, Any]) -> bool:
    """Whether a story, as it is stored, has what ``query`` asks for as it is printed there."""
    fields = {leaf.field for leaf in query.leaves}
    return any(next(printed_at(text_of(story, one), query.printed), None) for one in fields)


def text_of(story: Mapping[str, Any], field: str) -> str:
    """The text of a field of a story, as it is stored."""
    text: str = story.get("body" if field == LEAD else field) or ""
    return lead_of(text) if field == LEAD else text


def _nodes(query: Query) -> Iterable[Query]:
    """``query`` and all below it, but for the leaves of a word, which are told with it."""
    yield query
    if not isinstance(query, AnyField):
        for child in query.children():
            yield from _nodes(child)


def _leaves(query: Query) -> Iterable[Leaf]:
    if isinstance(query, Leaf):
        yield query
        for group in query.groups if isinstance(query, Near) else ():
            yield from group
    for child in query.children():
        yield from _leaves(child)


def _replaced(query: Query, new: Callable[[Query], Query], words: bool = True) -> Query:
    """``query`` with each node as ``new`` has it; with ``words``, the leaves of each too."""
    done = new(query)
    if done is not query or (not words and isinstance(query, AnyField | Leaf)):
        return done
    fields = {name: _replaced_in(value, new, words) for name, value in query.as_dict().items()}
    return type(query)(**fields)


def _replaced_in(value: Any, new: Callable[[Query], Query], words: bool) -> Any:
    if isinstance(value, Query):
        return _replaced(value, new, words)
    if isinstance(value, tuple):
        return tuple(_replaced_in(one, new, words) for one in value)
    return value

"""Do the words of a question stand side by side in a story? What that adds to its score.

Two words that follow one another in the question and, in the same order, in the headline or
the body are a word of their own, scored as `search.rank` scores any and added with `WEIGHT`.
That is the ordered window of the sequential dependence model (Metzler and Croft, "A Markov
random field model for term dependencies", SIGIR 2005), of two words and with BM25F for the
language model. It is told for every story, not only for the best, so that neither a score nor
an order depends on how many are looked at. Wider windows, windows in any order and the least
distance of all words (Tao and Zhai, SIGIR 2007) were tried with ``benchmarks/retrieval.py``
and found the known items less often.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from index.schema import PHRASE_FIELDS
from search.arrays import IndexArrays
from search.operators import leaves
from search.question import Question
from search.rank import evaluate
from search.relax import Answer
from search.tree import AnyField, AnyTerm, Boosted, Leaf, Near, Or, Phrase, Query, Term

WEIGHT = 0.3
"""What a pair counts for beside a word that is as rare."""
MOST_PAIRED = 256
"""Words from the first on that are looked at: a paragraph. What follows adds little, and costs."""
_NEXT = (1, True)
_KNOWN = Term | Phrase | AnyTerm


@lru_cache(maxsize=64)
def pairs(words: tuple[Query, ...]) -> Or | None:
    """What a story can have of neighbours among the words of a question; None for no pair.

    A pattern has no neighbour: to tell where all that it stands for stands takes too long.
    """
    near = (
        AnyField(in_fields)
        for one, other in pairwise(words[:MOST_PAIRED])
        if (in_fields := tuple(_side_by_side(one, other)))
    )
    found = tuple(Boosted(pair, WEIGHT) for pair in near)
    return Or(found) if found else None


def _side_by_side(one: Query, other: Query) -> Iterator[Leaf]:
    """The second of two words right after the first, in each field where that can be told."""
    for name in PHRASE_FIELDS:
        first, second = (
            tuple(leaf for leaf in leaves(word) if leaf.field == name) for word in (one, other)
        )
        if not first or not second or not all(isinstance(leaf, _KNOWN) for leaf in first + second):
            continue
        if isinstance(first[0], Term) and isinstance(second[0], Term) and len(first + second) == 2:
            yield Phrase(name, (first[0].text, second[0].text))
        else:
            yield Near(name, (first, second), (_NEXT,))


def with_proximity(question: Question, found: Answer, index: IndexArrays) -> Answer:
    """``found``, what proximity adds to each story's score among the scores."""
    near = pairs(question.words)
    if near is None or not found.docs.size:
        return found
    # Pages and facets ask again, and to add the pairs up takes longer than all the rest.
    added = index.remembered(near) or index.remember(near, evaluate(near, index))
    scores = found.scores + added.scores_of(found.docs)
    return Answer(found.docs, scores, found.complete, found.least, found.undated)

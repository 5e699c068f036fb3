"""Are stories found by all the words of their texts?

Which words a text has the cluster does not tell, but it can be asked: each text is asked for as
one phrase (in runs, where it is long), so that no word of it is missing or stands elsewhere. That
a story is found by other words as well cannot be seen, but by how many it is said to have.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from cluster.document import Document
from cluster.leaves import Dsl
from cluster.mapping import TEXTS
from cluster.pointintime import PointInTime
from cluster.terms import BREAK
from index.value import Value

RUN = 250
"""Words of a text that are asked for as one phrase."""
_MOST = 900
"""Words in one question: a cluster takes 1,024 parts of one."""
_AT_ONCE = 4_000
"""Words that are asked for in one request: the cluster holds kilobytes of each meanwhile."""


class Part:
    """One index of those that a moment is of. What is asked of it alone, only its shards do."""

    def __init__(self, moment: PointInTime, index: str) -> None:
        self.moment, self.index = moment, index

    def hits(self, query: Dsl, sort: Sequence[Dsl], fields: Sequence[str]) -> Iterator[Dsl]:
        """All that ``query`` matches, with what is stored of it (`PointInTime.hits`)."""
        return self.moment.hits(
            self._here(query), sort, fields=fields, source=True, pre_filter_shard_size=1
        )

    def count(self, queries: Sequence[Dsl], among: Dsl) -> list[int]:
        """How many each of ``queries`` matches, ``among`` some."""
        return self.moment.count(queries, self._here(among), pre_filter_shard_size=1)

    def _here(self, query: Dsl) -> Dsl:
        return _all([query, {"term": {"_index": self.index}}])


class _Ask(Value):
    """A part of what a story has to be found by: whose, of which field, and in how many words."""

    identity: str
    field: str
    query: Dsl
    words: int


def unfound_by(part: Part, stories: Mapping[str, Document]) -> dict[str, list[str]]:
    """The fields by all of whose words stories are not found, of those that are not, by id.

    ``stories`` are documents of ``part``, by id, as newsq would write them.
    """
    questions: list[list[_Ask]] = []
    for identity, document in stories.items():
        questions += _questions(list(_asks(identity, document)))
    doubtful = [ask for question in _missed(part, questions) for ask in question]
    found: defaultdict[str, list[str]] = defaultdict(list)
    for (ask,) in _missed(part, [[ask] for ask in doubtful]):
        if ask.field not in found[ask.identity]:
            found[ask.identity].append(ask.field)
    return found


def _asks(identity: str, document: Document) -> Iterator[_Ask]:
    for field in TEXTS:
        text = document.get(field)
        if text is None:
            none: Dsl = {"bool": {"must_not": [{"exists": {"field": field}}]}}
            yield _Ask(identity, field, none, 1)
            continue
        words = text.split(BREAK)
        # Each run begins with the last word of the one before, so that they have to meet.
        for first in range(0, max(len(words) - 1, 1), RUN - 1):
            run = words[first : first + RUN]
            phrase: Dsl = {"match_phrase": {field: BREAK.join(run)}}
            yield _Ask(identity, field, phrase, len(run))
    keys = document["keys"]
    if keys:
        yield _Ask(identity, "keys", _all([{"term": {"keys": key}} for key in keys]), len(keys))


def _questions(asks: Sequence[_Ask]) -> Iterator[list[_Ask]]:
    """``asks`` of one story, as many together as a question may have."""
    question: list[_Ask] = []
    for ask in asks:
        if question and sum(one.words for one in question) + ask.words > _MOST:
            yield question
            question = []
        question.append(ask)
    if question:
        yield question


def _missed(part: Part, questions: Sequence[list[_Ask]]) -> Iterator[list[_Ask]]:
    """Those of ``questions``, each of one story, that do not find it."""
    for some in _batches(questions):
        ids = [question[0].identity for question in some]
        asked = [
            _all([{"ids": {"values": [identity]}}, *(ask.query for ask in question)])
            for identity, question in zip(ids, some, strict=True)
        ]
        counts = part.count(asked, {"ids": {"values": sorted(set(ids))}})
        yield from (question for question, count in zip(some, counts, strict=True) if not count)


def _batches(questions: Sequence[list[_Ask]]) -> Iterator[list[list[_Ask]]]:
    batch: list[list[_Ask]] = []
    words = 0
    for question in questions:
        batch.append(question)
        words += sum(ask.words for ask in question)
        if words >= _AT_ONCE:
            yield batch
            batch, words = [], 0
    if batch:
        yield batch


def _all(queries: Sequence[Dsl]) -> Dsl:
    return {"bool": {"filter": list(queries)}}

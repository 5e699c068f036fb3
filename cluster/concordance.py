"""Keyword in context, of the stories on a cluster."""

from __future__ import annotations

from itertools import islice

from cluster.leaves import Dsl
from cluster.mapping import STORED
from cluster.pointintime import AT_ONCE, PointInTime
from search.kwic.lines import MAX_READ, Concordance, check_lines, concordance_of
from search.question import Question

_NEWEST = ({"date": {"order": "desc", "missing": "_last"}}, {"id": "asc"})


def concordance(
    question: Question, stories: Dsl, moment: PointInTime, sort: str, limit: int
) -> Concordance:
    """The first ``limit`` lines of ``stories``, which match ``question``.

    The rest is as in `search.kwic.lines.concordance`.
    """
    check_lines(sort, limit)
    having = moment.count([stories])[0]
    hits = moment.hits(stories, _NEWEST, AT_ONCE, source=True)
    read = (hit["_source"][STORED] for hit in islice(hits, MAX_READ))
    return concordance_of(question, read, having, sort, limit)

"""Keyword in context, of the stories on a cluster."""

from __future__ import annotations

from itertools import islice

from cluster.leaves import Dsl
from cluster.mapping import STORED
from cluster.pointintime import AT_ONCE, NEWEST, PointInTime
from search.kwic.lines import MAX_READ, Concordance, check_lines, concordance_of
from search.question import Question


def concordance(
    question: Question, stories: Dsl, moment: PointInTime, sort: str, limit: int
) -> Concordance:
    """The first ``limit`` lines of ``stories``, which match ``question``.

    The rest is as in `search.kwic.lines.concordance`.
    """
    check_lines(sort, limit)
    having = moment.count([stories])[0]
    hits = moment.hits(stories, NEWEST, AT_ONCE, source=True)
    read = (hit["_source"][STORED] for hit in islice(hits, MAX_READ))
    return concordance_of(question, read, having, sort, limit)

"""The query language on one screen, and examples of it that find something."""

from __future__ import annotations

EXAMPLES = (
    ("troops South Korea", "all the words; where few stories have all, most of them"),
    ('"south korea"', "these words in this order, side by side, in any form"),
    ('"withdraw troops"~5', "in this order, each at most 5 words after the other"),
    ("troops w/5 border", "at most 5 words apart, in either order"),
    ("withdraw pre/3 troops", "at most 3 words apart, in this order"),
    ("(oil OR crude) w/5 prices", "one of several near another"),
    ("oil OR storm", "either"),
    ("oil AND prices", "both, and no word may be missing (AND is for all)"),
    ("troops -heavy", "without a word; NOT says the same"),
    ("econom*", "words that begin so"),
    ("tro?ps", "? is one letter, * any, anywhere in a word"),
    ("pyongyan~", "spelled about so: one letter is other; ~2: two"),
    ("=Border", "as printed, with these capitals; exact:Border is the same"),
    ("atleast2(storm)", "so often in a story; of words joined by OR together"),
    ("headline:oil", "in one field: headline: lead: body: byline:"),
    ("place:geneva country:CH", "where from; agency:Reuters who by; slug: its working title"),
    ("since:2018-11 oil", "dated so; until:2018 and date:2018-10..2018-11 too"),
)
"""Queries and what they ask for."""

_AFTER = """\
NOT binds tightest, then w/5 and pre/5, then AND, then OR; parentheses group. A field may
stand before a group: headline:(oil OR gas). Capitals, accents and endings do not matter,
but US is the country. What cannot be an operator is a word: no punctuation is an error.

A date is 2018-11-01, 2018-11, 2018, "1 Nov 2018", "Oct 2018", today, yesterday, monday,
"10 days ago", "last 10 days", "last week", "this month", or two of them: 2018-10..2018-11.
On the command line put quotes around all of it: newsq search '"south korea" -japan'"""


def language() -> str:
    """All that a query may say, in lines of at most 90 characters."""
    width = max(len(query) for query, _ in EXAMPLES) + 2
    rows = [f"  {query:<{width}}{meaning}" for query, meaning in EXAMPLES]
    return "\n".join(["A query is words, and what stands between them:", "", *rows, "", _AFTER])

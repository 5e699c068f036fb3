"""The query language on one screen, and examples of it that find something."""

from __future__ import annotations

EXAMPLES = (
    ("troops South Korea", "all the words, or most where few stories have all"),
    ('"south korea"', "side by side in this order, in any form"),
    ('"withdraw troops"~5', "in this order, each within 5 words of the last"),
    ("troops w/5 border", "within 5 words, in either order"),
    ("withdraw pre/3 troops", "within 3 words, in this order"),
    ("(oil OR crude) w/5 prices", "one of several near another"),
    ("oil OR storm", "either"),
    ("oil AND prices", "both; no word may be missing, as with --all"),
    ("troops -heavy", "without a word; NOT says the same"),
    ("econom*", "words that begin so"),
    ("tro?ps", "? is one letter, * any, anywhere in a word"),
    ("pyongyan~", "spelled about so: one letter is other; ~2: two"),
    ("=Border", "as printed, capitals too; exact:Border does the same"),
    ("atleast2(storm)", "so often in a story"),
    ("headline:oil", "in one field; also lead: body: byline:"),
    ("place:geneva country:CH", "filed from; agency: filed by; slug: working title"),
    ("since:2018-11 oil", "dated; until:2018, date:2018-10..2018-11"),
)
"""Queries and what they ask for."""

REST = """\
NOT binds tightest, then w/5 and pre/5, then AND, then OR; parentheses group, and
a field may stand before a group: headline:(oil OR gas). Endings, accents and
capitals do not matter, but US is not us; patterns are tried on words less their
endings. What cannot be an operator is a word: no punctuation is an error.

A date is 2018-11-01, 2018-11, 2018, "1 Nov 2018", "Oct 2018", yesterday, monday,
"10 days ago", "last 10 days", "last week", "this month", or two with .. between.
On the command line, quote the whole: newsq search '"south korea" -japan'"""
"""What the examples leave open."""


def language() -> str:
    """All that a query may say, in lines of at most 82 characters."""
    width = max(len(query) for query, _ in EXAMPLES) + 2
    rows = [f"  {query:<{width}}{meaning}" for query, meaning in EXAMPLES]
    return "\n".join(["A query is words, and what stands between them:", "", *rows, "", REST])

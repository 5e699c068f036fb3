"""Questions by lot: an answer or a sentence, never anything else, and in time.

Most are made of what the language is made of, put together and damaged at random; some are any
characters at all. Each is asked in one of the ways that a story index can be asked.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.faults.tally import Tally
from index.build import build_index
from index.errors import NewsqError
from search.jsonout import dumps, facets_json, kwic_json, page_json, timeline_json
from search.opening import open_index
from search.page import StoryIndex

ROOT = Path(__file__).resolve().parent.parent.parent
SLOW = 1.0
"""Seconds of processor time that one question may take."""
TODAY = date(2020, 2, 29)
WAYS = ("search", "facets", "kwic", "timeline", "story", "suggest", "filters")
NAMES = ("place", "country", "agency", "byline")
WORDS = """troops korea south seoul ferry wheat oil strike price minister the of and a US us U.S.
S. N. Korea's 28,500 $1.6 billion Jong-un café São Paulo 1987 export zzxqj""".split()
OPERATORS = """AND OR NOT - w/5 pre/3 w/0 w/1000 w/99999 W/5 atleast2( atleast0( atleast999999( =
exact: headline: lead: body: byline: place: country: agency: slug: date: since: until: ( ) " ~ ~2
~9 * ? ?* *a* a* t*p? [ ] { } ^ / \\ : ; , . ! ' ’ “ ” « » | & + # @ % $ <mark> </mark>""".split()
DATES = """2018 2018-11 2018-11-01 2018-10..2018-11 .. 2018.. ..2018 today yesterday monday
"last week" "10 days ago" "99999999999 days ago" 0000 9999-12-31 2019-02-29 "Nov 1" "Q3 2018" -1
1e9""".split()
ODD = ("\0", "\x1b[31m", "\u202e", "\ud800", "\udfff", "\ufeff", "\u2028", "\U000e0041",
       "\u0301" * 9, "ß", "ﷺ", "İ", "ﬁ", "\uff41", "新", "\U0001f600", "\n", "\t", "a" * 300,
       "9" * 300, "-" * 300, "(" * 300, '"' * 301, "a-" * 200, "*" * 200)  # fmt: skip


def run(count: int, seed: int) -> Iterator[Tally]:
    """Ask ``count`` questions of an index of the sample stories."""
    with tempfile.TemporaryDirectory() as folder:
        where = Path(folder) / "index"
        build_index([ROOT / "sample_corpus"], where)
        with open_index(where) as stories:
            yield asked(stories, count, random.Random(seed))


def asked(stories: StoryIndex, count: int, chance: random.Random) -> Tally:
    """Ask ``count`` questions of ``stories``."""
    failures: list[str] = []
    outcomes: Counter[str] = Counter()
    slowest = 0.0
    for _ in range(count):
        way, text = chance.choice(WAYS), question(chance)
        started = time.process_time()
        try:
            ask(stories, way, text)
            outcomes["answered"] += 1
        except NewsqError:
            outcomes["refused"] += 1
        except Exception as error:  # noqa: BLE001 - what is looked for
            failures.append(f"{way} {text!r:.300}: {type(error).__name__}: {error!s:.200}")
        took = time.process_time() - started
        slowest = max(slowest, took)
        if took > SLOW:
            failures.append(f"{way} {text!r:.300}: {took:.1f} s")
    told = ", ".join(f"{number:,} {outcome}" for outcome, number in sorted(outcomes.items()))
    return Tally("fuzzed queries", count, tuple(failures), f"{told}; slowest {slowest:.2f} s")


def ask(stories: StoryIndex, way: str, text: str) -> None:
    """Ask one question one way, and put the answer into words. Raises NewsqError."""
    match way:
        case "search":
            dumps(page_json(stories.search(text, today=TODAY))).encode()
        case "facets":
            counted = stories.facets(text, today=TODAY)
            dumps(facets_json(text, 0, counted)).encode()
        case "kwic":
            dumps(kwic_json(stories.kwic(text, today=TODAY))).encode()
        case "timeline":
            dumps(timeline_json(stories.timeline(text, today=TODAY))).encode()
        case "story":
            stories.story(text)
        case "suggest":
            stories.suggest(text, today=TODAY)
        case "filters":
            for name in ("since", "until", "on", "sort", *NAMES):
                given: Any = {name: [text] if name in NAMES else text}
                try:
                    stories.search("the", today=TODAY, **given)
                except NewsqError:
                    continue


def question(chance: random.Random) -> str:
    """A text to ask."""
    if chance.random() < 0.1:
        size = chance.randint(0, 200)
        if chance.random() < 0.5:
            return chance.randbytes(size).decode("utf-8", "surrogateescape")
        return "".join(
            chr(chance.choice((0x7F, 0x2FF, 0x10FFFF)) * n // 1000) for n in _some(chance, size)
        )
    pools = (WORDS, WORDS, WORDS, OPERATORS, OPERATORS, DATES, ODD)
    pieces = [chance.choice(chance.choice(pools)) for _ in range(chance.choice((1, 3, 8, 20, 60)))]
    text = "".join(piece + chance.choice(("", " ", " ", "  ")) for piece in pieces)
    for _ in range(chance.choice((0, 0, 1, 3))):
        at, to = sorted(chance.randrange(len(text) + 1) for _ in range(2))
        kind = chance.randrange(3)
        if kind == 0:
            text = text[:at] + text[to:]
        elif kind == 1:
            text = text[:at] + text[at:to] * chance.randint(2, 9) + text[to:]
        else:
            text = text[:at] + chr(chance.randrange(0x3000)) + text[at:]
    return text[:20_000]


def _some(chance: random.Random, size: int) -> list[int]:
    return [chance.randrange(1000) for _ in range(size)]

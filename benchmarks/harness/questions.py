"""Questions of mixed kinds, drawn from the corpus itself with a fixed seed.

Words come in three classes by the share of stories that have them. A question that needs
several things at once draws them from one story, so that something is found.
"""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from benchmarks.harness.corpus import Record
from index.analysis import STOP_WORDS, term_of, words

SEED = 21578
SAMPLE = 20_000
"""Stories from the beginning of the corpus that questions are drawn from."""
CLASSES = {"rare": (0.0002, 0.002), "medium": (0.005, 0.03), "frequent": (0.08, 1.0)}
"""Class of a word -> least and greatest share of the stories that have it."""
_PLAIN = re.compile(r"[A-Za-z]{2,20}")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, in no engine's language.

    ``words`` are as printed, ``terms`` as analysed. ``mode`` is "all", "any", "phrase" or
    "prefix" (of a term). ``plain`` words are as someone types them: each engine takes them
    its own way where it has one. No story may have the word ``excluded``, whose
    term is ``excluded_term``. ``since`` and ``until`` are ISO days.
    """

    kind: str
    mode: str
    words: tuple[str, ...]
    terms: tuple[str, ...]
    plain: bool = False
    excluded: str | None = None
    excluded_term: str | None = None
    place: str | None = None
    country: str | None = None
    agency: str | None = None
    since: str | None = None
    until: str | None = None

    @property
    def filtered(self) -> bool:
        """Whether anything but words is asked for."""
        return any((self.place, self.country, self.agency, self.since, self.until))


@dataclass(frozen=True, slots=True)
class Pool:
    """What questions are drawn from: stories as (record, words), words by class of the term."""

    stories: list[tuple[Record, list[str]]]
    by_class: dict[str, list[str]]
    class_of: dict[str, str] = field(default_factory=dict)


def draw(records: Iterable[Record], per_kind: int = 40, seed: int = SEED) -> list[Question]:
    """``per_kind`` questions of each of the `KINDS`."""
    pool = _pool(list(islice(records, SAMPLE)))
    questions: list[Question] = []
    for kind, make in KINDS.items():
        chance = random.Random(f"{seed}:{kind}")
        found: dict[Question, None] = {}
        for _ in range(100 * per_kind):  # small corpora do not have so many different ones
            if len(found) < per_kind and (question := make(kind, pool, chance)) is not None:
                found[question] = None
        questions.extend(found)
    return questions


def _pool(records: list[Record]) -> Pool:
    frequency: Counter[str] = Counter()
    printed: dict[str, str] = {}
    stories = []
    for record in records:
        body = record.story.body
        texts = [body[word.start : word.end] for word in words(body)]
        stories.append((record, texts))
        terms = {}
        for word in (text.lower() for text in texts if _is_plain(text)):
            terms[term_of(word)] = word
        printed = {**terms, **printed}
        frequency.update(terms.keys())
    by_class: dict[str, list[str]] = defaultdict(list)
    class_of = {}
    for term, count in sorted(frequency.items()):
        for name, (least, most) in CLASSES.items():
            if count >= 3 and least <= count / len(records) < most and _is_plain(term):
                by_class[name].append(printed[term])
                class_of[term] = name
    return Pool(stories, by_class, class_of)


def _is_plain(text: str) -> bool:
    """Whether ``text`` is a word that every engine's language takes for one."""
    return (
        _PLAIN.fullmatch(text) is not None
        and text.lower() not in STOP_WORDS
        and _PLAIN.fullmatch(term_of(text)) is not None
    )


def _question(kind: str, mode: str, chosen: Iterable[str]) -> Question:
    found = tuple(chosen)
    return Question(kind, mode, found, tuple(map(term_of, found)))


def _word(kind: str, pool: Pool, chance: random.Random) -> Question | None:
    usual = pool.by_class[kind.rpartition(" ")[2]]
    return _question(kind, "all", [chance.choice(usual)]) if usual else None


def _any(kind: str, pool: Pool, chance: random.Random) -> Question | None:
    classes = [chance.choice(list(CLASSES)) for _ in range(chance.randint(2, 6))]
    chosen = {chance.choice(pool.by_class[name]) for name in classes if pool.by_class[name]}
    return _question(kind, "any", sorted(chosen)) if len(chosen) > 1 else None


def _all(kind: str, pool: Pool, chance: random.Random) -> Question | None:
    chosen = _of_one_story(pool, chance, chance.randint(2, 6))[1]
    return _question(kind, "all", chosen) if len(chosen) > 1 else None


def _plain(kind: str, pool: Pool, chance: random.Random) -> Question | None:
    record = chance.choice(pool.stories)[0]
    headline = [word.lower() for word in (record.story.headline or "").split() if _is_plain(word)]
    chosen = list(dict.fromkeys(word for word in headline if term_of(word) in pool.class_of))[:4]
    if len(chosen) < 2:
        return None
    return replace(_question(kind, "all", chosen), plain=True)


def _phrase(kind: str, pool: Pool, chance: random.Random) -> Question | None:
    texts = chance.choice(pool.stories)[1]
    size = chance.randint(2, 4)
    start = chance.randrange(max(len(texts) - size, 1))
    chosen = [text.lower() for text in texts[start : start + size]]
    plain = len(chosen) == size and all(map(_PLAIN.fullmatch, chosen))
    return _question(kind, "phrase", chosen) if plain and any(map(_is_plain, chosen)) else None


def _not(kind: str, pool: Pool, chance: random.Random) -> Question | None:
    chosen = _of_one_story(pool, chance, chance.randint(1, 2))[1]
    unwanted = pool.by_class[chance.choice(["medium", "frequent"])]
    if not chosen or not unwanted or (out := chance.choice(unwanted)) in chosen:
        return None
    return replace(_question(kind, "all", chosen), excluded=out, excluded_term=term_of(out))


def _filter(kind: str, pool: Pool, chance: random.Random) -> Question | None:
    record, chosen = _of_one_story(pool, chance, chance.randint(1, 2))
    story = record.story
    what = chance.choice(["place", "country", "agency", "days"])
    values: dict[str, Any] = {}
    if what == "days":
        if (day := story.date.iso) is None or len(day) < 10:
            return None
        values = {"since": f"{day[:8]}01", "until": day}
    else:
        values = {what: getattr(story, what)}
    if not chosen or not all(values.values()):
        return None
    return replace(_question(kind, "all", chosen), **values)


def _prefix(kind: str, pool: Pool, chance: random.Random) -> Question | None:
    usual = pool.by_class[chance.choice(list(CLASSES))]
    term = term_of(chance.choice(usual)) if usual else ""
    if len(term) < 4:
        return None
    prefix = term[: chance.randint(3, min(len(term) - 1, 5))]
    return Question(kind, "prefix", (prefix,), (prefix,))


def _of_one_story(pool: Pool, chance: random.Random, size: int) -> tuple[Record, list[str]]:
    """A story and ``size`` different words of it, or fewer, their classes drawn by lot."""
    record, texts = chance.choice(pool.stories)
    by_class: dict[str, list[str]] = defaultdict(list)
    for word in dict.fromkeys(text.lower() for text in texts):
        if (name := pool.class_of.get(term_of(word))) is not None:
            by_class[name].append(word)
    chosen: dict[str, None] = {}
    for _ in range(size):
        if by_class:
            chosen[chance.choice(by_class[chance.choice(sorted(by_class))])] = None
    return record, list(chosen)


KINDS: dict[str, Callable[[str, Pool, random.Random], Question | None]] = {
    "word, rare": _word,
    "word, medium": _word,
    "word, frequent": _word,
    "words, any of 2-6": _any,
    "words, all of 2-6": _all,
    "words as typed": _plain,
    "phrase of 2-4": _phrase,
    "words, one excluded": _not,
    "words and a filter": _filter,
    "prefix": _prefix,
}
"""Kind of question -> how one is drawn."""

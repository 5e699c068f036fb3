"""How well wire copy is read, against openings, pages and tagged stories with the truth.

    python -m benchmarks.quality [--misses] [--digests]

Prints a row a gate: how many cases, how many right, the floor that tests hold it to
(``tests/floors.toml``). Gates whose data is not there are left out.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks import finding
from benchmarks.gate import Gate, Score, report
from index.analysis import fold
from index.chronology import Chronology
from index.dating import date_story
from index.furniture import read_page
from index.read import read_stories, story_id
from index.story import DateBasis, Story, StoryDate, Version
from index.text import clean

ROOT = Path(__file__).resolve().parent.parent
GOLDEN = ROOT / "tests" / "golden"
SHARED = ROOT.parent / "shared" / "data"
REUTERS_DATELINE = re.compile(
    r"(?P<city>[A-Z][\w .'-]*)(?:, [\w .'-]+?)?, (?P<month>[A-Z][a-z]+)\.? (?P<day>\d{1,2}) -", re.I
)


def same(value: Any, truth: Any) -> bool:
    """Equal without case, accents, full stops, apostrophes and runs of spaces."""
    if isinstance(value, str) and isinstance(truth, str):
        return _key(value) == _key(truth)
    return bool(value == truth)


def _key(text: str) -> str:
    return " ".join(re.sub("[.'’]", "", fold(text).translate(_QUOTES)).split())


_QUOTES = str.maketrans("“”‘", '""\'')


def _accepts(case: dict[str, Any], key: str, value: Any) -> bool:
    return any(same(value, t) for t in (case.get(key), *case.get(f"{key}_alt", ())))


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def openings(path: Path, *, positives: bool) -> Score:
    """Openings of pages: place, country, day and agency at once, and where the body starts."""
    score = Score()
    for case in _lines(path):
        if case["form"].startswith("negative") is positives:
            continue
        story = read_page(clean(case["text"]))
        line = story.dateline if story else None
        if not positives:
            score.add(case["form"], [f"read {line.text!r}"] if line else [])
            continue
        found = {
            "place": line.place if line else None,
            "country": line.country if line else None,
            "month": line.month if line else None,
            "day": line.day if line else None,
            "year": line.year if line else None,
            "agency": story.agency if story else None,
        }
        wrong = [f"{k} {v!r}" for k, v in found.items() if not _accepts(case, k, v)]
        starts = (case["body_starts_with"], *case.get("body_starts_alt", ()))
        body = _key(story.body) if story else ""
        if not any(body.startswith(_key(start)) for start in starts):
            wrong.append(f"body {body[:40]!r}")
        score.add(f"{case['form']} | {case['text'][:70]!r}", wrong)
    return score


def pages(path: Path) -> Score:
    """Whole pages: every field, the body to the word, no word of the furniture."""
    score = Score()
    for case in _lines(path):
        story = read_page(clean(case["text"]))
        if story is None:
            score.add(case["id"], ["no story"])
            continue
        line = story.dateline
        date = date_story(
            line,
            published=story.published,
            published_labelled=story.published_labelled,
            page_date=story.page_date,
        )
        found = {
            "headline": story.headline if case["headline_on_page"] else case["headline"],
            "place": line.place if line else None,
            "country": line.country if line else None,
            "agency": story.agency,
            "byline": story.byline,
            "page_date": story.page_date.iso if story.page_date else None,
            "body": story.body,
        }
        wrong = [f"{k} {str(v)[:60]!r}" for k, v in found.items() if not _accepts(case, k, v)]
        truth = (case["year"], case["month"], case["day"])
        if (date.year, date.month, date.day) != truth and date.iso not in case.get("date_alt", ()):
            wrong.append(f"date {date.iso}")
        text = f"{story.body} {story.headline}".lower()
        wrong += [f"holds {w!r}" for w in case["must_not_match"] if w.lower() in text]
        score.add(case["id"], wrong)
    return score


def stories(path: Path) -> Score:
    """The sample corpus: every field of every story."""
    score = Score()
    read: dict[str, dict[str, Story]] = {}
    for case in _lines(path):
        source = case["path"]
        if source not in read:
            read[source] = {s.id: s for s in read_stories(ROOT / source, source)}
        story = read[source].get(story_id(source, case.get("key") or ""))
        score.add(f"{source} {case.get('key', '')}", _wrong(case, story))
    return score


def _wrong(case: dict[str, Any], story: Story | None) -> list[str]:
    if story is None:
        return ["no story"]
    line = story.dateline
    found = {
        "headline": story.headline,
        "place": story.place,
        "country": story.country,
        "month": line.month if line else None,
        "day": line.day if line else None,
        "year": line.year if line else None,
        "agency": story.agency,
        "byline": story.byline,
        "date": story.date.iso,
        "page_date": story.page_date,
    }
    wrong = [f"{k} {v!r}" for k, v in found.items() if not _accepts(case, k, v)]
    take = story.version or Version()
    if (take.level, take.corrected) != (case.get("level", 0), case.get("corrected", False)):
        wrong.append(f"version {take}")
    body = _key(story.body)
    if case["body_starts"] and not body.startswith(_key(case["body_starts"])):
        wrong.append(f"body starts {body[:40]!r}")
    if case["body_ends"] and not body.endswith(_key(case["body_ends"])):
        wrong.append(f"body ends {body[-40:]!r}")
    text = _key(f"{story.body} {story.headline}")
    return wrong + [f"holds {w!r}" for w in case["must_not_match"] if _key(w) in text]


def reuters() -> Score:
    """Stories with a tagged dateline: its place and day, and the header's year."""
    score = Score()
    for path in _reuters_files():
        records = re.findall(rb"<REUTERS.*?</REUTERS>", path.read_bytes(), re.DOTALL)
        for record, story in zip(records, read_stories(path, path.name), strict=True):
            tagged = re.search(rb"<DATELINE>(.*?)</DATELINE>", record, re.DOTALL)
            if tagged is None:
                continue
            printed = " ".join(tagged[1].decode("latin-1").split())
            truth = REUTERS_DATELINE.match(printed)
            header = re.search(rb"<DATE>\s*\d+-[A-Z]{3}-(\d{4})", record)
            wrong = []
            line = story.dateline
            if truth and (line is None or line.day != int(truth["day"])):
                wrong.append("day")
            if truth and (
                line is None or not same(line.place, re.split(r"/| and ", truth["city"])[0])
            ):
                wrong.append(f"place {line.place if line else None}")
            if not truth and (line is None or not line.places or not line.day):
                wrong.append("not well formed, and not read")
            if header is None or story.date.year != int(header[1]):
                wrong.append(f"year {story.date.year}")
            score.add(printed, wrong)
    return score


def years(paths: tuple[Path, ...], *, coverage: bool, with_reuters: bool = False) -> Score:
    """The year of one dated story hidden at a time: is a claim right, and is one made?

    With ``coverage`` the cases are the stories that name someone datable, and a claim is
    right; without, the cases are the claims, and the year must be. A claim for a story that
    names nobody is wrong either way.
    """
    cases = [case for path in paths for case in _lines(path)]
    chronology = Chronology()
    dated = [_dated(case) for case in cases]
    for story in dated:
        chronology.hear(story)
    for path in _reuters_files() if with_reuters else []:
        for story in read_stories(path, path.name):
            chronology.hear(story)
    score = Score()
    for number, (case, story) in enumerate(zip(cases, dated, strict=True)):
        known = story.date
        hidden = StoryDate(None, known.month, known.day, DateBasis.NO_YEAR)
        found = chronology.find(replace(story, date=hidden), without=number)
        wrong = [] if found is None or found.year == known.year else [f"claims {found.year}"]
        if found and not case["datable"]:
            wrong = ["claims a year for a story that names nobody"]
        if coverage:
            if case["datable"]:
                score.add(case["id"], [] if found else ["no year claimed"])
        elif found:
            score.add(f"{case['id']} {known.iso}", wrong)
    return score


def bare_reuters() -> Score:
    """Every fifth story as bare text: headline, byline, dateline and body as one page."""
    score = Score()
    for path in _reuters_files():
        for record in re.findall(rb"<REUTERS.*?</REUTERS>", path.read_bytes(), re.DOTALL)[::5]:
            tags = {
                name: clean(found[1].decode("latin-1"))
                for name in (b"TITLE", b"AUTHOR", b"DATELINE", b"BODY")
                if (found := re.search(rb"<%s>(.*?)</%s>" % (name, name), record, re.DOTALL))
            }
            if b"DATELINE" not in tags:
                continue
            printed = " ".join(tags[b"DATELINE"].split()).lstrip("* ")
            truth = REUTERS_DATELINE.match(printed)
            if truth is None:
                continue
            page = "\n".join(tags[n] for n in (b"TITLE", b"AUTHOR") if n in tags)
            story = read_page(f"{page}\n{tags[b'DATELINE']}{tags.get(b'BODY', '')}")
            line = story.dateline if story else None
            city = re.split(r"/| and ", truth["city"])[0].strip()
            right = line and line.day == int(truth["day"]) and same(line.place, city)
            score.add(printed, [] if right else [f"read {line.text if line else None!r}"])
    return score


def all_years() -> Score:
    """Claims over the dense corpus, the thin one and Reuters-21578 together."""
    paths = tuple(sorted(GOLDEN.glob("years*.jsonl")))
    return years(paths, coverage=False, with_reuters=True)


def _dated(case: dict[str, Any]) -> Story:
    year, month, day = map(int, case["date"].split("-"))
    date = StoryDate(year, month, day, DateBasis.METADATA, certain=True)
    return Story(case["id"], "", "", case["headline"], case["body"], date=date)


def encodings() -> Score:
    """The sample corpus saved in other encodings reads the same."""
    score = Score()
    for case in _lines(GOLDEN / "sample_pages.jsonl"):
        path = ROOT / case["path"]
        before = next(read_stories(path, "x"))
        with tempfile.TemporaryDirectory() as folder:
            for encoding in ("utf-8-sig", "utf-16"):
                copy = Path(folder, encoding)
                text = path.read_bytes().decode("utf-8", "replace")
                if "\ufffd" in text:
                    continue
                copy.write_text(text, encoding)
                after = next(read_stories(copy, "x"))
                score.add(
                    f"{case['path']} {encoding}", [] if after.body == before.body else ["body"]
                )
    return score


def _reuters_files() -> list[Path]:
    return sorted((SHARED / "reuters21578").glob("*.sgm"))


def gates() -> list[Gate]:
    """Every measure there is."""
    own = GOLDEN / "datelines.jsonl"
    more = GOLDEN / "datelines_2.jsonl"
    own_pages = GOLDEN / "pages_2.jsonl"
    openings_ = SHARED / "datelines" / "datelines.jsonl"
    pages_ = SHARED / "datelines" / "pages.jsonl"
    dense = (GOLDEN / "years_2009_2013.jsonl", GOLDEN / "years_2014_2018.jsonl")
    thin = (GOLDEN / "years.jsonl",)
    sgml = tuple(_reuters_files()) or (SHARED / "reuters21578",)
    sample = [GOLDEN / "sample_pages.jsonl", GOLDEN / "sample_feeds.jsonl"]
    return [
        Gate("own openings", (own,), lambda: openings(own, positives=True)),
        Gate("own openings that are none", (own,), lambda: openings(own, positives=False)),
        Gate("rarer openings", (more,), lambda: openings(more, positives=True)),
        Gate("rarer openings that are none", (more,), lambda: openings(more, positives=False)),
        Gate("own pages", (own_pages,), lambda: pages(own_pages)),
        Gate("sample pages", (sample[0],), lambda: stories(sample[0])),
        Gate("sample feeds and agencies", (sample[1],), lambda: stories(sample[1])),
        Gate("sample in other encodings", (sample[0],), encodings),
        Gate("openings", (openings_,), lambda: openings(openings_, positives=True)),
        Gate("openings that are none", (openings_,), lambda: openings(openings_, positives=False)),
        Gate("pages", (pages_,), lambda: pages(pages_)),
        Gate("Reuters-21578 datelines", sgml, reuters),
        Gate("Reuters-21578 as bare text", sgml, bare_reuters),
        Gate("years claimed are right", dense, lambda: years(dense, coverage=False)),
        Gate("years are claimed", dense, lambda: years(dense, coverage=True)),
        Gate("years, a thin corpus", thin, lambda: years(thin, coverage=False)),
        Gate("years, with thin and Reuters", (*dense, *thin, *sgml), all_years),
    ]


def main() -> None:
    """Print the table."""
    report([*gates(), *finding.gates()], sys.argv[1:])


if __name__ == "__main__":
    main()

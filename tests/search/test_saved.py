"""Saved searches: what is new for each, whatever the index does meanwhile."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from index.build import build_index
from index.direct import index_stories
from index.errors import QueryError, SavedSearchError
from index.story import Story
from search import open_index
from search.arrays import Segment
from search.cli import app
from search.saved import arrivals
from search.saved.arrivals import id_hashes
from search.saved.searches import Alert

MakeStory = Callable[..., Story]
STATE, LOG = "newsq-saved.json", "newsq-arrivals.log"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A folder of two stories."""
    _write(tmp_path / "corpus", "one", "Troops leave", "2018-11-01")
    _write(tmp_path / "corpus", "two", "Ferry sinks", "2018-11-02")
    return tmp_path / "corpus"


def _write(folder: Path, name: str, headline: str, day: str, text: str = "It was so.") -> None:
    folder.mkdir(exist_ok=True)
    row = {"id": name, "headline": headline, "text": text, "date": day}
    (folder / f"{name}.jsonl").write_text(json.dumps(row) + "\n", "utf-8")


def _save(where: Path, name: str, query: str = "", **more: Any) -> None:
    with open_index(where) as stories:
        stories.saved.save(name, query, **more)


def _news(where: Path, *names: str, see: bool = True) -> dict[str, list[str | None]]:
    """The headlines that are new for each search."""
    with open_index(where) as stories:
        found = stories.saved.news(names)
        if see:
            stories.saved.mark_seen(found)
    return {alert.search.name: [hit.headline for hit in alert.hits] for alert in found}


def test_what_was_there_is_not_new(corpus: Path, tmp_path: Path) -> None:
    where = tmp_path / "index"
    build_index([corpus], where)
    _save(where, "troops", "troops")
    assert _news(where) == {"troops": []}
    _write(corpus, "three", "Troops return", "2018-11-03")
    _write(corpus, "four", "Ferry raised", "2018-11-04")
    build_index([corpus], where)
    assert _news(where, see=False) == {"troops": ["Troops return"]}
    assert _news(where) == {"troops": ["Troops return"]}
    assert _news(where) == {"troops": []}


def test_a_story_that_only_moved_is_not_new(corpus: Path, tmp_path: Path) -> None:
    where = tmp_path / "index"
    build_index([corpus], where)
    _save(where, "all", "troops OR ferry")
    _write(corpus, "one", "Troops leave", "2018-11-01", "And more of it.")  # changed
    build_index([corpus], where)
    assert _news(where) == {"all": []}
    build_index([corpus], where, rebuild=True)
    assert _news(where) == {"all": []}
    (corpus / "two.jsonl").unlink()
    build_index([corpus], where)
    _write(corpus, "two", "Ferry sinks", "2018-11-02")  # gone, and back
    build_index([corpus], where)
    assert _news(where) == {"all": []}
    _write(corpus, "three", "Ferry raised", "2018-11-03")
    build_index([corpus], where, rebuild=True)
    assert _news(where) == {"all": ["Ferry raised"]}


def test_each_search_has_seen_what_it_has(corpus: Path, tmp_path: Path) -> None:
    where = tmp_path / "index"
    build_index([corpus], where)
    _save(where, "early", "troops OR ferry")
    _write(corpus, "three", "Troops return", "2018-11-03")
    build_index([corpus], where)
    _save(where, "late", "troops OR ferry")
    assert _news(where, "late") == {"late": []}
    _write(corpus, "four", "Ferry raised", "2018-11-04")
    build_index([corpus], where)
    assert _news(where, "late") == {"late": ["Ferry raised"]}
    assert _news(where) == {"early": ["Ferry raised", "Troops return"], "late": []}


def test_only_what_is_new_is_looked_at(
    make_story: MakeStory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = tmp_path / "index"
    index_stories([make_story(f"a{n}", "Troops", "troops") for n in range(50)], where, merge=False)
    with open_index(where) as stories:
        for number in range(300):
            stories.saved.save(f"s{number}", f"troops w{number}")
    index_stories([make_story("b1", "New", "troops w7")], where, merge=False)
    looked: list[int] = []
    live = arrivals._live

    def counted(part: Segment) -> object:
        looked.append(part.size)
        return live(part)

    monkeypatch.setattr(arrivals, "_live", counted)
    assert [name for name, new in _news(where).items() if new] == ["s7"]
    assert set(looked) == {1}
    looked.clear()
    assert not any(_news(where).values())
    assert looked == []


def test_filters_and_dates_mean_what_they_do_on_the_day(
    make_story: MakeStory, tmp_path: Path
) -> None:
    where = tmp_path / "index"
    index_stories([], where)
    _save(where, "week", since="last week", country=["KR"], today=date(2018, 11, 1))
    _save(where, "any", "ferry boat", words="any")
    index_stories(
        [
            make_story("a", "Old", "ferry", ["Seoul"], "KR", date="2018-11-01"),
            make_story("b", "New", "boat", ["Seoul"], "KR", date="2019-05-06"),
            make_story("c", "Else", "x", ["Tokyo"], "JP", date="2019-05-06"),
        ],
        where,
    )
    with open_index(where) as stories:
        week, either = stories.saved.news(today=date(2019, 5, 10))
    assert [hit.headline for hit in week.hits] == ["New"]
    assert [hit.headline for hit in either.hits] == ["New", "Old"]


def test_all_words_have_to_be_there(make_story: MakeStory, tmp_path: Path) -> None:
    where = tmp_path / "index"
    index_stories([], where)
    _save(where, "both", "ferry boat")
    index_stories([make_story("a", "A", "ferry"), make_story("b", "B", "a ferry boat")], where)
    assert _news(where) == {"both": ["B"]}


def test_the_newest_are_shown(make_story: MakeStory, tmp_path: Path) -> None:
    where = tmp_path / "index"
    index_stories([], where)
    _save(where, "oil", "oil")
    days = [f"2018-11-{day:02d}" for day in range(1, 21)]
    index_stories([make_story(day, day, "oil", date=day) for day in days], where)
    with open_index(where) as stories:
        (alert,) = stories.saved.news(limit=3)
    assert (alert.total, [hit.headline for hit in alert.hits]) == (20, days[:-4:-1])
    assert alert.hits[0].snippets[0].marks == ((0, 3),)


def test_searches_outlive_the_index(corpus: Path, tmp_path: Path) -> None:
    where = tmp_path / "index"
    build_index([corpus], where)
    _save(where, "all", "troops OR ferry")
    for path in [*where.glob("*MAIN_*"), *where.glob("newsq-manifest-*")]:
        path.unlink()
    _write(corpus, "three", "Troops return", "2018-11-03")
    build_index([corpus], where)
    assert _news(where) == {"all": ["Troops return"]}


def test_names(corpus: Path, tmp_path: Path) -> None:
    where = tmp_path / "index"
    build_index([corpus], where)
    with open_index(where) as stories:
        saved = stories.saved
        assert saved.all() == ()
        assert saved.news() == ()
        saved.save("a b", "troops")
        for name in ("", " ", "-x", "a\nb", "x" * 61, " a"):
            with pytest.raises(SavedSearchError, match="cannot be the name"):
                saved.save(name, "troops")
        with pytest.raises(SavedSearchError, match="already"):
            saved.save("a b", "ferry")
        assert saved.save("a b", "ferry", replace=True).query == "ferry"
        assert [one.query for one in saved.all()] == ["ferry"]
        with pytest.raises(SavedSearchError, match="newsq saved lists"):
            saved.drop("c")
        with pytest.raises(SavedSearchError, match="newsq saved lists"):
            saved.news(["c"])
        saved.drop("a b")
        assert saved.all() == ()


def test_what_cannot_be_asked_is_not_saved(corpus: Path, tmp_path: Path) -> None:
    where = tmp_path / "index"
    build_index([corpus], where)
    for query, filters in (("?!", {}), ("x", {"since": "soon"}), ("", {})):
        with pytest.raises(QueryError):
            _save(where, "x", query, **filters)
    with open_index(where) as stories:
        assert stories.saved.all() == ()


def test_a_search_dropped_meanwhile_stays_dropped(corpus: Path, tmp_path: Path) -> None:
    where = tmp_path / "index"
    build_index([corpus], where)
    _save(where, "x", "troops")
    with open_index(where) as stories:
        found = stories.saved.news()
        stories.saved.drop("x")
        stories.saved.mark_seen(found)
        assert stories.saved.all() == ()


def test_nothing_is_lost_to_another_process(corpus: Path, tmp_path: Path) -> None:
    where = tmp_path / "index"
    build_index([corpus], where)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: _save(where, f"s{number}", "troops"), range(12)))
    with open_index(where) as stories:
        assert {one.name for one in stories.saved.all()} == {f"s{n}" for n in range(12)}


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"version": 1}', '{"version": 1, "searches": [{}], "segments": []}',
     '{"version": 1, "arrived": 0, "segments": [], "searches": [{"name": 1, "query": "x", '
     '"filters": {}, "since": "", "mark": 0}]}', "\ud800"],
)  # fmt: skip
def test_a_damaged_file_is_told(corpus: Path, tmp_path: Path, text: str) -> None:
    where = tmp_path / "index"
    build_index([corpus], where)
    (where / STATE).write_bytes(text.encode("utf-8", "surrogatepass"))
    with open_index(where) as stories, pytest.raises(SavedSearchError, match="damaged"):
        stories.saved.all()


def test_another_version_is_told(corpus: Path, tmp_path: Path) -> None:
    where = tmp_path / "index"
    build_index([corpus], where)
    (where / STATE).write_text('{"version": 2}', "utf-8")
    with open_index(where) as stories, pytest.raises(SavedSearchError, match="another version"):
        stories.saved.news()


def test_a_lost_log_is_told_and_mended(corpus: Path, tmp_path: Path) -> None:
    where = tmp_path / "index"
    build_index([corpus], where)
    _save(where, "all", "troops OR ferry")
    _write(corpus, "three", "Troops return", "2018-11-03")
    build_index([corpus], where)
    with (where / LOG).open("r+b") as file:
        file.truncate(9)
    with open_index(where) as stories:
        with pytest.raises(SavedSearchError, match="--catch-up"):
            stories.saved.news()
        stories.saved.catch_up()
    assert _news(where) == {"all": []}
    _write(corpus, "four", "Ferry raised", "2018-11-04")
    build_index([corpus], where)
    assert _news(where) == {"all": ["Ferry raised"]}


def test_a_log_that_ran_ahead_is_cut(corpus: Path, tmp_path: Path) -> None:
    where = tmp_path / "index"
    build_index([corpus], where)
    _save(where, "all", "troops OR ferry")
    _write(corpus, "three", "Troops return", "2018-11-03")
    build_index([corpus], where)
    before = (where / STATE).read_bytes()
    assert _news(where, see=False) == {"all": ["Troops return"]}
    (where / STATE).write_bytes(before)  # as if the process had died between the two files
    assert _news(where) == {"all": ["Troops return"]}
    assert (where / LOG).stat().st_size == 3 * 8


def test_old_marks_do_not_hide_what_comes_after_catching_up(corpus: Path, tmp_path: Path) -> None:
    where = tmp_path / "index"
    build_index([corpus], where)
    _save(where, "all", "troops OR ferry")
    (corpus / "one.jsonl").unlink()
    build_index([corpus], where)
    with open_index(where) as stories:
        (found,) = stories.saved.news()
        stories.saved.catch_up()
        stories.saved.mark_seen([Alert(found.search, 0, (), found.mark)])
    _write(corpus, "three", "Troops return", "2018-11-03")
    build_index([corpus], where)
    assert _news(where) == {"all": ["Troops return"]}


def test_an_id_is_its_own_hash() -> None:
    ids = [b"00000000000f", b"3f2a00000000", b"ffffffffffff"]
    assert id_hashes(ids).tolist() == [int(one, 16) for one in ids]
    others = [b"a001", b"zzzzzzzzzzzz", b"3F2A00000000", b""]
    assert len(set(id_hashes(others).tolist())) == 4
    assert id_hashes([]).size == 0


def test_the_commands(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    where = tmp_path / "index"
    build_index([corpus], where)
    monkeypatch.setenv("NEWSQ_INDEX", str(where))

    def run(*words: str) -> tuple[int, str, str]:
        ran = CliRunner().invoke(app, list(words))
        return ran.exit_code, ran.stdout, ran.stderr

    assert run("saved")[0] == 1
    assert run("alerts")[0] == 1
    assert run("save", "wire", "troops OR ferry", "--since", "2018")[0] == 0
    code, out, _ = run("saved")
    assert code == 0
    assert out.splitlines()[:2] == ["wire", "    'troops OR ferry' --since 2018"]
    assert run("alerts") == (1, "", "Nothing new.\n")
    _write(corpus, "three", "Troops return", "2018-11-03")
    build_index([corpus], where)
    code, out, _ = run("alerts", "wire", "--keep", "--json")
    assert (code, json.loads(out)["alerts"][0]["total"]) == (0, 1)
    code, out, err = run("alerts")
    assert (code, err) == (0, "")
    assert out.startswith("wire: 1 new story\n  Troops return\n  3 Nov 2018 · ")
    assert run("alerts")[0] == 1
    assert run("alerts", "--catch-up")[0] == 0
    assert run("alerts", "none")[0] == 2
    assert run("unsave", "wire")[0] == 0
    assert run("unsave", "wire")[0] == 2

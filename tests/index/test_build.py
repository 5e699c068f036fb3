"""Corpus to index: what a run does, and that it does it whole or not at all."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from whoosh.index import open_dir

from index.build import build_index
from index.direct import index_stories
from index.errors import CorpusError, IndexBusyError, IndexFolderError
from index.formats.columns import Columns
from index.plan import plan_run
from index.raw import RawStory
from index.schema import from_document, make_schema, values_of
from index.snapshot import open_snapshot
from index.story import DateBasis, Dateline, Story, StoryDate
from index.summary import Progress

PAGE = """Ferry search widens off {place}

Published: 3 March 2019

{capitals}, March 3 (Reuters) - Rescuers in {place} searched for a ferry on Sunday, {fact}.

The ferry left port at dawn with forty people and a cargo of salt aboard, the coast guard said.
"""


def page(place: str, fact: str = "officials said") -> str:
    return PAGE.format(place=place, capitals=place.upper(), fact=fact)


def stories_of(where: Path) -> dict[str, Story]:
    with contextlib.closing(open_dir(str(where)).reader()) as reader:
        stories = [from_document(reader.stored_fields(n)) for n in reader.all_doc_ids()]
    assert len({story.id for story in stories}) == len(stories)
    return {story.place or "": story for story in stories}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    for place in ("Busan", "Manila", "Lagos"):
        write(folder / f"{place}.txt", page(place))
    return folder


def write(path: Path, text: str) -> None:
    """Write a file as if it had been there for an hour."""
    path.write_text(text, "utf-8")
    old = time.time() - 3600
    os.utime(path, (old, old))


@pytest.fixture
def where(tmp_path: Path) -> Path:
    return tmp_path / "index"


def test_a_first_run_adds_everything(corpus: Path, where: Path) -> None:
    summary = build_index([corpus], where)
    assert (summary.stories, summary.added, summary.changed, summary.dropped) == (3, 3, 0, 0)
    assert (summary.datelines, summary.certain, summary.inferred, summary.unknown) == (3, 3, 0, 0)
    assert summary.skipped == []
    story = stories_of(where)["Busan"]
    assert story.headline == "Ferry search widens off Busan"
    assert story.path == str(corpus / "Busan.txt")


def test_an_unchanged_corpus_is_not_read_again(corpus: Path, where: Path) -> None:
    build_index([corpus], where)
    before = sorted(path.name for path in where.iterdir())
    summary = build_index([corpus], where)
    assert (summary.read, summary.files_unchanged, summary.stories) == (0, 3, 3)
    assert sorted(path.name for path in where.iterdir()) == before


def test_update_adds_replaces_and_drops(corpus: Path, where: Path) -> None:
    build_index([corpus], where)
    ids = {place: story.id for place, story in stories_of(where).items()}
    (corpus / "Manila.txt").unlink()
    write(corpus / "Lagos.txt", page("Lagos", "a minister said"))
    write(corpus / "Accra.txt", page("Accra"))
    summary = build_index([corpus], where)
    assert (summary.added, summary.changed, summary.dropped, summary.read) == (1, 1, 1, 2)
    now = stories_of(where)
    assert set(now) == {"Busan", "Lagos", "Accra"}
    assert now["Lagos"].id == ids["Lagos"]
    assert "a minister said" in now["Lagos"].body


def test_a_touched_file_is_found_the_same_without_being_read(
    corpus: Path, where: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_index([corpus], where)
    os.utime(corpus / "Busan.txt", (1_500_000_000, 1_500_000_000))
    summary = build_index([corpus], where)
    assert (summary.read, summary.files_unchanged, summary.stories) == (0, 3, 3)
    # It is noted that the file is as it was: the next run does not look into it.
    monkeypatch.setattr("index.manifest.file_digest", lambda path: "other")
    assert build_index([corpus], where).read == 0


def test_a_touched_file_of_other_bytes_is_read(corpus: Path, where: Path) -> None:
    build_index([corpus], where)
    write(corpus / "Busan.txt", page("Busan", "officials sai!"))
    os.utime(corpus / "Busan.txt", (1_500_000_000, 1_500_000_000))
    summary = build_index([corpus], where)
    assert (summary.read, summary.changed) == (1, 1)


def test_a_reader_that_reads_otherwise_reads_everything_again(
    corpus: Path, where: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_index([corpus], where)
    monkeypatch.setattr("index.manifest.READER", 10_000)
    summary = build_index([corpus], where)
    assert (summary.read, summary.changed, summary.added, summary.dropped) == (3, 0, 0, 0)
    assert build_index([corpus], where).read == 0


def test_a_file_changed_within_the_clocks_tick_is_read_again(corpus: Path, where: Path) -> None:
    fresh = corpus / "Busan.txt"
    fresh.write_text(page("Busan"), "utf-8")
    build_index([corpus], where)
    status = fresh.stat()
    fresh.write_text(page("Busan", "officials sai!"), "utf-8")
    os.utime(fresh, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert fresh.stat().st_size == status.st_size
    assert build_index([corpus], where).changed == 1


def test_another_corpus_is_added_beside_the_first(
    corpus: Path, where: Path, tmp_path: Path
) -> None:
    build_index([corpus], where)
    other = tmp_path / "elsewhere" / "corpus"
    other.mkdir(parents=True)
    write(other / "Busan.txt", page("Busan"))
    summary = build_index([other], where)
    assert (summary.added, summary.dropped, summary.elsewhere) == (1, 0, 3)
    assert open_dir(str(where)).doc_count() == 4


def test_rebuild_holds_only_the_corpora_named(corpus: Path, where: Path, tmp_path: Path) -> None:
    build_index([corpus], where)
    ids = {place: story.id for place, story in stories_of(where).items()}
    other = tmp_path / "other"
    other.mkdir()
    write(other / "Oslo.txt", page("Oslo"))
    build_index([other], where, rebuild=True)
    assert set(stories_of(where)) == {"Oslo"}
    build_index([corpus], where, rebuild=True)
    assert {place: story.id for place, story in stories_of(where).items()} == ids


def test_a_search_in_the_middle_of_a_rebuild_sees_the_old_index_whole(
    corpus: Path, where: Path
) -> None:
    build_index([corpus], where)
    (corpus / "Manila.txt").unlink()
    seen: list[set[str]] = []

    def look(progress: Progress) -> None:
        seen.append(set(stories_of(where)))

    build_index([corpus], where, rebuild=True, on_progress=look)
    assert seen
    assert all(places == {"Busan", "Manila", "Lagos"} for places in seen)
    assert set(stories_of(where)) == {"Busan", "Lagos"}


def test_a_reader_opened_before_goes_on_reading_the_old_one(corpus: Path, where: Path) -> None:
    build_index([corpus], where)
    with contextlib.closing(open_dir(str(where)).reader()) as reader:
        write(corpus / "Lagos.txt", page("Lagos", "a minister said"))
        build_index([corpus], where, rebuild=True)
        bodies = [reader.stored_fields(n)["body"] for n in reader.all_doc_ids()]
    assert len(bodies) == 3
    assert not any("a minister said" in body for body in bodies)


def test_a_failure_in_the_middle_leaves_the_old_index_and_no_lock(
    corpus: Path, where: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_index([corpus], where)
    write(corpus / "Lagos.txt", page("Lagos", "a minister said"))

    def fail(progress: Progress) -> None:
        if progress.stories:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_index([corpus], where, on_progress=fail)
    assert "officials said" in stories_of(where)["Lagos"].body
    assert not [p for p in where.iterdir() if p.suffix == ".tmp"]
    assert build_index([corpus], where).changed == 1


def test_a_full_disk_is_a_sentence_and_the_old_index_stays(
    corpus: Path, where: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_index([corpus], where)
    write(corpus / "Lagos.txt", page("Lagos", "a minister said"))

    def full(*args: Any, **kwargs: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("index.durable.sync", full)
        with pytest.raises(IndexFolderError, match="No space left"):
            build_index([corpus], where)
    assert "officials said" in stories_of(where)["Lagos"].body
    assert build_index([corpus], where).changed == 1


def test_two_writers_do_not_meet(corpus: Path, where: Path) -> None:
    build_index([corpus], where)
    write(corpus / "Lagos.txt", page("Lagos", "a minister said"))
    writer = open_dir(str(where)).writer()  # any Whoosh program's
    try:
        with pytest.raises(IndexBusyError, match="Another program"):
            build_index([corpus], where)
    finally:
        writer.cancel()
    assert build_index([corpus], where).changed == 1


def test_bad_files_are_reported_and_stop_nothing(corpus: Path, where: Path) -> None:
    (corpus / "image.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(4000))
    (corpus / "empty.txt").write_text(" \n")
    (corpus / "menu.txt").write_text("Home | World | Sport\n\nLog in\n")
    (corpus / "long.txt").write_text("x" * 500_000)
    (corpus / "page.html").write_text("<!DOCTYPE html><html><body></body></html>")
    (corpus / "data.json").write_text('{"colour": "x"}')
    (corpus / "README.md").write_text("About these stories. They are invented.\n")
    (corpus / ".hidden.txt").write_text(page("Rome"))
    os.mkfifo(corpus / "pipe.txt")
    (corpus / "loop").symlink_to(corpus)
    (corpus / "self.txt").symlink_to(corpus / "self.txt")
    (corpus / "out.txt").symlink_to(where.parent / "outside.txt")
    (where.parent / "outside.txt").write_text(page("Rome"))
    summary = build_index([corpus], where)
    assert summary.stories == 3
    reasons = {Path(path).name: reason for path, reason in summary.skipped}
    assert set(reasons) == {
        "image.txt", "empty.txt", "menu.txt", "long.txt", "page.html", "data.json",
        "pipe.txt", "loop", "self.txt", "out.txt",
    }  # fmt: skip
    assert "neither a file nor a folder" in reasons["pipe.txt"]
    assert "a link to a folder" in reasons["loop"]
    assert "out of the corpus" in reasons["out.txt"]
    assert "binary" in reasons["image.txt"]
    assert "empty" in reasons["empty.txt"]
    assert "no paragraph" in reasons["menu.txt"]
    assert "longer than" in reasons["long.txt"]
    again = build_index([corpus], where)
    assert len(again.skipped) == 10, "a skip is never silent, on no run"
    assert again.read == 0


def test_a_reader_that_fails_is_reported_with_the_file(
    corpus: Path, where: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(text: str, recurring: frozenset[str]) -> RawStory | None:
        if "Manila" in text:
            raise ZeroDivisionError("oops")
        return read_page(text, recurring)

    from index.furniture import read_page

    monkeypatch.setattr("index.formats.scraped.read_page", fail)
    summary = build_index([corpus], where)
    assert summary.stories == 2
    assert summary.skipped == [
        (str(corpus / "Manila.txt"), "the reader failed on it (ZeroDivisionError: oops)")
    ]


def test_a_name_that_is_not_text_is_kept_apart(corpus: Path, where: Path) -> None:
    for number, name in enumerate((b"caf\xe9.txt", b"caf\xe8.txt", b"new\nline.txt")):
        with open(os.fsencode(corpus) + b"/" + name, "w", encoding="utf-8") as file:
            file.write(page("Oslo", f"fact {number}"))
    summary = build_index([corpus], where)
    assert (summary.added, summary.skipped) == (6, [])


@pytest.mark.parametrize("jobs", [1, 2])
def test_processes_read_the_same(corpus: Path, where: Path, jobs: int) -> None:
    for number in range(20):
        write(corpus / f"more{number}.txt", page("Oslo", f"witness {number} said"))
    (corpus / "bad.txt").write_bytes(bytes(3000))
    summary = build_index([corpus], where, jobs=jobs)
    assert (summary.added, len(summary.skipped)) == (23, 1)


def test_no_corpus_no_stories_no_index(tmp_path: Path, where: Path) -> None:
    with pytest.raises(CorpusError, match="no file or folder"):
        build_index([tmp_path / "nowhere"], where)
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(CorpusError, match="holds no files"):
        build_index([empty], where)
    (empty / "a.txt").write_bytes(bytes(100))
    with pytest.raises(CorpusError, match="No story was found"):
        build_index([empty], where)


def test_an_emptied_corpus_does_not_empty_the_index(corpus: Path, where: Path) -> None:
    build_index([corpus], where)
    for path in corpus.iterdir():
        path.unlink()
    with pytest.raises(CorpusError, match="left as it is"):
        build_index([corpus], where)
    assert len(stories_of(where)) == 3


def test_a_folder_with_other_things_is_not_made_an_index(corpus: Path, tmp_path: Path) -> None:
    other = tmp_path / "photos"
    other.mkdir()
    (other / "cat.jpg").write_bytes(b"x")
    with pytest.raises(IndexFolderError, match="other files"):
        build_index([corpus], other)
    assert [path.name for path in other.iterdir()] == ["cat.jpg"]


def test_an_index_within_the_corpus_is_not_read_as_stories(corpus: Path) -> None:
    where = corpus / "index"
    build_index([corpus], where)
    assert build_index([corpus], where).skipped == []


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # Whoosh's open file
def test_a_damaged_index_is_a_sentence_and_a_rebuild_mends_it(corpus: Path, where: Path) -> None:
    build_index([corpus], where)
    (toc,) = where.glob("*.toc")
    toc.write_bytes(toc.read_bytes()[:40])
    with pytest.raises(IndexFolderError, match="--rebuild"):
        build_index([corpus], where)
    assert build_index([corpus], where, rebuild=True).added == 3
    assert len(stories_of(where)) == 3


def test_no_index() -> None:
    with pytest.raises(IndexFolderError, match="There is no index"):
        open_snapshot(Path("/nowhere/at/all"))


def every_kind_of_story() -> Iterator[Story]:
    yield Story("a", "/a", "text", None, "")
    yield Story(
        "b",
        "/b.txt",
        "text",
        "Head",
        "Body. São Paulo.",
        "A. Byline",
        Dateline("X, Nov 1", ("São Paulo", "Rio de Janeiro"), "SP", "BR", 11, 1, 2018, "AP"),
        "AP",
        ("EFE", "TASS"),
        StoryDate(2018, 11, None, DateBasis.PAGE, True, "r"),
        "2025-04",
    )
    yield Story("c", "/c", "text", "H", "B", dateline=Dateline("(RNS)", agency="RNS"))


def test_a_story_comes_back_from_the_index_as_it_went_in(where: Path) -> None:
    stories = list(every_kind_of_story())
    assert index_stories(stories, where) == len(stories)
    with contextlib.closing(open_dir(str(where)).reader()) as reader:
        assert [from_document(reader.stored_fields(n)) for n in range(3)] == stories


def test_a_plain_whoosh_program_opens_and_searches_it(corpus: Path, where: Path) -> None:
    from whoosh.qparser import QueryParser

    build_index([corpus], where)
    with open_dir(str(where)).searcher() as searcher:
        query = QueryParser("body", make_schema()).parse('"searched for a ferry" AND place:manila')
        (hit,) = searcher.search(query)
        assert hit["place"] == "Manila"


def test_packed_files_are_read_where_they_are(where: Path, tmp_path: Path) -> None:
    import gzip
    import zipfile

    corpus = tmp_path / "packed"
    corpus.mkdir()
    with zipfile.ZipFile(corpus / "pages.zip", "w") as archive:
        for place in ("Busan", "Manila"):
            archive.writestr(f"{place}.txt", page(place))
        archive.writestr("README.md", "About these stories. They are invented.")
        archive.writestr("photo.jpg", bytes(2000))
    (corpus / "lagos.txt.gz").write_bytes(gzip.compress(page("Lagos").encode()))
    (corpus / "bomb.gz").write_bytes(gzip.compress(bytes(80 * 2**20)))
    summary = build_index([corpus], where)
    assert summary.stories == 3
    assert stories_of(where)["Manila"].path.endswith("pages.zip/Manila.txt")
    reasons = {Path(path).name: reason for path, reason in summary.skipped}
    assert set(reasons) == {"photo.jpg", "bomb.gz"}
    assert "bombs" in reasons["bomb.gz"]
    again = build_index([corpus], where)
    assert (again.added, again.changed, again.dropped) == (0, 0, 0)
    assert len(again.skipped) == 2


def test_columns_that_the_user_names(where: Path, tmp_path: Path) -> None:
    corpus = tmp_path / "dump"
    corpus.mkdir()
    write(
        corpus / "rows.csv",
        "Nummer,Titel,Meldung,Tag\n"
        '7,Ferry sails,"KIEL, Nov 1 (dpa) - The ferry sailed again on Thursday.",2018-11-01\n',
    )
    with pytest.raises(CorpusError, match="columns are Nummer, Titel, Meldung, Tag"):
        build_index([corpus], where)
    names = {"headline": "Titel", "text": "Meldung", "date": "Tag", "key": "Nummer"}
    columns = Columns.mapped(names)
    assert build_index([corpus], where, columns=columns).added == 1
    story = stories_of(where)["Kiel"]
    assert (story.headline, story.date.iso, story.agency) == ("Ferry sails", "2018-11-01", "dpa")
    # The same names again: nothing to do. Without them: read again, and nothing found.
    assert build_index([corpus], where, columns=columns).read == 0


def test_a_large_file_is_read_in_parts(
    where: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.reading.PART", 3)
    corpus = tmp_path / "rows"
    corpus.mkdir()
    row = '{{"id": {0}, "title": "Take {0}", "text": "KIEL, Nov 1 (dpa) - Ferry {0} sailed."}}\n'
    write(corpus / "a.jsonl", "".join(row.format(number) for number in range(10)))
    write(corpus / "b.jsonl", "".join(row.format(number) for number in range(4)))
    sizes: list[int] = []
    summary = build_index([corpus], where, on_progress=lambda now: sizes.append(now.stories))
    assert (summary.stories, summary.added, summary.files) == (14, 14, 2)
    assert list(dict.fromkeys(sizes)) == [0, 3, 6, 9, 10, 13, 14]
    write(corpus / "a.jsonl", "".join(row.format(number) for number in range(2, 10)))
    assert build_index([corpus], where).dropped == 2


def test_a_part_of_a_corpus_is_not_a_corpus_of_its_own(corpus: Path, where: Path) -> None:
    (corpus / "sub").mkdir()
    write(corpus / "sub" / "Oslo.txt", page("Oslo"))
    build_index([corpus], where)
    ids = {place: story.id for place, story in stories_of(where).items()}
    write(corpus / "Lagos.txt", page("Lagos", "a minister said"))
    summary = build_index([corpus / "Lagos.txt", corpus / "sub"], where)
    assert (summary.added, summary.changed, summary.dropped, summary.elsewhere) == (0, 1, 0, 2)
    assert {place: story.id for place, story in stories_of(where).items()} == ids


def test_a_corpus_takes_the_place_of_its_parts(corpus: Path, where: Path) -> None:
    (corpus / "sub").mkdir()
    write(corpus / "sub" / "Oslo.txt", page("Oslo"))
    build_index([corpus / "sub"], where)
    summary = build_index([corpus], where)
    assert (summary.added, summary.dropped, summary.elsewhere) == (4, 1, 0)
    assert len(stories_of(where)) == 4


def test_a_first_run_that_fails_leaves_no_index(tmp_path: Path, where: Path) -> None:
    corpus = tmp_path / "none"
    corpus.mkdir()
    (corpus / "a.txt").write_bytes(bytes(100))
    with pytest.raises(CorpusError):
        build_index([corpus], where)
    with pytest.raises(IndexFolderError, match="There is no index"):
        open_snapshot(where)
    write(corpus / "b.txt", page("Oslo"))
    assert build_index([corpus], where).added == 1


def test_a_rebuild_says_what_it_replaced(corpus: Path, where: Path) -> None:
    build_index([corpus], where)
    (corpus / "Manila.txt").unlink()
    summary = build_index([corpus], where, rebuild=True)
    assert (summary.before, summary.stories) == (3, 2)


def test_a_run_overtaken_by_another_looks_again(
    corpus: Path, where: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_index([corpus], where)
    other = tmp_path / "other"
    other.mkdir()
    write(other / "Oslo.txt", page("Oslo"))
    write(corpus / "Lagos.txt", page("Lagos", "a minister said"))

    def overtaken(*args: Any) -> Any:
        plan = plan_run(*args)
        monkeypatch.setattr("index.build.plan_run", plan_run)
        build_index([other], where)
        return plan

    monkeypatch.setattr("index.build.plan_run", overtaken)
    summary = build_index([corpus], where)
    assert (summary.changed, summary.elsewhere) == (1, 1)
    assert build_index([other], where).files_unchanged == 1


def test_a_story_that_cannot_be_indexed_is_reported(
    corpus: Path, where: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(story: Story, source: str) -> Any:
        if story.place == "Manila":
            raise ValueError("year 0 is out of range")
        return values_of(story, source)

    monkeypatch.setattr("index.segmenting.values_of", fail)
    summary = build_index([corpus], where)
    assert (summary.stories, summary.added) == (2, 2)
    ((path, reason),) = summary.skipped
    assert path == str(corpus / "Manila.txt")
    assert "year 0 is out of range" in reason
    assert set(stories_of(where)) == {"Busan", "Lagos"}


def test_what_a_killed_run_left_is_cleared_by_the_next(corpus: Path, where: Path) -> None:
    build_index([corpus], where)
    left = ["MAIN_0123456789abcdef.docs", "_MAIN_2.toc.1543536.25", "newsq-manifest-2.json"]
    for name in left:
        (where / name).write_bytes(b"half a file")
    write(corpus / "Lagos.txt", page("Lagos", "a minister said"))
    assert build_index([corpus], where).changed == 1
    names = {path.name for path in where.iterdir()}
    assert not names & set(left[:2])
    assert sum(name.startswith("newsq-manifest") for name in names) == 1
    assert len(stories_of(where)) == 3


def test_what_a_run_left_that_was_killed_at_its_very_end_is_cleared(
    corpus: Path, where: Path
) -> None:
    build_index([corpus], where)
    left = ["MAIN_0123456789abcdef.docs", "_MAIN_0.toc", "newsq-copies-0", "newsq-manifest-1.tmp"]
    for name in left:
        (where / name).write_bytes(b"half a file")
    assert build_index([corpus], where).read == 0, "there is nothing else to do"
    assert not {path.name for path in where.iterdir()} & set(left)

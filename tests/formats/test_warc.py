"""WARC archives."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import StoryFileError
from index.formats import warc
from index.raw import NoText, RawStory
from index.story import PartialDate

SAMPLES = Path(__file__).parent / "samples" / "warc"
DAY = "2018-11-02T00:00:00Z"
HTML = (
    "<html><head><title>Fähre läuft wieder aus</title></head><body><article>"
    "<p>KIEL, 1. Nov (dpa) - Die Fähre lief am Donnerstag wieder aus, teilte die Reederei mit.</p>"
    "<p>Rund 400 Menschen waren an Bord, und am Kai wurde die Mannschaft mit Beifall begrüßt.</p>"
    "</article></body></html>"
)
TEXT = (
    "Ferry sails again after storm\n\nKIEL, Nov 1 (AP) - The ferry sailed again on Thursday "
    "after a storm had kept it in port, the line said.\n\nSome 400 people were aboard.\n"
)


def record(kind: str, uri: str, content: bytes, content_type: str, version: str = "1.0") -> bytes:
    head = (
        f"WARC/{version}\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {uri}\r\nWARC-Date: {DAY}\r\n"
        f"WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000000>\r\n"
        f"Content-Type: {content_type}\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content + b"\r\n\r\n"


def response(uri: str, body: bytes, status: str = "200 OK", header: str = "text/html") -> bytes:
    http = f"HTTP/1.1 {status}\r\nContent-Type: {header}\r\n\r\n".encode() + body
    return record("response", uri, http, "application/http; msgtype=response")


def chunked(body: bytes) -> bytes:
    parts = [body[at : at + 100] for at in range(0, len(body), 100)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


RECORDS = [
    record("warcinfo", "", b"software: none\r\n", "application/warc-fields"),
    response("http://a.example/latin", HTML.encode("cp1252"), header="text/html; charset=latin1"),
    record("request", "http://a.example/latin", b"GET / HTTP/1.1\r\n\r\n", "application/http"),
    response(
        "http://a.example/packed",
        chunked(gzip.compress(HTML.encode())),
        header="text/html; charset=UTF-8\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked",
    ),
    response("http://a.example/gone", HTML.encode(), "404 Not Found"),
    response("http://a.example/moved", HTML.encode(), "301 Moved"),
    response("http://a.example/image", b"\x89PNG\0\0", header="image/png"),
    response("http://a.example/empty", b"<html></html>"),
    response("http://a.example/binary", b"<html>\0\1\2\3\0"),
    record("resource", "http://a.example/plain", TEXT.encode(), "text/plain", "1.1"),
]
PLAIN = b"".join(RECORDS)
PACKED = b"".join(map(gzip.compress, RECORDS))


def items(data: bytes) -> list[RawStory | NoText]:
    assert warc.sniff(data[:16384])
    return list(warc.read(io.BytesIO(data)))


@pytest.mark.parametrize(
    "data",
    [PLAIN, PACKED, gzip.compress(PLAIN)],
    ids=["plain", "gzipped by record", "gzipped whole"],
)
def test_pages_of_an_archive(data: bytes) -> None:
    latin, packed, empty, binary, plain = items(data)
    assert isinstance(latin, RawStory)
    assert isinstance(packed, RawStory)
    assert isinstance(plain, RawStory)
    assert latin.key == f"http://a.example/latin {DAY}"
    assert latin.headline == packed.headline == "Fähre läuft wieder aus"
    assert latin.body == packed.body
    assert latin.body.startswith("KIEL, 1. Nov (dpa) - Die Fähre")
    assert latin.filed is None, "the day of the crawl is not the story's"
    assert latin.page_date == PartialDate(2018, 11, 2), "but a bound on it"
    assert empty == NoText(f"http://a.example/empty {DAY}", "web page")
    assert binary == NoText(f"http://a.example/binary {DAY}", "web page")
    assert (plain.headline, plain.agency) == ("Ferry sails again after storm", "AP")
    assert plain.is_page


def test_the_sample_archive() -> None:
    (story,) = items((SAMPLES / "one.warc").read_bytes())
    assert isinstance(story, RawStory)
    assert story.key == "http://post.example/mill 2019-05-02T08:00:00Z"
    assert story.headline == "Mill reopens after ten years"


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_an_archive_cut_off_keeps_what_came_before(pack: type[bytes]) -> None:
    read = warc.read(io.BytesIO(pack(PLAIN[: len(PLAIN) - 60])))
    for _ in range(4):
        next(read)
    with pytest.raises(StoryFileError, match="cut off in the middle of record 10"):
        next(read)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (RECORDS[0] + b"garbage\r\n\r\n" * 9, "record 2 is broken"),
        (PACKED[: len(gzip.compress(RECORDS[0]))] + b"garbage " * 9, "record 2|record 1"),
        (b"WARC/1.0\r\nWARC-Type: response\r\n\r\n", "record 1"),
    ],
)
def test_broken_records_are_reported(data: bytes, reason: str) -> None:
    with pytest.raises(StoryFileError, match=reason):
        items(data)


def test_nothing_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(StoryFileError):
        items(RECORDS[1] + b"no blank line\r\n" + RECORDS[1] + b"WARC/1.0\r\nx\r\n\r\n")
    assert capsys.readouterr() == ("", "")


def test_a_page_too_large_is_no_story() -> None:
    bomb = gzip.compress(b"<html><p>" + b"rain fell " * (warc.MAX_PAGE // 8))
    header = "text/html\r\nContent-Encoding: gzip"
    first, second = items(response("http://a.example/b", bomb, header=header) + RECORDS[1])
    assert isinstance(first, NoText)
    assert isinstance(second, RawStory)


@pytest.mark.parametrize(
    "head", [b"", b"WARC", b"\x1f\x8b", gzip.compress(b"Rain fell."), b"<html>"]
)
def test_other_formats_are_none(head: bytes) -> None:
    assert not warc.sniff(head)


@settings(max_examples=60, deadline=5000)
@given(
    st.sampled_from([PLAIN, PACKED]),
    st.integers(0, len(PLAIN)),
    st.integers(0, 60),
    st.binary(max_size=30)
    | st.sampled_from([b"\r\n\r\n", b"Content-Length: -5\r\n", b"WARC/1.0\r\n"]),
)
def test_damage_is_reported(data: bytes, at: int, cut: int, put: bytes) -> None:
    damaged = data[:at] + put + data[at + cut :]
    warc.sniff(damaged)
    try:
        for item in warc.read(io.BytesIO(damaged)):
            assert item.key.encode() is not None
    except StoryFileError:
        pass

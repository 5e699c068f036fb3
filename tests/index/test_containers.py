"""Packed files and their bounds."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.containers import Bounds, is_packed, members
from index.errors import StoryFileError

RAIN, SNOW = b"Rain fell on the pass.\n", b"Snow fell on the pass.\n"


def unpacked(data: bytes, name: str = "x", bounds: Bounds = Bounds()) -> dict[str, bytes]:  # noqa: B008  # frozen
    return {inner: stream.read() for inner, stream in members(io.BytesIO(data), name, bounds)}


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return file.getvalue()


def tarred(files: dict[str, bytes], mode: str = "w") -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=mode) as archive:  # type: ignore[call-overload]  # a mode by name
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return file.getvalue()


FILES = {"may/one.xml": RAIN, "may/two.xml": SNOW}


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_single_streams(pack: object) -> None:
    assert callable(pack)
    data = pack(RAIN) + pack(SNOW)
    assert is_packed(data)
    assert unpacked(data, "may/stories.xml.gz") == {"stories.xml": RAIN + SNOW}


@pytest.mark.parametrize(
    "data",
    [zipped(FILES), zipped(FILES, zipfile.ZIP_BZIP2), tarred(FILES)]
    + [tarred(FILES, f"w:{kind}") for kind in ("gz", "bz2", "xz")],
)
def test_archives(data: bytes) -> None:
    assert is_packed(data[: 16 * 1024])
    assert unpacked(data) == FILES


def test_streams_are_seekable() -> None:
    for _, stream in members(io.BytesIO(zipped(FILES)), "x.zip"):
        assert stream.read(4) in (RAIN[:4], SNOW[:4])
        stream.seek(0)
        assert stream.read() in (RAIN, SNOW)


def test_names_lead_through_nested_archives() -> None:
    inner = zipped({"a.txt.gz": gzip.compress(RAIN)})
    data = zipped({"1994/may.zip": inner, "1994/june.tar.gz": tarred(FILES, "w:gz")})
    assert unpacked(data) == {
        "1994/may.zip/a.txt": RAIN,
        "1994/june.tar.gz/may/one.xml": RAIN,
        "1994/june.tar.gz/may/two.xml": SNOW,
    }


def test_what_lies_too_deep_or_is_damaged_comes_packed() -> None:
    deep = zipped({"d.zip": zipped({"e.zip": zipped({"f.zip": zipped({"a": RAIN})})})})
    (name,) = unpacked(deep)
    assert name == "d.zip/e.zip/f.zip"
    damaged = zipped(FILES)[:60]
    assert unpacked(zipped({"bad.zip": damaged, "a": RAIN})) == {"bad.zip": damaged, "a": RAIN}


def test_folders_links_and_hidden_files_are_passed_over() -> None:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for name, kind in (("d", tarfile.DIRTYPE), ("l", tarfile.SYMTYPE), ("p", tarfile.FIFOTYPE)):
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname = kind, "../../etc/passwd"
            archive.addfile(entry)
        for name in (".hidden", "__MACOSX/._one", "a/.git/x", "../../one.xml", "/two.xml"):
            entry = tarfile.TarInfo(name)
            entry.size = len(RAIN)
            archive.addfile(entry, io.BytesIO(RAIN))
    assert unpacked(file.getvalue()) == {"one.xml": RAIN, "two.xml": RAIN}
    link = zipfile.ZipInfo("link")
    link.external_attr = 0o120777 << 16
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as zips:
        zips.writestr(link, "/etc/passwd")
        zips.writestr("__MACOSX/._a", RAIN)
        zips.writestr("folder/", b"")
        zips.writestr("./a", RAIN)
    assert unpacked(packed.getvalue()) == {"a": RAIN}


def test_a_warc_is_left_to_its_reader() -> None:
    warc = gzip.compress(b"WARC/1.0\r\nWARC-Type: warcinfo\r\n")
    assert not is_packed(warc)
    assert unpacked(zipped({"crawl.warc.gz": warc})) == {"crawl.warc.gz": warc}


def test_office_documents_are_no_archives() -> None:
    assert not is_packed(zipped({"[Content_Types].xml": RAIN, "word/document.xml": SNOW}))


@pytest.mark.parametrize(
    "head", [b"", b"\x1f\x8b", b"BZh9 rain", b"PK rain", RAIN * 40, b"\0" * 512]
)
def test_what_is_not_packed(head: bytes) -> None:
    assert not is_packed(head)


@pytest.mark.parametrize(
    "bomb",
    [
        gzip.compress(bytes(64 * 2**20)),
        bz2.compress(bytes(64 * 2**20)),
        lzma.compress(bytes(64 * 2**20)),
        zipped({"a": bytes(64 * 2**20)}),
        gzip.compress(gzip.compress(bytes(64 * 2**20))),
        tarred({"a": bytes(64 * 2**20)}, "w:gz"),
        zipped({"a.zip": zipped({"a": bytes(64 * 2**20)})}),
    ],
)
def test_bombs(bomb: bytes) -> None:
    with pytest.raises(StoryFileError, match="as bombs do"):
        unpacked(bomb)


def test_bounds_in_count_and_size() -> None:
    with pytest.raises(StoryFileError, match="more than 1 files"):
        unpacked(zipped(FILES), bounds=Bounds(members=1))
    with pytest.raises(StoryFileError, match="unpacks to more than"):
        unpacked(gzip.compress(RAIN), bounds=Bounds(unpacked=10))
    found = members(io.BytesIO(tarred(FILES)), "x.tar", Bounds(members=1))
    assert next(found)[0] == "may/one.xml"
    with pytest.raises(StoryFileError, match="more than 1 files"):
        next(found)


def test_a_zip_whose_directory_is_far_too_long() -> None:
    data = zipped({f"{n:0200}": b"" for n in range(100)})
    with pytest.raises(StoryFileError, match="packed in it"):
        unpacked(data, bounds=Bounds(members=10))


def test_encrypted_zips() -> None:
    data = bytearray(zipped({"a": RAIN}))
    data[6] |= 1
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(StoryFileError, match="password"):
        unpacked(bytes(data))


def test_a_tar_header_without_end() -> None:
    data = tarred({"a": RAIN})
    long = tarfile.TarInfo("././@LongLink")
    long.type, long.size = tarfile.GNUTYPE_LONGNAME, 8 * 2**20
    block = long.tobuf(tarfile.GNU_FORMAT) + b"n" * (8 * 2**20)
    with pytest.raises(StoryFileError, match="header"):
        unpacked(block + data)


def test_a_hidden_or_special_member_may_be_large() -> None:
    assert unpacked(tarred({".big": bytes(4 * 2**20), "a": RAIN})) == {"a": RAIN}


@pytest.mark.parametrize(
    "data", [gzip.compress(RAIN * 99, mtime=0)[:-9], b"\x1f\x8b\x08" + b"\xff" * 99]
)
def test_damage(data: bytes) -> None:
    with pytest.raises(StoryFileError, match=r"damaged|cut off"):
        unpacked(data)


def test_what_follows_a_stream_and_is_none_is_left() -> None:
    assert unpacked(gzip.compress(RAIN) + b"\0" * 700) == {"x": RAIN}


SEEDS = [
    gzip.compress(RAIN * 50),
    bz2.compress(RAIN * 50),
    lzma.compress(RAIN * 50),
    zipped(FILES),
    tarred(FILES),
    tarred(FILES, "w:gz"),
    zipped({"a.tar": tarred(FILES), "b.gz": gzip.compress(RAIN)}),
]


@settings(max_examples=250, deadline=2000)
@given(st.sampled_from(SEEDS), st.integers(0, 3000), st.binary(max_size=16), st.integers(0, 30))
def test_no_damage_gets_out_but_as_a_reason(seed: bytes, at: int, junk: bytes, lost: int) -> None:
    at %= len(seed)
    data = seed[:at] + junk + seed[at + lost :]
    is_packed(data)
    with suppress(StoryFileError):
        unpacked(data)


def test_a_zip64_directory_is_measured() -> None:
    record = b"PK\x06\x06" + struct.pack("<Q", 44) + bytes(28) + struct.pack("<QQ", 2**40, 0)
    end = b"PK\x05\x06" + bytes(8) + b"\xff" * 4 + bytes(6)
    with pytest.raises(StoryFileError, match=r"packed in it|damaged"):
        unpacked(b"PK\x03\x04" + bytes(100_000) + record + end, bounds=Bounds(members=10))

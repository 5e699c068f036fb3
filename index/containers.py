"""Packed files: what is in a .gz, .bz2, .xz, .zip or .tar, one bounded member at a time.

Nothing is written but to spooled temporary files, so no name in an archive can lead anywhere.
"""

from __future__ import annotations

import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, Protocol, cast

from index.errors import StoryFileError
from index.limits import FREE, RATIO
from index.unpacking import Unpacked, is_stream, starts_with_warc

HEAD = 16 * 1024
"""Bytes that tell a packed file."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What may come out of one packed file, all that is nested in it included.

    ``members`` counts what is skipped too; ``unpacked`` is in bytes. Beyond ``free`` bytes
    no more than ``ratio`` times the packed file's size may come out. ``nested`` counts
    containers within the outermost; a .tar.gz is one. Members up to ``in_memory`` bytes are
    held in memory.
    """

    members: int = 1_000_000
    unpacked: int = 64 * 2**30
    ratio: int = RATIO
    free: int = FREE
    nested: int = 2
    in_memory: int = 8 * 2**20


DEFAULT_BOUNDS = Bounds()


class _Readable(Protocol):
    def read(self, size: int = ..., /) -> bytes | None: ...


_CHUNK = 256 * 1024
_TAR_HEADERS = 1024 * 1024
"""Bytes of headers before a tar's member; long names and attributes need some kilobytes."""
_DIRECTORY_ENTRY = 1024
"""Bytes that an entry of a zip's directory may take on average."""
_OFFICE = ("[Content_Types].xml", "mimetype", "_rels/.rels", "word/", "META-INF/")
_DAMAGED = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, ValueError, KeyError,
    NotImplementedError, RuntimeError, OverflowError, IndexError,
)  # fmt: skip
"""What the standard library raises for archives that are none, cut off or of an odd kind."""


class _BeyondBoundsError(StoryFileError):
    """More is packed than may come out: no more is read, at any level."""


class _Budget:
    """What may still come out of the outermost file."""

    def __init__(self, bounds: Bounds, packed: int) -> None:
        self.bounds = bounds
        self._members = 0
        self._bytes = 0
        self._by_ratio = max(bounds.free, bounds.ratio * packed)

    def take_member(self) -> None:
        self._members += 1
        if self._members > self.bounds.members:
            raise _BeyondBoundsError(f"more than {self.bounds.members:,} files are packed in it")

    def take(self, count: int) -> None:
        self._bytes += count
        if self._bytes > self._by_ratio:
            raise _BeyondBoundsError(
                f"it unpacks to more than {self.bounds.ratio} times its size, as bombs do"
            )
        if self._bytes > self.bounds.unpacked:
            raise _BeyondBoundsError(
                f"it unpacks to more than {self.bounds.unpacked / 2**30:g} GiB"
            )


def is_packed(head: bytes) -> bool:
    """Whether a file that starts with ``head`` (up to `HEAD` bytes) holds packed files.

    A gzipped WARC does not count: its records are gzipped one by one, and its reader wants
    them so. Nor do documents of word processors, which are zips that hold no stories.
    """
    if is_stream(head):
        return not starts_with_warc(head)
    return _is_zip(head) or _is_tar(head)


def members(
    file: BinaryIO, name: str, bounds: Bounds = DEFAULT_BOUNDS
) -> Iterator[tuple[str, BinaryIO]]:
    """(name, seekable stream) of every file packed in ``file``, whose own name is ``name``.

    ``file`` is seekable and at its start. A stream is open until the next is asked for.
    Folders, links, devices and hidden files are passed over. Names have forward slashes and
    lead through nested archives: ``1994/may.zip/0501.xml``. A nested container that is
    damaged, encrypted or too deep is handed out packed, as it is. Raises StoryFileError
    where ``file`` itself is, or where more is packed in it than ``bounds`` allows.
    """
    size = file.seek(0, 2)
    file.seek(0)
    yield from _members(file, PurePosixPath(name).name, _Budget(bounds, size), 0)


def _members(
    file: BinaryIO, name: str, budget: _Budget, depth: int
) -> Iterator[tuple[str, BinaryIO]]:
    head = file.read(HEAD)
    file.seek(0)
    if depth > budget.bounds.nested:
        raise StoryFileError(f"packed more than {budget.bounds.nested} deep within itself")
    found: Iterator[tuple[str, _Readable]]
    is_archive = True
    try:
        if is_stream(head):
            unpacked = Unpacked(file, head, budget.take)
            if _is_tar(unpacked.peek()):
                found = _tarred(unpacked, budget)
            else:
                found, is_archive = iter([(_unsuffixed(name), unpacked)]), False
        elif _is_zip(head):
            found = _zipped(file, budget)
        elif _is_tar(head):
            found = _tarred(file, budget)
        else:
            raise StoryFileError("of no packed kind that is known here")
        for inner, stream in found:
            with SpooledTemporaryFile(max_size=budget.bounds.in_memory) as spool:
                _copy(stream, spool)
                member = cast("BinaryIO", spool)
                label = f"{name}/{inner}" if depth and is_archive else inner
                yield from _member(member, label, budget, depth)
    except _DAMAGED as error:
        raise StoryFileError(f"damaged or cut off: {error or type(error).__name__}") from error


def _member(
    member: BinaryIO, name: str, budget: _Budget, depth: int
) -> Iterator[tuple[str, BinaryIO]]:
    """A member, or what is packed in it."""
    head = member.read(HEAD)
    member.seek(0)
    if is_packed(head):
        try:
            yield from _members(member, name, budget, depth + 1)
        except _BeyondBoundsError:
            raise
        except StoryFileError:
            member.seek(0)
        else:
            return
    yield name, member


def _copy(stream: _Readable, spool: SpooledTemporaryFile[bytes]) -> None:
    while chunk := stream.read(_CHUNK):
        spool.write(chunk)
    spool.seek(0)


def _zipped(file: BinaryIO, budget: _Budget) -> Iterator[tuple[str, _Readable]]:
    _check_directory(file, budget.bounds)
    with zipfile.ZipFile(file) as archive:
        for entry in archive.infolist():
            budget.take_member()
            kind = stat.S_IFMT(entry.external_attr >> 16)
            if entry.is_dir() or kind not in (0, stat.S_IFREG) or _is_hidden(entry.filename):
                continue
            if entry.flag_bits & 1:
                raise StoryFileError("an encrypted zip; unpack it with its password first")
            if entry.compress_type == zipfile.ZIP_LZMA:
                # Its dictionary may be of any size, and nothing bounds it.
                raise StoryFileError("a zip packed with LZMA, which is not read; unpack it first")
            with archive.open(entry) as stream:
                yield _plain_name(entry.filename), _Counted(stream, budget.take)


class _Counted:
    """A stream whose bytes are counted as they come out."""

    def __init__(self, stream: _Readable, take: Callable[[int], None]) -> None:
        self._stream = stream
        self._take = take

    def read(self, size: int = -1, /) -> bytes:
        data = self._stream.read(size) or b""
        self._take(len(data))
        return data


def _check_directory(file: BinaryIO, bounds: Bounds) -> None:
    """A zip's directory is read whole: refuse one that is far too long for its bound."""
    size = file.seek(0, 2)
    file.seek(max(0, size - 66 * 1024))
    tail = file.read()
    file.seek(0)
    end = tail.rfind(b"PK\x05\x06")
    length = int.from_bytes(tail[end + 12 : end + 16], "little") if end >= 0 else 0
    wide = tail.rfind(b"PK\x06\x06", 0, max(end, 0))
    if length == 0xFFFFFFFF and wide >= 0:
        length = int.from_bytes(tail[wide + 40 : wide + 48], "little")
    if min(length, size) > bounds.members * _DIRECTORY_ENTRY:
        raise _BeyondBoundsError(f"more than {bounds.members:,} files are packed in it")


def _tarred(file: _Readable, budget: _Budget) -> Iterator[tuple[str, _Readable]]:
    reader = _HeaderBound(file)
    with tarfile.open(fileobj=cast("BinaryIO", reader), mode="r|") as archive:
        while (entry := archive.next()) is not None:
            # The archive remembers every entry; with a million of them that is a gigabyte.
            cast("Any", archive).members.clear()
            budget.take_member()
            stream = archive.extractfile(entry) if entry.isreg() and not entry.issparse() else None
            reader.allow(None)
            if stream is not None and not _is_hidden(entry.name):
                yield _plain_name(entry.name), stream
            skipped = max(0, archive.offset - cast("Any", archive).fileobj.tell())
            reader.allow(_TAR_HEADERS + skipped)


class _HeaderBound:
    """A stream for tarfile, which reads extended headers whole, however long they say they are."""

    def __init__(self, stream: _Readable) -> None:
        self._stream = stream
        self._left: int | None = _TAR_HEADERS

    def allow(self, count: int | None) -> None:
        self._left = count

    def read(self, size: int = -1, /) -> bytes:
        if self._left is not None:
            self._left -= size
            if self._left < 0:
                raise StoryFileError("a damaged tar: a header that does not end")
        return self._stream.read(size) or b""


def _is_zip(head: bytes) -> bool:
    if head.startswith(b"PK\x05\x06"):
        return True
    return head.startswith(b"PK\x03\x04") and not head[30:60].startswith(
        tuple(name.encode() for name in _OFFICE)
    )


def _is_tar(head: bytes) -> bool:
    """Whether ``head`` starts with a tar's header block: its checksum tells, in every dialect."""
    block = head[:512]
    if len(block) < 512 or not block[0]:
        return False
    try:
        told = int(block[148:156].strip(b"\0 ") or b"x", 8)
    except ValueError:
        return False
    return told == sum(block[:148]) + 8 * 32 + sum(block[156:])


def _is_hidden(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return any(
        part == "__MACOSX" or (part.startswith(".") and part not in (".", "..")) for part in parts
    )


def _plain_name(name: str) -> str:
    """``name`` as a label: relative, without steps up and control characters."""
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    label = "/".join(parts).encode("utf-8", "replace").decode()
    return "".join(c for c in label if c.isprintable()) or "unnamed"


def _unsuffixed(name: str) -> str:
    """The name of what is in ``stories.xml.gz``: ``stories.xml``."""
    path = PurePosixPath(_plain_name(name))
    return str(path.with_suffix("") if path.suffix.lower() in (".gz", ".bz2", ".xz") else path)

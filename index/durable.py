"""What is written is on the disk, and a file is there whole or not at all.

A file's bytes are on the disk once the file is synced, and its name once its folder is; until
then a loss of power may take either, in any order (Pillai et al., "All File Systems Are Not
Created Equal", OSDI 2014).
"""

from __future__ import annotations

import errno
import os
import zlib
from contextlib import suppress
from pathlib import Path

from index.files import created

_SEAL = len(b"\n01234567\n")


def sync(path: Path) -> None:
    """Put the bytes of a file, or the names in a folder, on the disk. Raises OSError."""
    if path.is_dir():
        _sync_folder(path)
        return
    descriptor = os.open(path, os.O_RDWR)  # Windows syncs none that is open to be read alone
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_folder(path: Path) -> None:
    """As PostgreSQL does it: Windows opens no folder, and some network file systems sync none."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EISDIR):
            return
        raise
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EBADF, errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(descriptor)


def make_folder(folder: Path) -> None:
    """Make ``folder``, and those above it that are missing. Raises OSError."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    for one in reversed(missing):
        one.mkdir(exist_ok=True)
        sync(one.parent)


def write_whole(path: Path, data: bytes | memoryview) -> None:
    """Put ``data`` in the place of the file at ``path``.

    Raises OSError; then the file is as it was, or all of the new one.
    """
    draft = path.with_suffix(".tmp")
    try:
        with created(draft) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError:
        with suppress(OSError):
            draft.unlink()
        raise
    sync(path.parent)


def seal(data: bytes | memoryview) -> bytes:
    """What stands behind ``data`` in a file: its checksum (CRC-32), on a line of its own."""
    return b"\n%08x\n" % zlib.crc32(data)


def unsealed(data: bytes) -> bytes:
    """What has its `seal` behind it, without that. Raises ValueError if it is not that any more."""
    body = data[:-_SEAL]
    if data[-_SEAL:] != seal(body):
        raise ValueError("it is not what was written")
    return body


def swap_in(draft: Path, path: Path) -> None:
    """Rename ``draft``, once it and the names of all files beside it are on the disk.

    There is no file at ``path`` before. Raises OSError; then there is none afterwards.
    """
    sync(draft)
    sync(draft.parent)
    try:
        draft.rename(path)
        sync(path.parent)
    except OSError:
        with suppress(OSError):
            path.unlink()
        raise

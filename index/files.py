"""Files in folders that others may have filled: nothing waits, and nothing follows a link.

To open a pipe waits for who writes to it, and a device has no end; to write where someone has
put a link writes to what it leads to (CWE-59).
"""

from __future__ import annotations

import errno
import os
import stat
from io import BufferedReader, BufferedWriter
from pathlib import Path


def opened(path: Path) -> BufferedReader:
    """A regular file, open to be read; a link to one may lead there.

    Raises OSError, also for a pipe or a device, at once.
    """

    def at_once(name: str, flags: int) -> int:
        return os.open(name, flags | getattr(os, "O_NONBLOCK", 0))

    file = open(path, "rb", opener=at_once)  # noqa: SIM115 - the caller closes it
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError(errno.EINVAL, "It is no plain file", str(path))
    return file


def read_whole(path: Path, most: int) -> bytes:
    """The bytes of a regular file. Raises OSError; ValueError if there are more than ``most``."""
    with opened(path) as file:
        if os.fstat(file.fileno()).st_size > most:
            raise ValueError(f"it is larger than {most >> 20} MiB")
        return file.read(most)


def created(path: Path) -> BufferedWriter:
    """A new file in the place of whatever has the name, open to be written. Raises OSError."""
    if os.path.lexists(path):  # a run that was killed has left it, or someone has put it there
        path.unlink()
    return path.open("xb")


def ensure_own(path: Path) -> None:
    """Make sure that what opens ``path`` to write finds a file of this folder or none.

    A link, a pipe or a device is removed. Raises OSError.
    """
    try:
        status = path.lstat()
    except FileNotFoundError:
        return
    if not stat.S_ISREG(status.st_mode):
        path.unlink()

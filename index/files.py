"""Files that others may have put there, opened without waiting for what is no file."""

from __future__ import annotations

import errno
import os
import stat
from io import BufferedReader
from pathlib import Path


def opened(path: Path, otherwise: str = "It is no plain file") -> BufferedReader:
    """A file, open to be read; a pipe or a device keeps nobody waiting.

    Raises OSError; for what is no plain file, with the reason ``otherwise``.
    """

    def at_once(name: str, flags: int) -> int:
        return os.open(name, flags | getattr(os, "O_NONBLOCK", 0))

    file = open(path, "rb", opener=at_once)  # noqa: SIM115 - the caller closes it
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError(errno.EINVAL, otherwise, str(path))
    return file

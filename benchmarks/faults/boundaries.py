"""Every step by which this process changes a folder, told before it is done.

What is told may be noted, or met with an error or with death. Steps are those that a system
call makes: a file is made, written, cut, put on the disk, renamed, removed; a folder is made
or put on the disk; and, as faults can meet them too, a file is opened to be read and a folder
listed. Child processes are not watched.
"""

from __future__ import annotations

import builtins
import io
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

READING = frozenset({"read", "list"})
"""The kinds of step that change nothing."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its kind, the path it is done to, and where a rename leads or data is written."""

    kind: str
    path: str
    to: str = ""
    at: int = 0
    data: bytes = b""


Told = Callable[[Step], bool | None]
"""What is told of a step; if it says True of a write, nothing is written."""


class Killed(BaseException):
    """The process is dead: nothing that it still does changes the folder."""


def killed_at(place: int) -> Told:
    """Kills this process, as far as the folder can tell, before a step that changes it."""
    left = place

    def told(step: Step) -> bool:
        nonlocal left
        if step.kind in READING:
            return False
        left -= 1
        if left < -1 and step.kind == "write":
            return True  # what a file had buffered is written when the file is let go
        if left < 0:
            raise Killed
        return False

    return told


class _File(io.FileIO):
    """A file whose writes are told."""

    def __init__(self, path: str, mode: str, told: Told) -> None:
        told(Step("create", path) if "r" not in mode else Step("open", path))
        if "w" in mode:
            told(Step("truncate", path))
        super().__init__(path, mode)
        self._path, self._told = path, told

    def write(self, data: Any, /) -> int:
        at = os.fstat(self.fileno()).st_size if "a" in self.mode else self.tell()
        if self._told(Step("write", self._path, at=at, data=bytes(data))):
            return len(data)
        return super().write(data)

    def truncate(self, size: int | None = None, /) -> int:
        size = self.tell() if size is None else size
        self._told(Step("truncate", self._path, at=size))
        return super().truncate(size)


@contextmanager
def watched(folder: Path, told: Told) -> Iterator[None]:
    """Tell of every step that is done to ``folder``, before it is done.

    Steps on the folder above it are told, too; nothing else is.
    """
    watch = _Watch(os.path.abspath(folder), told)
    real = {(place, name): getattr(place, name) for place, name in _Watch.WATCHED}
    with ExitStack() as stack:
        for (place, name), function in real.items():
            stack.enter_context(patch.object(place, name, watch.of(name, function)))
        yield


class _Watch:
    """Stands between the process and the system for one folder."""

    WATCHED = (
        (builtins, "open"), (io, "open"), (os, "open"), (os, "write"), (os, "ftruncate"),
        (os, "fsync"), (os, "rename"), (os, "replace"), (os, "unlink"), (os, "remove"),
        (os, "mkdir"), (os, "listdir"), (os, "scandir"),
    )  # fmt: skip

    def __init__(self, folder: str, told: Told) -> None:
        self._folder = folder
        self._told = told
        self._paths: dict[int, str] = {}

    def of(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        """The function that stands before the ``real`` one called ``name``."""
        if name == "open":
            return self._open if real is _OPEN else self._opened(real)
        if name in ("write", "ftruncate", "fsync"):
            return self._on_descriptor(name, real)
        return self._on_path(name, real)

    def _within(self, path: Any) -> str:
        """The whole path of what lies in the folder; "" for all else."""
        if isinstance(path, int) or path is None:
            return ""
        whole = os.path.abspath(os.fsdecode(path))
        mine = self._folder, os.path.dirname(self._folder)
        return whole if whole in mine or whole.startswith(self._folder + os.sep) else ""

    def _open(
        self,
        file: Any,
        mode: str = "r",
        buffering: int = -1,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
        *more: Any,
        **named: Any,
    ) -> Any:
        path = self._within(file)
        if not path:
            return _OPEN(file, mode, buffering, encoding, errors, newline, *more, **named)
        if not set(mode) & set("wax+"):
            self._told(Step("read", path))
            return _OPEN(file, mode, buffering, encoding, errors, newline, *more, **named)
        raw = _File(path, mode.replace("b", "").replace("t", ""), self._told)
        self._paths[raw.fileno()] = path
        kind = io.BufferedRandom if "+" in mode else io.BufferedWriter
        buffered = kind(raw)
        return buffered if "b" in mode else io.TextIOWrapper(buffered, encoding, errors, newline)

    def _opened(self, real: Callable[..., int]) -> Callable[..., int]:
        def opened(path: Any, flags: int, *more: Any, **named: Any) -> int:
            within = self._within(path)
            if within and flags & os.O_CREAT and not os.path.exists(within):
                self._told(Step("create", within))
            descriptor = real(path, flags, *more, **named)
            if within:
                self._paths[descriptor] = within
            return descriptor

        return opened

    def _on_descriptor(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def done(descriptor: int, *more: Any) -> Any:
            if path := self._paths.get(descriptor, ""):
                if name == "fsync":
                    self._told(Step("sync", path))
                elif name == "write":
                    at = os.lseek(descriptor, 0, os.SEEK_CUR)
                    self._told(Step("write", path, at=at, data=bytes(more[0])))
                else:
                    self._told(Step("truncate", path, at=more[0]))
            return real(descriptor, *more)

        return done

    def _on_path(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        kinds = {"replace": "rename", "remove": "unlink", "listdir": "list", "scandir": "list"}

        def done(path: Any = ".", *more: Any, **named: Any) -> Any:
            if within := self._within(path):
                to = os.path.abspath(more[0]) if name in ("rename", "replace") else ""
                self._told(Step(kinds.get(name, name), within, to))
            return real(path, *more, **named)

        return done


_OPEN = builtins.open

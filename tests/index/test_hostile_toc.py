"""A table of contents from a stranger runs nothing, wherever it is opened, and costs little."""

from __future__ import annotations

import io
import os
import pickle
import resource
import struct
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from index.build import build_index
from index.errors import IndexFolderError
from index.snapshot import open_snapshot
from index.toc import read_toc
from search.cli import app

FUEL = b"cos\nsystem\n"


def _call(command: str) -> bytes:
    return FUEL + b"(S'" + command.encode() + b"'\ntR."


def _string(text: str) -> bytes:
    data = text.encode()
    return b"X" + struct.pack("<I", len(data)) + data


ATTACKS: dict[str, Callable[[str], bytes]] = {
    "GLOBAL, REDUCE": _call,
    "STACK_GLOBAL": lambda run: (
        b"\x80\x04" + _string("os") + _string("system") + b"\x93" + _string(run) + b"\x85R."
    ),
    "INST": lambda run: b"(S'" + run.encode() + b"'\nios\nsystem\n.",
    "OBJ": lambda run: b"(" + FUEL + b"S'" + run.encode() + b"'\no.",
    "NEWOBJ": lambda run: b"\x80\x02" + FUEL + _string(run) + b"\x85\x81.",
    "NEWOBJ_EX": lambda run: b"\x80\x04" + FUEL[:-1] + b"\n" + _string(run) + b"\x85}\x92.",
    "BUILD": lambda run: (
        b"cos\n_wrap_close\n)\x81"
        + b"}"
        + _string("__setstate__")
        + FUEL
        + b"sb"
        + _string(run)
        + b"b."
    ),
    "builtins": lambda run: (
        b'cbuiltins\neval\n(S\'__import__("os").system("' + run.encode() + b"\")'\ntR."
    ),
    "a lookup on the way": lambda run: (
        b"cbuiltins\ngetattr\n(cos\n__dict__\n"
        + _string("get")
        + b"tR("
        + _string("system")
        + b"tR("
        + _string(run)
        + b"tR."
    ),
    "EXT": lambda run: b"\x80\x02\x82\x01" + _string(run) + b"\x85R.",
    "a persistent id": lambda run: b"Pos.system " + run.encode() + b"\n.",
    "frames that lie": lambda run: b"\x80\x04\x95" + b"\xff" * 8 + _call(run),
}
BOMBS: dict[str, bytes] = {
    "a memo of two milliards": b"]r\xff\xff\xff\x7f.",
    "bytes of eight exabytes": b"\x80\x04\x8e" + b"\xff" * 7 + b"\x7f.",
    "a number of two gigabytes": b"\x80\x02\x8b\xff\xff\xff\x7f.",
    "digits": b"I" + b"9" * 1_000_000 + b"\n.",
    "lists without end": b"]" * 30_000_000 + b".",
    "lists in lists": b"(" * 150_000 + b"l" * 150_000 + b".",
    "a billion laughs": b"]q\x00"
    + b"".join(b"(h" + bytes([n]) + b"h" + bytes([n]) + b"lq" + bytes([n + 1]) for n in range(100))
    + b".",
    "nothing": b"",
    "no end": b"]",
}


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A table of contents that newsq has written, without its seal."""
    folder = tmp_path_factory.mktemp("sound")
    (folder / "c").mkdir()
    (folder / "c" / "a.txt").write_text("OSLO, May 4 (NTB) - Rain fell on the town.\n")
    build_index([folder / "c"], folder / "index")
    return (folder / "index" / "_MAIN_1.toc").read_bytes()[:-10]


def _with(sound: bytes, attack: bytes, where: str) -> bytes:
    """``sound`` with its schema, or its segments, replaced."""
    stream = io.BytesIO(sound)
    head = stream.read(3 + 4 + 4 + 3)  # sizes, order mark, version, release: a byte each or four
    size = shift = 0
    while True:
        byte = stream.read(1)[0]
        size |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            break
    schema, numbers = stream.read(size), stream.read(8)
    assert schema[:1] == pickle.PROTO
    if where == "schema":
        return head + _varint(len(attack)) + attack + numbers + stream.read()
    return head + _varint(len(schema)) + schema + numbers + attack


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


@pytest.mark.parametrize("where", ["schema", "segments"])
@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_runs(sound: bytes, tmp_path: Path, attack: str, where: str) -> None:
    canary = tmp_path / "canary"
    index = tmp_path / "index"
    index.mkdir()
    data = _with(sound, ATTACKS[attack](f"touch {canary}"), where)
    (index / "_MAIN_1.toc").write_bytes(data)
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "a.txt").write_text("OSLO, May 4 (NTB) - Rain fell on the town.\n")
    for words in (
        ["search", "rain"], ["stats"], ["check"], ["check", "--repair"], ["saved"], ["alerts"],
        ["index", str(tmp_path / "c")],
    ):  # fmt: skip
        result = CliRunner().invoke(app, [*words, "--index", str(index)])
        assert result.exit_code == 2 or words == ["saved"], (words, result.output)
        assert "unforeseen" not in result.stderr
    result = CliRunner().invoke(
        app, ["index", str(tmp_path / "c"), "--rebuild", "--index", str(index)]
    )
    assert result.exit_code == 0, "the command that the sentence names"
    assert not canary.exists()


@pytest.mark.parametrize("where", ["schema", "segments"])
@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_costs_little(sound: bytes, tmp_path: Path, bomb: str, where: str) -> None:
    (tmp_path / "_MAIN_1.toc").write_bytes(_with(sound, BOMBS[bomb], where))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.process_time()
    try:
        assert read_toc(tmp_path, 1).segments == ()
    except IndexFolderError as error:
        assert "cannot be read" in str(error)  # noqa: PT017 - an empty list may be read
    assert time.process_time() - started < 3
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 * 1024


@pytest.mark.parametrize("name", ["../../x", "x/../../y", "/etc/passwd", "x\0", "x\n"])
def test_segments_lie_in_the_folder(sound: bytes, tmp_path: Path, name: str) -> None:
    at = sound.index(b"\x8c\x10", sound.index(b"segid"))  # a string of sixteen characters
    changed = sound[:at] + _string(name) + sound[at + 18 :]
    (tmp_path / "_MAIN_1.toc").write_bytes(changed)
    with pytest.raises(IndexFolderError):
        read_toc(tmp_path, 1)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("there are no pipes with names here")
    os.mkfifo(tmp_path / "_MAIN_1.toc")
    with pytest.raises(IndexFolderError, match="It is no plain file"):
        open_snapshot(tmp_path)

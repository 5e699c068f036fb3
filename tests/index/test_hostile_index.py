"""An index from a stranger: nothing of it runs, waits, or reaches out of its folder."""

from __future__ import annotations

import io
import json
import os
import pickle
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from index.build import build_index
from index.direct import index_stories
from index.durable import seal, write_whole
from index.errors import IndexFolderError
from index.lock import LOCK
from index.manifest import Manifest, load, manifest_path
from index.pickled import MOST_INSTRUCTIONS, load_as_data
from index.story import Story
from index.toc import read_toc, toc_path
from search.cli import app

CANARY: list[str] = []
"""What an attack that succeeds leaves here; `os.system` and the like would leave a file."""
WATCHED = ("os.system", "os.exec", "os.posix_spawn", "pickle.find_class")
"""What Python tells its audit hooks (PEP 578) when a pickle imports or starts something."""
MOST_MEMORY = 200
"""MiB that refusing an index may take."""


def sing(*_anything: Any, **_named: Any) -> str:
    """What the attacks call."""
    CANARY.append("it sang")
    return "sung"


def watch(event: str, _details: Any) -> None:
    """An audit hook. It stays until the process ends, and listens while a test here runs."""
    if event in WATCHED and listening:
        CANARY.append(event)


listening = False
sys.addaudithook(watch)


class Bird:
    """What the attacks make."""

    def __init__(self, *anything: Any) -> None:
        sing(anything)

    def __setstate__(self, state: Any) -> None:
        sing(state)

    def __setitem__(self, key: Any, value: Any) -> None:
        sing(key, value)

    append = extend = add = sing


HERE = __name__.encode()
BIRD, SING = (b"c" + HERE + b"\n" + name + b"\n" for name in (b"Bird", b"sing"))
NAMED = b"\x8c" + bytes([len(HERE)]) + HERE + b"\x8c\x04sing\x93"


def shared(levels: int) -> bytes:
    """Tuples of the one before, twice: 2 ** ``levels`` values for whoever walks through them."""
    return b")q\0" + b"h\0h\0\x86q\0" * levels


def long(size: int) -> bytes:
    return struct.pack("<Q", size)


ATTACKS = {
    "reduce": SING + b")R.",
    "os.system": b"cos\nsystem\n\x8c\x0atouch bird\x85R.",
    "eval": b"cbuiltins\neval\n\x8c\x01x\x85R.",
    "a lookup on the way": b"cbuiltins\ngetattr\n(" + BIRD + b"\x8c\x0a__setstate__tRK\1\x85R.",
    "a name with dots": b"\x80\x04\x8c\2os\x8c\x0epath.os.system\x93\x8c\x0atouch bird\x85R.",
    "a process": b"csubprocess\nPopen\n\x8c\x0atouch bird\x85\x81.",
    "stack global": NAMED + b")R.",
    "inst": b"(i" + HERE + b"\nsing\n.",
    "obj": b"(" + BIRD + b"o.",
    "newobj": BIRD + b")\x81.",
    "newobj_ex": BIRD + b")}\x92.",
    "setstate": BIRD + b")\x81}b.",
    "setitem": BIRD + b")\x81K\1K\2s.",
    "append": BIRD + b")\x81K\1a.",
    "appends": BIRD + b")\x81(K\1e.",
    "additems": BIRD + b")\x81(K\1\x90.",
    "state of a class": BIRD + b"}b.",
    "state of no object": b"]}b.",
    "call of no class": b"K\1)R.",
    "ext1": b"\x82\1.",
    "ext4": b"\x84\1\0\0\0.",
    "persistent id": b"Pbird\n.",
    "binary persistent id": b"K\1Q.",
    "next buffer": b"\x97.",
    "shared, as a key": b"}" + shared(60) + b"K\1s.",
    "shared, in a set": b"\x8f(" + shared(60) + b"\x90.",
    "shared, frozen": b"(" + shared(60) + b"\x91.",
    "shared, called": shared(60) + b")R.",
    "a billion laughs": b"]q\0"
    + b"".join(b"(h%ch%clq%c" % (n, n, n + 1) for n in range(100))
    + b"0].",
    "many classes": b"".join(b"ca\n%d\n0" % n for n in range(2000)) + b"N.",
    "lists in lists": b"(" * 150_000 + b"l" * 150_000 + b".",
    "frame that lies": b"\x95" + long((1 << 64) - 1) + SING + b")R.",
    "huge frame": b"\x95" + long(1 << 62) + b".",
    "huge bytes": b"B\xff\xff\xff\xff.",
    "huge bytes8": b"\x8e" + long(1 << 62) + b".",
    "huge text": b"X\xff\xff\xff\xff.",
    "huge text8": b"\x8d" + long(1 << 62) + b".",
    "huge number": b"\x8b\xff\xff\xff\x7f.",
    "number of digits": b"I" + b"9" * 100_000 + b"\n.",
    "text of code": b"S'\\x41'\n.",
    "huge memory": b"Kar\xff\xff\xff\xff.",
    "not in memory": b"h\7.",
    "deep": b"]" * 50_000 + b"a" * 49_999 + b".",
    "deep tuples": b")" + b"\x85" * 50_000 + b".",
    "within itself": b"]q\0h\0ah\0.",
    "marks": b"(" * 100_000 + b"t" * 50_000 + b".",
    "no marks": b"t.",
    "nothing": b".",
    "no end": b"]" * 100,
    "too many": b"]" * (MOST_INSTRUCTIONS + 1) + b".",
    "cut short": b"",
}


@pytest.fixture(autouse=True)
def no_song(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Nothing may have run when a test ends, whatever it is about."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, __name__, sys.modules[__name__])
    global listening
    CANARY.clear()
    listening = True
    yield
    listening = False
    assert CANARY == []
    assert not (tmp_path / "bird").exists()


@pytest.fixture
def where(tmp_path: Path) -> Path:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.txt").write_text("Rain\n\nLIMA, May 2, 2019 (AP) - It rained.\n")
    build_index([corpus], tmp_path / "index")
    return tmp_path / "index"


def with_pickles(where: Path, schema: bytes | None, segments: bytes | None) -> None:
    """Put pickles into the table of contents, where they are given, and seal it anew."""
    path = toc_path(where, 1)
    stream = io.BytesIO(path.read_bytes())
    head = stream.read(3 + 8 + 3)
    size = shift = 0
    while True:
        byte = stream.read(1)[0]
        size |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            break
    old, numbers, rest = stream.read(size), stream.read(8), stream.read()[: -len("\n01234567\n")]
    schema = old if schema is None else schema
    rest = rest if segments is None else segments
    data = head + varint(len(schema)) + schema + numbers + rest
    path.write_bytes(data + seal(data))


def varint(number: int) -> bytes:
    found = b""
    while number > 0x7F:
        found += bytes([number & 0x7F | 0x80])
        number >>= 7
    return found + bytes([number])


def run(*words: str) -> Any:
    result = CliRunner().invoke(app, [*words])
    assert "unforeseen" not in result.stderr
    return result


def test_the_attacks_are_real() -> None:
    pickle.loads(ATTACKS["reduce"])  # noqa: S301 - what is shown is that it runs
    pickle.loads(ATTACKS["setstate"])  # noqa: S301
    assert CANARY == ["pickle.find_class", "it sang"] * 2
    CANARY.clear()


@pytest.mark.parametrize("place", ["schema", "segments"])
@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_in_the_table_of_contents(attack: str, place: str, where: Path) -> None:
    evil = ATTACKS[attack]
    with_pickles(where, evil if place == "schema" else None, evil if place == "segments" else None)
    with pytest.raises(IndexFolderError, match=f"--rebuild --index {where}"):
        read_toc(where, 1)


@pytest.mark.parametrize(
    "words",
    [
        ["search", "rain"], ["stats"], ["check"], ["saved"], ["alerts"], ["index", "corpus"],
        ["check", "--repair"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_every_command_refuses_or_replaces_it(words: list[str], where: Path) -> None:
    with_pickles(where, ATTACKS["setstate"], ATTACKS["os.system"])
    result = run(*words, "--index", str(where))
    if "--repair" in words:
        assert result.exit_code == 0
        assert read_toc(where, 2).segments
    elif words != ["saved"]:  # which does not look at the index
        assert result.exit_code == 2
        assert str(where) in result.stderr


def test_refusing_takes_little_memory(where: Path) -> None:
    data = b"B" + struct.pack("<I", 60 << 20) + b"\1" * (60 << 20) + b"q\0" + b"h\0" * 50_000 + b"."
    with_pickles(where, None, data)
    code = (
        "import resource, sys; from pathlib import Path; from index.toc import read_toc\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "try: read_toc(Path(sys.argv[1]), 1)\n"
        "except Exception as error: print(type(error).__name__)\n"
        "print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)\n"
    )
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", code, str(where)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    error, used = done.stdout.split()
    assert error == "IndexFolderError"
    assert int(used) < MOST_MEMORY


def segment(**changes: Any) -> dict[str, Any]:
    return {"indexname": "MAIN", "segid": "00ff", "count": 1, "deleted": b"", **changes}


@pytest.mark.parametrize(
    ("states", "reason"),
    [
        ([segment(segid="../../etc/passwd")], "a segment that cannot be"),
        ([segment(indexname="/etc", segid="passwd")], "a segment that cannot be"),
        ([segment(segid="a\0b")], "a segment that cannot be"),
        ([segment(), segment()], "a segment twice"),
        ([segment(segid=())], "a segment that cannot be"),
        ([segment(segid="a\nb")], "a segment that cannot be"),
        ([segment(segid="a" * 100)], "a segment that cannot be"),
        ([segment(count=True)], "a segment that cannot be"),
        ([segment(count=-1)], "a segment that cannot be"),
        ([segment(count=1 << 60)], "a segment that cannot be"),
        ([segment(count="1")], "a segment that cannot be"),
        ([segment(deleted=b"\2\0\0\0")], "deleted stories that cannot be"),
        ([segment(deleted=b"\0\0\0\0" * 2)], "deleted stories that cannot be"),
        ([segment(deleted=b"\0")], "buffer size"),
        ([segment(deleted="all")], "bytes-like"),
        ([{}], "deleted"),
    ],
    ids=lambda told: str(told)[:70],
)
def test_segments_that_cannot_be(states: list[dict[str, Any]], reason: str, where: Path) -> None:
    made = b"cindex.codec.codec\nArraySegment\n)\x81"
    told = [made + pickle.dumps(state, 3)[2:-1] + b"b" for state in states]
    with_pickles(where, None, b"](" + b"".join(told) + b"e.")
    with pytest.raises(IndexFolderError, match=reason):
        read_toc(where, 1)


@pytest.mark.parametrize("place", ["indexname", "segid", "count", "deleted"])
def test_what_is_shared_within_itself_is_not_walked_through(place: str, where: Path) -> None:
    made = b"](cindex.codec.codec\nArraySegment\n)\x81"
    state = pickle.dumps(segment(), 3)[2:-1]
    key = b"X" + struct.pack("<I", len(place)) + place.encode()
    with_pickles(where, None, made + state + key + shared(60) + b"sbe.")
    with pytest.raises(IndexFolderError):
        read_toc(where, 1)


def test_a_segment_that_says_it_holds_more_stories_than_it_does(where: Path) -> None:
    name = read_toc(where, 1).segments[0].name.removeprefix("MAIN_")
    state = pickle.dumps(segment(segid=name, count=1 << 31), 3)[2:-1]
    with_pickles(where, None, b"](cindex.codec.codec\nArraySegment\n)\x81" + state + b"be.")
    result = run("search", "rain", "--index", str(where))
    assert result.exit_code == 2
    assert "it has not the stories it should" in result.stderr


def test_what_is_plain_comes_out_as_it_went_in() -> None:
    value = {"a": [1, 300, 70_000, -5, 1 << 40], "b": (None, True, False, 1.5), "c": b"x" * 300}
    for protocol in (3, 4, 5):
        assert load_as_data(io.BytesIO(pickle.dumps(value, protocol))) == value
    assert load_as_data(io.BytesIO(pickle.dumps({"é": ()}, 2))) == {"é": ()}


def beside(where: Path) -> list[Path]:
    return [path for path in where.iterdir() if path.is_file() and path.name != LOCK]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no pipes with names")
def test_pipes_and_devices_keep_nobody_waiting(where: Path) -> None:
    for path in beside(where):
        data = path.read_bytes()
        for put in (os.mkfifo, lambda at: os.symlink("/dev/zero", at)):
            path.unlink()
            put(path)
            for words in (["search", "rain"], ["check"]):
                result = run(*words, "--index", str(where))
                if not path.name.startswith("newsq-manifest") or words == ["check"]:
                    assert result.exit_code == 2, (path.name, words)
        path.unlink()
        path.write_bytes(data)
    assert run("search", "rain", "--index", str(where)).exit_code == 0


@pytest.mark.parametrize("name", ["newsq-saved.json", "newsq-saved.lock"])
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no pipes with names")
def test_a_pipe_for_saved_searches(name: str, where: Path) -> None:
    os.mkfifo(where / name)
    code = run("save", "wet", "rain", "--index", str(where)).exit_code
    assert code == (2 if name.endswith("json") else 0)


DRAFTS = [LOCK, "newsq-manifest-2.tmp", "newsq-copies-2.tmp", "newsq-saved.tmp", "newsq-saved.lock"]


def test_what_is_written_follows_no_link(where: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.write_bytes(b"precious")
    for name in DRAFTS:
        (where / name).unlink(missing_ok=True)
        (where / name).symlink_to(mine)
    (tmp_path / "corpus" / "b.txt").write_text("Sun\n\nLIMA, May 3, 2019 (AP) - It shone.\n")
    assert run("index", "corpus", "--index", str(where)).exit_code == 0
    assert run("save", "wet", "rain", "--index", str(where)).exit_code == 0
    assert run("alerts", "--index", str(where)).exit_code in (0, 1)
    assert mine.read_bytes() == b"precious"
    write_whole(where / "newsq-saved.json", b"{}")
    assert mine.read_bytes() == b"precious"


def test_what_is_cleared_follows_no_link(where: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "MAIN_00.docs").write_bytes(b"precious")
    (where / "MAIN_00.docs").symlink_to(mine / "MAIN_00.docs")
    (where / "MAIN_01.docs").symlink_to(mine)
    (where / "newsq-manifest-0.json").symlink_to(mine)
    assert run("index", "corpus", "--rebuild", "--index", str(where)).exit_code == 0
    assert (mine / "MAIN_00.docs").read_bytes() == b"precious"
    assert not (where / "MAIN_00.docs").is_symlink()


NESTED = b"[" * 200_000


@pytest.mark.parametrize(
    "text",
    [NESTED, b'{"version":' + NESTED, b"[]", b"1", b'{"version":3}', b"\xff", b"9" * 10_000],
    ids=["deep", "deep within", "list", "number", "little", "no text", "digits"],
)
def test_a_manifest_and_saved_searches_that_make_no_sense(text: bytes, where: Path) -> None:
    manifest_path(where, 1).write_bytes(text + seal(text))
    assert load(where, 1) == Manifest()
    (where / "newsq-saved.json").write_bytes(text)
    for words in (["saved"], ["alerts"], ["save", "wet", "rain"]):
        result = run(*words, "--index", str(where))
        assert result.exit_code == 2
        assert "newsq-saved.json" in result.stderr
    assert run("search", "rain", "--index", str(where)).exit_code == 0


def test_only_the_folders_that_are_named_are_read(where: Path, tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir()
    (private / "key.txt").write_text("Secret\n\nLIMA, May 2, 2019 (AP) - Marzipan.\n")
    path = manifest_path(where, 1)
    stored = json.loads(path.read_bytes()[: -len("\n01234567\n")])
    stored["roots"].append({"label": "private", "path": str(private)})
    stored["files"]["../private/key.txt"] = next(iter(stored["files"].values()))
    data = json.dumps(stored).encode()
    path.write_bytes(data + seal(data))
    assert run("index", "corpus", "--index", str(where)).exit_code == 0
    assert run("search", "marzipan", "--index", str(where)).exit_code == 1
    assert (private / "key.txt").exists()


def test_adding_to_it_runs_nothing(where: Path) -> None:
    with_pickles(where, None, ATTACKS["setstate"])
    with pytest.raises(IndexFolderError):
        index_stories([Story("a1", "/c/a", "text", "Rain", "It rained.")], where)

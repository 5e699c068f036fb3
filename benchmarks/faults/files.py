"""Damaged files of every format, many of them: stories or a reason, in bounded time.

Takes the tests' samples of each format, damages copies of them (cuts, flips, repeats, splices
with another sample, hostile fragments), and reads each through the whole way from bytes to a
segment. Anything but a story or a reason is a failure, and so is a file that takes more than a
second of processor time.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from benchmarks.faults.tally import Tally
from index.corpus import StoryFile
from index.reading import read_parts
from index.segmenting import SegmentBuilder
from search.jsonout import dumps, inspect_json

ROOT = Path(__file__).resolve().parent.parent.parent
SLOW = 1.0
HOSTILE = (
    b"<" * 2000, b"&lol;" * 500, b"\x00" * 64, b"\xff\xfe", b"{" * 3000, b"[" * 3000, b'"' * 999,
    b"<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]>", b"\x01\x02\x03\x04" * 50,
    b"]]>" * 200, b"<![CDATA[", b"\r\n" * 3000, b" " * 9000, b"\xc3\x28" * 99, b"<a>" * 400,
    b"Content-Type: multipart/mixed; boundary=x\n\n--x\n" * 99, b"1 of 9 DOCUMENTS\n" * 300,
    b"From x\n" * 500, b"A, Nov 1 (AP) - " * 300, "ΩÀ\u202e\u2028".encode() * 200,
    b"-" * 9000, b"." * 9000, b"," * 9000, b"(" + b"photo " * 2000, b"RPT-UPDATE 1-" * 900,
    b"AM" + b"-" * 9000, b"( " * 3000, b"a-" * 4000, b"Jan 1, " * 1500, b"' " * 4000, b"/" * 9000,
    b"U." * 4000, b"1," * 4000, b"By " * 3000, "—“”".encode() * 2000, b"|  " * 3000, b"\t" * 9000,
)  # fmt: skip


def samples() -> dict[str, list[bytes]]:
    """Format or folder -> the bytes of its samples."""
    found: dict[str, list[bytes]] = {}
    roots = [ROOT / "tests" / "formats" / "samples", ROOT / "sample_corpus"]
    for path in sorted(p for root in roots for p in root.rglob("*") if p.is_file()):
        root = next(root for root in roots if root in path.parents)
        kind = path.relative_to(root).parts[0]
        found.setdefault(kind, []).append(path.read_bytes()[:200_000])
    return found


def damaged(data: bytes, others: list[bytes], chance: random.Random) -> bytes:
    """``data`` with one to four kinds of damage."""
    for _ in range(chance.randint(1, 4)):
        at, to = sorted(chance.randrange(len(data) + 1) for _ in range(2))
        to = min(to, at + 2000)
        kind = chance.randrange(6)
        if kind == 0:
            data = data[:at]
        elif kind == 1:
            data = data[:at] + chance.randbytes(chance.randint(1, 30)) + data[at + 5 :]
        elif kind == 2:
            data = data[:at] + data[at:to] * chance.randint(2, 20) + data[to:]
        elif kind == 3:
            other = chance.choice(others)
            data = data[:at] + other[chance.randrange(len(other) + 1) :][:3000] + data[to:]
        elif kind == 4:
            data = data[:at] + chance.choice(HOSTILE) + data[at:]
        else:
            data = data[:at] + data[to:]
    return data[:400_000]


def run(count: int, seed: int) -> Iterator[Tally]:
    """Damage and read ``count`` files, as many of each kind, and tell of each kind."""
    chance = random.Random(seed)
    kinds = samples()
    with tempfile.TemporaryDirectory() as folder:
        for number, kind in enumerate(kinds):
            share = count // len(kinds) + (number < count % len(kinds))
            yield damaged_of(kind, kinds, share, chance, Path(folder) / "file")


def damaged_of(
    kind: str, kinds: dict[str, list[bytes]], count: int, chance: random.Random, path: Path
) -> Tally:
    """Damage samples of ``kind``, write each to ``path`` and read it."""
    every = [data for group in kinds.values() for data in group]
    outcomes: Counter[str] = Counter()
    failures: list[str] = []
    slowest = 0.0
    for number in range(count):
        data = damaged(chance.choice(kinds[kind]), every, chance)
        path.write_bytes(data)
        started = time.process_time()
        try:
            stories, reasons = read(path)
        except Exception as error:  # noqa: BLE001 - what is looked for
            failures.append(f"{kind} {number}: {type(error).__name__}: {error!s:.200}")
            continue
        took = time.process_time() - started
        slowest = max(slowest, took)
        outcomes["stories"] += stories
        outcomes["refused"] += bool(reasons)
        failures += [f"{kind} {number}: {why}" for why in reasons if "reader failed" in why]
        if took > SLOW:
            failures.append(f"{kind} {number}: {took:.1f} s for {len(data):,} bytes")
    told = f"{outcomes['stories']:,} stories, {outcomes['refused']:,} files refused"
    return Tally(f"fuzzed {kind}", count, tuple(failures), f"{told}; slowest {slowest:.2f} s")


def read(path: Path) -> tuple[int, list[str]]:
    """How many stories are in a file, put into a segment and into words; what could not be read."""
    builder = SegmentBuilder()
    count, reasons = 0, []
    file = StoryFile("fuzz/file", path.parent, path.name, path.stat().st_size, 0)
    for reading in read_parts(file):
        for story in reading.stories:
            builder.add(story, "fuzz/file")
            dumps(inspect_json(story)).encode()
        count += len(reading.stories)
        reasons += [why for _, why in reading.skipped]
    return count, reasons

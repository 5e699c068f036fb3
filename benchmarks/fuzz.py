"""Damaged files of every format, many of them: no crash, no hang, no unbounded memory.

    python benchmarks/fuzz.py [COUNT] [SEED]

Takes the tests' samples of each format, damages copies of them (cuts, flips, repeats,
splices with another sample, hostile fragments), and reads each through the whole way from
bytes to stories. Prints a row a format: files read, stories found, refused with a reason,
failures, the slowest. Anything but a story or a reason is a failure, and so is a file that
takes more than a second of processor time. Exit status 1 if there was one.
"""

from __future__ import annotations

import io
import random
import resource
import sys
import time
from collections import Counter
from pathlib import Path

from index.containers import HEAD, is_packed, members
from index.errors import StoryFileError
from index.formats.registry import format_of

ROOT = Path(__file__).resolve().parent.parent
SLOW = 1.0
HOSTILE = (
    b"<" * 2000, b"&lol;" * 500, b"\x00" * 64, b"\xff\xfe", b"{" * 3000, b"[" * 3000, b'"' * 999,
    b"<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]>", b"\x01\x02\x03\x04" * 50,
    b"]]>" * 200, b"<![CDATA[", b"\r\n" * 3000, b" " * 9000, b"\xc3\x28" * 99, b"<a>" * 400,
    b"Content-Type: multipart/mixed; boundary=x\n\n--x\n" * 99, b"1 of 9 DOCUMENTS\n" * 300,
    b"From x\n" * 500, b"A, Nov 1 (AP) - " * 300, "ΩÀ\u202e\u2028".encode() * 200,
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


def read(data: bytes) -> int:
    """Stories and other items in ``data``. Raises StoryFileError where it is refused."""
    file = io.BytesIO(data)
    if is_packed(data[:HEAD]):
        return sum(1 for _ in members(file, "x"))
    return sum(1 for _ in format_of(file).read(file))


def main() -> int:
    """Read them all, and print what came of it."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    chance = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    kinds = samples()
    every = [data for group in kinds.values() for data in group]
    failures = 0
    print(
        f"{'samples of':20} {'files':>7} {'items':>8} {'refused':>8} {'failed':>7} {'slowest':>8}"
    )
    for kind, group in kinds.items():
        tally: Counter[str] = Counter()
        slowest = 0.0
        for _ in range(-(-count // len(kinds))):
            data = damaged(chance.choice(group), every, chance)
            started = time.process_time()
            try:
                tally["items"] += read(data)
            except StoryFileError:
                tally["refused"] += 1
            except Exception as error:  # noqa: BLE001 - what the run looks for
                tally["failed"] += 1
                print(f"  {type(error).__name__}: {error}", file=sys.stderr)
            took = time.process_time() - started
            slowest = max(slowest, took)
            tally["failed"] += took > SLOW
            tally["files"] += 1
        failures += tally["failed"]
        print(
            f"{kind:20} {tally['files']:7,} {tally['items']:8,} {tally['refused']:8,} "
            f"{tally['failed']:7,} {slowest:7.2f}s"
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:,.0f} MiB; {failures} failures")
    return min(failures, 1)


if __name__ == "__main__":
    sys.exit(main())

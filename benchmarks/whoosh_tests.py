"""Whoosh's own tests, on its own codec and on ours.

    python benchmarks/whoosh_tests.py [ARCHIVE]

Whoosh's source distribution, which carries its tests, is fetched with pip into a temporary
folder (or taken from ARCHIVE) and run twice there: as it is, and with `ArrayCodec` as the
codec that every writer gets when none is named. Every test that passes on the first and not
on the second is named, with the reason where there is a good one. Needs pytest. Exit status
1 if a test without a reason is left.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
RELEASE = "Whoosh==2.7.4"
_ROUNDED = "wants lengths as the stock codec rounds them to a byte; ours are exact"
_NO_DOCUMENTS = "wants lengths of terms without documents; ours are those of the documents"
REASONS = {
    "test_codecs.py::test_fieldwriter_single_term": _NO_DOCUMENTS,
    "test_codecs.py::test_fieldwriter_two_terms": _NO_DOCUMENTS,
    "test_codecs.py::test_fieldwriter_multiblock": _NO_DOCUMENTS,
    "test_columns.py::test_varbytes_offsets": "asks how the stock codec's column lies in its file",
    "test_indexing.py::test_lengths": _ROUNDED,
    "test_indexing.py::test_many_lengths": _ROUNDED,
    "test_mpwriter.py::test_merge_serial": _ROUNDED,
    "test_mpwriter.py::test_merge_multi": _ROUNDED,
    "test_quality.py::test_max_field_length": _ROUNDED,
    "test_quality.py::test_minmax_field_length": _ROUNDED,
    "test_results.py::test_lengths": "wants a count that is not known; without skips it is exact",
}
"""Tests that ask for what only the stock codec does, and why."""

PLUGIN = """
import json
import os

if os.environ["TESTED_CODEC"] == "arrays":
    import whoosh.codec

    from index.codec.codec import ArrayCodec

    # Writers and tests import it from there, all after this.
    whoosh.codec.default_codec = lambda *args, **kwargs: ArrayCodec()

outcomes = {}


def pytest_runtest_logreport(report):
    if report.when == "call" or report.outcome != "passed":
        outcomes[report.nodeid] = report.outcome


def pytest_collectreport(report):
    if report.failed:
        outcomes[report.nodeid] = "failed"


def pytest_sessionfinish():
    with open(os.environ["TESTED_OUTCOMES"], "w") as file:
        json.dump(outcomes, file)
"""


def fetched(folder: Path) -> Path:
    """The archive of Whoosh's sources, downloaded into ``folder``."""
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-binary", ":all:", "--no-deps"]
    subprocess.run([*command, "-d", str(folder), RELEASE], check=True)  # noqa: S603 - our own words
    return next(path for path in folder.iterdir() if path.name.lower().startswith("whoosh-"))


def outcomes(tests: Path, codec: str) -> dict[str, str]:
    """By test: passed, failed or skipped, on the codec called ``codec``."""
    place = tests.parent
    (place / "tested_codec.py").write_text(PLUGIN)
    (place / "tested.ini").write_text("[pytest]\n")
    found = place / f"{codec}.json"
    # Tests leave folders where they run; what one run left must not meet the next.
    work = place / f"on_{codec}"
    shutil.copytree(tests, work / "tests")
    (work / "tmp").mkdir()
    command = [sys.executable, "-m", "pytest", "-q", "--tb=no", "-p", "tested_codec"]
    command += ["-p", "no:cacheprovider", "-W", "ignore"]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(place), str(ROOT)]),
        "TMPDIR": str(work / "tmp"),  # Whoosh's storage in memory keeps a pool under one name
        "PYTHONHASHSEED": "0",  # one test's outcome hangs on the order of a set, on any codec
        "TESTED_CODEC": codec,
        "TESTED_OUTCOMES": str(found),
    }
    subprocess.run(  # noqa: S603 - our own words
        [*command, "-c", str(place / "tested.ini"), "--rootdir", str(work), "tests"],
        cwd=work,
        env=environment,
        stdout=subprocess.DEVNULL,
        check=False,  # failing tests are what is looked for
    )
    known: dict[str, str] = json.loads(found.read_text())
    return {test.removeprefix("tests/"): outcome for test, outcome in known.items()}


def main() -> int:
    """Print the table and the names."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        archive = Path(sys.argv[1]) if len(sys.argv) > 1 else fetched(folder)
        shutil.unpack_archive(archive, folder / "sources")
        tests = next((folder / "sources").glob("*/tests"))
        stock, ours = (outcomes(tests, codec) for codec in ("stock", "arrays"))
    console = Console()
    table = Table("codec", *(kind := ("passed", "failed", "skipped")), title=f"tests of {RELEASE}")
    for codec, known in (("stock", stock), ("ArrayCodec", ours)):
        counts = Counter(known.values())
        table.add_row(codec, *(str(counts[one]) for one in kind))
    console.print(table)
    passes = {test for test, outcome in stock.items() if outcome == "passed"}
    lost = sorted(test for test in passes if ours.get(test) != "passed")
    for test in lost:
        console.print(f"{test}: {REASONS.get(test, 'FAILS ON OURS')}", soft_wrap=True)
    for test in sorted(test for test, outcome in stock.items() if outcome == "failed"):
        console.print(f"{test}: fails on stock, {ours.get(test)} on ours", soft_wrap=True)
    left = [test for test in lost if test not in REASONS]
    console.print(
        f"{len(passes)} pass on stock; {len(lost)} of them do not on ours, "
        f"{len(left)} without a reason."
    )
    return 1 if left or not passes else 0


if __name__ == "__main__":
    sys.exit(main())

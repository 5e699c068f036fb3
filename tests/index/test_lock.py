"""One process writes an index at a time; others are told which, and a dead one holds nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from index.errors import IndexBusyError
from index.lock import held

HOLD = """
import sys
from pathlib import Path
from index.lock import held

with held(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path: Path) -> subprocess.Popen[str]:
    """Another process, which holds the lock of the index in ``tmp_path``."""
    process = subprocess.Popen(  # noqa: S603 - this Python, on code of the test's own
        [sys.executable, "-c", HOLD, str(tmp_path)],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_who_holds_the_lock_is_told(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    told = rf"\(process {holder.pid} on .*, since 2"
    with holder, pytest.raises(IndexBusyError, match=told), held(tmp_path, patience=0):
        pass


def test_the_lock_of_a_process_that_was_killed_is_nobodys(
    tmp_path: Path, holder: subprocess.Popen[str]
) -> None:
    with holder:
        holder.kill()
    with held(tmp_path, patience=0):
        pass


def test_the_second_waits_for_the_first(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    with holder:
        assert holder.stdin is not None
        holder.stdin.close()  # it ends then
        with held(tmp_path, patience=60):
            pass


def test_a_holder_that_does_not_say_who_it_is(tmp_path: Path) -> None:
    with held(tmp_path):
        (tmp_path / "MAIN_WRITELOCK").write_bytes(b"?")
        with pytest.raises(IndexBusyError, match="Another program"), held(tmp_path, patience=0):
            pass

"""The man page says what the help says."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from scripts.manpage import TARGET, manpage
from search.cli.main import COMMANDS


def test_it_is_current() -> None:
    assert TARGET.read_text("utf-8") == manpage(), "run: python scripts/manpage.py"


def test_it_has_every_command() -> None:
    for name in COMMANDS:
        assert f'.SS "newsq {name} ' in manpage()


@pytest.mark.skipif(not shutil.which("groff"), reason="there is no groff")
def test_groff_takes_it() -> None:
    ran = subprocess.run(  # noqa: S603 - our own page
        ["groff", "-man", "-ww", "-Tutf8", "-z", str(TARGET)],  # noqa: S607 - wherever it is
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stderr == ""
